"""What the expert for one business keeps."""

revision = "0011_cfo"
down_revision = "0010_needs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
