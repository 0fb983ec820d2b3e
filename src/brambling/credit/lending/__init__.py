"""Accept, pay out, repay."""
