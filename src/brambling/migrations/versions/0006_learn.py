"""Artefacts and their releases."""

revision = "0006_learn"
down_revision = "0005_contact"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
