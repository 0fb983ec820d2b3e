"""Sweep mandates: never below the floor at the stated probability, debits equal credits, no move after the end."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.shops import SHOP, open_shop, shop_rows

from brambling.bank import consent, ledger
from brambling.bank.ledger import Transfer
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database, WriteSession
from brambling.kit.errors import Conflict, InputRejected, NotAllowed
from brambling.kit.ids import key_of
from brambling.kit.money import Money
from brambling.wealth.advice.rules.mandate import Mandate, decide
from brambling.wealth.advice.service import mandates

STEP = Money.of("100.00")
P_MAX = Decimal("0.02")
LIMIT = Money.of("100000.00")


def mandate_of(most: int = 10**9, least: int = 100_000) -> Mandate:
    at = datetime(2026, 3, 10, tzinfo=UTC)
    return Mandate(UUID(int=1), UUID(int=2), "cash-t0", Money(most), Money(min(least, most)), at, "owner")


@given(
    st.integers(0, 10_000),
    st.integers(0, 50_000_000),
    st.integers(0, 50_000_000),
    st.integers(0, 20_000_000),
    st.integers(-5_000_000, 30_000_000),
    st.integers(10_000, 60_000_000),
)
@settings(max_examples=200)
def test_a_look_keeps_its_promises(seed: int, here: int, swept: int, floor: int, elsewhere: int, most: int) -> None:
    lows = -np.abs(np.random.default_rng(seed).normal(0, 3_000_000, 400)).astype(np.int64)
    total = here + swept + elsewhere
    move = decide(
        total, Money(here), Money(swept), lows, Money(floor), mandate=mandate_of(most), step=STEP, p_below_max=P_MAX
    )
    after = swept + move.amount.minor
    assert after >= 0
    assert move.amount.minor <= here
    assert after <= max(most, swept)
    left = [total - after + int(low) for low in lows]
    below = sum(one < floor for one in left)
    assert below <= 0.02 * 400 or after == 0
    assert move.p_below == Decimal(below) / 400
    if move.amount.minor > 0:
        assert move.amount.minor % STEP.minor == 0
        assert after <= most
    again = decide(
        total, Money(here - move.amount.minor), Money(after), lows, Money(floor),
        mandate=mandate_of(most), step=STEP, p_below_max=P_MAX,
    )  # fmt: skip
    assert again.amount.minor <= 0
    assert abs(again.amount.minor) in (0, after) or after > most


@given(st.integers(0, 1_000))
@settings(max_examples=10)
def test_a_year_of_looks_misses_the_floor_no_more_often_than_stated(seed: int) -> None:
    """Payroll every thirty days, takings that are what the futures say: each look's three days are counted."""
    rng = np.random.default_rng(seed)
    days, paths, pay = 360, 400, 6_000_000
    takings = rng.normal(230_000, 150_000, (days + 3,)).astype(np.int64)
    due = np.array([pay if day % 30 == 29 else 0 for day in range(days + 3)])
    net = takings - due
    total, swept, missed, moved = 10_000_000, 0, 0, 0
    for day in range(days):
        futures = rng.normal(230_000, 150_000, (paths, 3)) - due[day : day + 3]
        lows = np.minimum(np.cumsum(futures, axis=1).min(axis=1), 0).astype(np.int64)
        floor = Money(2_000_000)
        here = Money(max(0, total - swept))
        move = decide(total, here, Money(swept), lows, floor, mandate=mandate_of(), step=STEP, p_below_max=P_MAX)
        swept += move.amount.minor
        moved += move.amount.minor != 0
        lowest = total - swept + int(np.cumsum(net[day : day + 3]).min())
        missed += swept > 0 and min(lowest, total - swept) < floor.minor
        total += int(net[day])
    assert moved > 0
    # 360 looks at 2 %: 7.2 expected at most; 20 is beyond any chance
    assert missed <= 20


def bring(session: WriteSession, amount: str, clock: FixedClock) -> None:
    """Money into the shop's account here, from nowhere in particular."""
    current, _product = mandates.accounts_of(SHOP.id, "CNY")
    till = key_of("account", "till")
    ledger.open_account(session, till, "asset", "CNY", may_be_negative=True, name="till", opened_at=clock.now())
    ledger.open_account(
        session, current, "liability", "CNY", may_be_negative=False, name="current", opened_at=clock.now()
    )
    ledger.post(session, [Transfer(key_of("bring", amount), till, current, Money.of(amount), clock.now(), "cash-in")])


def given_mandate(session: WriteSession, clock: FixedClock) -> Mandate:
    open_shop(session, clock, shop_rows(), "wealth")
    bring(session, "60000.00", clock)
    return mandates.give_mandate(
        session, SHOP.id, product="cash-t0", swept_max=LIMIT, move_min=Money.of("1000.00"), clock=clock
    )


def test_idle_cash_goes_in_once_and_comes_back_at_once(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        mandate = given_mandate(session, clock)
    for _time in range(3):  # a duty that runs again, or is killed and runs again
        with db.write() as session:
            first = mandates.sweep(session, mandate.id, clock)
    assert first is not None
    with db.read() as session:
        now = mandates.standing(session, SHOP.id)
        assert now is not None
        assert now.swept == Money.of("60000.00")
        assert [one.move.amount for one in now.sweeps if one.move.amount] == [now.swept]
        assert ledger.check(session) == []
        assert mandates.check(session) == []
    clock.move(hours=1)
    with db.write() as session:
        ended = mandates.revoke(session, SHOP.id, clock)
        assert mandates.revoke(session, SHOP.id, clock) == ended
    clock.move(days=1)
    with db.write() as session:
        assert mandates.sweep(session, mandate.id, clock) is None
        now = mandates.standing(session, SHOP.id)
        assert now is not None
        assert now.swept == Money.zero()
        assert not now.mandate.living
        assert ledger.balance(session, mandates.accounts_of(SHOP.id, "CNY")[0]) == Money.of("60000.00")
        assert ledger.check(session) == []
        assert mandates.check(session) == []


def test_a_stale_statement_brings_the_money_back(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        mandate = given_mandate(session, clock)
        mandates.sweep(session, mandate.id, clock)
        clock.move(days=30)
        back = mandates.sweep(session, mandate.id, clock)
        assert back is not None
        assert (back.reason, back.move.amount) == ("stale-statement", -Money.of("60000.00"))
        now = mandates.standing(session, SHOP.id)
        assert now is not None
        assert now.mandate.living


def test_withdrawn_consent_ends_the_mandate(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        mandate = given_mandate(session, clock)
        mandates.sweep(session, mandate.id, clock)
        clock.move(hours=1)
        consent.withdraw(session, SHOP.id, "wealth", clock.now())
        assert mandates.sweep(session, mandate.id, clock) is None
        now = mandates.standing(session, SHOP.id)
        assert now is not None
        assert (now.mandate.ended_why, now.swept) == ("consent-withdrawn", Money.zero())


def test_what_may_not_be_given(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "credit")
        order = {"swept_max": LIMIT, "move_min": STEP, "clock": clock}
        with pytest.raises(NotAllowed):
            mandates.give_mandate(session, SHOP.id, product="cash-t0", **order)
        consent.give(session, SHOP.id, "wealth", clock.now())
        with pytest.raises(InputRejected, match="same day"):
            mandates.give_mandate(session, SHOP.id, product="term-30", **order)
        mandates.give_mandate(session, SHOP.id, product="cash-t0", **order)
        with pytest.raises(Conflict):
            mandates.give_mandate(session, SHOP.id, product="cash-t0", **order)
    assert clock.today() == date(2026, 3, 10)
