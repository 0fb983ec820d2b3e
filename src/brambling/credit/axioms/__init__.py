"""Invariants that every credit decision must satisfy, and the bench that searches for a counter-example."""
