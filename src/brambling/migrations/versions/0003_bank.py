"""Customers, related persons, blocked lists, consent, events, claims, decisions."""

revision = "0003_bank"
down_revision = "0002_workflow"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
