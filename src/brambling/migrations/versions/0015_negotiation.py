"""Sales plans negotiated in versions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015_negotiation"
down_revision = "0014_mandates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "negotiations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.Text),
        sa.Column("ended_why", sa.Text),
        sa.Column("answered", sa.Boolean, nullable=False),
        sa.Column("terms", JSONB, nullable=False),
        sa.Column("grid", JSONB, nullable=False),
        sa.Column("ground", sa.LargeBinary, nullable=False),
        sa.Column("effects", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_negotiations"),
        sa.CheckConstraint("state IN ('open', 'accepted', 'rejected', 'expired')", name="ck_negotiations_state"),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ck_negotiations_ended"),
    )
    op.create_index("ix_negotiations_open", "negotiations", ["expires_at"], postgresql_where=sa.text("state = 'open'"))
    op.create_table(
        "negotiation_limits",
        sa.Column("negotiation_id", sa.Uuid, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("automatic", sa.Boolean, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("wanted", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("negotiation_id", "side", name="pk_negotiation_limits"),
        sa.ForeignKeyConstraint(
            ["negotiation_id"], ["negotiations.id"], name="fk_negotiation_limits_negotiation_id_negotiations"
        ),
        sa.CheckConstraint("side IN ('manager', 'platform')", name="ck_negotiation_limits_side"),
    )
    op.create_table(
        "negotiation_versions",
        sa.Column("negotiation_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("given", sa.Float, nullable=False),
        sa.Column("offer", JSONB, nullable=False),
        sa.Column("effects", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("negotiation_id", "number", name="pk_negotiation_versions"),
        sa.ForeignKeyConstraint(
            ["negotiation_id"], ["negotiations.id"], name="fk_negotiation_versions_negotiation_id_negotiations"
        ),
        sa.CheckConstraint("side IN ('manager', 'platform')", name="ck_negotiation_versions_side"),
        sa.CheckConstraint("number > 0", name="ck_negotiation_versions_number"),
    )
