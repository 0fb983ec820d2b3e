"""Columns into characteristics: what each is, whether it leaks, what its history says, how good a ranking is."""
