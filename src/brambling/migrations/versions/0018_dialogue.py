"""Conversations, their turns, and work handed to a person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018_dialogue"
down_revision = "0017_outreach"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("state", JSONB, nullable=False),
        sa.Column("task_id", sa.Uuid),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_conversations_customer_id_customers"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_conversations_task_id_tasks"),
    )
    op.create_index("ix_conversations_customer_id", "conversations", ["customer_id"])
    op.create_index("ix_conversations_task_id", "conversations", ["task_id"])
    op.create_index("ix_conversations_touched_at", "conversations", ["touched_at"])
    op.create_table(
        "conversation_turns",
        sa.Column("conversation_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("speaker", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("acts", JSONB, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "number", name="pk_conversation_turns"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_conversation_turns_conversation_id_conversations"
        ),
        sa.CheckConstraint("speaker IN ('owner', 'assistant', 'desk', 'note')", name="ck_conversation_turns_speaker"),
    )
    op.create_index("ix_conversation_turns_at", "conversation_turns", ["at"])
