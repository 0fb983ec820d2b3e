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
    _loans()


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


def _loans() -> None:
    op.create_table(
        "loans",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("decision_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("principal_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("rate_annual", sa.Numeric, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_by", sa.Text, nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True)),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("loan_account", sa.Uuid, nullable=False),
        sa.Column("customer_account", sa.Uuid, nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_loans"),
        sa.UniqueConstraint("decision_id", name="uq_loans_decision_id"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_loans_decision_id_decisions"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_loans_customer_id_customers"),
        sa.ForeignKeyConstraint(["loan_account"], ["ledger_accounts.id"], name="fk_loans_loan_account_ledger_accounts"),
        sa.ForeignKeyConstraint(
            ["customer_account"], ["ledger_accounts.id"], name="fk_loans_customer_account_ledger_accounts"
        ),
        sa.CheckConstraint("principal_minor > 0", name="ck_loans_principal"),
        sa.CheckConstraint(
            "state IN ('accepted', 'stopped', 'cancelled', 'paid', 'active', 'settled')", name="ck_loans_state"
        ),
        sa.CheckConstraint("(state IN ('paid', 'active', 'settled')) = (paid_at IS NOT NULL)", name="ck_loans_paid"),
        sa.CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name="ck_loans_settled"),
    )
    op.create_index("ix_loans_customer_id", "loans", ["customer_id", "accepted_at"])
    op.create_index("ix_loans_waiting", "loans", ["waiting_since"], postgresql_where=sa.text("state = 'accepted'"))
    op.create_table(
        "loan_instalments",
        sa.Column("loan_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("due_day", sa.Integer, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("principal_minor", sa.BigInteger, nullable=False),
        sa.Column("interest_minor", sa.BigInteger, nullable=False),
        sa.Column("principal_paid_minor", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("interest_paid_minor", sa.BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("loan_id", "number", name="pk_loan_instalments"),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name="fk_loan_instalments_loan_id_loans"),
        sa.CheckConstraint(
            "principal_paid_minor BETWEEN 0 AND principal_minor AND interest_paid_minor BETWEEN 0 AND interest_minor",
            name="ck_loan_instalments_paid",
        ),
    )
    op.create_index("ix_loan_instalments_due_on", "loan_instalments", ["due_on"])
    op.create_table(
        "loan_repayments",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("loan_id", sa.Uuid, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("principal_minor", sa.BigInteger, nullable=False),
        sa.Column("interest_minor", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_loan_repayments"),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name="fk_loan_repayments_loan_id_loans"),
        sa.CheckConstraint(
            "amount_minor > 0 AND principal_minor >= 0 AND interest_minor >= 0 "
            "AND amount_minor = principal_minor + interest_minor",
            name="ck_loan_repayments_amount",
        ),
    )
    op.create_index("ix_loan_repayments_loan_id", "loan_repayments", ["loan_id", "at"])
