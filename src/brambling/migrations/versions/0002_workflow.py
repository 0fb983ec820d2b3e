"""Tasks waiting for a person, executors and their heartbeats."""

revision = "0002_workflow"
down_revision = "0001_access"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
