"""A no that was heard holds at once and everywhere it names; taking it back ends what was named and no more."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from brambling.bank import consent, contact, customers
from brambling.bank.contact import Gate, MemoryChannel, Message
from brambling.bank.customers import Customer
from brambling.kit.clock import FixedClock
from brambling.kit.crypto import FieldCipher
from brambling.kit.db import Database
from brambling.marketing.refusals import Heard, hear

CIPHER = FieldCipher.fresh()
GATE = Gate(cipher=CIPHER)
FIRM = Customer(UUID(int=1), "91110000600037341L", "某店", "5211", "330106", opened_on=date(2020, 1, 1))


@pytest.fixture
def bank(db: Database, clock: FixedClock) -> Database:
    with db.write() as session:
        customers.add(session, FIRM, cipher=CIPHER)
        customers.set_address(session, FIRM.id, "sms", "13812345678", cipher=CIPHER)
        for purpose in ("marketing", "service"):
            consent.give(session, FIRM.id, purpose, clock.now())
    return db


def says(bank: Database, clock: FixedClock, text: str) -> Heard | None:
    with bank.write() as session:
        return hear(session, FIRM.id, text, clock, channel="sms", gate=GATE)


def outcome(bank: Database, clock: FixedClock, number: int, topic: str, channel: str = "app") -> str:
    expires = clock.now() + timedelta(days=200)
    item = Message(UUID(int=number), FIRM.id, channel, "marketing", topic, "c", "t", expires)
    with bank.write() as session:
        return contact.ask(session, item, clock, gate=GATE).outcome


def test_a_no_to_loans_stops_what_waits_and_leaves_the_rest(bank: Database, clock: FixedClock) -> None:
    assert outcome(bank, clock, 10, "credit") == "release"
    found = says(bank, clock, "别再给我发贷款广告了")
    assert found is not None and len(found.recorded) == 1 and not found.ask
    clock.move(seconds=1)
    assert contact.release_due(bank, clock, MemoryChannel(), gate=GATE).sent == 0
    assert (outcome(bank, clock, 11, "credit"), outcome(bank, clock, 12, "wealth")) == ("drop", "release")


def test_a_question_records_nothing(bank: Database, clock: FixedClock) -> None:
    assert says(bank, clock, "不要抵押能贷多少") is None
    with bank.read() as session:
        assert contact.refusals(session, FIRM.id) == []


def test_it_ends_at_the_start_of_the_day_where_the_customer_is(bank: Database, clock: FixedClock) -> None:
    found = says(bank, clock, "no ads until 1 April please")
    assert found is not None and found.refusal.until == date(2026, 4, 1)
    clock.at = clock.at.replace(month=3, day=31, hour=15, minute=59)
    assert outcome(bank, clock, 10, "credit") == "drop"
    clock.at = clock.at.replace(hour=16, minute=0)
    assert outcome(bank, clock, 11, "credit") == "hold"  # midnight in Beijing: allowed again, but quiet hours


def test_one_channel_opened_again_leaves_the_others_shut(bank: Database, clock: FixedClock) -> None:
    says(bank, clock, "退订")
    clock.move(seconds=1)
    found = says(bank, clock, "恢复短信推送吧")
    assert found is not None and found.refusal.lifts and len(found.lifted) == 1 and len(found.recorded) == 4
    assert outcome(bank, clock, 10, "credit", "sms") == "release"
    assert outcome(bank, clock, 11, "credit", "app") == "drop"


def test_a_wider_refusal_stands_when_one_product_is_welcome_again(bank: Database, clock: FixedClock) -> None:
    says(bank, clock, "STOP")
    found = says(bank, clock, "ok you can tell me about loans again")
    assert found is not None and found.ask and found.lifted == ()
    assert outcome(bank, clock, 10, "credit") == "drop"
