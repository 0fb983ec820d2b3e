"""Pure: how far two deciders agree (``agreement``), and how a probability becomes a decision (``policy``)."""
