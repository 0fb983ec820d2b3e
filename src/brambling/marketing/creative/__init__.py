"""Words and pictures for one customer."""
