"""The session in which a manager of a wealth company reads.

The bank first writes the look into the audit trail and hands out a pass for one minute, whose hash alone is kept. The
reading transaction then becomes the role ``brambling_manager``, which may read five tables and of them its company's rows,
and shows the pass. The role and the pass are set with SET LOCAL, so they end with the transaction and no pooled
connection keeps them.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import sqlalchemy as sa

from brambling.kit.db import Database, ReadSession, WriteSession
from brambling.wealth.structure.store.tables import fund_passes

PASS_SECONDS = 60


def new_pass(session: WriteSession, company_id: UUID) -> str:
    """A pass of the company for one look. It runs by the database's own time, as the policy that asks for it does."""
    word = secrets.token_urlsafe(32)
    session.execute(sa.delete(fund_passes).where(fund_passes.c.until <= sa.func.now()))
    until = sa.func.now() + sa.func.make_interval(0, 0, 0, 0, 0, 0, PASS_SECONDS)
    digest = hashlib.sha256(word.encode("utf-8")).digest()
    session.execute(sa.insert(fund_passes).values(digest=digest, company_id=company_id, until=until))
    return word


@contextmanager
def as_manager(db: Database, word: str) -> Iterator[ReadSession]:
    """A read-only transaction as a manager of the company whose pass ``word`` is."""
    with db.read() as session:
        session.execute(sa.text("SET LOCAL ROLE brambling_manager"))
        session.execute(sa.text("SELECT set_config('brambling.pass', :word, true)"), {"word": word})
        yield session


def delete_pass(session: WriteSession, word: str) -> None:
    """End a pass before its minute is over."""
    digest = hashlib.sha256(word.encode("utf-8")).digest()
    session.execute(sa.delete(fund_passes).where(fund_passes.c.digest == digest))
