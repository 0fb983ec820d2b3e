"""Who truly needs it, and when."""
