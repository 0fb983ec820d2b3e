"""Words, tables and charts: of agreement, and of a policy that learned from people."""
