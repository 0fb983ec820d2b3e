"""Mandates and what was done by them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from brambling.kit.db import ReadSession, WriteSession, metadata
from brambling.kit.money import Money
from brambling.wealth.advice.rules.mandate import EndedWhy, Mandate, Move, Sweep

mandates = sa.Table(
    "mandates",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("product", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("swept_max_minor", sa.BigInteger, nullable=False),
    sa.Column("move_min_minor", sa.BigInteger, nullable=False),
    sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("given_by", sa.Text, nullable=False),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("ended_by", sa.Text),
    sa.Column("ended_why", sa.Text),
    sa.CheckConstraint("swept_max_minor >= move_min_minor AND move_min_minor > 0", name="limits"),
    sa.CheckConstraint(
        "(ended_at IS NULL) = (ended_why IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL)", name="ended"
    ),
    sa.Index("ix_mandates_living", "customer_id", unique=True, postgresql_where=sa.text("ended_at IS NULL")),
)

sweeps = sa.Table(
    "sweeps",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("mandate_id", sa.Uuid, sa.ForeignKey("mandates.id"), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("keep_minor", sa.BigInteger, nullable=False),
    sa.Column("floor_minor", sa.BigInteger, nullable=False),
    sa.Column("p_below", sa.Numeric(7, 6), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.CheckConstraint("p_below BETWEEN 0 AND 1", name="share"),
    sa.Index("ix_sweeps_mandate_id", "mandate_id", "at"),
)


def insert_mandate(session: WriteSession, mandate: Mandate) -> None:
    row = {
        "id": mandate.id,
        "customer_id": mandate.customer_id,
        "product": mandate.product,
        "currency": mandate.swept_max.currency,
        "swept_max_minor": mandate.swept_max.minor,
        "move_min_minor": mandate.move_min.minor,
        "given_at": mandate.given_at,
        "given_by": mandate.given_by,
    }
    session.execute(sa.insert(mandates).values(row))


def find(session: ReadSession, mandate_id: UUID) -> Mandate | None:
    row = session.first(sa.select(mandates).where(mandates.c.id == mandate_id))
    return _mandate(row) if row else None


def newest_of(session: ReadSession, customer_id: UUID) -> Mandate | None:
    """The customer's mandate that was given last, living or not."""
    query = sa.select(mandates).where(mandates.c.customer_id == customer_id).order_by(mandates.c.given_at.desc())
    row = session.first(query.limit(1))
    return _mandate(row) if row else None


def living(session: ReadSession) -> list[UUID]:
    """The mandates by which money may move."""
    query = sa.select(mandates.c.id).where(mandates.c.ended_at.is_(None)).order_by(mandates.c.id)
    return [row[0] for row in session.tuples(query)]


def end_mandate(session: WriteSession, mandate_id: UUID, at: datetime, by: str, why: EndedWhy) -> None:
    which = sa.update(mandates).where(mandates.c.id == mandate_id, mandates.c.ended_at.is_(None))
    session.execute(which.values(ended_at=at, ended_by=by, ended_why=why))


def insert_sweep(session: WriteSession, sweep: Sweep) -> None:
    row = {
        "id": sweep.id,
        "mandate_id": sweep.mandate_id,
        "day": sweep.day,
        "at": sweep.at,
        "amount_minor": sweep.move.amount.minor,
        "keep_minor": sweep.move.keep.minor,
        "floor_minor": sweep.move.floor.minor,
        "p_below": sweep.move.p_below,
        "reason": sweep.reason,
    }
    session.execute(sa.insert(sweeps).values(row))


def find_sweep(session: ReadSession, sweep_id: UUID, currency: str) -> Sweep | None:
    row = session.first(sa.select(sweeps).where(sweeps.c.id == sweep_id))
    return _sweep(row, currency) if row else None


def sweeps_of(session: ReadSession, mandate: Mandate, limit: int = 30) -> Sequence[Sweep]:
    """The newest looks at a mandate's account, the last first."""
    query = sa.select(sweeps).where(sweeps.c.mandate_id == mandate.id).order_by(sweeps.c.at.desc()).limit(limit)
    return [_sweep(row, mandate.swept_max.currency) for row in session.rows(query)]


_BROKEN = sa.text(
    """
    SELECT 'mandate ' || m.id || ' moved money after it ended' FROM mandates m JOIN sweeps s ON s.mandate_id = m.id
    WHERE s.amount_minor <> 0 AND s.at > m.ended_at
    UNION ALL
    SELECT 'sweep ' || s.id || ' and its transfer differ' FROM sweeps s LEFT JOIN ledger_transfers t ON t.id = s.id
    WHERE abs(s.amount_minor) IS DISTINCT FROM coalesce(t.amount_minor, 0)
    UNION ALL
    SELECT 'transfer ' || t.id || ' is a sweep that nobody decided' FROM ledger_transfers t
    WHERE t.kind IN ('sweep-in', 'sweep-out') AND NOT EXISTS (SELECT FROM sweeps s WHERE s.id = t.id)
    LIMIT 20
    """
)


def broken(session: ReadSession) -> list[str]:
    """One line for each place where mandates, sweeps and ledger contradict each other."""
    return [row[0] for row in session.tuples(_BROKEN)]


def _mandate(row: RowMapping) -> Mandate:
    return Mandate(
        row["id"],
        row["customer_id"],
        row["product"],
        Money(row["swept_max_minor"], row["currency"]),
        Money(row["move_min_minor"], row["currency"]),
        row["given_at"],
        row["given_by"],
        row["ended_at"],
        row["ended_by"],
        cast("EndedWhy | None", row["ended_why"]),
    )


def _sweep(row: RowMapping, currency: str) -> Sweep:
    amount, keep, floor = (Money(row[f"{name}_minor"], currency) for name in ("amount", "keep", "floor"))
    move = Move(amount, keep, floor, row["p_below"])
    return Sweep(row["id"], row["mandate_id"], row["day"], row["at"], move, row["reason"])
