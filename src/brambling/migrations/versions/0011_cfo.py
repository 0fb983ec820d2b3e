"""What the expert for one business keeps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011_cfo"
down_revision = "0010_needs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "briefs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement_until", sa.Date, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_briefs"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_briefs_customer_id_customers"),
    )
    op.create_index("ix_briefs_customer_id", "briefs", ["customer_id", "made_at"])
