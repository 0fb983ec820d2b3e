"""Trades into numbers.

- :mod:`lots` parcels of money: since when, until when, and what they left for
- :mod:`purposes` what a redemption was for, where no statement tells
- :mod:`histories` a customer's past at an evening as numbers, for models
"""
