"""Paths into needs: the money that must be there by each day, so that all days together hold at the confidence."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brambling.kit.calendar import features as calendar_features
from brambling.kit.errors import InputRejected
from brambling.wealth.ladder.rules import Market
from brambling.wealth.ladder.shapes import Floats, Need

Ints = NDArray[np.int64]


def joint_need(outflow: Floats, confidence: float) -> Floats:
    """The least curve of one quantile level that at least ``confidence`` of the paths stay under on *all* days.

    ``outflow`` (path, day) is cumulated net money out. A quantile a day at the confidence would be broken on some day
    far more often than on one in a hundred paths; so the level is raised until the paths as a whole hold.
    """
    count = outflow.shape[0]
    order = np.sort(outflow, axis=0)
    wanted = int(np.ceil(confidence * count - 1e-9))
    low, high = max(wanted - 1, 0), count - 1
    while low < high:
        middle = (low + high) // 2
        if int((outflow <= order[middle]).all(axis=1).sum()) >= wanted:
            high = middle
        else:
            low = middle + 1
    return np.maximum(np.maximum.accumulate(order[low]), 0.0)


def needs_of(
    subscription: Ints,
    redemption: Ints,
    days: NDArray[np.datetime64],
    assets_minor: int,
    confidence: float,
    market: Market,
) -> tuple[Need, ...]:
    """Base and stressed needs as shares of net assets, each cumulated by day. Inputs are (path, day) of one product."""
    money_in, money_out = subscription.astype(float) / assets_minor, redemption.astype(float) / assets_minor
    base = joint_need(np.cumsum(money_out - money_in, axis=1), confidence)
    length = days.size
    at_end = _quarter_end(days, market.quarter_end_days)
    wild = np.where(at_end, float(market.quarter_end_times), 1.0)
    quarter = joint_need(np.cumsum(money_out * wild - money_in, axis=1), confidence)
    early = np.arange(length) < market.rumour_days
    out = money_out * np.where(early, float(market.rumour_times), 1.0)
    rumour = joint_need(np.cumsum(out - money_in * np.where(early, 0.5, 1.0), axis=1), confidence)
    return (
        Need("base", base, sales=False),
        Need("front-loaded", front_loaded(market, workdays_passed(days)), sales=True),
        Need("quarter-end", quarter, sales=True),
        Need("rumour", rumour, sales=True),
    )


def front_loaded(market: Market, passed: Ints) -> Floats:
    """Shares redeemed by each day when a run begins on the first workday: shares are redeemed on workdays only."""
    shares = np.array([float(share) for share in market.front_loaded])
    running = np.concatenate([[0.0], np.cumsum(shares)])
    out: Floats = running[np.minimum(passed, shares.size)]
    return out


def _quarter_end(days: NDArray[np.datetime64], count: int) -> NDArray[np.bool_]:
    """The last ``count`` workdays of a quarter; the first days of the horizon where it holds no quarter end."""
    facts = {name: np.asarray(column) for name, column in calendar_features(days).items()}
    month, left = facts["month"].astype(int), facts["days_to_month_end"].astype(int)
    at_end: NDArray[np.bool_] = (month % 3 == 0) & (left < count) & facts["workday"].astype(bool)
    return at_end if at_end.any() else np.arange(days.size) < count


def workdays_passed(days: NDArray[np.datetime64]) -> Ints:
    """Workdays from the first of ``days`` up to each of them, itself included."""
    facts: Any = calendar_features(days)
    out: Ints = np.cumsum(np.asarray(facts["workday"]).astype(np.int64))
    return out


def horizon_of(as_of: date, length: int) -> NDArray[np.datetime64]:
    """The ``length`` days after ``as_of``."""
    if length < 1:
        raise InputRejected(f"a horizon of {length} days", expected="at least 1")
    days: NDArray[np.datetime64] = np.datetime64(as_of, "D") + 1 + np.arange(length)
    return days
