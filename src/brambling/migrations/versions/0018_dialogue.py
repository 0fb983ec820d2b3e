"""Conversations, their turns, and work handed to a person."""

revision = "0018_dialogue"
down_revision = "0017_outreach"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
