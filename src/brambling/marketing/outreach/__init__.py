"""Journeys, campaigns, silence."""
