"""The needs that were found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.engine import RowMapping

from brambling.kit.db import ReadSession, WriteSession, metadata
from brambling.kit.money import Money
from brambling.kit.policy import dump
from brambling.kit.reasons import Reason
from brambling.marketing.needs.rules import Need

needs = sa.Table(
    "needs",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("strength", sa.Numeric, nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("happens_on", sa.Date, nullable=False),
    sa.Column("not_after", sa.Date, nullable=False),
    sa.Column("reasons", JSONB, nullable=False),
    sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("policy_version", sa.Text, nullable=False),
    sa.CheckConstraint("kind IN ('gap-ahead', 'idle-cash')", name="kind"),
    sa.CheckConstraint("strength BETWEEN 0 AND 1", name="strength"),
    sa.Index("ix_needs_customer_id", "customer_id", "found_at"),
    sa.Index("ix_needs_not_after", "not_after"),
)


def keep(session: WriteSession, found: Sequence[Need], at: datetime, policy_version: str) -> list[Need]:
    """Keep needs; one that is there already gets today's figures, so that no line tells another amount than this one."""
    if not found:
        return []
    rows = [
        {
            "id": need.id,
            "customer_id": need.customer_id,
            "kind": need.kind,
            "strength": need.strength,
            "amount_minor": need.amount.minor,
            "currency": need.amount.currency,
            "happens_on": need.happens_on,
            "not_after": need.not_after,
            "reasons": dump(need.reasons),
            "found_at": at,
            "policy_version": policy_version,
        }
        for need in found
    ]
    new = insert(needs)
    figures = ("strength", "amount_minor", "happens_on", "not_after", "reasons", "policy_version")
    session.execute(
        new.on_conflict_do_update(index_elements=["id"], set_={name: new.excluded[name] for name in figures}), rows
    )
    kept = session.rows(sa.select(needs).where(needs.c.id.in_([need.id for need in found])))
    return sorted(map(_need, kept), key=lambda need: -need.strength)


def known(session: ReadSession, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these needs were found before."""
    return {row["id"] for row in session.rows(sa.select(needs.c.id).where(needs.c.id.in_(ids)))}


def live(session: ReadSession, today: date, limit: int) -> list[Need]:
    """Needs that a message may still be of use for, the strongest first."""
    query = sa.select(needs).where(needs.c.not_after >= today).order_by(needs.c.strength.desc(), needs.c.id)
    return [_need(row) for row in session.rows(query.limit(limit))]


def of_customer(session: ReadSession, customer_id: UUID, limit: int) -> list[Need]:
    """Needs of a customer, newest first."""
    query = sa.select(needs).where(needs.c.customer_id == customer_id).order_by(needs.c.found_at.desc(), needs.c.id)
    return [_need(row) for row in session.rows(query.limit(limit))]


def _need(row: RowMapping) -> Need:
    return Need(
        kind=row["kind"],
        customer_id=row["customer_id"],
        strength=row["strength"],
        amount=Money(row["amount_minor"], row["currency"]),
        happens_on=row["happens_on"],
        not_after=row["not_after"],
        reasons=tuple(Reason(reason["code"], reason["params"]) for reason in row["reasons"]),
    )
