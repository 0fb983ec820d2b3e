"""What the bank does by itself: duties that come round, and errands that a transaction leaves for afterwards.

- A ``Duty`` is due every so many seconds. Of all processes on one database one takes it, by one statement; what it finds
  is kept, and the newest findings are what health is read from.
- An errand is a row written in the transaction that asks for it, so it is asked for if and only if that commits. It is
  taken, done and dropped in one transaction of its own: done once, however often a process dies. What fails stays and is
  tried again, ever later.

Each duty has a thread of its own, so a long one holds up none of the others, and none holds up the heartbeat.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from uuid import UUID

from brambling.engine.workflow import store
from brambling.kit.db import Database, ReadSession, WriteSession
from brambling.kit.errors import Rejection
from brambling.kit.log import logger

Run = Callable[[WriteSession, UUID], None]
TRIES_MANY = 5
_WAIT_SECONDS, _WAIT_SECONDS_MAX = 5.0, 3600.0


@dataclass(frozen=True)
class Duty:
    """``work`` is due every ``every_seconds``; it returns one line for each thing it found wrong."""

    name: str
    every_seconds: float
    work: Callable[[], Sequence[str]]


@dataclass(frozen=True)
class Done:
    """When a duty was last begun and ended (None while it runs for the first time), and what it found then."""

    name: str
    began_at: datetime
    ended_at: datetime | None
    findings: tuple[str, ...]


def leave(session: WriteSession, errand_id: UUID, kind: str, subject: UUID) -> None:
    """Leave an errand about ``subject`` that is run after this transaction; the same id and kind is left once."""
    store.add_errand(session, errand_id, kind, subject)


def run_errands(db: Database, runs: Mapping[str, Run], limit: int = 1000) -> Sequence[str]:
    """Run what is due of the kinds in ``runs``; returns one line for each errand that has failed again and again.

    What a run raises rolls its work back. A rejection ends the errand (there is nothing to be done, as when a consent is
    missing); anything else is ours to mend and is tried again.
    """
    for _ in range(limit):
        if not _run_one(db, runs):
            break
    with db.read() as session:
        stuck = store.tried_often(session, TRIES_MANY)
    return [f"errand {row['kind']} of {row['subject']} has failed {row['tries']} times" for row in stuck]


def _run_one(db: Database, runs: Mapping[str, Run]) -> bool:
    with db.write() as session:
        row = store.take_errand(session, list(runs))
        if row is None:
            return False
        wait = min(_WAIT_SECONDS * 2 ** row["tries"], _WAIT_SECONDS_MAX)
        try:
            with session.connection.begin_nested():
                runs[row["kind"]](session, row["subject"])
        except Rejection as reason:
            logger("errands").info("nothing to do", kind=row["kind"], why=str(reason))
        except Exception as error:
            logger("errands").error("an errand failed", kind=row["kind"], error=f"{type(error).__name__}: {error}")
            store.put_off(session, row["id"], row["kind"], wait)
            return True
        store.drop_errand(session, row["id"], row["kind"])
        return True


def attend(db: Database, duty: Duty) -> bool:
    """Do ``duty`` if it is due and nobody else has taken it; returns whether it was done here."""
    with db.write() as session:
        if not store.begin_duty(session, duty.name, duty.every_seconds):
            return False
    try:
        findings = list(duty.work())
    except Exception as error:  # a duty that breaks is a finding itself, and comes round again
        findings = [f"{type(error).__name__}: {error}"]
        logger("duties").error("a duty failed", duty=duty.name, error=findings[0])
    with db.write() as session:
        store.end_duty(session, duty.name, findings)
    return True


def attended(session: ReadSession) -> list[Done]:
    """Every duty that was ever done on this database, by name."""
    return [
        Done(row["name"], row["began_at"], row["ended_at"], tuple(row["findings"])) for row in store.all_duties(session)
    ]


class Attendance:
    """Attends to duties while its block runs, each on a daemon thread of its own."""

    def __init__(self, db: Database, duties: Sequence[Duty] = ()) -> None:
        self._db, self.duties = db, duties
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Attendance:
        self._threads = [
            threading.Thread(target=self._go_round, args=(duty,), name=f"duty-{duty.name}", daemon=True)
            for duty in self.duties
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=10)

    def rest(self, seconds: float) -> bool:
        """Sleep inside a long duty; True when the block ends and the duty should leave the rest for its next round."""
        return self._stop.wait(seconds)

    def _go_round(self, duty: Duty) -> None:
        pause = min(duty.every_seconds, 60.0)  # looked at more often: another process may have stopped meanwhile
        while True:
            try:
                attend(self._db, duty)
            except Exception as error:  # the database may be away
                logger("duties").warning("a duty waits", duty=duty.name, error=f"{type(error).__name__}: {error}")
            if self._stop.wait(pause):
                return
