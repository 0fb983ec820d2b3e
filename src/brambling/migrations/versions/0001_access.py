"""Users, roles, sign-in, audit trail."""

revision = "0001_access"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
