"""Tables of artefacts and releases, and every query on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from brambling.engine.access.store import four_eyes
from brambling.engine.learn.rules import Release
from brambling.engine.learn.shapes import Artefact
from brambling.kit.db import ReadSession, WriteSession, metadata

_MOMENT = sa.DateTime(timezone=True)

artefacts = sa.Table(
    "artefacts",
    metadata,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("created_at", _MOMENT, nullable=False),
)

releases = sa.Table(
    "releases",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("slot", sa.Text, nullable=False),
    sa.Column("version", sa.Text, sa.ForeignKey("artefacts.version"), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("proposed_by", sa.Text, nullable=False),
    sa.Column("proposed_at", _MOMENT, nullable=False),
    sa.Column("released_by", sa.Text),
    sa.Column("released_at", _MOMENT),
    sa.Column("retired_by", sa.Text),
    sa.Column("retired_at", _MOMENT),
    sa.CheckConstraint("state IN ('draft', 'released', 'retired')", name="state"),
    sa.CheckConstraint("released_by IS NULL OR released_by <> made_by", name="not_by_maker"),
    sa.CheckConstraint("(state = 'draft') <= (released_by IS NULL)", name="draft_is_not_released"),
    sa.CheckConstraint("state <> 'released' OR released_by IS NOT NULL", name="released_by_somebody"),
    four_eyes("proposed_by", "released_by"),
    sa.Index("ix_releases_one_released", "slot", unique=True, postgresql_where=sa.text("state = 'released'")),
    sa.Index("ix_releases_slot", "slot", "proposed_at"),
)


def insert_artefact(session: WriteSession, artefact: Artefact) -> bool:
    """Keep the artefact; False when the same content is there already."""
    statement = insert(artefacts).values(
        version=artefact.version,
        kind=artefact.kind,
        content=artefact.to_bytes(),
        created_by=artefact.created_by,
        created_at=artefact.created_at,
    )
    return session.execute(statement.on_conflict_do_nothing()).rowcount == 1


def find_artefact(session: ReadSession, version: str) -> Artefact | None:
    content = session.scalar(sa.select(artefacts.c.content).where(artefacts.c.version == version))
    return None if content is None else Artefact.from_bytes(bytes(content))


def insert_release(session: WriteSession, release: Release) -> None:
    session.execute(sa.insert(releases).values(**vars(release)))


def find_release(session: WriteSession, release_id: UUID) -> Release | None:
    """The release, its row locked until the transaction ends."""
    row = session.first(sa.select(releases).where(releases.c.id == release_id).with_for_update())
    return Release(**row) if row else None


def update_release(session: WriteSession, release_id: UUID, **values: Any) -> None:
    session.execute(sa.update(releases).where(releases.c.id == release_id).values(**values))


def lock_slot(session: WriteSession, slot: str) -> None:
    """One release of a slot at a time: two at once would meet at the index and fail with its words."""
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"release:{slot}", 0))))


def retire_released(session: WriteSession, slot: str, actor: str, now: datetime) -> None:
    session.execute(
        sa.update(releases)
        .where(releases.c.slot == slot, releases.c.state == "released")
        .values(state="retired", retired_by=actor, retired_at=now)
    )


def released_version(session: ReadSession, slot: str) -> str | None:
    version = session.scalar(
        sa.select(releases.c.version).where(releases.c.slot == slot, releases.c.state == "released")
    )
    return None if version is None else str(version)


def all_releases(session: ReadSession, slot: str | None) -> list[Release]:
    query = sa.select(releases).order_by(releases.c.proposed_at.desc(), releases.c.id.desc())
    if slot is not None:
        query = query.where(releases.c.slot == slot)
    return [Release(**row) for row in session.rows(query)]
