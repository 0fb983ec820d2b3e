"""The nature of the money."""
