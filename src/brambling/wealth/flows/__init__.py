"""Subscriptions and redemptions, forecast."""
