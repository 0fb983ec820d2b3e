"""The gate: contacts, refusals, caps."""

revision = "0005_contact"
down_revision = "0004_ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
