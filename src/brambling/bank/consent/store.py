"""The append-only table of consents and every query on it."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

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
    sa.Index("ix_consents_latest", "customer_id", "purpose", "at", "number"),
)


def insert_change(session: WriteSession, customer_id: UUID, change: Change) -> None:
    row = {"purpose": change.purpose, "given": change.given, "at": change.at, "until": change.until}
    session.execute(sa.insert(consents).values(customer_id=customer_id, **row))


def changes_of(session: ReadSession, customer_id: UUID, purpose: str | None = None) -> list[Change]:
    """All changes in the order they were written."""
    query = sa.select(consents).where(consents.c.customer_id == customer_id).order_by(consents.c.number)
    if purpose is not None:
        query = query.where(consents.c.purpose == purpose)
    return [Change(row["purpose"], row["given"], row["at"], row["until"]) for row in session.rows(query)]
