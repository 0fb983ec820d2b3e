"""Tables of users, sessions and the audit trail, and every query on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import RowMapping

from brambling.engine.access.rules import Entry, User
from brambling.kit.db import ReadSession, WriteSession, metadata

_MOMENT = sa.DateTime(timezone=True)

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("roles", ARRAY(sa.Text), nullable=False),
    sa.Column("business_id", sa.Uuid),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", _MOMENT, nullable=False),
    sa.CheckConstraint("cardinality(roles) > 0", name="has_role"),
    sa.CheckConstraint("('owner' = ANY(roles)) = (business_id IS NOT NULL)", name="owner_has_business"),
)

user_sessions = sa.Table(
    "user_sessions",
    metadata,
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("created_at", _MOMENT, nullable=False),
    sa.Column("until", _MOMENT, nullable=False),
)

audit_trail = sa.Table(
    "audit_trail",
    metadata,
    sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("at", _MOMENT, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("thing", sa.Text, nullable=False),
    sa.Column("thing_id", sa.Text, nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Index("ix_audit_trail_thing", "thing", "thing_id", "number"),
    sa.Index("ix_audit_trail_actor", "actor", "act", "at"),
)


def four_eyes(first: str, second: str) -> sa.CheckConstraint:
    """The constraint that the persons in two columns differ; the same text goes into the migration of the table."""
    return sa.CheckConstraint(f"{second} IS NULL OR {second} <> {first}", name="four_eyes")


def insert_user(session: WriteSession, user: User, password_hash: str) -> None:
    session.execute(
        sa.insert(users).values(
            id=user.id,
            name=user.name,
            roles=list(user.roles),
            business_id=user.business_id,
            password_hash=password_hash,
            active=user.active,
            created_at=user.created_at,
        )
    )


def update_user(session: WriteSession, user_id: UUID, **values: Any) -> None:
    session.execute(sa.update(users).where(users.c.id == user_id).values(**values))


def find_user(session: ReadSession, name: str) -> tuple[User, str] | None:
    """The user and the hash of the password."""
    row = session.first(sa.select(users).where(users.c.name == name))
    return (_user(row), row["password_hash"]) if row else None


def all_users(session: ReadSession) -> list[User]:
    return [_user(row) for row in session.rows(sa.select(users).order_by(users.c.name))]


def insert_session(session: WriteSession, token_hash: bytes, user_id: UUID, at: datetime, until: datetime) -> None:
    session.execute(sa.insert(user_sessions).values(token_hash=token_hash, user_id=user_id, created_at=at, until=until))


def session_user(session: ReadSession, token_hash: bytes, now: datetime) -> User | None:
    query = (
        sa.select(users)
        .join(user_sessions, user_sessions.c.user_id == users.c.id)
        .where(user_sessions.c.token_hash == token_hash, user_sessions.c.until > now, users.c.active)
    )
    row = session.first(query)
    return _user(row) if row else None


def delete_session(session: WriteSession, token_hash: bytes) -> None:
    session.execute(sa.delete(user_sessions).where(user_sessions.c.token_hash == token_hash))


def delete_sessions(session: WriteSession, user_id: UUID) -> None:
    session.execute(sa.delete(user_sessions).where(user_sessions.c.user_id == user_id))


def delete_expired_sessions(session: WriteSession, now: datetime) -> None:
    session.execute(sa.delete(user_sessions).where(user_sessions.c.until <= now))


def insert_entry(
    session: WriteSession, *, at: datetime, actor: str, act: str, thing: str, thing_id: str, detail: Mapping[str, Any]
) -> None:
    session.execute(
        sa.insert(audit_trail).values(at=at, actor=actor, act=act, thing=thing, thing_id=thing_id, detail=dict(detail))
    )


def failures_since(session: ReadSession, name: str, since: datetime) -> list[datetime]:
    """When sign-in failed for ``name`` after ``since`` and after its last success, newest first."""
    tries = sa.select(audit_trail.c.at, audit_trail.c.act).where(
        audit_trail.c.actor == name, audit_trail.c.act.in_(("sign-in", "sign-in-failed")), audit_trail.c.at > since
    )
    failed = []
    for row in session.rows(tries.order_by(audit_trail.c.number.desc())):
        if row["act"] == "sign-in":
            break
        failed.append(row["at"])
    return failed


def entries(
    session: ReadSession, thing: str | None, thing_id: str | None, before: int | None, limit: int
) -> list[Entry]:
    query = sa.select(audit_trail).order_by(audit_trail.c.number.desc()).limit(limit)
    if thing is not None:
        query = query.where(audit_trail.c.thing == thing)
    if thing_id is not None:
        query = query.where(audit_trail.c.thing_id == thing_id)
    if before is not None:
        query = query.where(audit_trail.c.number < before)
    return [Entry(**row) for row in session.rows(query)]


def lock_name(session: WriteSession, name: str) -> None:
    """One sign-in of a name at a time: tries sent side by side cannot outrun the count of failures."""
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"sign-in:{name}", 0))))


def _user(row: RowMapping) -> User:
    return User(row["id"], row["name"], tuple(row["roles"]), row["business_id"], row["active"], row["created_at"])
