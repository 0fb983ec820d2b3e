"""The gate: contacts, refusals, caps."""

import sqlalchemy as sa
from alembic import op

revision = "0005_contact"
down_revision = "0004_ledger"
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
    metadata = sa.MetaData(naming_convention=NAMES)
    sa.Table("customers", metadata, sa.Column("id", sa.Uuid, primary_key=True))
    sa.Table(
        "contacts",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("text_encrypted", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("judged_at", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT),
        sa.Column("sent_at", MOMENT),
        sa.CheckConstraint("state IN ('open', 'sent', 'dropped')", name="state"),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        sa.Index("ix_contacts_sent", "customer_id", "sent_at", postgresql_where=sa.text("state = 'sent'")),
        sa.Index("ix_contacts_open", "judged_at", postgresql_where=sa.text("state = 'open'")),
    )
    sa.Table(
        "contact_verdicts",
        metadata,
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contacts.id"), nullable=False, index=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("not_before", MOMENT),
        sa.Column("policy_version", sa.Text, nullable=False),
        sa.Column("sent", sa.Boolean, nullable=False),
        sa.CheckConstraint("outcome IN ('release', 'hold', 'drop')", name="outcome"),
        sa.CheckConstraint("outcome = 'release' OR NOT sent", name="only_released_is_sent"),
    )
    sa.Table(
        "contact_refusals",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False, index=True),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.Column("after_verdict", sa.BigInteger, nullable=False),
        sa.Column("words_encrypted", sa.LargeBinary, nullable=False),
    )
    sa.Table(
        "contact_refusal_lifts",
        metadata,
        sa.Column("refusal_id", sa.Uuid, sa.ForeignKey("contact_refusals.id"), primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("after_verdict", sa.BigInteger, nullable=False),
        sa.Column("words_encrypted", sa.LargeBinary, nullable=False),
    )
    tables = [table for name, table in metadata.tables.items() if name != "customers"]
    metadata.create_all(op.get_bind(), tables=tables, checkfirst=False)
    for name in ("contact_verdicts", "contact_refusals", "contact_refusal_lifts"):
        op.execute(
            f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {name} "
            "FOR EACH ROW EXECUTE FUNCTION bank_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION bank_append_only()"
        )
