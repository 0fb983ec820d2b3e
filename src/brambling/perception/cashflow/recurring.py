"""Payments that return: found with their rhythm, amount and the spread of both, and played forward.

A rhythm is weekly, two-weekly, monthly or quarterly. A payment belongs to a due date when it lies within a few days of
it after the shift that this payer shows on days off (to the next workday, to the last one, or none): banks move dates,
payers do not change their rhythm.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from brambling.kit.calendar import is_workday, next_workday, previous_workday
from brambling.perception.cashflow.twin_shapes import Recurring

Floats = NDArray[np.float64]

DAYS_NEAR = 3  # a payment this close to its due date keeps the rhythm
HITS_MIN = 0.75  # share of due dates that were paid, and of payments that were due
SPREAD_MAX = 0.75  # half of the 10-90 % range of the amounts, over their median
PAYMENTS_MIN = {7: 6, 14: 6, 30: 3, 91: 3}
_RECENT = 12  # payments that speak for the amount
_GAPS = {7: (6, 8), 14: (12, 16), 30: (26, 35), 91: (84, 98)}  # median gap in days that may mean the rhythm
_SHIFTS = ("none", "next", "previous")


@dataclass(frozen=True, eq=False)
class Pattern:
    """A found rhythm with the payments that prove it: what :func:`play` needs beyond the public shape."""

    item: Recurring
    due: tuple[date, ...]  # due dates ahead, shifted, within the horizon
    offsets: Floats  # days between due and paid
    amounts: Floats  # recent amounts, >= 0
    paid_days: tuple[date, ...]
    paid_amounts: Floats  # signed

    @property
    def expected_minor(self) -> float:
        """Expected payment on a due date, >= 0."""
        return float(self.amounts.mean()) * self.item.share_of_times


def find(rows: pl.DataFrame, origin: date, horizon_days: int) -> tuple[Pattern, ...]:
    """Recurring payments in ``rows`` (date, amount_minor, counterparty, memo, category), the largest first.

    Rows of one payer, category, direction and memo (digits apart) are one candidate; their amounts are summed by day.
    Payroll goes by memo alone, since every employee is another payee. A rhythm that has stopped is not reported.
    """
    found = [
        pattern
        for key, days, amounts in _candidates(rows, origin)
        if (pattern := _pattern(key, days, amounts, origin, horizon_days)) is not None
    ]
    return tuple(sorted(found, key=lambda p: (-p.item.amount_minor, p.item.counterparty, p.item.category)))


def _candidates(rows: pl.DataFrame, origin: date) -> Iterator[tuple[tuple[str, str, int], list[date], Floats]]:
    for name in ("counterparty", "memo", "category"):
        if name not in rows.columns:
            rows = rows.with_columns(pl.lit("").alias(name))
    keyed = rows.select(
        "date",
        "amount_minor",
        "category",
        pl.col("counterparty").fill_null("").alias("name"),
        pl.col("amount_minor").sign().alias("sign"),
        pl.col("memo").fill_null("").str.replace_all(r"[0-9０-９]+", "").alias("words"),
    ).with_columns(pl.when(pl.col("category") == "payroll").then(pl.lit("")).otherwise(pl.col("name")).alias("payee"))
    key = ["payee", "category", "sign", "words"]
    by_day = keyed.group_by([*key, "date"]).agg(
        pl.col("amount_minor").sum(), pl.col("name").n_unique().alias("names"), pl.col("name").min()
    )
    gap = pl.col("date").diff().dt.total_days().median()
    groups = (
        by_day.sort([*key, "date"])
        .group_by(key, maintain_order=True)
        .agg("date", "amount_minor", gap.alias("gap"), pl.col("names").max(), pl.col("name").first())
        .filter(
            (pl.col("date").list.len() >= min(PAYMENTS_MIN.values()))
            & (pl.col("sign") != 0)
            & ((pl.col("payee") != "") | (pl.col("words") != ""))
            & pl.any_horizontal(pl.col("gap").is_between(low, high) for low, high in _GAPS.values())
            & (pl.col("date").list.last() >= origin - timedelta(days=150))
        )
    )
    for row in groups.iter_rows(named=True):
        label = row["payee"] or (row["name"] if row["names"] == 1 else "")
        yield (
            (label or row["words"].strip(), row["category"], row["sign"]),
            row["date"],
            np.array(row["amount_minor"], float),
        )


def _pattern(
    key: tuple[str, str, int], days: list[date], amounts: Floats, origin: date, horizon_days: int
) -> Pattern | None:
    gap = float(np.median([(b - a).days for a, b in pairwise(days)]))
    rhythm = next((r for r, (low, high) in _GAPS.items() if low <= gap <= high), None)
    if rhythm is None or len(days) < PAYMENTS_MIN[rhythm]:
        return None
    tried = []
    for nominal in _nominal_days(days) if rhythm >= 30 else (None,):
        plain = list(_nominals(days, rhythm, nominal, origin + timedelta(days=horizon_days)))
        for shift in _SHIFTS:
            dues = [_shifted(day, shift) for day in plain]
            tried.append((nominal, dues, _match(days, dues, origin)))
    nominal, shifted, pairs = min(tried, key=lambda one: (-len(one[2]), sum(abs(offset) for _, _, offset in one[2])))
    past = sum(shifted[0] <= day <= days[-1] for day in shifted)
    if not pairs or len(pairs) < HITS_MIN * max(past, len(days)):
        return None
    last_due = max(due for due, _, _ in pairs)
    if sum(last_due < day < origin - timedelta(days=DAYS_NEAR) for day in shifted) > 1:
        return None  # more than one due date passed in silence: it has stopped
    kept = np.array([index for _, index, _ in pairs])
    recent = np.abs(amounts[kept][-_RECENT:])
    middle, spread = float(np.median(recent)), float(np.diff(np.quantile(recent, [0.1, 0.9]))[0]) / 2
    ahead = tuple(day for day in shifted if day > last_due and origin < day <= origin + timedelta(days=horizon_days))
    if middle <= 0 or spread > SPREAD_MAX * middle or not ahead:
        return None
    offsets = np.array([offset for _, _, offset in pairs], dtype=np.float64)
    item = Recurring(
        counterparty=key[0],
        category=key[1],
        sign=key[2],
        amount_minor=round(middle),
        amount_spread_minor=round(spread),
        every_days=rhythm if rhythm < 30 else None,
        every_months={30: 1, 91: 3}.get(rhythm),
        day_of_month=nominal,
        next_date=ahead[0],
        day_spread=int(np.quantile(np.abs(offsets), 0.9, method="higher")),
        share_of_times=round(min(1.0, len(pairs) / max(past, 1)), 6),
    )
    return Pattern(item, ahead, offsets, recent, tuple(days[i] for i in kept), amounts[kept])


def _nominal_days(days: list[date]) -> tuple[int, ...]:
    """Likely nominal days of the month: the nearest to all payments, and the most frequent; 31 is always the last."""
    lengths = [calendar.monthrange(day.year, day.month)[1] for day in days]

    def apart(choice: int) -> list[int]:
        direct = [abs(day.day - min(choice, length)) for day, length in zip(days, lengths, strict=True)]
        return [min(gap, length - gap) for gap, length in zip(direct, lengths, strict=True)]

    gaps = {choice: apart(choice) for choice in range(1, 32)}
    nearest = min(gaps, key=lambda c: (sum(min(gap, 2 * DAYS_NEAR) for gap in gaps[c]), -gaps[c].count(0)))
    frequent = max(gaps, key=lambda c: (gaps[c].count(0), -c))
    return (nearest,) if nearest == frequent else (nearest, frequent)


def _nominals(days: list[date], rhythm: int, nominal: int | None, until: date) -> Iterator[date]:
    """Due dates before any shift, from the first payment to ``until``."""
    if nominal is None:
        anchor = days[0].toordinal()
        lag = round(float(np.median([(day.toordinal() - anchor + rhythm // 2) % rhythm - rhythm // 2 for day in days])))
        for ordinal in range(anchor + lag, until.toordinal() + 1, rhythm):
            yield date.fromordinal(ordinal)
        return
    step = 1 if rhythm == 30 else 3
    month = days[0].year * 12 + days[0].month - 1
    first = _in_month(month, nominal)
    if abs((first - days[0]).days) > 15:  # paid over the edge of a month
        month += 1 if first < days[0] else -1
    while (due := _in_month(month, nominal)) <= until:
        yield due
        month += step


def _in_month(month: int, day: int) -> date:
    year, zero_month = divmod(month, 12)
    return date(year, zero_month + 1, min(day, calendar.monthrange(year, zero_month + 1)[1]))


def _shifted(day: date, shift: str) -> date:
    if shift == "none" or is_workday(day):
        return day
    return next_workday(day) if shift == "next" else previous_workday(day)


def _match(days: list[date], dues: list[date], origin: date) -> list[tuple[date, int, int]]:
    """Pairs (due date, position of the payment, offset in days), each payment and each due date used once."""
    ordinals = np.array([day.toordinal() for day in days])
    pairs, used = [], -1
    for due in dues:
        if due > origin + timedelta(days=DAYS_NEAR):
            break
        apart = np.abs(ordinals - due.toordinal())
        apart[: used + 1] = DAYS_NEAR + 1
        nearest = int(apart.argmin())
        if apart[nearest] <= DAYS_NEAR:
            pairs.append((due, nearest, int(ordinals[nearest] - due.toordinal())))
            used = nearest
    return pairs


def play(
    pattern: Pattern, origin: date, horizon_days: int, paths: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """The pattern's payments on ``paths`` futures: path, column and signed amount of each payment that happens.

    On each due date a path draws whether the payment comes, how far from the date, and one of the recent amounts.
    """
    count = len(pattern.due)
    comes = rng.random((paths, count)) < pattern.item.share_of_times
    offsets = pattern.offsets[rng.integers(0, pattern.offsets.size, (paths, count))].astype(np.int64)
    amounts = pattern.amounts[rng.integers(0, pattern.amounts.size, (paths, count))] * pattern.item.sign
    columns = np.array([(day - origin).days - 1 for day in pattern.due], dtype=np.int64) + offsets
    columns = np.maximum(columns, 0)  # what was due and has not come will come
    which, due = np.nonzero(comes & (columns < horizon_days))
    return which, columns[which, due], amounts[which, due]


def paid_by_day(patterns: Sequence[Pattern], first: date, days: int) -> Floats:
    """What ``patterns`` paid on each of ``days`` days from ``first``, signed."""
    paid = np.zeros(days)
    for pattern in patterns:
        np.add.at(paid, [(day - first).days for day in pattern.paid_days], pattern.paid_amounts)
    return paid
