"""A conversation that answers, acts, and hands over."""
