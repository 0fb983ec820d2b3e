"""The gate on a real database: one door, caps and refusals that hold with many workers, a ledger that tells why."""

from __future__ import annotations

import ast
import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import brambling
from brambling.bank import consent, contact, customers, events
from brambling.bank.contact import Delivery, Gate, LogChannel, MemoryChannel, Message
from brambling.bank.customers import Customer
from brambling.kit.clock import FixedClock
from brambling.kit.crypto import FieldCipher
from brambling.kit.db import Database
from brambling.kit.errors import Conflict, InputRejected, NotFound

CIPHER = FieldCipher.fresh()
GATE = Gate(cipher=CIPHER)
FIRM = Customer(UUID(int=1), "91110000600037341L", "某店", "5211", "330106", opened_on=date(2020, 1, 1))


@pytest.fixture
def bank(db: Database, clock: FixedClock) -> Database:
    with db.write() as session:
        customers.add(session, FIRM, cipher=CIPHER)
        customers.set_address(session, FIRM.id, "sms", "13812345678", cipher=CIPHER)
        consent.give(session, FIRM.id, "marketing", clock.now())
        consent.give(session, FIRM.id, "service", clock.now())
    return db


def message(number: int, clock: FixedClock, **change: object) -> Message:
    expires = clock.now() + timedelta(days=5)
    given = Message(UUID(int=number), FIRM.id, "sms", "marketing", "credit", "spring", "需要资金吗？", expires)
    return replace(given, **change)  # type: ignore[arg-type]


def send(bank: Database, item: Message, clock: FixedClock, channel: contact.ChannelPort) -> contact.Sent:
    with bank.write() as session:
        return contact.send(session, item, clock, channel, gate=GATE)


def test_a_released_message_reaches_the_address_once(bank: Database, clock: FixedClock) -> None:
    channel, item = MemoryChannel(), message(10, clock)
    assert send(bank, item, clock, channel).outcome == "sent"
    again = send(bank, item, clock, channel)
    assert (again.outcome, again.verdict.reasons[0].code) == ("dropped", "duplicate")
    assert list(channel.delivered.values()) == [Delivery(item.id, FIRM.id, "sms", "13812345678", item.text)]
    with bank.read() as session:
        (entry,) = contact.ledger(session, FIRM.id, gate=GATE)
        assert (entry.message, entry.state, entry.sent_at, entry.outcome) == (item, "sent", clock.now(), "drop")
        assert [verdict.outcome for _, verdict in contact.verdicts(session, item.id)] == ["release", "drop"]
        assert events.timeline(session, FIRM.id)[1].kind == "contact.sent"
        assert contact.check(session) == []


def test_asking_sends_nothing_and_takes_no_place_under_the_cap(bank: Database, clock: FixedClock) -> None:
    with bank.write() as session:
        assert contact.ask(session, message(10, clock), clock, gate=GATE).outcome == "release"
        assert contact.ask(session, message(11, clock), clock, gate=GATE).outcome == "release"
    channel = MemoryChannel()
    clock.move(minutes=1)
    swept = contact.release_due(bank, clock, channel, gate=GATE)
    assert (swept.sent, swept.held, len(channel.delivered)) == (1, 1, 1)


def test_what_is_held_goes_out_in_its_time_and_not_before(bank: Database, clock: FixedClock) -> None:
    channel = MemoryChannel()
    clock.move(hours=10)  # 22:00 in Beijing
    held = send(bank, message(10, clock), clock, channel)
    assert (held.outcome, held.verdict.reasons[0].code) == ("held", "quiet-hours")
    clock.move(hours=10)
    assert contact.release_due(bank, clock, channel, gate=GATE) == contact.Swept(0, 0, 0, 0, 0)
    clock.move(hours=1)
    assert contact.release_due(bank, clock, channel, gate=GATE).sent == 1
    assert contact.release_due(bank, clock, channel, gate=GATE).sent == 0


def test_a_sweep_drops_what_expired_and_repeats_no_verdict(bank: Database, clock: FixedClock) -> None:
    item, channel = message(10, clock, channel="mail"), MemoryChannel()
    assert send(bank, item, clock, channel).verdict.reasons[0].code == "no-address"
    for _ in range(3):
        clock.move(hours=1)
        assert contact.release_due(bank, clock, channel, gate=GATE).held == 1
    clock.move(days=5)
    assert contact.release_due(bank, clock, channel, gate=GATE).dropped == 1
    with bank.read() as session:
        assert [verdict.outcome for _, verdict in contact.verdicts(session, item.id)] == ["hold", "drop"]
    assert not channel.delivered


def test_a_channel_that_does_not_answer_holds_the_message(bank: Database, clock: FixedClock) -> None:
    channel = MemoryChannel(failing=True)
    held = send(bank, message(10, clock), clock, channel)
    assert held.verdict.reasons[0].code == "channel-failed"
    channel.failing = False
    clock.move(minutes=30)
    assert contact.release_due(bank, clock, channel, gate=GATE).sent == 1


