"""The append-only table of consents and every query on it."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from brambling.bank.consent.rules import Change
from brambling.kit.db import ReadSession, WriteSession, metadata

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("given", sa.Boolean, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("until", sa.DateTime(timezone=True)),
    sa.Column("key", sa.Uuid, unique=True),
    sa.Column("noted_by", sa.Text, nullable=False, server_default=""),
    sa.Column("basis", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_consents_latest", "customer_id", "purpose", "at", "number"),
)

_FIELDS = ("purpose", "given", "at", "until", "noted_by", "basis")


def insert_change(session: WriteSession, customer_id: UUID, change: Change, key: UUID | None) -> None:
    row = {name: getattr(change, name) for name in _FIELDS}
    session.execute(sa.insert(consents).values(customer_id=customer_id, key=key, **row))


def find_change(session: ReadSession, key: UUID) -> tuple[UUID, Change] | None:
    """The customer and the change that were written with ``key``."""
    row = session.first(sa.select(consents).where(consents.c.key == key))
    return (row["customer_id"], _change(row)) if row else None


def changes_of(session: ReadSession, customer_id: UUID, purpose: str | None = None) -> list[Change]:
    """All changes in the order they were written."""
    query = sa.select(consents).where(consents.c.customer_id == customer_id).order_by(consents.c.number)
    if purpose is not None:
        query = query.where(consents.c.purpose == purpose)
    return [_change(row) for row in session.rows(query)]


def _change(row: RowMapping) -> Change:
    return Change(**{name: row[name] for name in _FIELDS})
