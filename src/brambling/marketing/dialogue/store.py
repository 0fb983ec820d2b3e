"""Conversations and their turns; every query on them. Words are kept with personal numbers masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import RowMapping

from brambling.kit.crypto import mask, mask_all
from brambling.kit.db import ReadSession, WriteSession, metadata

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False, index=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("state", JSONB, nullable=False),
    sa.Column("task_id", sa.Uuid, sa.ForeignKey("tasks.id"), index=True),
    sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False, index=True),
)
turns = sa.Table(
    "conversation_turns",
    metadata,
    sa.Column("conversation_id", sa.Uuid, sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("speaker", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("acts", JSONB, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.CheckConstraint("speaker IN ('owner', 'assistant', 'desk', 'note')", name="speaker"),
)
WORDS_KEPT_MAX = 20_000


def add_conversation(session: WriteSession, row: dict[str, Any]) -> None:
    """Write a new conversation."""
    session.execute(sa.insert(conversations).values(row))


def find(session: ReadSession, conversation_id: UUID, *, lock: bool = False) -> RowMapping | None:
    """The conversation; with ``lock`` one message at a time."""
    query = sa.select(conversations).where(conversations.c.id == conversation_id)
    return session.first(query.with_for_update() if lock else query)


def of_task(session: ReadSession, task_id: UUID) -> RowMapping | None:
    """The conversation that a task is about."""
    return session.first(sa.select(conversations).where(conversations.c.task_id == task_id))


def save(
    session: WriteSession, conversation_id: UUID, state: dict[str, Any], task_id: UUID | None, at: datetime
) -> None:
    """Write what a turn changed."""
    values = {"state": state, "task_id": task_id, "touched_at": at}
    session.execute(sa.update(conversations).where(conversations.c.id == conversation_id).values(values))


def add_turn(
    session: WriteSession,
    conversation_id: UUID,
    speaker: str,
    words: str,
    at: datetime,
    *,
    author: str = "",
    acts: Sequence[dict[str, Any]] = (),
) -> int:
    """Append a turn; its number. The caller holds the conversation's lock."""
    last = session.scalar(sa.select(sa.func.max(turns.c.number)).where(turns.c.conversation_id == conversation_id))
    number = (last or 0) + 1
    kept = mask(words[:WORDS_KEPT_MAX])
    row = {"conversation_id": conversation_id, "number": number, "speaker": speaker, "author": author}
    session.execute(sa.insert(turns).values(**row, words=kept, acts=mask_all(list(acts)), at=at))
    return number


def transcript(session: ReadSession, conversation_id: UUID, *, after: int = 0) -> Sequence[RowMapping]:
    """The turns after number ``after``, in order."""
    query = sa.select(turns).where(turns.c.conversation_id == conversation_id, turns.c.number > after)
    return session.rows(query.order_by(turns.c.number))


def newest_of(session: ReadSession, customer_id: UUID, limit: int = 20) -> Sequence[RowMapping]:
    """A customer's conversations, newest first."""
    query = sa.select(conversations).where(conversations.c.customer_id == customer_id)
    return session.rows(query.order_by(conversations.c.touched_at.desc()).limit(limit))


def between(session: ReadSession, since: datetime, until: datetime, limit: int = 200_000) -> Sequence[RowMapping]:
    """Every turn of a span of time with its customer, by conversation and number."""
    query = sa.select(turns, conversations.c.customer_id).join(conversations)
    query = query.where(turns.c.at >= since, turns.c.at <= until)
    return session.rows(query.order_by(turns.c.conversation_id, turns.c.number).limit(limit))
