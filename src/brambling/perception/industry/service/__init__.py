"""One function for each thing a user can ask of the chain."""
