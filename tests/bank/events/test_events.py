"""Events: appended once, never changed, told to those who listen in the same transaction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from brambling.bank.events import Bus, Event, append, timeline
from brambling.kit.db import Database, WriteSession
from brambling.kit.errors import Conflict, InvariantBroken

START = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
WHO = UUID(int=1)


def event(number: int, hours: int = 0, **data: object) -> Event:
    return Event(UUID(int=number), WHO, "loan.paid", START + timedelta(hours=hours), dict(data))


def test_a_timeline_is_newest_first_in_pages_without_gap(db: Database) -> None:
    written = [event(i + 10, hours=i // 2, amount="1.00") for i in range(7)]
    with db.write() as session:
        for item in written:
            assert append(session, item)
        append(session, Event(UUID(int=99), UUID(int=2), "loan.paid", START))
    with db.read() as session:
        first = timeline(session, WHO, 3)
        second = timeline(session, WHO, 3, before=first[-1])
        third = timeline(session, WHO, 3, before=second[-1])
    assert first + second + third == written[::-1]


def test_the_same_event_again_changes_nothing_and_another_one_is_refused(db: Database) -> None:
    with db.write() as session:
        assert append(session, event(1, note="a", nested=[1, {"x": None}]))
        assert not append(session, event(1, note="a", nested=[1, {"x": None}]))
        with pytest.raises(Conflict):
            append(session, event(1, note="b"))


def test_personal_numbers_never_get_into_an_event(db: Database) -> None:
    with db.write() as session:
        item = event(1, note="call 13812345678", deep=[{"id": "11010119900307123X"}])
        append(session, item)
        assert not append(session, item)
        assert "13812345678" not in str(timeline(session, WHO)) and "119900307" not in str(timeline(session, WHO))


def test_listeners_hear_an_event_once_and_undo_it_when_they_raise(db: Database) -> None:
    heard: list[str] = []

    def listen(session: WriteSession, told: Event) -> None:
        assert timeline(session, WHO)[0] == told
        heard.append(f"kind {told.kind}")

    bus = Bus({"loan.paid": [listen], "*": [lambda _session, told: heard.append("any")], "other": [listen]})
    with db.write() as session:
        assert bus.publish(session, event(1))
        assert not bus.publish(session, event(1))
    assert heard == ["kind loan.paid", "any"]

    def fail(_session: WriteSession, _event: Event) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), db.write() as session:
        Bus({"loan.paid": [fail]}).publish(session, event(2))
    with db.read() as session:
        assert len(timeline(session, WHO)) == 1


@pytest.mark.parametrize("statement", ["UPDATE events SET kind = 'x'", "DELETE FROM events", "TRUNCATE events CASCADE"])
def test_an_event_cannot_be_taken_back(db: Database, statement: str) -> None:
    with db.write() as session:
        append(session, event(1))
    with pytest.raises(DBAPIError, match="events is append-only"), db.write() as session:
        session.execute(text(statement))


def test_a_time_without_zone_is_a_fault() -> None:
    with pytest.raises(InvariantBroken):
        Event(UUID(int=1), WHO, "x", datetime(2026, 1, 1))
