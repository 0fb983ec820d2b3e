"""Outreach in the running bank: campaigns, journeys, and who must be left alone elsewhere."""
