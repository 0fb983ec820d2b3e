"""Sales plans negotiated in versions."""

revision = "0015_negotiation"
down_revision = "0014_mandates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
