"""Idle-cash plans: exact money above the floor, and hardly ever needed early."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.twins import ORIGIN, random_twin, twin_of

from brambling.credit.underwriting import shipped_policy as credit_policy
from brambling.kit.errors import InputRejected
from brambling.kit.money import Money, Rate
from brambling.marketing.needs import shipped_policy as needs_policy
from brambling.perception.cashflow.twin_shapes import Twin
from brambling.wealth.advice import Plan, plan, shelf_from, shipped_shelf
from brambling.wealth.advice.report import SENTENCES, reason_text

SHELF = shipped_shelf()
BY_CODE = {product.code: product for product in SHELF.products}


def early_paths(twin: Twin, found: Plan) -> int:
    """Paths on which some day finds less in the account than the floor: counted day by day, path by path."""
    floor = found.floor.minor
    count = 0
    for path in twin.net_paths:
        balance, early = twin.start_balance_minor, False
        for day in range(twin.horizon_days + 1):
            if day > 0:
                balance += int(path[day - 1])
            away = sum(line.amount.minor for line in found.lines if ORIGIN + timedelta(days=day) <= line.release_on)
            placed = any(ORIGIN + timedelta(days=day) <= line.release_on for line in found.lines)
            early = early or (placed and balance - away < floor)
        count += early
    return count


@given(st.integers(0, 10_000), st.integers(-3000, 6000), st.integers(0, 60_000_000))
@settings(max_examples=60, deadline=None)
def test_a_plan_keeps_its_promises(seed: int, drift: int, start: int) -> None:
    twin = random_twin(seed, drift=drift, start=start)
    found = plan(twin)
    assert sum((line.amount for line in found.lines), Money.zero()) == found.amount
    assert found.floor.minor == int(np.ceil(twin.out_committed[: SHELF.floor_days].sum()))
    assert early_paths(twin, found) <= 0.02 * twin.net_paths.shape[0]
    assert found.amount.minor <= max(0, start - found.floor.minor)
    for line in found.lines:
        product = BY_CODE[line.product]
        assert line.amount >= product.amount_min
        assert line.amount.minor % product.amount_step.minor == 0
        assert line.interest >= SHELF.interest_min
    if found.lines:
        assert found.until == min(line.release_on for line in found.lines)
    else:
        assert found.until is None
        assert found.reasons


@given(st.integers(0, 1000), st.integers(1, 50_000_000))
@settings(max_examples=30, deadline=None)
def test_more_cash_never_shrinks_a_plan_by_more_than_its_steps(seed: int, more: int) -> None:
    less = random_twin(seed)
    rich = replace(less, start_balance_minor=less.start_balance_minor + more)
    slack = sum(product.amount_min.minor + product.amount_step.minor for product in SHELF.products)
    assert plan(rich).amount.minor >= plan(less).amount.minor - slack


def test_a_worked_ladder() -> None:
    """100 quiet paths with 200,000 today; after day 20 every path loses 60,000: that part may be away 7 days only."""
    net = np.zeros((100, 91))
    net[:, 20] = -6_000_000
    found = plan(twin_of(net, start=20_000_000, committed=np.full(91, 100_000)))
    assert found.floor == Money.of("14000.00")
    assert [(line.product, str(line.amount)) for line in found.lines] == [
        ("term-90", "120000.00"),
        ("term-7", "66000.00"),
    ]
    assert found.until == ORIGIN + timedelta(days=8)
    # 120,000 at 2.05 % for 90 days, 66,000 at 1.45 % for 7 days, actual/365
    assert [str(line.interest) for line in found.lines] == ["606.58", "18.35"]
    assert found.p_early == 0


def test_one_bad_path_in_fifty_is_allowed_and_two_are_not() -> None:
    net = np.zeros((100, 91))
    net[:2, 50] = -20_000_000
    assert plan(twin_of(net, start=20_000_000)).amount == Money.of("200000.00")
    net[2, 50] = -20_000_000
    found = plan(twin_of(net, start=20_000_000))
    assert "term-90" not in {line.product for line in found.lines}
    assert found.amount == Money.of("200000.00")  # for the 30 days before it


@pytest.mark.parametrize(
    ("twin", "code"),
    [
        (twin_of(np.zeros((10, 91)), start=None), "balance-unknown"),
        (twin_of(np.zeros((10, 91)), start=0), "all-needed"),
        (twin_of(np.zeros((10, 91)), start=20_000), "too-little"),
        (twin_of(np.full((10, 91), -1e6), start=5_000_000, committed=np.full(91, 1e6)), "gap-first"),
        (twin_of(np.zeros((10, 91)), start=5_000_000, committed=np.full(91, 1e6)), "nothing-idle"),
        (twin_of(np.zeros((10, 91)), start=50_000_000, currency="CZK"), "currency-not-served"),
    ],
)
def test_no_plan_says_why(twin: Twin, code: str) -> None:
    found = plan(twin)
    assert found.amount.minor == 0
    assert found.lines == ()
    assert [reason.code for reason in found.reasons] == [code]
    assert reason_text(found.reasons[0], "en", twin.currency)


def test_a_short_horizon_leaves_long_products_out() -> None:
    found = plan(twin_of(np.zeros((50, 40)), start=50_000_000))
    assert max(line.release_on for line in found.lines) == ORIGIN + timedelta(days=31)


def test_the_three_lines_keep_the_same_floor_and_share() -> None:
    """Else one line could call idle what another needs."""
    assert SHELF.floor_days == credit_policy().floor_days == needs_policy().floor_days
    assert credit_policy().p_miss_max == needs_policy().gap_cover_max
    assert SHELF.p_early_max == credit_policy().p_early_max == needs_policy().p_early_max


def test_a_shelf_on_which_longer_pays_less_is_rejected(tmp_path: Path) -> None:
    longest = replace(SHELF.products[-1], rate_annual=Rate(Decimal("0.001")))
    with pytest.raises(InputRejected, match="out of order"):
        replace(SHELF, products=(*SHELF.products[:-1], longest))
    path = tmp_path / "shelf.yaml"
    path.write_text("version: a\ncurrency: CNY\n", encoding="utf-8")
    with pytest.raises(InputRejected, match="no key floor_days"):
        shelf_from(path)


def test_every_reason_has_words_in_both_languages() -> None:
    from brambling.kit.i18n import translator

    for sentence in SENTENCES.values():
        assert translator("zh")(sentence) != sentence


def test_what_fell_once_may_fall_again() -> None:
    """Quiet futures, but the past lost 60,000 within a month: that much is not called idle for so long."""
    quiet = twin_of(np.zeros((100, 91)), start=20_000_000)
    net = np.zeros(quiet.history.height, dtype=np.int64)
    net[100], net[112] = -4_000_000, -2_000_000
    seen = replace(quiet, history=quiet.history.with_columns(net_minor=pl.Series(net)))
    found = plan(seen)
    assert [(line.product, str(line.amount)) for line in found.lines] == [
        ("term-90", "140000.00"),
        ("term-7", "20000.00"),
    ]
    assert seen.placeable_minor(91, 0, 0.02) == 14_000_000
    assert seen.placeable_minor(8, 0, 0.02) == 16_000_000


def test_borrowed_money_is_never_placed() -> None:
    """100,000 of one's own and 60,000 borrowed here, paid back in thirds, the last one beyond the simulated time."""
    own = twin_of(np.zeros((100, 91)), start=10_000_000)
    known = np.zeros(91)
    known[[29, 59]] = -2_000_000
    both = replace(own, start_balance_minor=16_000_000, net_paths=np.tile(known, (100, 1)), known=known)
    both = replace(both, owed_later_minor=2_000_000)
    assert both.owed_minor[[0, 29, 30, 60, 91]].tolist() == [6_000_000, 6_000_000, 4_000_000, 2_000_000, 2_000_000]
    assert plan(both).lines == plan(own).lines
    assert plan(own).amount == Money.of("100000.00")
    assert both.placeable_minor(91, 0, 0.02) == both.idle_minor(91, 0) == 10_000_000
    broke = replace(both, start_balance_minor=6_000_000)
    assert plan(broke).lines == ()


@given(st.integers(0, 1000), st.integers(1, 40))
@settings(max_examples=30, deadline=None)
def test_the_deepest_fall_agrees_with_a_naive_search(seed: int, days: int) -> None:
    twin = twin_of(np.zeros((1, 91)), history_days=70)
    net = np.random.default_rng(seed).integers(-1000, 1000, 70)
    twin = replace(twin, history=twin.history.with_columns(net_minor=pl.Series(net)))
    worst = 0
    for first in range(70):
        for last in range(first, min(70, first + days)):
            worst = min(worst, int(net[first : last + 1].sum()))
    assert twin.worst_fall_minor(days) == worst
