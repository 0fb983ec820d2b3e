"""Brambling (燕雀): an open-source AI bank for small and micro businesses.

The package is a house of storeys (see ``docs/house.md``); each capability's own package is its menu, for example
``from brambling.credit.scorecard import fit, score``. Importing this package imports nothing heavy.
"""

__version__ = "0.1.0"
