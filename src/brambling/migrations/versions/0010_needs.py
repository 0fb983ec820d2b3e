"""Needs found."""

revision = "0010_needs"
down_revision = "0009_advice"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
