"""Consent with purpose, and its withdrawal."""
