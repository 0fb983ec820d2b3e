"""Journeys, campaigns, hold-outs and refusals heard."""

revision = "0017_outreach"
down_revision = "0016_structure"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
