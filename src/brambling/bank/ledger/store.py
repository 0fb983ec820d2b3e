"""The ledger's tables and every query on them. Nothing else in the house writes these tables.

Locks: whoever changes an account locks its row first, several always in the order of their ids, so two writers cannot
wait for each other. ``NO KEY UPDATE`` is the weakest lock that does: foreign keys to an account do not wait for it.
A read after the lock sees what the writers before it committed (READ COMMITTED, a fresh snapshot a statement).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Executable,
    ForeignKey,
    Identity,
    Index,
    Table,
    Text,
    Uuid,
    insert,
    select,
    text,
    update,
)

from brambling.bank.ledger.rules import Account, Entry, Hold, Line, Transfer
from brambling.kit.db import ReadSession, WriteSession, metadata
from brambling.kit.errors import InvariantBroken
from brambling.kit.money import Money

accounts = Table(
    "ledger_accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("may_be_negative", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("debits_minor", BigInteger, nullable=False, server_default="0"),
    Column("credits_minor", BigInteger, nullable=False, server_default="0"),
    Column("held_minor", BigInteger, nullable=False, server_default="0"),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("kind IN ('asset', 'liability', 'equity', 'income', 'expense')", name="kind"),
    CheckConstraint("debits_minor >= 0 AND credits_minor >= 0 AND held_minor >= 0", name="totals"),
    CheckConstraint(
        "may_be_negative OR held_minor <= CASE WHEN kind IN ('asset', 'expense') "
        "THEN debits_minor - credits_minor ELSE credits_minor - debits_minor END",
        name="funds",
    ),
)

transfers = Table(
    "ledger_transfers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sequence", BigInteger, Identity(always=True), nullable=False),
    Column("debit_id", Uuid, ForeignKey("ledger_accounts.id"), nullable=False),
    Column("credit_id", Uuid, ForeignKey("ledger_accounts.id"), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", Text, nullable=False),
    Column("memo", Text, nullable=False),
    Column("decision_id", Uuid, ForeignKey("decisions.id")),
    Column("debit_balance_minor", BigInteger, nullable=False),
    Column("credit_balance_minor", BigInteger, nullable=False),
    CheckConstraint("amount_minor > 0 AND debit_id <> credit_id", name="amount"),
    CheckConstraint("kind <> 'payout' OR decision_id IS NOT NULL", name="decision"),
    Index("ix_ledger_transfers_debit_id", "debit_id", "sequence"),
    Index("ix_ledger_transfers_credit_id", "credit_id", "sequence"),
)

holds = Table(
    "ledger_holds",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, ForeignKey("ledger_accounts.id"), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True)),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("transfer_id", Uuid, ForeignKey("ledger_transfers.id")),
    CheckConstraint("amount_minor > 0", name="amount"),
    CheckConstraint("state IN ('open', 'released', 'captured')", name="state"),
    CheckConstraint("(state = 'captured') = (transfer_id IS NOT NULL)", name="captured"),
    Index("ix_ledger_holds_open", "account_id", postgresql_where=text("state = 'open'")),
)

_ACCOUNT = select(*(accounts.c[name] for name in Account.__dataclass_fields__))


def _fields(session: ReadSession, query: Executable, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    return (tuple(row) for row in session.execute(query, parameters))


# -- accounts -------------------------------------------------------------------------------------------------------


def add_account(session: WriteSession, account: Account, opened_at: datetime) -> bool:
    """Write an account unless its id is taken; say whether it was written."""
    statement = text(
        "INSERT INTO ledger_accounts (id, kind, currency, may_be_negative, name, opened_at) "
        "VALUES (:id, :kind, :currency, :may_be_negative, :name, :opened_at) ON CONFLICT (id) DO NOTHING"
    )
    fields = {name: getattr(account, name) for name in ("id", "kind", "currency", "may_be_negative", "name")}
    return session.execute(statement, {**fields, "opened_at": opened_at}).rowcount == 1


def find_account(session: ReadSession, account_id: UUID) -> Account | None:
    """The account, or None."""
    row = session.first(_ACCOUNT.where(accounts.c.id == account_id))
    return Account(**row) if row is not None else None


def find_accounts(session: ReadSession, ids: Collection[UUID]) -> dict[UUID, Account]:
    """The accounts among ``ids`` that exist."""
    return {row["id"]: Account(**row) for row in session.rows(_ACCOUNT.where(accounts.c.id.in_(ids)))}


_LOCK = text(
    "SELECT id, kind, currency, may_be_negative, name, debits_minor, credits_minor, held_minor "
    "FROM ledger_accounts WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR NO KEY UPDATE"
)


def lock_accounts(session: WriteSession, ids: Collection[UUID]) -> dict[UUID, Account]:
    """Lock the accounts in the order of their ids and return those that exist."""
    return {row[0]: Account(*row) for row in _fields(session, _LOCK, {"ids": list(ids)})}


def set_held(session: WriteSession, account: Account) -> None:
    """Write what is held of a locked account."""
    session.execute(update(accounts).where(accounts.c.id == account.id).values(held_minor=account.held_minor))


# -- transfers ------------------------------------------------------------------------------------------------------

_FIND = text(
    "SELECT id, debit_id, credit_id, amount_minor, currency, at, kind, memo, decision_id "
    "FROM ledger_transfers WHERE id = ANY(CAST(:ids AS uuid[]))"
)


def find_transfers(session: ReadSession, ids: Collection[UUID]) -> dict[UUID, Transfer]:
    """The transfers among ``ids`` that are posted."""
    return {
        row[0]: Transfer(row[0], row[1], row[2], Money(row[3], row[4]), *row[5:])
        for row in _fields(session, _FIND, {"ids": list(ids)})
    }


# Rows and totals in one statement, one round trip: the totals move by sums of the very rows that were inserted, so
# they cannot disagree with them. RETURNING lets the caller hold the result against its own sums.
_WRITE = text(
    """
    WITH new AS (
        INSERT INTO ledger_transfers (id, debit_id, credit_id, amount_minor, currency, at, kind, memo, decision_id,
                                      debit_balance_minor, credit_balance_minor)
        SELECT * FROM unnest(
            CAST(:id AS uuid[]), CAST(:debit AS uuid[]), CAST(:credit AS uuid[]), CAST(:amount AS bigint[]),
            CAST(:currency AS text[]), CAST(:at AS timestamptz[]), CAST(:kind AS text[]), CAST(:memo AS text[]),
            CAST(:decision AS uuid[]), CAST(:debit_balance AS bigint[]), CAST(:credit_balance AS bigint[]))
        RETURNING debit_id, credit_id, amount_minor
    ), moved AS (
        SELECT id, sum(debit) AS debit, sum(credit) AS credit FROM (
            SELECT debit_id AS id, amount_minor AS debit, 0 AS credit FROM new
            UNION ALL SELECT credit_id, 0, amount_minor FROM new) AS sides
        GROUP BY id
    )
    UPDATE ledger_accounts AS a
    SET debits_minor = a.debits_minor + moved.debit, credits_minor = a.credits_minor + moved.credit
    FROM moved WHERE a.id = moved.id
    RETURNING a.id, a.debits_minor, a.credits_minor
    """
)


def write_entries(session: WriteSession, entries: Sequence[Entry]) -> dict[UUID, tuple[int, int]]:
    """Insert the entries and move the totals of their (locked) accounts; return debits and credits of each."""
    columns: dict[str, list[Any]] = {
        "id": [e.transfer.id for e in entries],
        "debit": [e.transfer.debit for e in entries],
        "credit": [e.transfer.credit for e in entries],
        "amount": [e.transfer.amount.minor for e in entries],
        "currency": [e.transfer.amount.currency for e in entries],
        "at": [e.transfer.at for e in entries],
        "kind": [e.transfer.kind for e in entries],
        "memo": [e.transfer.memo for e in entries],
        "decision": [e.transfer.decision_id for e in entries],
        "debit_balance": [e.debit_balance_minor for e in entries],
        "credit_balance": [e.credit_balance_minor for e in entries],
    }
    return {row[0]: (row[1], row[2]) for row in _fields(session, _WRITE, columns)}


_LINES = text(
    """
    SELECT * FROM (
        SELECT sequence, id, at, kind, memo, credit_id AS other, amount_minor AS debit, debit_balance_minor AS balance
        FROM ledger_transfers WHERE debit_id = :account AND sequence < :before ORDER BY sequence DESC LIMIT :limit
    ) AS debits UNION ALL SELECT * FROM (
        SELECT sequence, id, at, kind, memo, debit_id, -amount_minor, credit_balance_minor
        FROM ledger_transfers WHERE credit_id = :account AND sequence < :before ORDER BY sequence DESC LIMIT :limit
    ) AS credits ORDER BY sequence DESC LIMIT :limit
    """
)


def lines(session: ReadSession, account: Account, limit: int, before: int) -> list[Line]:
    """The account's last lines with a sequence below ``before``, newest first."""
    sign = 1 if account.kind in ("asset", "expense") else -1
    currency = account.currency
    rows = _fields(session, _LINES, {"account": account.id, "before": before, "limit": limit})
    return [
        Line(sequence, key, at, kind, memo, other, Money(sign * debit, currency), Money(balance, currency))
        for sequence, key, at, kind, memo, other, debit, balance in rows
    ]


