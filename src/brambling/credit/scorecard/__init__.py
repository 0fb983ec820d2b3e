"""Scorecards that pass review."""
