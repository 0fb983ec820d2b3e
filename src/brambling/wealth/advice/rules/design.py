"""Which minimum holding period fits which trade's cycle: a hint for whoever designs products. Pure.

For each candidate period: how much of a trade's cash can be away so long in plans that are hardly ever needed early, and
what it would earn. The period that earns the trade most is the hint; a longer one locks out money that is needed before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money, Rate

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Holding:
    """One candidate for one trade. ``placeable`` is the sum over its businesses, ``earns_annual`` interest in a year."""

    trade: str
    hold_days: int
    businesses: int
    placeable: Money
    earns_annual: Money
    best: bool


def fit_holding(
    trades: Sequence[str],
    balance_minor: Ints,
    floor_minor: Ints,
    lows: Ints,
    hold_days: Sequence[int],
    rates: Sequence[Rate],
    *,
    early_max: int,
    currency: str = "CNY",
) -> tuple[Holding, ...]:
    """Every trade and candidate period, trades in order of name, periods as given.

    ``lows`` (business, path, period) are falls below the balance up to each period's end, as ``features.lows_of`` gives
    them; at most ``early_max`` paths may need the money early. ``rates`` are what each period pays. Raises InputRejected
    where the shapes do not fit.
    """
    if lows.shape[0] != len(trades) or lows.shape[2] != len(hold_days) or len(rates) != len(hold_days):
        raise InputRejected("trades, falls, periods and rates do not fit each other")
    margins = np.partition(lows, early_max, axis=1)[:, early_max] + (balance_minor - floor_minor)[:, None]
    placeable = np.maximum(margins, 0)
    names = np.asarray(trades)
    found: list[Holding] = []
    for trade in sorted(set(trades)):
        mine = names == trade
        sums = [Money(int(total), currency) for total in placeable[mine].sum(axis=0)]
        earned = [rate.interest(amount, 365) for amount, rate in zip(sums, rates, strict=True)]
        best = max(range(len(sums)), key=lambda place: (earned[place].minor, -hold_days[place]))
        found += [
            Holding(trade, hold_days[n], int(mine.sum()), sums[n], earned[n], n == best and bool(earned[n]))
            for n in range(len(sums))
        ]
    return tuple(found)
