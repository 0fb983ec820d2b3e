"""The shared facts of the bank: customers, consent, contact, ledger, events, claims, decisions."""
