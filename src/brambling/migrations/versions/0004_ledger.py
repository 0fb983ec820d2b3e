"""Accounts, transfers, holds, balances."""

revision = "0004_ledger"
down_revision = "0003_bank"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
