"""A million plans at once are the same plans, to the fen."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.twins import random_twin

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money
from brambling.perception.cashflow.twin_shapes import Twin
from brambling.wealth.advice import Placements, Shelf, advise_many, lows_of, plan, shipped_shelf, tails_of
from brambling.wealth.advice.rules.many import CODES, early_max

SHELF = shipped_shelf()
DAYS = [product.away_days for product in SHELF.products]


def together(twins: list[Twin], shelf: Shelf, bears: list[int] | None = None, rows_at_once: int = 7) -> Placements:
    lows = np.stack([lows_of(twin, DAYS) for twin in twins])
    paths = lows.shape[1]
    return advise_many(
        np.array([twin.start_balance_minor for twin in twins]),
        np.array([twin.committed_minor(shelf.floor_days) for twin in twins]),
        tails_of(lows, early_max(paths, shelf)),
        np.array([round(twin.p_shortfall() * paths) for twin in twins]),
        paths=paths,
        shelf=shelf,
        risk_max=None if bears is None else np.array(bears),
        rows_at_once=rows_at_once,
    )


def assert_same(twins: list[Twin], shelf: Shelf, bears: list[int] | None = None) -> None:
    made = together(twins, shelf, bears)
    for row, twin in enumerate(twins):
        alone = plan(twin, shelf, risk_max=None if bears is None else bears[row])
        lines = {line.product: line for line in alone.lines}
        for place, code in enumerate(made.products):
            line = lines.get(code)
            assert made.amount_minor[row, place] == (line.amount.minor if line else 0)
            assert made.interest_minor[row, place] == (line.interest.minor if line else 0)
            if line:
                assert Decimal(int(made.needed[row, place])) / made.paths == line.p_early
        code = CODES[made.reason[row]]
        if alone.lines:
            assert code == "placed"
            assert Decimal(int(made.early[row])) / made.paths == alone.p_early
        elif alone.reasons[0].code != "nothing-suits":
            assert code == alone.reasons[0].code


@given(st.integers(0, 10_000), st.lists(st.integers(0, 60_000_000), min_size=1, max_size=12))
@settings(max_examples=40)
def test_each_row_is_the_plan_of_its_own(seed: int, starts: list[int]) -> None:
    drifts = np.random.default_rng(seed).integers(-6000, 6000, size=len(starts))
    twins = [
        random_twin(seed + place, drift=int(drifts[place]), start=start, spread=50_000)
        for place, start in enumerate(starts)
    ]
    assert_same(twins, SHELF)


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_fees_and_risk_count_in_both(seed: int) -> None:
    rng = np.random.default_rng(seed)
    products = tuple(
        replace(product, risk=int(rng.integers(1, 4)), fee_share=Decimal(int(rng.integers(0, 30))) / 100_000)
        for product in SHELF.products
    )
    shelf = replace(SHELF, products=products)
    twins = [random_twin(seed + place, start=int(rng.integers(0, 90_000_000))) for place in range(10)]
    assert_same(twins, shelf, [int(bears) for bears in rng.integers(1, 6, size=10)])


def test_equal_falls_are_no_trouble() -> None:
    """Whole steps, so that many paths share one margin and ties lie on the edge."""
    rng = np.random.default_rng(3)
    twins = []
    for seed in range(20):
        twin = random_twin(seed, start=40_000_000)
        twins.append(replace(twin, net_paths=rng.integers(-1, 2, size=twin.net_paths.shape) * 1_000_000.0))
    assert_same(twins, SHELF)


def test_a_fee_is_taken_off_and_a_shaky_yield_is_told() -> None:
    product = replace(SHELF.products[-1], fee_share=Decimal("0.0005"), yield_sd_annual=Decimal("0.01"), risk=2)
    amount = Money.of("100000.00")
    plain = SHELF.products[-1].earned(amount)
    assert plain == Money.of("505.48")  # 100,000 at 2.05 % for 90 days, actual/365
    assert product.earned(amount) == plain - Money.of("50.00")
    # 1.645 x 1 % x sqrt(90/365) of 100,000 is 816.85
    assert product.earned_low(amount) == product.earned(amount) - Money.of("816.85")


def test_arrays_that_do_not_fit_are_rejected() -> None:
    one = np.zeros(1, dtype=np.int64)
    tails = np.zeros((1, 4, len(DAYS)), dtype=np.int64)
    with pytest.raises(InputRejected, match="tails has 1 rows"):
        advise_many(np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64), tails, one, paths=50)
    with pytest.raises(InputRejected, match="short counts"):
        advise_many(one, one, tails, one + 51, paths=50)
    with pytest.raises(InputRejected, match="products"):
        advise_many(one, one, tails[:, :, :2], one, paths=50)
    with pytest.raises(InputRejected, match="too large"):
        advise_many(one + 2 * 10**15, one, tails, one, paths=50)
