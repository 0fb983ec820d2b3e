"""Advisory locks that last as long as a transaction, by name."""

from __future__ import annotations

import hashlib

from sqlalchemy import text

from brambling.kit.db.sessions import WriteSession


def _number(words: tuple[object, ...]) -> int:
    digest = hashlib.sha256("|".join(map(str, words)).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def lock(session: WriteSession, *words: object) -> None:
    """Wait for the lock called ``words`` and hold it until the transaction ends.

    What is read afterwards is read by a new statement, and so sees all that the holder before has committed.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _number(words)})


def try_lock(session: WriteSession, *words: object) -> bool:
    """Take the lock called ``words`` if nobody holds it."""
    return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _number(words)}))
