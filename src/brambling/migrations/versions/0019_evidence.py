"""Documents, fields, checks and contradictions."""

revision = "0019_evidence"
down_revision = "0018_dialogue"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
