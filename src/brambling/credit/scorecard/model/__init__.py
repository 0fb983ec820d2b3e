"""Fitting a card: optimal bins, boosted points over them, calibration, and the challenger beside it."""
