"""The plans that were given."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from brambling.kit.db import ReadSession, WriteSession, metadata
from brambling.kit.money import Money
from brambling.kit.policy import dump, load
from brambling.wealth.advice.rules import Plan

plans = sa.Table(
    "plans",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("statement_until", sa.Date),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("content", JSONB, nullable=False),
    sa.Column("versions", JSONB, nullable=False),
    sa.CheckConstraint("amount_minor >= 0", name="amount"),
    sa.Index("ix_plans_customer_id", "customer_id", "made_at"),
)


def insert_plan(
    session: WriteSession,
    plan_id: UUID,
    customer_id: UUID,
    plan: Plan,
    *,
    made_at: datetime,
    statement_until: date | None,
    versions: dict[str, Any],
) -> None:
    row = {
        "id": plan_id,
        "customer_id": customer_id,
        "made_at": made_at,
        "statement_until": statement_until,
        "amount_minor": plan.amount.minor,
        "currency": plan.amount.currency,
        "content": dump(plan),
        "versions": versions,
    }
    session.execute(sa.insert(plans).values(row))


def newest(session: ReadSession, limit: int) -> list[tuple[UUID, datetime, Plan]]:
    """The newest plan of each customer with its time, the one made last first."""
    each = sa.select(plans).distinct(plans.c.customer_id).order_by(plans.c.customer_id, plans.c.made_at.desc())
    last = each.subquery()
    rows = session.rows(sa.select(last).order_by(last.c.made_at.desc()).limit(limit))
    return [(row["customer_id"], row["made_at"], load(Plan, row["content"], currency=row["currency"])) for row in rows]


def latest(session: ReadSession, customer_id: UUID) -> Plan | None:
    """The newest plan of a customer."""
    query = sa.select(plans).where(plans.c.customer_id == customer_id).order_by(plans.c.made_at.desc()).limit(1)
    row = session.first(query)
    if row is None:
        return None
    plan = load(Plan, row["content"], currency=row["currency"])
    assert plan.amount == Money(row["amount_minor"], row["currency"])
    return plan
