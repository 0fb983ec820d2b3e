"""The nature of the money, and who may see which product."""

revision = "0016_structure"
down_revision = "0015_negotiation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
