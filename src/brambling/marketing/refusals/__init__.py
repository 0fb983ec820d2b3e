"""A customer's no, understood."""
