"""Standing mandates to sweep idle cash."""

revision = "0014_mandates"
down_revision = "0013_policy"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
