"""Policies, applications, offers, loans, schedules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008_credit"
down_revision = "0007_cashflow"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _applications()


def _applications() -> None:
    op.create_table(
        "credit_policies",
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("first_used_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_credit_policies"),
    )
    op.create_table(
        "applications",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("requested_minor", sa.BigInteger),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("applied_at", MOMENT, nullable=False),
        sa.Column("decision_id", sa.Uuid, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_applications"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_applications_customer_id_customers"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_applications_decision_id_decisions"),
        sa.UniqueConstraint("decision_id", name="uq_applications_decision_id"),
        sa.CheckConstraint("outcome IN ('offer', 'refer', 'decline')", name="ck_applications_outcome"),
        sa.CheckConstraint("requested_minor > 0", name="ck_applications_requested"),
    )
    op.create_index("ix_applications_customer_id", "applications", ["customer_id", "applied_at"])
    op.create_table(
        "offers",
        sa.Column("decision_id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("limit_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("rate_annual", sa.Numeric, nullable=False),
        sa.Column("tenor_days", sa.Integer, nullable=False),
        sa.Column("schedule", JSONB, nullable=False),
        sa.Column("risk_band", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name="pk_offers"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_offers_decision_id_decisions"),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name="fk_offers_application_id_applications"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_offers_customer_id_customers"),
        sa.UniqueConstraint("application_id", name="uq_offers_application_id"),
        sa.CheckConstraint("limit_minor > 0", name="ck_offers_limit"),
        sa.CheckConstraint("rate_annual >= 0", name="ck_offers_rate_annual"),
        sa.CheckConstraint("tenor_days > 0", name="ck_offers_tenor_days"),
        sa.CheckConstraint("status IN ('waiting', 'open', 'withdrawn', 'taken')", name="ck_offers_status"),
    )
    op.create_index("ix_offers_customer_id", "offers", ["customer_id"])
