"""The cash-flow twin of one business, and the questions it answers.

A twin is a sheaf of equally likely futures of the account: ``net_paths[i, d]`` is the net flow of path ``i`` on the
day ``origin + (d + 1)`` days. Every question - band, shortfall, idle amount, capacity - is a count over the same paths,
so no two answers can contradict each other. Days are counted from the origin: day 1 is the first day after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BAND_QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True)
class Recurring:
    """A payment that returns: who, how much and when, each with the spread seen in the statement."""

    counterparty: str
    category: str
    sign: int  # +1 money in, -1 money out
    amount_minor: int  # median of the recent payments, >= 0
    amount_spread_minor: int  # half of the range between their 10 % and 90 % quantiles
    every_days: int | None  # 7 or 14 for weekly rhythms, None for monthly ones
    every_months: int | None  # 1 or 3 for monthly and quarterly rhythms, None for weekly ones
    day_of_month: int | None  # nominal day (31 means the last day), None for weekly rhythms
    next_date: date
    day_spread: int  # days between nominal and actual date that cover 90 % of the payments
    share_of_times: float  # share of due dates on which the payment came


@dataclass(frozen=True)
class Lowest:
    """The low point from today on: median of the paths' minima, their most frequent day, P(below zero).

    Today's balance is one of the points. Where it is the lowest one in most futures, the day is today; else the day is
    the most frequent one among the futures that fall below today's balance, so that amount and day speak of the same.
    """

    amount_minor: int
    date: date
    probability_below_zero: float


@dataclass(frozen=True, eq=False)
class Twin:
    """The cash-flow model of one business. Amounts are smallest units of ``currency`` (fen)."""

    origin: date  # the day the questions are asked; path day d (from 1) is origin + d days
    statement_until: date  # last day of the statement; what moved between it and the origin is simulated, on day 1
    horizon_days: int
    currency: str
    balance_known: bool
    start_balance_minor: int  # after the statement's last row, with what else is known today; 0 when unknown
    net_paths: Floats  # [paths, horizon_days], joint over days, whole minor units
    known: Floats  # [horizon_days], the certain flows that the bank itself knows; they are in net_paths already
    out_committed: Floats  # [horizon_days], expected outflow for payroll, tax, rent and loans, >= 0
    recurring: tuple[Recurring, ...]
    history: pl.DataFrame  # date, net_minor, in_minor, out_minor: one row a day without gaps
    inflow_year_minor: int  # verified inflow of the last 365 days, scaled up when the history is shorter
    outflow_year_minor: int
    history_days: int
    versions: Mapping[str, str]
    owed_later_minor: int = 0  # what is owed to this bank and falls due after the horizon, >= 0

    # -- the sheaf ------------------------------------------------------------------------------------------------

    @cached_property
    def _balances(self) -> Floats:
        return self.start_balance_minor + np.cumsum(self.net_paths, axis=1)

    @cached_property
    def _minima(self) -> Floats:
        """The lowest point of each path, today's balance among them."""
        lowest: Floats = np.minimum(self._balances.min(axis=1), self.start_balance_minor)
        return lowest

    def balance_paths(self) -> Floats:
        """Balance at the end of each day, [paths, horizon_days]; change from today when the balance is unknown."""
        return self._balances

    @cached_property
    def owed_minor(self) -> Floats:
        """What is still owed to this bank at the end of each day from today on, [horizon_days + 1], never rising."""
        due = np.maximum(-self.known, 0)
        owed: Floats = due.sum() + self.owed_later_minor - np.concatenate([[0.0], np.cumsum(due)])
        return owed

    @cached_property
    def own_balances(self) -> Floats:
        """Balances less what is then still owed to this bank, from today on: [paths, horizon_days + 1].

        Borrowed money is not idle: whoever placed it would pay the loan's interest for the lower one of the product.
        """
        start = np.full((self._balances.shape[0], 1), float(self.start_balance_minor))
        own: Floats = np.concatenate([start, self._balances], axis=1) - self.owed_minor
        return own

    def day(self, number: int) -> date:
        """The date of path day ``number`` (from 1)."""
        return self.origin + timedelta(days=number)

    def _columns(self, days: Sequence[int]) -> Integers:
        columns = np.asarray(days, dtype=np.int64) - 1
        if columns.size == 0 or columns.min() < 0 or columns.max() >= self.horizon_days:
            raise ValueError(f"days must lie in 1..{self.horizon_days}, got {list(days)}")
        return columns

    # -- the questions --------------------------------------------------------------------------------------------

    def band(self, quantiles: Sequence[float] = BAND_QUANTILES) -> dict[float, Floats]:
        """Quantiles of the balance by day (of its change from today when the balance is unknown)."""
        values = np.quantile(self._balances, quantiles, axis=0)
        return {q: values[i] for i, q in enumerate(quantiles)}

    def lowest(self) -> Lowest:
        """The low point from today to the horizon; equally frequent days give the earlier one."""
        falls = self._minima < self.start_balance_minor
        days = self._balances[falls].argmin(axis=1) + 1
        return Lowest(
            amount_minor=int(np.floor(np.median(self._minima))),
            date=self.day(int(np.bincount(days).argmax()) if 2 * len(days) > len(falls) else 0),
            probability_below_zero=float(np.mean(self._minima < 0)),
        )

    def shortfall_by_day(self) -> Floats:
        """P(balance below zero today or on a day up to d), [horizon_days]; never falls."""
        short = (self._balances < 0) | (self.start_balance_minor < 0)
        below: Floats = np.mean(np.maximum.accumulate(short, axis=1), axis=0)
        return below

    def p_shortfall(self, extra: Floats | None = None, start_extra_minor: int = 0) -> float:
        """P(balance below zero today or on some day), with ``extra`` daily flows (instalments out, say) added.

        ``extra`` has one value a day of the horizon; ``start_extra_minor`` is money added today.
        """
        start = self.start_balance_minor + start_extra_minor
        balances = self._balances + start_extra_minor
        if extra is not None:
            if np.shape(extra) != (self.horizon_days,):
                raise ValueError(f"extra needs one value for each of {self.horizon_days} days")
            balances = balances + np.cumsum(extra)
        return float(np.mean(np.minimum(balances.min(axis=1), start) < 0))

    def lows_between(self, days: Sequence[int]) -> Floats:
        """The lowest balance of each path before each of ``days``, and from the last of them on.

        [paths, len(days) + 1]: from today to the day before ``days[0]``, from ``days[0]`` to the day before
        ``days[1]``, ... A loan whose instalments fall on ``days`` is paid as often as there were days before.
        """
        columns = self._columns(days)
        starts = [0, *(int(column) for column in columns)]
        padded = np.concatenate([np.full((self._balances.shape[0], 1), np.inf), self._balances], axis=1)
        lows = np.minimum.reduceat(padded, [0, *(start + 1 for start in starts[1:])], axis=1)
        lows[:, 0] = np.minimum(lows[:, 0], self.start_balance_minor)
        return np.asarray(lows, dtype=np.float64)

    def idle_minor(self, until_day: int, floor_minor: int, p_early_max: float = 0.02) -> int:
        """The largest amount that can leave today until ``until_day`` and is hardly ever needed earlier.

        Largest X >= 0 with P(balance - X falls below ``floor_minor`` today or on a day up to ``until_day``) at most
        ``p_early_max``; what is owed to this bank counts as gone. Zero when the balance is unknown: nothing is proven
        to be there.
        """
        if not self.balance_known:
            return 0
        self._columns([until_day])
        minima = self.own_balances[:, : until_day + 1].min(axis=1)
        return max(0, _allowed(np.floor(minima) - floor_minor, p_early_max))

    def cash_needed_minor(self, p_max: float) -> int:
        """The least cash >= 0 that, added today, leaves P(balance below zero today or later) at most ``p_max``."""
        return max(0, -_allowed(np.floor(self._minima), p_max))

    def worst_fall_minor(self, days: int) -> int:
        """The deepest fall of the account within ``days`` days that its own history shows, <= 0.

        The days between the statement and today come on top, and so does all that is owed to this bank, which no history
        has. Futures are calibrated in their middle, and their far tail rests on few events; what has happened once can
        happen again, whatever its simulated share.
        """
        net = self.history["net_minor"].to_numpy().astype(np.float64)
        level = np.concatenate([[0.0], np.cumsum(net)])
        window = days + (self.origin - self.statement_until).days
        padded = np.concatenate([level, np.full(window, np.inf)])
        ahead = np.lib.stride_tricks.sliding_window_view(padded, window + 1).min(axis=1)
        return int(np.floor((ahead[: level.size] - level).min() - self.owed_minor[0]))

    def placeable_minor(self, until_day: int, floor_minor: int, p_early_max: float) -> int:
        """What is idle until ``until_day`` and would also have been in the worst stretch of the past; zero unknown.

        The lesser of :meth:`idle_minor` and of today's balance after the deepest fall seen, less the floor.
        """
        seen = self.start_balance_minor + self.worst_fall_minor(until_day) - floor_minor
        return max(0, min(self.idle_minor(until_day, floor_minor, p_early_max), seen))

    def committed_minor(self, days: int) -> int:
        """Expected payroll, tax, rent and loan payments of the next ``days`` days (at most the horizon), rounded up.

        The floor that every line keeps in the account, so that no line spends what another counts on.
        """
        return int(np.ceil(self.out_committed[:days].sum()))

    def capacity(self, instalment_days: Sequence[int], p_miss_max: float, floor_minor: int) -> int:
        """The largest equal instalment payable on ``instalment_days`` with P(miss) at most ``p_miss_max``, >= 0.

        A path misses when the balance after an instalment is below ``floor_minor`` on any of those days, all earlier
        instalments having been paid. Proceeds of a loan are not counted: pass a lower floor to count them.
        """
        days = sorted(instalment_days)
        room = self._balances[:, self._columns(days)] - floor_minor
        largest = np.floor((room / np.arange(1, len(days) + 1)).min(axis=1))
        return max(0, _allowed(largest, p_miss_max))


def _allowed(values: Floats, p_max: float) -> int:
    """The largest v such that at most a share ``p_max`` of ``values`` lies strictly below v."""
    skip = min(int(np.floor(p_max * values.size + 1e-9)), values.size - 1)
    return int(np.partition(values, skip)[skip])
