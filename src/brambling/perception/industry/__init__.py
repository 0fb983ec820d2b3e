"""Trades, the chain graph, and the research assistant."""