def test_refusals_and_withdrawn_consent_hold_also_for_a_worker_whose_clock_is_behind(
    bank: Database, clock: FixedClock
) -> None:
    ahead = clock.now() + timedelta(minutes=5)
    with bank.write() as session:
        consent.withdraw(session, FIRM.id, "service", ahead)
        key = contact.refuse(session, FIRM.id, "marketing", "all", at=ahead, words="别再发了", gate=GATE)
    channel = MemoryChannel()
    assert send(bank, message(10, clock), clock, channel).outcome == "dropped"
    service = message(11, clock, purpose="service")
    assert send(bank, service, clock, channel).verdict.reasons[0].code == "no-consent"
    with bank.write() as session:
        contact.lift(session, key, ahead, "可以发", gate=GATE)
        contact.lift(session, key, ahead, "可以发", gate=GATE)
        assert contact.refusals(session, FIRM.id) == []
    assert send(bank, message(10, clock), clock, channel).verdict.reasons[0].code == "dropped-before"
    assert send(bank, message(12, clock), clock, channel).outcome == "sent"
    with bank.read() as session:
        assert contact.check(session) == []


def test_what_cannot_be_is_said(bank: Database, clock: FixedClock) -> None:
    channel, item = MemoryChannel(), message(10, clock)
    send(bank, item, clock, channel)
    with pytest.raises(Conflict):
        send(bank, replace(item, text="other"), clock, channel)
    with pytest.raises(NotFound):
        send(bank, replace(item, id=UUID(int=11), customer_id=UUID(int=9)), clock, channel)
    now = clock.now()
    with bank.write() as session:
        with pytest.raises(InputRejected, match="no channel"):
            contact.refuse(session, FIRM.id, "all", "pigeon", at=now, words="", gate=GATE)
        with pytest.raises(InputRejected, match="needs a scope"):
            contact.refuse(session, FIRM.id, " ", "all", at=now, words="", gate=GATE)
        with pytest.raises(InputRejected, match="ends before"):
            contact.refuse(session, FIRM.id, "all", "all", at=now, until=now, words="", gate=GATE)
        with pytest.raises(NotFound):
            contact.lift(session, UUID(int=9), now, "", gate=GATE)


@pytest.mark.parametrize("table", ["contact_verdicts", "contact_refusals", "contact_refusal_lifts"])
def test_the_ledger_of_contacts_is_not_rewritten(bank: Database, clock: FixedClock, table: str) -> None:
    send(bank, message(10, clock), clock, MemoryChannel())
    with bank.write() as session:
        key = contact.refuse(session, FIRM.id, "all", "all", at=clock.now(), words="不要", gate=GATE)
        contact.lift(session, key, clock.now(), "好", gate=GATE)
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(DBAPIError, match="append-only"), bank.write() as session:
            session.execute(text(statement))


def test_a_send_past_a_refusal_would_be_seen(bank: Database, clock: FixedClock) -> None:
    with bank.write() as session:
        contact.refuse(session, FIRM.id, "all", "sms", at=clock.now(), words="不要", gate=GATE)
    send(bank, message(10, clock), clock, MemoryChannel())
    with bank.write() as session:
        session.execute(text("UPDATE contacts SET state = 'sent', sent_at = now()"))
        assert contact.check(session) == [f"message {UUID(int=10)} was sent without a release"]
        session.execute(
            text(
                "INSERT INTO contact_verdicts (contact_id, at, outcome, reasons, policy_version, sent) "
                "SELECT id, now(), 'release', '[]', 'x', true FROM contacts"
            )
        )
        assert contact.check(session) == [f"message {UUID(int=10)} was sent past a refusal"]


