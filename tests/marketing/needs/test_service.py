"""Needs inside the bank: found with consent, kept once, and put before the one gate."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text
from tests.shops import CIPHER, SHOP, open_shop, shop_rows

from brambling.bank import contact
from brambling.bank.contact import MemoryChannel
from brambling.bank.events import timeline
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.money import Money
from brambling.kit.reasons import Reason
from brambling.marketing.needs import ask_gate, message_of, note_needs, send
from brambling.marketing.needs.rules import Need
from brambling.marketing.needs.store import live, of_customer

GATE = contact.Gate(cipher=CIPHER)


def test_a_need_is_found_once_a_week_and_told_once(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "marketing")
        (first,) = note_needs(session, SHOP.id, clock)
    clock.move(days=1)
    with db.write() as session:
        (again,) = note_needs(session, SHOP.id, clock)
        assert again.id == first.id
        assert again.happens_on == clock.today()  # the same need, with today's figures
        assert live(session, clock.today(), 10) == of_customer(session, SHOP.id, 10) == [again]
        assert [event.kind for event in timeline(session, SHOP.id)].count("need.found") == 1
        assert live(session, clock.today().replace(year=2027), 10) == []
    assert first.kind == "idle-cash"


def test_without_consent_nothing_is_looked_for(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "credit", "wealth")
        assert note_needs(session, SHOP.id, clock) == []
        assert session.scalar(text("SELECT count(*) FROM needs")) == 0


def test_an_old_statement_tells_of_no_need(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "marketing")
        clock.move(days=20)
        assert note_needs(session, SHOP.id, clock) == []


def test_the_gate_has_the_last_word(db: Database, clock: FixedClock) -> None:
    channel = MemoryChannel()
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "marketing")
        (need,) = note_needs(session, SHOP.id, clock)
        message = message_of(session, need)
        assert message.purpose == "marketing"
        assert message.topic == "wealth"
        assert (message.expires_at.date() - need.not_after).days == 1
        assert ask_gate(session, need, clock, gate=GATE).outcome == "release"
        contact.refuse(session, SHOP.id, "wealth", "all", at=clock.now(), words="不要再发理财", gate=GATE)
        assert send(session, need, clock, channel, gate=GATE).outcome != "sent"
    assert channel.delivered == {}


def test_a_released_message_goes_out_once(db: Database, clock: FixedClock) -> None:
    channel = MemoryChannel()
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "marketing")
        (need,) = note_needs(session, SHOP.id, clock)
        assert send(session, need, clock, channel, gate=GATE).outcome == "sent"
        send(session, need, clock, channel, gate=GATE)
    assert len(channel.delivered) == 1
    (sent,) = channel.delivered.values()
    assert "¥" in sent.text


def test_newer_figures_replace_the_words_of_a_message_until_it_is_sent(db: Database, clock: FixedClock) -> None:
    channel = MemoryChannel()
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "marketing")
        (need,) = note_needs(session, SHOP.id, clock)
        newer = replace(need, not_after=need.not_after + timedelta(days=1), reasons=_more(need))
        newest = replace(newer, reasons=_more(newer))
        texts = [message_of(session, one).text for one in (need, newer, newest)]
        assert len(set(texts)) == 3
        assert ask_gate(session, need, clock, gate=GATE).outcome == "release"
        assert ask_gate(session, newer, clock, gate=GATE).outcome == "release"
    clock.move(minutes=1)
    contact.release_due(db, clock, channel, gate=GATE)
    with db.write() as session:
        assert ask_gate(session, newest, clock, gate=GATE).outcome == "drop"
        assert send(session, newest, clock, channel, gate=GATE).outcome == "dropped"
        (entry,) = contact.ledger(session, SHOP.id, gate=GATE)
        assert (entry.state, entry.message.text) == ("sent", texts[1])
    assert [one.text for one in channel.delivered.values()] == [texts[1]]


def _more(need: Need) -> tuple[Reason, ...]:
    """The need's reasons with one yuan more in each amount they tell."""
    first = need.reasons[0]
    told = {
        key: str(Money.of(value) + Money.of("1.00")) if key == "amount" else value
        for key, value in first.params.items()
    }
    return (Reason(first.code, told), *need.reasons[1:])