# -- holds ----------------------------------------------------------------------------------------------------------


def journal(session: ReadSession, limit: int) -> list[dict[str, Any]]:
    """Transfers in the order they were posted, amounts as text with two decimals."""
    rows = session.rows(select(transfers).order_by(transfers.c.sequence).limit(limit))
    money = ("amount", "debit_balance", "credit_balance")
    return [
        {
            name: row[name]
            for name in ("id", "sequence", "debit_id", "credit_id", "currency", "at", "kind", "decision_id")
        }
        | {name: str(Money(row[f"{name}_minor"], row["currency"])) for name in money}
        for row in rows
    ]


def add_hold(session: WriteSession, hold: Hold) -> None:
    """Write an open hold."""
    values = {"id": hold.id, "account_id": hold.account_id, "amount_minor": hold.amount.minor, "at": hold.at}
    session.execute(insert(holds).values(**values, until=hold.until, reason=hold.reason, state="open"))


def find_hold(session: ReadSession, hold_id: UUID) -> tuple[Hold, UUID | None] | None:
    """A hold and the transfer that captured it, or None."""
    query = select(holds, accounts.c.currency).join(accounts).where(holds.c.id == hold_id)
    row = session.first(query)
    if row is None:
        return None
    amount = Money(row["amount_minor"], row["currency"])
    hold = Hold(row["id"], row["account_id"], amount, row["at"], row["until"], row["reason"], row["state"])
    return hold, row["transfer_id"]


