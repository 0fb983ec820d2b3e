"""The one door to language models: budget, record and replay; none by default."""
