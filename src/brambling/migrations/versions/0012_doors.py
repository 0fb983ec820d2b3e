"""What the doors of consent, corrections and imports keep."""

revision = "0012_doors"
down_revision = "0011_cfo"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
