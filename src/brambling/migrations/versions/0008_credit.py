"""Policies, applications, offers, loans, schedules."""

revision = "0008_credit"
down_revision = "0007_cashflow"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
