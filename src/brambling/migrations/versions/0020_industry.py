"""The chain graph, trade frameworks and their sources."""

revision = "0020_industry"
down_revision = "0019_evidence"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
