"""What a user can ask: a ladder, a backtest."""
