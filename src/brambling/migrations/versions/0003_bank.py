"""Customers, related persons, blocked lists, consent, events, claims, decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0003_bank"
down_revision = "0002_workflow"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def upgrade() -> None:
    # what is append-only is so for everyone who reaches the database, not only for this program
    op.execute(
        """
        CREATE FUNCTION bank_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    metadata = sa.MetaData(naming_convention=NAMES)
    _customers(metadata)
    _blocks(metadata)
    _consent(metadata)
    _events(metadata)
    _claims(metadata)
    _decisions(metadata)
    metadata.create_all(op.get_bind(), checkfirst=False)
    for table in ("consents", "events", "claims", "decisions"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION bank_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION bank_append_only()"
        )


def _customers(metadata: sa.MetaData) -> None:
    sa.Table(
        "customers",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("uscc", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_hash", sa.LargeBinary, nullable=False, index=True),
        sa.Column("gbt4754", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
    )
    sa.Table(
        "related_persons",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False, index=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("name_encrypted", sa.LargeBinary, nullable=False),
        sa.Column("name_hash", sa.LargeBinary, nullable=False, index=True),
        sa.Column("id_encrypted", sa.LargeBinary),
        sa.Column("id_hash", sa.LargeBinary, index=True),
    )
    sa.Table(
        "customer_addresses",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("address_encrypted", sa.LargeBinary, nullable=False),
        sa.Column("address_hash", sa.LargeBinary, nullable=False, index=True),
        sa.UniqueConstraint("customer_id", "channel"),
    )
    sa.Table(
        "customer_bank_accounts",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
        sa.Column("bank", sa.Text, nullable=False),
        sa.Column("number_encrypted", sa.LargeBinary, nullable=False),
        sa.Column("number_hash", sa.LargeBinary, nullable=False, index=True),
        sa.UniqueConstraint("customer_id", "number_hash"),
    )


def _blocks(metadata: sa.MetaData) -> None:
    sa.Table(
        "blocked_entries",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("list_name", sa.Text, nullable=False),
        sa.Column("entry_hash", sa.LargeBinary, nullable=False),
        sa.Column("uscc", sa.Text, index=True),
        sa.Column("id_hash", sa.LargeBinary, index=True),
        sa.Column("id_encrypted", sa.LargeBinary),
        sa.Column("name_hash", sa.LargeBinary, index=True),
        sa.Column("name_encrypted", sa.LargeBinary),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("expires_on", sa.Date),
        sa.UniqueConstraint("list_name", "entry_hash"),
        sa.CheckConstraint("uscc IS NOT NULL OR id_hash IS NOT NULL OR name_hash IS NOT NULL", name="names_somebody"),
    )


def _consent(metadata: sa.MetaData) -> None:
    sa.Table(
        "consents",
        metadata,
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("given", sa.Boolean, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.Index("ix_consents_latest", "customer_id", "purpose", "at", "number"),
    )


def _events(metadata: sa.MetaData) -> None:
    sa.Table(
        "events",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("subject", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Index("ix_events_timeline", "subject", "at", "id"),
    )


def _claims(metadata: sa.MetaData) -> None:
    sa.Table(
        "claims",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("subject", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value_text", sa.Text),
        sa.Column("value_encrypted", sa.LargeBinary),
        sa.Column("low", sa.Numeric),
        sa.Column("high", sa.Numeric),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("span", sa.Text, nullable=False),
        sa.Column("verified", sa.Boolean, nullable=False),
        sa.Column("haircut", sa.Numeric, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("(value_text IS NULL) <> (value_encrypted IS NULL)", name="one_value"),
        sa.CheckConstraint("low <= high", name="interval"),
        sa.CheckConstraint("haircut BETWEEN 0 AND 1", name="haircut"),
        sa.Index("ix_claims_subject", "subject", "name", "at"),
    )


def _decisions(metadata: sa.MetaData) -> None:
    sa.Table(
        "decisions",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Uuid, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous_hash", sa.Text, nullable=False, unique=True),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
        sa.Index("ix_decisions_subject", "subject", "number"),
    )
