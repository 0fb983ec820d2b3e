"""The briefs that were given."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from brambling.kit.db import ReadSession, WriteSession, metadata

briefs = sa.Table(
    "briefs",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("statement_until", sa.Date, nullable=False),
    sa.Column("lang", sa.Text, nullable=False),
    sa.Column("content", JSONB, nullable=False),
    sa.Index("ix_briefs_customer_id", "customer_id", "made_at"),
)


def insert_brief(
    session: WriteSession,
    brief_id: UUID,
    customer_id: UUID,
    content: dict[str, Any],
    *,
    made_at: datetime,
    statement_until: date,
    lang: str,
) -> None:
    row = {"id": brief_id, "customer_id": customer_id, "made_at": made_at, "content": content}
    session.execute(sa.insert(briefs).values(**row, statement_until=statement_until, lang=lang))


def latest(session: ReadSession, customer_id: UUID) -> dict[str, Any] | None:
    """The newest brief of a customer, as JSON."""
    query = sa.select(briefs.c.content).where(briefs.c.customer_id == customer_id)
    content: dict[str, Any] | None = session.scalar(query.order_by(briefs.c.made_at.desc()).limit(1))
    return content
