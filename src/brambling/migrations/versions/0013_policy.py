"""Policies released by four eyes, judged disagreements and overrides."""

revision = "0013_policy"
down_revision = "0012_doors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