def test_the_cap_holds_with_many_workers(bank: Database, clock: FixedClock) -> None:
    channel, start = MemoryChannel(), threading.Barrier(6)

    def work(first: int) -> None:
        start.wait()
        for number in range(first, first + 5):
            send(bank, message(number, clock, campaign=f"c{first}"), clock, channel)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(100, 700, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(channel.delivered) == 1


def test_after_a_refusal_has_returned_nothing_is_sent(bank: Database, clock: FixedClock) -> None:
    """Three workers send while the customer refuses: each delivery happens before refuse() returns, or never."""
    free = Gate(replace(contact.standard_policy(), caps=()), CIPHER)
    late: list[UUID] = []
    before: list[UUID] = []
    for round_number in range(6):
        returned, going = threading.Event(), threading.Event()

        class Watched(MemoryChannel):
            def deliver(self, delivery: Delivery) -> None:
                going.set()  # noqa: B023
                (late if returned.is_set() else before).append(delivery.key)  # noqa: B023

        channel = Watched()

        def work(first: int) -> None:
            for number in range(first, first + 25):
                with bank.write() as session:
                    contact.send(session, message(number, clock), clock, channel, gate=free)  # noqa: B023

        base = 10_000 * (round_number + 1)
        threads = [threading.Thread(target=work, args=(base + 1_000 * i,)) for i in range(3)]
        for thread in threads:
            thread.start()
        going.wait(10)
        with bank.write() as session:
            key = contact.refuse(session, FIRM.id, "marketing", "all", at=clock.now(), words="停", gate=free)
            returned.set()
        for thread in threads:
            thread.join()
        with bank.write() as session:
            assert contact.check(session) == []
            contact.lift(session, key, clock.now(), "好", gate=free)
    assert late == []
    assert len(before) >= 6


def test_two_sweeps_at_once_send_each_message_once(bank: Database, clock: FixedClock) -> None:
    free = Gate(replace(contact.standard_policy(), caps=()), CIPHER)
    with bank.write() as session:
        for number in range(10, 40):
            contact.ask(session, message(number, clock), clock, gate=free)
    clock.move(minutes=1)
    delivered: list[UUID] = []

    class Counting:
        def deliver(self, delivery: Delivery) -> None:
            delivered.append(delivery.key)

    threads = [
        threading.Thread(target=lambda: contact.release_due(bank, clock, Counting(), gate=free)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clock.move(minutes=1)
    contact.release_due(bank, clock, Counting(), gate=free)
    assert sorted(delivered) == [UUID(int=number) for number in range(10, 40)]


def test_the_log_channel_shows_no_address(bank: Database, clock: FixedClock) -> None:
    item = message(10, clock, text="回电 13812345678")
    assert send(bank, item, clock, LogChannel()).outcome == "sent"
    assert "13812345678" not in repr(item)
    assert "13812345678" not in repr(Delivery(item.id, FIRM.id, "sms", "13812345678", item.text))


def test_nobody_goes_round_the_gate() -> None:
    """Only bank/contact/service calls ``deliver``: read from the source of the whole package."""
    root = Path(brambling.__file__).parent
    callers = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "deliver" and not isinstance(node.ctx, ast.Store):
                callers.add(path.relative_to(root).as_posix())
    assert callers == {"bank/contact/service.py"}


def revise(bank: Database, item: Message, clock: FixedClock) -> contact.Verdict:
    with bank.write() as session:
        return contact.ask(session, item, clock, gate=GATE, revise=True)


def test_newer_words_replace_an_open_message_and_go_out_in_its_place(bank: Database, clock: FixedClock) -> None:
    channel, item = MemoryChannel(), message(10, clock)
    newer = replace(item, text="缺口约 3 万元", expires_at=item.expires_at + timedelta(days=1))
    assert revise(bank, item, clock).outcome == revise(bank, newer, clock).outcome == "release"
    assert revise(bank, newer, clock).outcome == "release"
    clock.move(minutes=1)
    contact.release_due(bank, clock, channel, gate=GATE)
    assert [one.text for one in channel.delivered.values()] == [newer.text]
    with bank.read() as session:
        (entry,) = contact.ledger(session, FIRM.id, gate=GATE)
        assert (entry.message, entry.state) == (newer, "sent")
        assert contact.check(session) == []


def test_newer_words_never_send_a_message_twice(bank: Database, clock: FixedClock) -> None:
    channel, item = MemoryChannel(), message(10, clock)
    send(bank, item, clock, channel)
    clock.move(days=2)
    newer = replace(item, text="缺口约 3 万元", expires_at=item.expires_at + timedelta(days=30))
    with bank.write() as session:
        again = contact.send(session, newer, clock, channel, gate=GATE, revise=True)
        assert (again.outcome, again.verdict.reasons[0].code) == ("dropped", "duplicate")
        (entry,) = contact.ledger(session, FIRM.id, gate=GATE)
        assert entry.message == item  # the ledger keeps the words that went out
    assert [one.text for one in channel.delivered.values()] == [item.text]


def test_newer_words_do_not_wake_what_was_dropped(bank: Database, clock: FixedClock) -> None:
    item = message(10, clock)
    with bank.write() as session:
        no = contact.refuse(session, FIRM.id, "all", "all", at=clock.now(), words="别发了", gate=GATE)
    assert revise(bank, item, clock).outcome == "drop"
    with bank.write() as session:
        contact.lift(session, no, clock.now(), "可以发", gate=GATE)
    verdict = revise(bank, replace(item, text="缺口约 3 万元"), clock)
    assert (verdict.outcome, verdict.reasons[0].code) == ("drop", "dropped-before")


def test_newer_words_change_nothing_but_words_and_expiry(bank: Database, clock: FixedClock) -> None:
    item = message(10, clock)
    revise(bank, item, clock)
    for change in ({"channel": "app"}, {"topic": "wealth"}, {"campaign": "autumn"}, {"purpose": "service"}):
        with pytest.raises(Conflict):
            revise(bank, replace(item, **change), clock)  # type: ignore[arg-type]
    with pytest.raises(Conflict), bank.write() as session:
        contact.ask(session, replace(item, text="其他"), clock, gate=GATE)
