"""Assets against liabilities."""
