"""Bytes to text with page, box and span, in a limited subprocess."""
