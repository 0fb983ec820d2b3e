"""Append-only events: the 360-degree timeline and its subscriptions."""
