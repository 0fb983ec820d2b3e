"""Campaigns with their members, and runs of journeys; every query on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.engine import RowMapping

from brambling.kit.db import ReadSession, WriteSession, metadata

campaigns = sa.Table(
    "campaigns",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("definition", JSONB, nullable=False),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
)
campaign_members = sa.Table(
    "campaign_members",
    metadata,
    sa.Column("campaign", sa.Text, sa.ForeignKey("campaigns.name"), primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), primary_key=True, index=True),
    sa.Column("arm", sa.Text, nullable=False),
    sa.Column("variant", sa.Text),
    sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("succeeded_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("arm IN ('contacted', 'held', 'held-from-all')", name="arm"),
    sa.CheckConstraint("(arm = 'contacted') = (variant IS NOT NULL)", name="variant"),
)
journey_runs = sa.Table(
    "journey_runs",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False, index=True),
    sa.Column("journey", sa.Text, nullable=False),
    sa.Column("definition", JSONB, nullable=False),
    sa.Column("facts", JSONB, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ended", sa.Text),
    sa.Index("ix_journey_runs_due", "due_at", postgresql_where=sa.text("ended IS NULL")),
)


def _is_new(session: WriteSession, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Write the row unless one of its key is there."""
    statement = insert(table).values(**row).on_conflict_do_nothing().returning(sa.literal(1))
    return session.scalar(statement) is not None


# -- campaigns ----------------------------------------------------------------------------------------------------------


def add_campaign(session: WriteSession, name: str, definition: Mapping[str, Any], at: datetime) -> bool:
    """Whether the campaign is new."""
    row = {"name": name, "definition": dict(definition), "started_at": at}
    return _is_new(session, campaigns, row)


def find_campaign(session: ReadSession, name: str) -> RowMapping | None:
    return session.first(sa.select(campaigns).where(campaigns.c.name == name))


def all_campaigns(session: ReadSession) -> Sequence[RowMapping]:
    return session.rows(sa.select(campaigns).order_by(campaigns.c.started_at.desc(), campaigns.c.name))


def add_member(session: WriteSession, row: Mapping[str, Any]) -> bool:
    """Whether the member is new; one that is there keeps its arm."""
    return _is_new(session, campaign_members, row)


def members(session: ReadSession, name: str) -> Sequence[RowMapping]:
    table = campaign_members
    return session.rows(sa.select(table).where(table.c.campaign == name).order_by(table.c.customer_id))


def find_member(session: ReadSession, name: str, customer_id: UUID) -> RowMapping | None:
    table = campaign_members
    return session.first(sa.select(table).where(table.c.campaign == name, table.c.customer_id == customer_id))


def mark_success(session: WriteSession, name: str, customer_id: UUID, at: datetime) -> bool:
    table = campaign_members
    mine = sa.and_(table.c.campaign == name, table.c.customer_id == customer_id, table.c.succeeded_at.is_(None))
    return session.execute(sa.update(table).where(mine).values(succeeded_at=at)).rowcount > 0


# -- journeys -----------------------------------------------------------------------------------------------------------


def add_run(session: WriteSession, row: Mapping[str, Any]) -> bool:
    """Whether the run is new: the same customer, journey and moment run once."""
    return _is_new(session, journey_runs, row)


def take_due(session: WriteSession, now: datetime) -> RowMapping | None:
    """A run whose time has come, locked so that no other worker takes it; None where none is left."""
    table = journey_runs
    query = sa.select(table).where(table.c.ended.is_(None), table.c.due_at <= now).order_by(table.c.due_at, table.c.id)
    return session.first(query.limit(1).with_for_update(skip_locked=True))


def waiting(session: WriteSession, customer_id: UUID) -> Sequence[RowMapping]:
    """The customer's runs that have not ended, locked; not those that a worker is moving at this moment.

    Whoever asks holds the customer's lock, and a worker takes that one after the run's: waiting here would deadlock.
    """
    table = journey_runs
    query = sa.select(table).where(table.c.customer_id == customer_id, table.c.ended.is_(None)).order_by(table.c.id)
    return session.rows(query.with_for_update(skip_locked=True))


def move_run(session: WriteSession, run_id: UUID, values: Mapping[str, Any]) -> None:
    session.execute(sa.update(journey_runs).where(journey_runs.c.id == run_id).values(**values))


def runs_of(session: ReadSession, journey: str) -> Sequence[RowMapping]:
    table = journey_runs
    return session.rows(sa.select(table).where(table.c.journey == journey).order_by(table.c.id))
