"""The second line: flows, structure, ladder, negotiation, advice."""
