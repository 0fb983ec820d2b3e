"""Accounts, transfers, holds, balances."""

import sqlalchemy as sa
from alembic import op

revision = "0004_ledger"
down_revision = "0003_bank"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("may_be_negative", sa.Boolean, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("debits_minor", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("credits_minor", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("held_minor", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_accounts"),
        sa.CheckConstraint(
            "kind IN ('asset', 'liability', 'equity', 'income', 'expense')", name="ck_ledger_accounts_kind"
        ),
        sa.CheckConstraint(
            "debits_minor >= 0 AND credits_minor >= 0 AND held_minor >= 0", name="ck_ledger_accounts_totals"
        ),
        sa.CheckConstraint(
            "may_be_negative OR held_minor <= CASE WHEN kind IN ('asset', 'expense') "
            "THEN debits_minor - credits_minor ELSE credits_minor - debits_minor END",
            name="ck_ledger_accounts_funds",
        ),
        # room on each page for the next version of a row: totals move in place, without touching the index
        postgresql_with={"fillfactor": "70"},
    )
    op.create_table(
        "ledger_transfers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("sequence", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("debit_id", sa.Uuid, nullable=False),
        sa.Column("credit_id", sa.Uuid, nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("memo", sa.Text, nullable=False),
        sa.Column("decision_id", sa.Uuid),
        sa.Column("debit_balance_minor", sa.BigInteger, nullable=False),
        sa.Column("credit_balance_minor", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_transfers"),
        sa.ForeignKeyConstraint(
            ["debit_id"], ["ledger_accounts.id"], name="fk_ledger_transfers_debit_id_ledger_accounts"
        ),
        sa.ForeignKeyConstraint(
            ["credit_id"], ["ledger_accounts.id"], name="fk_ledger_transfers_credit_id_ledger_accounts"
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_ledger_transfers_decision_id_decisions"),
        sa.CheckConstraint("amount_minor > 0 AND debit_id <> credit_id", name="ck_ledger_transfers_amount"),
        sa.CheckConstraint("kind <> 'payout' OR decision_id IS NOT NULL", name="ck_ledger_transfers_decision"),
    )
    op.create_index("ix_ledger_transfers_debit_id", "ledger_transfers", ["debit_id", "sequence"])
    op.create_index("ix_ledger_transfers_credit_id", "ledger_transfers", ["credit_id", "sequence"])
    op.create_table(
        "ledger_holds",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("transfer_id", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_holds"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name="fk_ledger_holds_account_id_ledger_accounts"
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["ledger_transfers.id"], name="fk_ledger_holds_transfer_id_ledger_transfers"
        ),
        sa.CheckConstraint("amount_minor > 0", name="ck_ledger_holds_amount"),
        sa.CheckConstraint("state IN ('open', 'released', 'captured')", name="ck_ledger_holds_state"),
        sa.CheckConstraint("(state = 'captured') = (transfer_id IS NOT NULL)", name="ck_ledger_holds_captured"),
    )
    op.create_index("ix_ledger_holds_open", "ledger_holds", ["account_id"], postgresql_where=sa.text("state = 'open'"))
    _append_only("ledger_transfers")


def _append_only(table: str) -> None:
    """What is posted stays: a mistake is mended by a transfer the other way."""
    op.execute(
        f"""
        CREATE FUNCTION {table}_stay() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{table} is append-only'; END $$
        """
    )
    op.execute(
        f"CREATE TRIGGER {table}_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_stay()"
    )
