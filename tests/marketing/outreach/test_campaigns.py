"""Campaigns: hold-outs are left alone, the read-out counts by intention, a copy that angers is stopped."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from brambling.bank import consent, contact, customers
from brambling.bank.contact import Gate, MemoryChannel
from brambling.bank.customers import Customer
from brambling.kit.clock import FixedClock
from brambling.kit.crypto import FieldCipher
from brambling.kit.db import Database
from brambling.kit.errors import Conflict, InputRejected, NotFound
from brambling.marketing.outreach import may_be_shown, note_success, open_campaign, put_in, read_out, suppressed
from brambling.marketing.outreach.report import funnel_table, read_out_text, variants_table
from brambling.marketing.outreach.rules.campaigns import ARMS, Campaign, Member, arm_of, result_of, variant_of
from brambling.marketing.outreach.service.suppressing import forms
from brambling.marketing.refusals import hear

CIPHER = FieldCipher.fresh()
GATE = Gate(cipher=CIPHER)
CAMPAIGN = Campaign(
    "spring",
    "app",
    "credit",
    5,
    {"plain": "可以看看额度。回复T退订", "warm": "旺季要到了。回复T退订"},
    "plain",
    Decimal("0.2"),
    "2026H1",
    Decimal("0.1"),
    Decimal("0.02"),
)


def code(number: int) -> str:
    from stdnum.cn import uscc

    body = f"91110000{number:09d}"
    return body + uscc.calc_check_digit(body)


@pytest.fixture
def bank(db: Database, clock: FixedClock) -> Database:
    with db.write() as session:
        for number in range(1, 41):
            one = Customer(
                UUID(int=number), code(number), f"某店{number}", "5211", "330106", opened_on=date(2020, 1, 1)
            )
            customers.add(session, one, cipher=CIPHER)
            customers.set_address(session, one.id, "sms", f"138{number:08d}", cipher=CIPHER)
            consent.give(session, one.id, "marketing", clock.now())
        open_campaign(session, CAMPAIGN, clock.now())
    return db


def everyone() -> list[UUID]:
    return [UUID(int=number) for number in range(1, 41)]


def test_hold_outs_get_no_message_and_a_second_time_changes_nothing(bank: Database, clock: FixedClock) -> None:
    with bank.write() as session:
        counts = put_in(session, "spring", everyone(), clock, seed=7, gate=GATE)
        assert put_in(session, "spring", everyone(), clock, seed=8, gate=GATE) == {}
    assert sum(counts.values()) == 40 and set(counts) == set(ARMS)
    clock.move(seconds=1)
    channel = MemoryChannel()
    contact.release_due(bank, clock, channel, gate=GATE)
    reached = {delivery.customer_id for delivery in channel.delivered.values()}
    assert reached == {one for one in everyone() if arm_of(CAMPAIGN, str(one)) == "contacted"}
    first, held = min(reached), next(one for one in everyone() if arm_of(CAMPAIGN, str(one)) == "held")
    clock.move(hours=1)
    with bank.write() as session:
        assert note_success(session, "spring", held, clock.now())
        assert not note_success(session, "spring", held, clock.now())
        hear(session, first, "别再发了", clock, channel="app", gate=GATE)
    with bank.read() as session:
        result = read_out(session, "spring", seed=7, gate=GATE)
    assert (result.members, result.sent, result.refused) == (40, len(reached), 1)
    assert result.read_out is not None and result.read_out.lift < 0
    for lang in ("en", "zh"):
        assert read_out_text(result, lang) and funnel_table(result, lang).rows and variants_table(result, lang).rows


def test_what_cannot_be_is_said(bank: Database, clock: FixedClock) -> None:
    from dataclasses import replace

    with bank.write() as session:
        open_campaign(session, CAMPAIGN, clock.now())
        with pytest.raises(Conflict):
            open_campaign(session, replace(CAMPAIGN, days=6), clock.now())
        with pytest.raises(InputRejected, match="stop line"):
            open_campaign(session, replace(CAMPAIGN, name="x", texts={"plain": "买吧"}), clock.now())
        with pytest.raises(NotFound):
            put_in(session, "autumn", everyone(), clock, seed=7, gate=GATE)
    with pytest.raises(InputRejected, match="no control"):
        replace(CAMPAIGN, control="bold")
    with pytest.raises(InputRejected, match="hold-out"):
        replace(CAMPAIGN, hold_out=Decimal(0))


def test_a_copy_that_angers_is_stopped_and_the_approved_one_never() -> None:
    angry = [Member("contacted", "warm", True, True, number < 8) for number in range(100)]
    calm = [Member("contacted", "plain", True, False, number < 8) for number in range(100)]
    result = result_of(CAMPAIGN, angry + calm, seed=7)
    assert [result.variants[name][1].state for name in ("plain", "warm")] == ["control", "stopped"]
    shares = {name: share for name, (_, share) in result.variants.items()}
    assert {variant_of(CAMPAIGN, str(number), shares) for number in range(200)} == {"plain"}
    assert result.read_out is None


def test_copies_follow_their_shares() -> None:
    shares = {name: share for name, (_, share) in result_of(CAMPAIGN, [], seed=7).variants.items()}
    got = [variant_of(CAMPAIGN, str(number), shares) for number in range(4000)]
    assert abs(got.count("plain") / 4000 - shares["plain"].share) < 0.03


def test_everybody_who_said_no_is_on_the_list_for_outside_platforms(bank: Database, clock: FixedClock) -> None:
    with bank.write() as session:
        assert suppressed(session, clock, cipher=CIPHER) == []
        hear(session, UUID(int=1), "STOP", clock, channel="sms", gate=GATE)
        hear(session, UUID(int=2), "三个月内别给我推贷款", clock, channel="sms", gate=GATE)
        consent.withdraw(session, UUID(int=3), "marketing", clock.now())
        for platform, count in (("any", 6), ("e164", 3), ("bare", 3)):
            assert len(suppressed(session, clock, platform=platform, cipher=CIPHER)) == count
        plain = suppressed(session, clock, cipher=CIPHER)
        assert set(plain).isdisjoint(suppressed(session, clock, salt="s", cipher=CIPHER))
        with pytest.raises(InputRejected, match="no platform"):
            suppressed(session, clock, platform="moon", cipher=CIPHER)
        later = clock.now() + timedelta(days=100)
        assert may_be_shown(session, UUID(int=2), later, later.date())
        assert not may_be_shown(session, UUID(int=1), later, later.date())


def test_one_number_has_one_form_however_it_is_written() -> None:
    assert {forms("phone", text, "e164")[0] for text in ("138 0000 0001", "+86-13800000001", "008613800000001")} == {
        "+8613800000001"
    }
    assert forms("mail", " A@B.cn ", "any") == ["a@b.cn"]
