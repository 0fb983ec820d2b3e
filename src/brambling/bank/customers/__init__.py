"""Customers, related persons and blocked lists."""
