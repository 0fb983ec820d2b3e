"""The table of events and every query on it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import RowMapping

from brambling.bank.events.rules import Event
from brambling.kit.db import ReadSession, WriteSession, metadata

events = sa.Table(
    "events",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("subject", sa.Uuid, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Index("ix_events_timeline", "subject", "at", "id"),
)


def insert_new(session: WriteSession, event: Event) -> bool:
    """Write the event; False when its id is already there."""
    statement = insert(events).values(id=event.id, subject=event.subject, kind=event.kind, at=event.at, data=event.data)
    return session.scalar(statement.on_conflict_do_nothing().returning(events.c.id)) is not None


def find(session: ReadSession, event_id: UUID) -> Event | None:
    row = session.first(sa.select(events).where(events.c.id == event_id))
    return _event(row) if row else None


def newest(session: ReadSession, subject: UUID | None, limit: int, before: tuple[datetime, UUID] | None) -> list[Event]:
    """Events of ``subject`` (of all without one), newest first, those strictly before the place ``before`` (time, id)."""
    query = sa.select(events)
    if subject is not None:
        query = query.where(events.c.subject == subject)
    if before is not None:
        query = query.where(sa.tuple_(events.c.at, events.c.id) < before)
    return [_event(row) for row in session.rows(query.order_by(events.c.at.desc(), events.c.id.desc()).limit(limit))]


def _event(row: RowMapping) -> Event:
    return Event(row["id"], row["subject"], row["kind"], row["at"], row["data"])
