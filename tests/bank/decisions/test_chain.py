"""Decisions: recorded once, in one chain, and nobody changes one unseen."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from brambling.bank import decisions
from brambling.bank.decisions import Draft
from brambling.kit.db import Database
from brambling.kit.errors import Conflict, InvariantBroken, NotFound
from brambling.kit.money import Money

AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FIRM = UUID(int=1)


def draft(number: int, **change: object) -> Draft:
    given = Draft(
        id=UUID(int=number), kind="credit.offer", subject=FIRM, at=AT, actor="policy", outcome="offer",
        inputs={"requested": Money.of("100000"), "on": date(2026, 3, 10)},
        features={"probability": Decimal("0.012000"), "share": 0.1, "big": 1e22, "count": 3},
        versions={"policy": "sme-1"}, reasons=[{"code": "capacity", "params": {"limit": "1.00"}}],
        result={"limit": "100000.00", "note": "燕雀\n\u0001"},
    )  # fmt: skip
    return replace(given, **change)  # type: ignore[arg-type]


def test_a_decision_comes_back_as_recorded(db: Database) -> None:
    with db.write() as session:
        first = decisions.record(session, draft(10))
        second = decisions.record(session, draft(11))
    with db.read() as session:
        assert decisions.get(session, UUID(int=10)) == first
        assert decisions.list_for(session, FIRM) == [second, first]
        assert decisions.head(session) == (2, second.hash)
        assert decisions.verify_chain(session) == 2
        with pytest.raises(NotFound):
            decisions.get(session, UUID(int=12))
    assert (first.number, second.previous_hash) == (1, first.hash)
    assert first.inputs == {"requested": "100000.00", "on": "2026-03-10"}
    assert first.features == {"probability": "0.012000", "share": 0.1, "big": 1e22, "count": 3}


def test_recording_again_changes_nothing_and_other_content_is_refused(db: Database) -> None:
    with db.write() as session:
        first = decisions.record(session, draft(10))
        decisions.record(session, draft(11))
        assert decisions.record(session, draft(10)) == first
        with pytest.raises(Conflict):
            decisions.record(session, draft(10, outcome="decline"))
        assert decisions.verify_chain(session) == 2


def test_a_decision_names_its_versions() -> None:
    with pytest.raises(InvariantBroken, match="names no versions"):
        draft(1, versions={})
    with pytest.raises(InvariantBroken, match="without zone"):
        draft(1, at=datetime(2026, 1, 1))


@pytest.mark.parametrize(
    "statement", ["UPDATE decisions SET actor = 'x'", "DELETE FROM decisions", "TRUNCATE decisions CASCADE"]
)
def test_the_database_refuses_to_change_one(db: Database, statement: str) -> None:
    with db.write() as session:
        decisions.record(session, draft(10))
    with pytest.raises(DBAPIError, match="append-only"), db.write() as session:
        session.execute(text(statement))


@pytest.mark.parametrize(
    ("tampering", "at"),
    [
        ("UPDATE decisions SET outcome = 'decline' WHERE number = 2", 2),
        ("UPDATE decisions SET body = replace(body, '100000.00', '900000.00') WHERE number = 3", 3),
        ("DELETE FROM decisions WHERE number = 2", 2),
        ("DELETE FROM decisions WHERE number = 1", 1),
        ("UPDATE decisions SET hash = repeat('f', 64) WHERE number = 4", 4),
    ],
)
def test_whoever_gets_round_the_trigger_is_seen(db: Database, tampering: str, at: int) -> None:
    with db.write() as session:
        for number in range(1, 5):
            decisions.record(session, draft(number))
        session.execute(text("ALTER TABLE decisions DISABLE TRIGGER USER"))
        session.execute(text(tampering))
    with pytest.raises(InvariantBroken, match=f"breaks at number {at}"), db.read() as session:
        decisions.verify_chain(session)


def test_a_noted_head_shows_that_the_end_was_cut_off(db: Database) -> None:
    with db.write() as session:
        assert decisions.verify_chain(session, decisions.head(session)) == 0
        for number in range(1, 4):
            decisions.record(session, draft(number))
        noted = decisions.head(session)
        decisions.record(session, draft(4))
        assert decisions.verify_chain(session, noted) == 4
        session.execute(text("ALTER TABLE decisions DISABLE TRIGGER USER"))
        session.execute(text("DELETE FROM decisions WHERE number >= 3"))
        assert decisions.verify_chain(session) == 2
        with pytest.raises(InvariantBroken, match="head that was noted"):
            decisions.verify_chain(session, noted)


def test_workers_that_decide_at_once_make_one_chain(db: Database) -> None:
    def work(first: int) -> None:
        for number in range(first, first + 10):
            with db.write() as session:
                decisions.record(session, draft(number))

    threads = [threading.Thread(target=work, args=(first,)) for first in (100, 200, 300, 400)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.read() as session:
        assert decisions.verify_chain(session) == 40
