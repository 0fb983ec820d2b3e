"""Journeys, campaigns, hold-outs and refusals heard."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017_outreach"
down_revision = "0016_structure"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("definition", JSONB, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_campaigns"),
    )
    op.create_table(
        "campaign_members",
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("arm", sa.Text, nullable=False),
        sa.Column("variant", sa.Text),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("campaign", "customer_id", name="pk_campaign_members"),
        sa.ForeignKeyConstraint(["campaign"], ["campaigns.name"], name="fk_campaign_members_campaign_campaigns"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_campaign_members_customer_id_customers"),
        sa.CheckConstraint("arm IN ('contacted', 'held', 'held-from-all')", name="ck_campaign_members_arm"),
        sa.CheckConstraint("(arm = 'contacted') = (variant IS NOT NULL)", name="ck_campaign_members_variant"),
    )
    op.create_index("ix_campaign_members_customer_id", "campaign_members", ["customer_id"])
    op.create_table(
        "journey_runs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("journey", sa.Text, nullable=False),
        sa.Column("definition", JSONB, nullable=False),
        sa.Column("facts", JSONB, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_journey_runs"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_journey_runs_customer_id_customers"),
    )
    op.create_index("ix_journey_runs_due", "journey_runs", ["due_at"], postgresql_where=sa.text("ended IS NULL"))
    op.create_index("ix_journey_runs_customer_id", "journey_runs", ["customer_id"])
