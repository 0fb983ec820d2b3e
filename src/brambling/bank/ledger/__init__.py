"""Double entry: accounts, transfers, holds, running balances."""
