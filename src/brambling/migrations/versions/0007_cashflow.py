"""Statements, transactions, counterparties, categories."""

import sqlalchemy as sa
from alembic import op

revision = "0007_cashflow"
down_revision = "0006_learn"
branch_labels = None
depends_on = None

CATEGORIES = "'sales', 'payroll', 'rent', 'tax', 'supplier', 'loan', 'owner', 'transfer', 'other'"

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
        "own_accounts",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
        sa.Column("number_encrypted", sa.LargeBinary, nullable=False),
        sa.Column("number_hash", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("customer_id", "number_hash"),
    )
    sa.Table(
        "counterparties",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("account_encrypted", sa.LargeBinary),
        sa.Column("account_hash", sa.LargeBinary),
        sa.Index(
            "ix_counterparties_account_hash", "account_hash", postgresql_where=sa.text("account_hash IS NOT NULL")
        ),
    )
    sa.Table(
        "statements",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False, index=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dialect", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("closing_balance_minor", sa.BigInteger),
        sa.Column("rows_new", sa.Integer, nullable=False),
        sa.Column("rows_known", sa.Integer, nullable=False),
    )
    sa.Table(
        "transactions",
        metadata,
        sa.Column("customer_id", sa.Uuid, primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("statement_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("balance_minor", sa.BigInteger),
        sa.Column("account_id", sa.Uuid),
        sa.Column("counterparty_id", sa.Uuid),
        sa.Column("memo", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.CheckConstraint(f"category IN ({CATEGORIES})", name="category"),
    )
    sa.Table(
        "category_corrections",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False, index=True),
        sa.Column("counterparty", sa.Text),
        sa.Column("memo", sa.Text),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"category IN ({CATEGORIES})", name="category"),
        sa.CheckConstraint("counterparty IS NOT NULL OR memo IS NOT NULL", name="says_which"),
    )
    tables = [table for name, table in metadata.tables.items() if name != "customers"]
    metadata.create_all(op.get_bind(), tables=tables, checkfirst=False)
