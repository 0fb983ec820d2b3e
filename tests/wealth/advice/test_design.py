"""The hint for a minimum holding period follows the trade's cycle."""

from __future__ import annotations

import numpy as np
import pytest

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money, Rate
from brambling.wealth.advice.rules.design import fit_holding

HOLDS, RATES = (7, 28, 90), tuple(Rate.of(text) for text in ("1.45%", "1.70%", "2.05%"))


def test_a_monthly_payroll_and_a_quarterly_harvest_want_different_periods() -> None:
    # bakers pay nine tenths of their cash within four weeks; farmers nothing before a quarter is over
    lows = np.zeros((4, 100, 3), dtype=np.int64)
    lows[:2, :, 1:] = -9_000_000
    found = fit_holding(
        ["baker", "baker", "farmer", "farmer"],
        np.full(4, 10_000_000),
        np.zeros(4, dtype=np.int64),
        lows,
        HOLDS,
        RATES,
        early_max=2,
    )
    best = {one.trade: one for one in found if one.best}
    assert (best["baker"].hold_days, best["farmer"].hold_days) == (7, 90)
    assert best["baker"].placeable == Money.of("200000.00")
    assert best["farmer"].earns_annual == Money.of("4100.00")
    assert all(one.businesses == 2 for one in found)


def test_the_allowed_paths_do_not_count_and_nothing_idle_is_no_hint() -> None:
    lows = np.zeros((1, 100, 3), dtype=np.int64)
    lows[0, :2] = -50_000_000
    args = (np.array([10_000]), np.array([10_000]), lows, HOLDS, RATES)
    assert not any(one.best for one in fit_holding(["x"], *args, early_max=2))
    rich = (np.array([30_000_000]), np.array([0]), lows, HOLDS, RATES)
    assert [one.placeable for one in fit_holding(["x"], *rich, early_max=2)] == [Money.of("300000.00")] * 3
    assert [one.placeable for one in fit_holding(["x"], *rich, early_max=1)] == [Money.zero()] * 3
    with pytest.raises(InputRejected):
        fit_holding(["x", "y"], *args, early_max=2)
