"""Recurring duties and errands of the bank, who noted a consent, and instructions to accept an offer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012_doors"
down_revision = "0011_cfo"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duties",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("findings", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_duties"),
    )
    op.create_table(
        "errands",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Uuid, nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "kind", name="pk_errands"),
    )
    op.create_index("ix_errands_not_before", "errands", ["not_before"])
    op.add_column("consents", sa.Column("key", sa.Uuid))
    op.add_column("consents", sa.Column("noted_by", sa.Text, nullable=False, server_default=""))
    op.add_column("consents", sa.Column("basis", sa.Text, nullable=False, server_default=""))
    op.create_unique_constraint("uq_consents_key", "consents", ["key"])
    op.create_table(
        "accept_instructions",
        sa.Column("decision_id", sa.Uuid, nullable=False),
        sa.Column("noted_by", sa.Text, nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name="pk_accept_instructions"),
    )
