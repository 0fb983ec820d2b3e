"""One function for each thing that is done with users. Each writes its line of the audit trail."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from brambling.engine.access import store
from brambling.engine.access.rules import (
    FAILURES_MAX,
    FAILURES_WINDOW,
    SESSION_HOURS,
    Entry,
    SignedIn,
    SignInFailed,
    User,
    checked_name,
    checked_password,
    checked_roles,
)
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.errors import Conflict, NotFound
from brambling.kit.ids import new_id

if TYPE_CHECKING:
    from pwdlib import PasswordHash


def add_user(
    session: WriteSession,
    name: str,
    password: str,
    roles: Sequence[str],
    *,
    now: datetime,
    actor: str,
    business_id: UUID | None = None,
) -> User:
    """A new user; raises InputRejected for a name, password or roles that cannot be, Conflict when the name is taken."""
    name = checked_name(name)
    kept = checked_roles(roles, business_id)
    user = User(new_id(now), name, kept, business_id, True, now)
    password_hash = _hasher().hash(checked_password(password, name))
    try:
        with session.connection.begin_nested():
            store.insert_user(session, user, password_hash)
    except IntegrityError as error:
        raise Conflict(f"there is a user {name} already") from error
    record(session, actor, "add", "user", name, now=now, detail={"roles": list(kept)})
    return user


def users(session: ReadSession) -> list[User]:
    """All users by name."""
    return store.all_users(session)


def change_roles(session: WriteSession, name: str, roles: Sequence[str], *, now: datetime, actor: str) -> User:
    """Give the user these roles instead of the present ones; takes effect at once, in running sessions too."""
    user, _ = _found(session, name)
    kept = checked_roles(roles, user.business_id)
    store.update_user(session, user.id, roles=list(kept))
    record(
        session, actor, "change-roles", "user", user.name, now=now, detail={"from": list(user.roles), "to": list(kept)}
    )
    return _found(session, name)[0]


def set_password(session: WriteSession, name: str, password: str, *, now: datetime, actor: str) -> None:
    """A new password; ends every session of the user."""
    user, _ = _found(session, name)
    store.update_user(session, user.id, password_hash=_hasher().hash(checked_password(password, user.name)))
    store.delete_sessions(session, user.id)
    record(session, actor, "set-password", "user", user.name, now=now)


def deactivate_user(session: WriteSession, name: str, *, now: datetime, actor: str) -> None:
    """The user may do nothing from now on; the name stays, because the audit trail speaks of it."""
    user, _ = _found(session, name)
    store.update_user(session, user.id, active=False)
    store.delete_sessions(session, user.id)
    record(session, actor, "deactivate", "user", user.name, now=now)


def sign_in(session: WriteSession, name: str, password: str, *, now: datetime) -> SignedIn | SignInFailed:
    """A session for whoever knows the password.

    A failure is returned and not raised, so that the count of failures is committed with it: after five within a
    quarter of an hour the name is locked until the oldest of them is that old. Unknown names take as long as known ones.
    """
    name = name.lower()
    store.lock_name(session, name)
    failed = store.failures_since(session, name, now - FAILURES_WINDOW)
    if len(failed) >= FAILURES_MAX:
        return SignInFailed("locked", failed[FAILURES_MAX - 1] + FAILURES_WINDOW)
    found = store.find_user(session, name)
    right = _hasher().verify(password[:1025], found[1] if found else _nobody())
    if not found or not right or not found[0].active:
        record(session, name, "sign-in-failed", "user", name, now=now)
        return SignInFailed("wrong")
    token, until = secrets.token_urlsafe(32), now + timedelta(hours=SESSION_HOURS)
    store.delete_expired_sessions(session, now)
    store.insert_session(session, _digest(token), found[0].id, now, until)
    record(session, name, "sign-in", "user", name, now=now)
    return SignedIn(found[0], token, until)


def who(session: ReadSession, token: str, *, now: datetime) -> User | None:
    """The user of a session, None when the token is of none that still runs."""
    return store.session_user(session, _digest(token), now)


def sign_out(session: WriteSession, token: str, *, now: datetime) -> None:
    """End the session of this token; a token of none is no error."""
    user = who(session, token, now=now)
    store.delete_session(session, _digest(token))
    if user is not None:
        record(session, user.name, "sign-out", "user", user.name, now=now)


def record(
    session: WriteSession,
    actor: str,
    act: str,
    thing: str,
    thing_id: str | UUID,
    *,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write a line of the audit trail, in the transaction of what it tells. ``detail`` holds no personal data."""
    store.insert_entry(session, at=now, actor=actor, act=act, thing=thing, thing_id=str(thing_id), detail=detail or {})


def trail(
    session: ReadSession,
    *,
    thing: str | None = None,
    thing_id: str | UUID | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Entry]:
    """Lines of the audit trail, newest first; ``before`` is the number of the last line of the page before."""
    return store.entries(session, thing, None if thing_id is None else str(thing_id), before, limit)


def _found(session: ReadSession, name: str) -> tuple[User, str]:
    found = store.find_user(session, name.lower())
    if found is None:
        raise NotFound(f"there is no user {name}")
    return found


def _digest(token: str) -> bytes:
    # the token has 256 random bits: a fast hash is enough, and a stolen table opens no session
    return hashlib.sha256(token.encode()).digest()


@cache
def _hasher() -> PasswordHash:
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(),))


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))
