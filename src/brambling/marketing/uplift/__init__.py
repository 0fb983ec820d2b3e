"""Whom a contact moves."""
