"""Small tools without opinions: money, clock, calendar, ids, text, crypto, errors, database, files.

Nothing here knows banking. Import the module you need (``from brambling.kit.money import Money``); this package
imports nothing by itself.
"""
