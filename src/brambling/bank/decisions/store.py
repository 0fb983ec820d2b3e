"""The append-only table of decisions and every query on it."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from brambling.bank.decisions.rules import Decision, unsealed
from brambling.kit.db import ReadSession, WriteSession, metadata

# ``body`` is text, not a JSON column: the hash is over these very characters, and the database must not rewrite them.
decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Uuid, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("previous_hash", sa.Text, nullable=False, unique=True),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    sa.Index("ix_decisions_subject", "subject", "number"),
)
_COLUMNS = ("id", "number", "kind", "subject", "at", "actor", "outcome", "previous_hash", "hash")


def insert_decision(session: WriteSession, decision: Decision, body: str) -> None:
    row = {name: getattr(decision, name) for name in _COLUMNS}
    session.execute(sa.insert(decisions).values(**row, body=body))


def last(session: ReadSession) -> tuple[int, str] | None:
    """Number and hash of the newest decision."""
    query = sa.select(decisions.c.number, decisions.c.hash).order_by(decisions.c.number.desc()).limit(1)
    row = session.first(query)
    return (row["number"], row["hash"]) if row else None


def find(session: ReadSession, decision_id: UUID) -> Decision | None:
    row = session.first(sa.select(decisions).where(decisions.c.id == decision_id))
    return unsealed(row["body"], row["previous_hash"], row["hash"]) if row else None


def of_subject(session: ReadSession, subject: UUID, limit: int) -> list[Decision]:
    """Decisions about ``subject``, newest first."""
    query = sa.select(decisions).where(decisions.c.subject == subject).order_by(decisions.c.number.desc())
    rows = session.rows(query.limit(limit))
    return [unsealed(row["body"], row["previous_hash"], row["hash"]) for row in rows]


def page(session: ReadSession, after: int, limit: int) -> list[RowMapping]:
    """Rows in chain order after number ``after``."""
    query = sa.select(decisions).where(decisions.c.number > after).order_by(decisions.c.number)
    return list(session.rows(query.limit(limit)))
