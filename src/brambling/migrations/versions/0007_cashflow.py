"""Statements, transactions, counterparties, categories."""

revision = "0007_cashflow"
down_revision = "0006_learn"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
