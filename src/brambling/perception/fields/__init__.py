"""Fields seen from satellites."""
