"""Journeys: each fault is named; what runs asks the gate once a step, in its hours, and ends in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from brambling.bank import consent, contact, customers
from brambling.bank.contact import Gate, MemoryChannel
from brambling.bank.customers import Customer
from brambling.bank.events import Bus, Event
from brambling.kit.clock import FixedClock
from brambling.kit.crypto import FieldCipher
from brambling.kit.db import Database
from brambling.kit.errors import InputRejected
from brambling.marketing.outreach import advance_due, begin, clashes, faults, heard, read_journey, runs
from brambling.marketing.outreach.report import fault_text
from brambling.marketing.outreach.rules.journeys import Journey, Step

CIPHER = FieldCipher.fresh()
GATE = Gate(cipher=CIPHER)
FIRM = Customer(UUID(int=1), "91110000600037341L", "某店", "5211", "330106", opened_on=date(2020, 1, 1))
TELL = Step(
    "tell", "send", then="wait", channel="app", text="旺季前备货，可以看看额度。回复T退订", window="14:00-18:00"
)
WAIT = Step("wait", "wait", event="credit.decided", days=3, then="end", otherwise="again")
AGAIN = Step("again", "send", channel="app", text="还需要帮忙吗？回复T退订")
JOURNEY = Journey("season", "1", "need.found", "marketing", "credit", 10, "tell", (TELL, WAIT, AGAIN))


@pytest.fixture
def bank(db: Database, clock: FixedClock) -> Database:
    with db.write() as session:
        customers.add(session, FIRM, cipher=CIPHER)
        consent.give(session, FIRM.id, "marketing", clock.now())
        assert begin(session, JOURNEY, FIRM.id, UUID(int=7), clock, {})
        assert not begin(session, JOURNEY, FIRM.id, UUID(int=7), clock, {})
    return db


def sent(bank: Database, clock: FixedClock) -> int:
    advance_due(bank, clock, gate=GATE)
    clock.move(seconds=1)
    return contact.release_due(bank, clock, MemoryChannel(), gate=GATE).sent


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"steps": (TELL, WAIT, replace(AGAIN, then="tell"))}, "loop"),
        ({"steps": (TELL, WAIT, AGAIN, replace(AGAIN, name="lost"))}, "unreachable"),
        ({"steps": (TELL, WAIT, replace(AGAIN, text="还需要帮忙吗？"))}, "no-stop-line"),
        ({"steps": (TELL, replace(WAIT, event="moon.full"), AGAIN)}, "unknown-event"),
        ({"steps": (TELL, replace(WAIT, otherwise="nowhere"), AGAIN)}, "unknown-step"),
        ({"steps": (replace(TELL, window="18:00-9:00"), WAIT, AGAIN)}, "bad-window"),
        ({"steps": (TELL, replace(WAIT, days=11), AGAIN)}, "bad-wait"),
        ({"steps": (TELL, replace(WAIT, do="cohort", share=Decimal(1)), AGAIN)}, "bad-share"),
        ({"steps": (TELL, replace(WAIT, do="branch"), AGAIN)}, "no-fact"),
        ({"steps": (TELL, WAIT, AGAIN, AGAIN)}, "step-twice"),
        ({"moment": "moon.full"}, "unknown-event"),
        ({"expires_days": 0}, "no-expiry"),
    ],
)
def test_each_fault_is_named(change: dict[str, object], code: str) -> None:
    assert faults(JOURNEY) == []
    found = faults(replace(JOURNEY, **change))  # type: ignore[arg-type]
    assert code in [fault.code for fault in found]
    assert all(fault_text(fault, "zh") != fault_text(fault, "en") for fault in found)


def test_two_journeys_for_one_moment_clash_unless_their_segments_are_apart() -> None:
    near, far = replace(JOURNEY, name="a", segment={"place": "scenic"}), replace(JOURNEY, name="b")
    assert [fault.code for fault in clashes([near, far])] == ["one-moment"]
    assert clashes([near, replace(far, segment={"place": "city"})]) == []


def test_a_file_is_read_strictly(tmp_path: Path) -> None:
    path = tmp_path / "j.yaml"
    head = "name: a\nversion: '1'\nmoment: need.found\npurpose: service\ntopic: credit\nexpires_days: 3\nstart: tell\n"
    path.write_text(head + "steps:\n  - {name: tell, do: send, channel: app, text: hello}\n", encoding="utf-8")
    assert faults(read_journey(path)) == []
    path.write_text(head + "steps:\n  - {name: tell, does: send}\n", encoding="utf-8")
    with pytest.raises(InputRejected, match="does"):
        read_journey(path)


def test_it_tells_in_its_hours_and_again_where_nothing_happened(bank: Database, clock: FixedClock) -> None:
    assert sent(bank, clock) == 0  # noon: the window opens at two
    clock.move(hours=3)
    assert sent(bank, clock) == 1
    assert sent(bank, clock) == 0
    clock.move(days=3)
    assert sent(bank, clock) == 1
    with bank.read() as session:
        assert [run.ended for run in runs(session, "season")] == ["done"]


def test_what_it_waits_for_ends_it(bank: Database, clock: FixedClock) -> None:
    clock.move(hours=3)
    assert sent(bank, clock) == 1
    with bank.write() as session:
        Bus().publish(session, Event(UUID(int=9), FIRM.id, "credit.decided", clock.now(), {}))
        heard(session, FIRM.id, clock.now())
    assert sent(bank, clock) == 0
    with bank.read() as session:
        assert [run.ended for run in runs(session, "season")] == ["done"]


def test_a_consent_withdrawn_under_way_holds(bank: Database, clock: FixedClock) -> None:
    clock.move(hours=3)
    advance_due(bank, clock, gate=GATE)
    with bank.write() as session:
        consent.withdraw(session, FIRM.id, "marketing", clock.now())
    clock.move(seconds=1)
    assert contact.release_due(bank, clock, MemoryChannel(), gate=GATE).sent == 0
    clock.move(days=4)
    assert sent(bank, clock) == 0
    clock.move(days=10)
    assert sent(bank, clock) == 0


def test_it_expires(bank: Database, clock: FixedClock) -> None:
    clock.move(days=10)
    assert sent(bank, clock) == 0
    with bank.read() as session:
        assert [run.ended for run in runs(session, "season")] == ["expired"]


def test_a_journey_with_a_fault_or_of_another_segment_does_not_begin(bank: Database, clock: FixedClock) -> None:
    with bank.write() as session:
        with pytest.raises(InputRejected, match="loop"):
            begin(session, replace(JOURNEY, steps=(replace(TELL, then="tell"),)), FIRM.id, UUID(int=8), clock, {})
        assert not begin(session, replace(JOURNEY, segment={"place": "city"}), FIRM.id, UUID(int=8), clock, {})
    clock.move(minutes=1, seconds=timedelta(0).seconds)
