"""Idle-cash plans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009_advice"
down_revision = "0008_credit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plans",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement_until", sa.Date),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("versions", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_plans_customer_id_customers"),
        sa.CheckConstraint("amount_minor >= 0", name="ck_plans_amount"),
    )
    op.create_index("ix_plans_customer_id", "plans", ["customer_id", "made_at"])
