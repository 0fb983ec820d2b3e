"""Recorded outcomes with inputs, versions and reasons, chained by hash; replay capsules."""
