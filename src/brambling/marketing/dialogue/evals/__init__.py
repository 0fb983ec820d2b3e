"""Scripted conversations with what must and must not happen in them; README.md says what the words mean."""
