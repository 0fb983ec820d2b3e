"""Standing mandates to sweep idle cash."""

import sqlalchemy as sa
from alembic import op

revision = "0014_mandates"
down_revision = "0013_policy"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mandates",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("swept_max_minor", sa.BigInteger, nullable=False),
        sa.Column("move_min_minor", sa.BigInteger, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Text, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.Text),
        sa.Column("ended_why", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_mandates"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_mandates_customer_id_customers"),
        sa.CheckConstraint("swept_max_minor >= move_min_minor AND move_min_minor > 0", name="ck_mandates_limits"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_why IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL)",
            name="ck_mandates_ended",
        ),
    )
    op.create_index(
        "ix_mandates_living", "mandates", ["customer_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_table(
        "sweeps",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("mandate_id", sa.Uuid, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("keep_minor", sa.BigInteger, nullable=False),
        sa.Column("floor_minor", sa.BigInteger, nullable=False),
        sa.Column("p_below", sa.Numeric(7, 6), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sweeps"),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandates.id"], name="fk_sweeps_mandate_id_mandates"),
        sa.CheckConstraint("p_below BETWEEN 0 AND 1", name="ck_sweeps_share"),
    )
    op.create_index("ix_sweeps_mandate_id", "sweeps", ["mandate_id", "at"])
