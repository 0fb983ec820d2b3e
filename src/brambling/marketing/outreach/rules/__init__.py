"""Journeys and campaigns as data, what is wrong with them, and their next step. Pure."""
