"""The words and pictures of a ladder and of a backtest, and their JSON."""
