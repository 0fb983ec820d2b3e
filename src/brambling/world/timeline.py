"""The days of a town: calendar, weather and what hits a whole trade; the same in every district."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brambling.kit.calendar import HOLIDAYS, ChineseCalendar, features
from brambling.world.town import FUTURE_DAYS, WARM_UP_DAYS, Flags, Floats, Ints, Town, stream
from brambling.world.trades import TRADES, Trade

FUNDS = ("仿真日盈现金", "仿真月享30天", "仿真稳进债券")
# A holiday that people spend travelling and eating out; the others are spent at home.
_OUTINGS = ("new-year", "labour", "dragon-boat", "mid-autumn", "national-day", "qingming")


@dataclass(frozen=True, eq=False)
class Timeline:
    """Every simulated day, ``days[0]`` to ``days[-1]``; statements show the days ``first`` to ``last`` (positions).

    ``consumer`` and ``order`` [days, trades] are season factors of sales to consumers and of orders by businesses,
    ``demand`` and ``goods_price`` [days, trades] the shocks of a trade, ``fund_yield`` [days, products] yields a year.
    """

    days: NDArray[np.datetime64]
    first: int
    last: int
    calendar: Mapping[str, NDArray[Any]]
    next_workday: Ints  # position of the first workday on or after each day
    previous_workday: Ints  # position of the last workday on or before
    month: Ints  # months since 1970
    consumer: Floats
    order: Floats
    demand: Floats
    goods_price: Floats
    fund_yield: Floats

    @property
    def length(self) -> int:
        """How many days there are."""
        return int(self.days.size)


def timeline(town: Town) -> Timeline:
    """The timeline of ``town``; it depends on the seed and the dates, not on the businesses."""
    start = np.datetime64(town.start) - WARM_UP_DAYS
    stop = np.datetime64(town.end + timedelta(days=1)) + FUTURE_DAYS
    days = np.arange(start, stop)
    # The published calendar and the rules beyond it, without an operator's file: bytes must not hang on a setting.
    calendar = features(days, ChineseCalendar())
    wet = _weather(town.seed, calendar)
    consumer = np.stack([_consumer(trade, calendar, wet) for trade in TRADES], axis=1)
    order = np.stack([_order(trade, calendar) for trade in TRADES], axis=1)
    demand, goods_price = _shocks(town.seed, days.size)
    positions = np.arange(days.size)
    workday = calendar["workday"]
    after = np.minimum.accumulate(np.where(workday, positions, days.size)[::-1])[::-1]
    return Timeline(
        days=days,
        first=WARM_UP_DAYS,
        last=days.size - FUTURE_DAYS - 1,
        calendar=calendar,
        next_workday=after,
        previous_workday=np.maximum(np.maximum.accumulate(np.where(workday, positions, -1)), 0),
        month=days.astype("datetime64[M]").astype(np.int64),
        consumer=consumer,
        order=order,
        demand=demand,
        goods_price=goods_price,
        fund_yield=_yields(town.seed, days.size),
    )


def festival_curve(trade: Trade, distance: NDArray[Any]) -> Floats:
    """The factor of sales around the first lunar day; ``distance`` in days, negative before it."""
    d = distance.astype(np.float64)
    if trade.festival == "shutdown":
        return np.interp(d, [-21, -14, -7, -5, 8, 12, 21, 26], [1.2, 1.05, 0.3, 0.02, 0.02, 0.35, 0.9, 1.0])
    if trade.festival == "peak":
        return np.interp(
            d, [-26, -20, -6, -2, -1, 0, 1, 4, 10, 16], [1.0, 1.2, 1.75, 2.1, 1.6, 0.4, 0.5, 0.75, 0.8, 1.0]
        )
    if trade.festival == "visitors":
        return np.interp(d, [-12, -6, -2, 0, 1, 6, 8, 14], [1.0, 0.8, 0.9, 1.3, 1.8, 1.7, 1.0, 1.0])
    if trade.festival == "pause":
        return np.interp(d, [-10, -3, -1, 0, 5, 8, 15], [1.0, 0.85, 0.4, 0.15, 0.35, 0.8, 1.0])
    return np.ones(d.size)


def _consumer(trade: Trade, calendar: Mapping[str, NDArray[Any]], wet: Flags) -> Floats:
    curve = (
        _months(trade, calendar)
        * _weekdays(trade, calendar)
        * festival_curve(trade, calendar["days_to_spring_festival"])
    )
    outing = np.isin(calendar["holiday"], [HOLIDAYS.index(name) for name in _OUTINGS])
    curve = np.where(outing, curve * trade.holiday, curve)
    sale = calendar["sale_618"] | calendar["double_11"]
    curve = np.where(sale, curve * trade.promotion, curve)
    shaped: Floats = np.where(wet, curve * trade.rain, curve)
    return shaped


def _order(trade: Trade, calendar: Mapping[str, NDArray[Any]]) -> Floats:
    """Orders of businesses know months, the festival and sales seasons; the weekday is when the order is placed."""
    curve = _months(trade, calendar) * festival_curve(trade, calendar["days_to_spring_festival"])
    sale = calendar["sale_618"] | calendar["double_11"]
    shaped: Floats = np.where(sale, curve * trade.promotion, curve)
    return shaped


def _months(trade: Trade, calendar: Mapping[str, NDArray[Any]]) -> Floats:
    """The month curve, drawn through the middles of the months so that no month begins with a jump."""
    values = np.array(trade.months) / np.mean(trade.months)
    middle = np.arange(12) * 30.4375 + 15.2
    day = (calendar["month"].astype(np.int64) - 1) * 30.4375 + calendar["day_of_month"]
    curve: Floats = np.interp(day, middle, values, period=365.25)
    return curve


def _weekdays(trade: Trade, calendar: Mapping[str, NDArray[Any]]) -> Floats:
    values = np.array(trade.weekdays) / np.mean(trade.weekdays)
    picked: Floats = values[calendar["weekday"].astype(np.int64)]
    return picked


def _weather(seed: int, calendar: Mapping[str, NDArray[Any]]) -> Flags:
    """Wet days come in spells; June is the rainy month, and one month of each year is wetter than it should be."""
    rng = stream(seed, "weather")
    month = calendar["month"].astype(np.int64)
    chance = np.where(np.isin(month, (5, 6, 7)), 0.42, 0.24)
    odd = rng.integers(1, 13, size=8)
    year = np.cumsum(np.r_[0, (np.diff(month) < 0).astype(np.int64)])
    chance = np.where(month == odd[year % odd.size], np.minimum(chance + 0.35, 0.8), chance)
    draws = rng.random(month.size)
    wet = np.zeros(month.size, dtype=np.bool_)
    for t in range(month.size):
        spell = 1.5 if t and wet[t - 1] else 0.8
        wet[t] = draws[t] < min(0.95, chance[t] * spell)
    return wet


def _shocks(seed: int, length: int) -> tuple[Floats, Floats]:
    """For each trade: a slow wave of demand, one slump of some, and a run of dear goods of others."""
    rng = stream(seed, "trades")
    count = len(TRADES)
    weeks = length // 7 + 2
    steps = rng.normal(0.0, 0.012, size=(weeks, count))
    wave = np.zeros((weeks, count))
    for week in range(1, weeks):
        wave[week] = 0.96 * wave[week - 1] + steps[week]
    demand = np.exp(np.repeat(wave, 7, axis=0)[:length])
    price = np.ones((length, count))
    slump, dear = rng.random(count) < 0.25, rng.random(count) < 0.30
    begins = rng.integers(WARM_UP_DAYS, max(WARM_UP_DAYS + 1, length - 200), size=(2, count))
    lasts = rng.integers(90, 200, size=(2, count))
    depth, rise = rng.uniform(0.08, 0.22, count), rng.uniform(0.03, 0.09, count)
    for k in range(count):
        if slump[k]:
            demand[begins[0, k] : begins[0, k] + lasts[0, k], k] *= 1 - depth[k]
        if dear[k]:
            price[begins[1, k] : begins[1, k] + lasts[1, k], k] += rise[k]
    return demand, price


def _yields(seed: int, length: int) -> Floats:
    """Yields of the three funds: around 1.6, 2.1 and 2.8 percent a year, wandering and pulled back."""
    rng = stream(seed, "yields")
    mean, size = np.array([0.016, 0.021, 0.028]), np.array([0.00008, 0.0001, 0.0003])
    path = np.empty((length, 3))
    now = mean.copy()
    for t in range(length):
        now = now + 0.01 * (mean - now) + size * rng.normal(size=3)
        path[t] = np.maximum(now, 0.002)
    return path