def close_hold(session: WriteSession, hold_id: UUID, state: str, transfer_id: UUID | None = None) -> None:
    """Move an open hold (of a locked account) to ``state``."""
    statement = update(holds).where(holds.c.id == hold_id, holds.c.state == "open")
    if session.execute(statement.values(state=state, transfer_id=transfer_id)).rowcount != 1:
        raise InvariantBroken(f"hold {hold_id} was closed by another while its account was locked")


def expired_holds(session: ReadSession, now: datetime, limit: int) -> list[UUID]:
    """Open holds whose time is over."""
    query = select(holds.c.id).where(holds.c.state == "open", holds.c.until <= now).order_by(holds.c.until)
    return [row[0] for row in session.tuples(query.limit(limit))]


# -- invariants -----------------------------------------------------------------------------------------------------

_CHECKS = {
    "accounts of {0}: debits {1} and credits {2} differ": """
        SELECT currency, sum(debits_minor), sum(credits_minor) FROM ledger_accounts GROUP BY currency
        HAVING sum(debits_minor) <> sum(credits_minor)""",
    "account {0}: totals {1} debit, {2} credit, but its transfers sum to {3} and {4}": """
        SELECT a.id, a.debits_minor, a.credits_minor, coalesce(d.total, 0), coalesce(c.total, 0)
        FROM ledger_accounts a
        LEFT JOIN (SELECT debit_id, sum(amount_minor) AS total FROM ledger_transfers GROUP BY 1) d ON d.debit_id = a.id
        LEFT JOIN (SELECT credit_id, sum(amount_minor) AS total FROM ledger_transfers GROUP BY 1) c ON c.credit_id = a.id
        WHERE a.debits_minor <> coalesce(d.total, 0) OR a.credits_minor <> coalesce(c.total, 0)""",
    "account {0}: {1} held, but its open holds sum to {2}": """
        SELECT a.id, a.held_minor, coalesce(h.total, 0) FROM ledger_accounts a
        LEFT JOIN (SELECT account_id, sum(amount_minor) AS total FROM ledger_holds WHERE state = 'open' GROUP BY 1) h
        ON h.account_id = a.id WHERE a.held_minor <> coalesce(h.total, 0)""",
    "account {0} may not be negative and stands at {1} with {2} held": """
        SELECT id, balance, held_minor FROM (SELECT *, CASE WHEN kind IN ('asset', 'expense')
        THEN debits_minor - credits_minor ELSE credits_minor - debits_minor END AS balance FROM ledger_accounts) a
        WHERE NOT may_be_negative AND balance < held_minor""",
    "pay-out {0} names no decision": """
        SELECT id FROM ledger_transfers WHERE kind = 'payout' AND decision_id IS NULL""",
    "transfer {0} is in {1} on an account of another currency": """
        SELECT t.id, t.currency FROM ledger_transfers t JOIN ledger_accounts a ON a.id IN (t.debit_id, t.credit_id)
        WHERE a.currency <> t.currency""",
    "account {0}: the balance after transfer {1} is written as {2}, its transfers so far sum to {3}": """
        SELECT id, transfer, written, summed FROM (
            SELECT a.id, s.transfer, s.written, sum(CASE WHEN a.kind IN ('asset', 'expense') THEN s.net ELSE -s.net END)
                OVER (PARTITION BY a.id ORDER BY s.sequence) AS summed
            FROM ledger_accounts a JOIN (
                SELECT debit_id AS account, id AS transfer, sequence, amount_minor AS net, debit_balance_minor AS written
                FROM ledger_transfers UNION ALL
                SELECT credit_id, id, sequence, -amount_minor, credit_balance_minor FROM ledger_transfers
            ) s ON s.account = a.id) AS running
        WHERE written <> summed""",
}


def broken(session: ReadSession, limit: int = 20) -> Iterable[str]:
    """A line for every place where an invariant does not hold, at most ``limit`` of each."""
    for line, query in _CHECKS.items():
        for row in _fields(session, text(f"{query} LIMIT :limit"), {"limit": limit}):
            yield line.format(*row)
