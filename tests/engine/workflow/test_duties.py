"""Duties come round once for all processes; errands are left with a transaction and run once after it."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text

from brambling.engine.workflow import Attendance, Duty, attend, attended, leave, run_errands
from brambling.kit.db import Database, WriteSession
from brambling.kit.errors import Failure, NotAllowed
from brambling.kit.ids import key_of

SUBJECT, EVENT = key_of("subject", 1), key_of("event", 1)


def left(db: Database) -> list[tuple[str, int]]:
    with db.read() as session:
        return [(row[0], row[1]) for row in session.tuples(text("SELECT kind, tries FROM errands ORDER BY kind"))]


def test_of_two_processes_one_does_a_duty_and_it_comes_round_again(db: Database) -> None:
    done: list[str] = []
    duty = Duty("count", 3600, lambda: done.append("x") or [])  # type: ignore[func-returns-value]
    assert attend(db, duty)
    assert not attend(db, duty)
    with db.write() as session:
        session.execute(text("UPDATE duties SET began_at = began_at - interval '2 hours'"))
    assert attend(db, duty)
    assert len(done) == 2


def test_what_a_duty_finds_is_kept_until_it_finds_nothing(db: Database) -> None:
    found = [["a debit without credit"], []]
    duty = Duty("check", 0, lambda: found.pop(0))
    attend(db, duty)
    with db.read() as session:
        assert attended(session)[0].findings == ("a debit without credit",)
    attend(db, duty)
    with db.read() as session:
        assert attended(session)[0].findings == ()


def test_a_duty_that_breaks_is_a_finding_itself(db: Database) -> None:
    def broken() -> list[str]:
        raise Failure("the disk is full")

    assert attend(db, Duty("check", 0, broken))
    with db.read() as session:
        assert attended(session)[0].findings == ("Failure: the disk is full",)


def test_an_errand_is_left_only_by_a_transaction_that_commits(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), db.write() as session:
        leave(session, EVENT, "needs", SUBJECT)
        raise ZeroDivisionError
    assert left(db) == []
    for _ in range(2):
        with db.write() as session:
            leave(session, EVENT, "needs", SUBJECT)
    assert left(db) == [("needs", 0)]


def test_an_errand_is_run_once_with_its_work_in_the_same_transaction(db: Database) -> None:
    ran: list[UUID] = []
    with db.write() as session:
        leave(session, EVENT, "needs", SUBJECT)
        leave(session, EVENT, "other", SUBJECT)
    for _ in range(2):
        assert run_errands(db, {"needs": lambda _session, subject: ran.append(subject)}) == []
    assert ran == [SUBJECT]
    assert left(db) == [("other", 0)]


def test_a_rejection_ends_an_errand_and_a_failure_puts_it_off(db: Database) -> None:
    def rejects(session: WriteSession, subject: UUID) -> None:
        session.execute(text("CREATE TABLE half_done (x int)"))
        raise NotAllowed("no consent")

    def fails(session: WriteSession, subject: UUID) -> None:
        raise Failure("not today")

    with db.write() as session:
        leave(session, EVENT, "rejects", SUBJECT)
        leave(session, EVENT, "fails", SUBJECT)
    run_errands(db, {"rejects": rejects, "fails": fails})
    assert left(db) == [("fails", 1)]
    with db.read() as session:
        assert session.scalar(text("SELECT to_regclass('half_done')")) is None
    for _ in range(5):
        with db.write() as session:
            session.execute(text("UPDATE errands SET not_before = now()"))
        found = run_errands(db, {"fails": fails})
    assert found == [f"errand fails of {SUBJECT} has failed 6 times"]


def test_attendance_goes_round_until_its_block_ends(db: Database) -> None:
    rounds: list[int] = []
    attendance = Attendance(db)

    def work() -> list[str]:
        rounds.append(1)
        assert not attendance.rest(0)
        return []

    attendance.duties = [Duty("quick", 0.01, work)]
    with attendance:
        while len(rounds) < 3:
            assert not attendance.rest(0.01)
    assert attendance.rest(0)
