"""The first line: scorecard, axioms, expert, underwriting, lending. Every limit is set here."""
