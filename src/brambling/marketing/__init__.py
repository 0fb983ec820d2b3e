"""The third line: needs, uplift, creative, refusals, outreach, dialogue."""
