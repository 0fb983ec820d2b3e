"""Shelf, idle-cash plans."""

revision = "0009_advice"
down_revision = "0008_credit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
