"""Documents to claims, checks and contradictions."""
