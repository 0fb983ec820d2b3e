"""How much we lend, at what price, and why."""
