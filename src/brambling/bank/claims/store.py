"""The append-only table of claims and every query on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import RowMapping

from brambling.kit.db import ReadSession, WriteSession, metadata

claims = sa.Table(
    "claims",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("subject", sa.Uuid, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("value_text", sa.Text),
    sa.Column("value_encrypted", sa.LargeBinary),
    sa.Column("low", sa.Numeric),
    sa.Column("high", sa.Numeric),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("span", sa.Text, nullable=False),
    sa.Column("verified", sa.Boolean, nullable=False),
    sa.Column("haircut", sa.Numeric, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(value_text IS NULL) <> (value_encrypted IS NULL)", name="one_value"),
    sa.CheckConstraint("low <= high", name="interval"),
    sa.CheckConstraint("haircut BETWEEN 0 AND 1", name="haircut"),
    sa.Index("ix_claims_subject", "subject", "name", "at"),
)


def insert_new(session: WriteSession, row: Mapping[str, Any]) -> bool:
    """False when the id is already there."""
    statement = insert(claims).values(**row).on_conflict_do_nothing()
    return session.scalar(statement.returning(claims.c.id)) is not None


def find(session: ReadSession, claim_id: UUID) -> RowMapping | None:
    return session.first(sa.select(claims).where(claims.c.id == claim_id))


def newest(session: ReadSession, subject: UUID, name: str | None) -> list[RowMapping]:
    """Claims about ``subject``, those of ``name`` where given, newest first."""
    query = sa.select(claims).where(claims.c.subject == subject)
    if name is not None:
        query = query.where(claims.c.name == name)
    return list(session.rows(query.order_by(claims.c.at.desc(), claims.c.id.desc())))
