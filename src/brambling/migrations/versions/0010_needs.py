"""Needs found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010_needs"
down_revision = "0009_advice"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "needs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("strength", sa.Numeric, nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("happens_on", sa.Date, nullable=False),
        sa.Column("not_after", sa.Date, nullable=False),
        sa.Column("reasons", JSONB, nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("policy_version", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_needs"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_needs_customer_id_customers"),
        sa.CheckConstraint("kind IN ('gap-ahead', 'idle-cash')", name="ck_needs_kind"),
        sa.CheckConstraint("strength BETWEEN 0 AND 1", name="ck_needs_strength"),
    )
    op.create_index("ix_needs_customer_id", "needs", ["customer_id", "found_at"])
    op.create_index("ix_needs_not_after", "needs", ["not_after"])
