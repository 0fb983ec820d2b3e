"""The feedback, and the smallest shock that breaks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from brambling.wealth.ladder.model.spiral import available, smallest, spiral, stress_of
from brambling.wealth.ladder.readers import shipped_market
from brambling.wealth.ladder.rules import Position
from brambling.wealth.ladder.shapes import Need

CASH = Position("cash", "cash", 10, 0, 0, 0.0)
LONG = Position("long", "credit", 90, 360, 250, 0.03, "AAA", "A", 2, None, Decimal("0.06"))


@given(st.floats(0, 400), st.floats(0, 400))
def test_a_larger_shock_never_draws_less(a: float, b: float) -> None:
    low, high = sorted((a, b))
    first, second = (spiral([CASH, LONG], shipped_market(), shock) for shock in (low, high))
    assert first.fall_bp <= second.fall_bp + 1e-9
    assert first.paid or not second.paid


def test_the_first_day_by_hand() -> None:
    day = spiral([CASH, LONG], shipped_market(), 100.0).days[0]
    assert day.fall_bp == 0.9 * 360 / 365 * 100
    assert day.redeemed == min(0.10, 0.002 * (day.fall_bp - 2))  # cash is all there is on the first day


def test_no_shock_no_spiral() -> None:
    run = spiral([CASH, LONG], shipped_market(), 0.0)
    assert run.paid and run.redeemed == 0 and run.sold == 0


def test_bisection_finds_the_edge() -> None:
    found = smallest(lambda x: x >= 0.3217, 1.0)
    assert found is not None and abs(found - 0.3217) < 1e-6
    assert smallest(lambda x: False, 1.0) is None


def test_the_breaking_share_is_where_money_ends() -> None:
    passed = np.arange(1, 11)
    stuck = replace(LONG, liquid_days=None)
    need = Need("base", np.linspace(0.01, 0.1, 10), sales=False)
    stress = stress_of([CASH, stuck], [need], shipped_market(), passed)
    assert stress.breaking_share is not None and abs(stress.breaking_share - 0.10) < 1e-6  # only the cash can be paid
    assert stress.coverage["base"] == 1.0


def test_sales_bring_money_after_their_days_and_less_the_haircut() -> None:
    there = available([CASH, LONG], np.array([1, 2, 3]), sales=True)
    assert np.allclose(there, [0.10, 0.10 + 0.9 * 0.94, 0.10 + 0.9 * 0.94])
    assert np.allclose(available([CASH, LONG], np.array([1, 2, 3]), sales=False), 0.10)
