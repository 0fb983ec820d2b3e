"""A repayment plan on calendar days: due dates, day counts, and the table. Pure.

Interest is simple on what is still owed, by the share of a year that the day count gives a period, rounded half to even
to the fen; what is paid of the principal sums to it exactly, and the last instalment settles. Sources: the day counts
are those of ISDA 2006, section 4.16 (actual/365 fixed, actual/360, actual/actual, 30/360).
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Literal, get_args

from brambling.credit.lending.rules import METHODS, Method
from brambling.kit.errors import InputRejected
from brambling.kit.money import Money, Rate

DayCount = Literal["actual/365", "actual/360", "actual/actual", "30/360"]
DAY_COUNTS: tuple[DayCount, ...] = get_args(DayCount)
INSTALMENTS_MAX = 600


@dataclass(frozen=True, slots=True)
class Repayment:
    """One line of a repayment table; ``balance`` is what is owed after it."""

    number: int
    due_on: date
    principal: Money
    interest: Money
    balance: Money

    @property
    def instalment(self) -> Money:
        """Principal and interest."""
        return self.principal + self.interest


def monthly_dates(start: date, months: int, every_months: int = 1) -> tuple[date, ...]:
    """Due dates on the day of the month of ``start``, or on the month's last day where it is shorter.

    ``months`` is the tenor; the last due date ends it. Raises InputRejected unless it is whole periods.
    """
    if every_months < 1 or months < 1 or months % every_months or months // every_months > INSTALMENTS_MAX:
        raise InputRejected(
            f"a tenor of {months} months paid every {every_months}",
            expected=f"whole periods, from 1 to {INSTALMENTS_MAX}",
        )
    found = []
    for step in range(every_months, months + 1, every_months):
        year, month = divmod(start.year * 12 + start.month - 1 + step, 12)
        if year > date.max.year:
            raise InputRejected(f"a tenor of {months} months from {start}", expected=f"an end before {date.max}")
        found.append(date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1])))
    return tuple(found)


def year_share(start: date, end: date, day_count: DayCount) -> Fraction:
    """The share of a year from ``start`` to ``end``, exact."""
    days = (end - start).days
    if day_count == "actual/365":
        return Fraction(days, 365)
    if day_count == "actual/360":
        return Fraction(days, 360)
    if day_count == "30/360":
        first = min(start.day, 30)
        last = 30 if end.day == 31 and first == 30 else end.day
        return Fraction(360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first, 360)
    share, day = Fraction(0), start
    while day < end:
        until = min(end, date(day.year, 12, 31) + timedelta(days=1))
        share += Fraction((until - day).days, 366 if calendar.isleap(day.year) else 365)
        day = until
    return share


def repayment_table(
    principal: Money,
    rate_annual: Rate,
    start: date,
    due_dates: Sequence[date],
    method: Method = "annuity",
    day_count: DayCount = "actual/365",
) -> tuple[Repayment, ...]:
    """What is paid on each of ``due_dates`` for ``principal`` paid out on ``start``.

    ``annuity``: equal instalments, rounded half to even to the fen, the last one what is left;
    ``equal-principal``: equal parts of the principal; ``bullet``: interest only, the principal on the last day. Raises
    InputRejected for dates that do not rise from ``start``, and for nothing to pay.
    """
    days = (start, *due_dates)
    if len(days) < 2 or any(later <= earlier for earlier, later in pairwise(days)):
        raise InputRejected("due dates do not rise from the start", expected="days after the pay-out, rising")
    if principal.minor <= 0 or rate_annual.annual < 0:
        raise InputRejected(
            f"a loan of {principal} at {rate_annual}", expected="an amount above zero, a rate from zero"
        )
    if method not in METHODS:
        raise InputRejected(f"no repayment method {method!r}", expected=f"one of {' '.join(METHODS)}")
    if day_count not in DAY_COUNTS:
        raise InputRejected(f"no day count {day_count!r}", expected=f"one of {' '.join(DAY_COUNTS)}")
    factors = [Fraction(rate_annual.annual) * year_share(a, b, day_count) for a, b in pairwise(days)]
    if method != "annuity":
        count = len(factors)
        even = (
            principal.allocate([1] * count) if method == "equal-principal" else [Money.zero(principal.currency)] * count
        )
        return _table(principal, due_dates, factors, [part.minor for part in even], None)
    worth, total = Fraction(1), Fraction(0)
    for factor in factors:
        worth /= 1 + factor
        total += worth
    return _table(principal, due_dates, factors, None, round(Fraction(principal.minor) / total))


def _table(
    principal: Money, due_dates: Sequence[date], factors: list[Fraction], parts: list[int] | None, equal: int | None
) -> tuple[Repayment, ...]:
    """The table whose principal parts are ``parts``, or what ``equal`` instalments leave after interest."""
    owed, plan = principal.minor, []
    for place, (day, factor) in enumerate(zip(due_dates, factors, strict=True)):
        interest = round(owed * factor)
        wanted = parts[place] if parts is not None else (equal or 0) - interest
        part = owed if place == len(factors) - 1 else min(wanted, owed)
        owed -= part
        plan.append(Repayment(place + 1, day, *(Money(minor, principal.currency) for minor in (part, interest, owed))))
    return tuple(plan)
