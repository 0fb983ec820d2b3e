"""Tasks waiting for a person, executors and their heartbeats."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002_workflow"
down_revision = "0001_access"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("four_eyes", sa.Boolean, nullable=False),
        sa.Column("assignee", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("decided_by", sa.Text),
        sa.Column("second_by", sa.Text),
        sa.Column("then", sa.Text),
        sa.Column("log", JSONB, nullable=False),
        sa.Column("followed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.CheckConstraint("status IN ('open', 'claimed', 'done', 'cancelled')", name="ck_tasks_status"),
        sa.CheckConstraint("status <> 'claimed' OR assignee IS NOT NULL", name="ck_tasks_claimed"),
        sa.CheckConstraint(
            "second_by IS NULL OR (decided_by IS NOT NULL AND second_by <> decided_by)", name="ck_tasks_four_eyes"
        ),
        sa.CheckConstraint(
            "status <> 'done' OR "
            "(outcome IS NOT NULL AND decided_by IS NOT NULL AND (second_by IS NOT NULL OR NOT four_eyes))",
            name="ck_tasks_done",
        ),
    )
    going = sa.text("status IN ('open', 'claimed')")
    op.create_index("ix_tasks_inbox", "tasks", ["role", "due_at"], postgresql_where=going)
    op.create_index("ix_tasks_assignee", "tasks", ["assignee", "due_at"], postgresql_where=going)
    op.create_index("ix_tasks_subject", "tasks", ["subject", "opened_at"])
    op.create_index(
        "ix_tasks_follow",
        "tasks",
        ["id"],
        postgresql_where=sa.text("status = 'done' AND \"then\" IS NOT NULL AND followed_at IS NULL"),
    )
    op.create_table(
        "workflow_executors",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workflow_executors"),
    )
