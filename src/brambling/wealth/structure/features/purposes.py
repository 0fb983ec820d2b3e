"""What a redemption was for.

Where the customer's statement is there, by what is paid within ``NEAR_DAYS`` after it; else by the calendar and by the
customer's own rhythm: money taken out on the same days of each month is payroll, just before a quarter's tax day tax,
in the weeks before Spring Festival and larger than usual stock, and straight into another product hot.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from brambling.kit.calendar import features as calendar_of
from brambling.wealth.structure.features.lots import groups
from brambling.wealth.structure.rules.kinds import FESTIVAL_DAYS, KINDS, NEAR_DAYS, PLACE, SEASON_TIMES
from brambling.wealth.structure.shapes import Floats, Ints, Trades

RHYTHM_SHARE = 0.6  # of the months in which the same days of the month had a redemption
RHYTHM_MONTHS_MIN = 3
RHYTHM_DAYS = 2
TAX_DAYS = 3
SWITCH_DAYS = 3
SWITCH_SHARE = 0.5


def by_payments(day: Ints, amount: Ints, paid: Floats) -> Floats:
    """Purposes of money that left a product on ``day``, from ``paid`` (day, kind): what was paid on it and the
    ``NEAR_DAYS`` after. Money of which nothing was paid is idle, and so is what is left over."""
    total = np.concatenate([np.zeros((1, len(KINDS))), np.cumsum(paid, axis=0)])
    until = np.minimum(day + NEAR_DAYS + 1, paid.shape[0])
    spent = total[until] - total[np.minimum(day, paid.shape[0])]
    left = np.maximum(np.abs(amount) - spent.sum(axis=1), 0.0)
    spent[:, PLACE["idle"]] += left
    sums = spent.sum(axis=1, keepdims=True)
    out: Floats = spent / np.where(sums > 0, sums, 1.0)
    return out


def by_rhythm(trades: Trades) -> Floats:
    """Purposes of every redemption of ``trades`` (rows that are purchases stay zero), from days and amounts alone."""
    out = np.zeros((trades.day.size, len(KINDS)))
    if trades.day.size == 0:
        return out
    when = np.datetime64(trades.origin, "D") + trades.day
    calendar = calendar_of(when)
    goes = trades.amount < 0
    out[goes, PLACE["operating"]] = 1.0
    month = when.astype("datetime64[M]").astype(np.int64)
    day_of_month = calendar["day_of_month"].astype(np.int64)
    bounds = groups(trades)
    festival = calendar["days_to_spring_festival"]
    before_festival = (festival >= -FESTIVAL_DAYS[0]) & (festival <= -FESTIVAL_DAYS[1])
    to_tax = calendar["days_to_tax_day"]
    tax = (to_tax >= -TAX_DAYS) & (to_tax <= 0) & np.isin(calendar["month"], (1, 4, 7, 10))
    for begin, end in pairwise(bounds):
        places = np.arange(begin, end)[goes[begin:end]]
        if places.size == 0:
            continue
        usual = float(np.median(np.abs(trades.amount[places])))
        season = before_festival[places] & (np.abs(trades.amount[places]) >= SEASON_TIMES * usual)
        payroll = _rhythm(month[places], day_of_month[places])
        _set(out, places[tax[places]], "tax")
        _set(out, places[payroll], "payroll")  # a tax day moved by a holiday may fall on the day wages are paid
        _set(out, places[season], "seasonal")
    _set(out, _switched(trades), "hot")
    return out


def _set(out: Floats, places: Ints, kind: str) -> None:
    out[places] = 0.0
    out[places, PLACE[kind]] = 1.0  # type: ignore[index]


def _rhythm(month: Ints, day_of_month: Ints) -> np.ndarray:
    """Redemptions whose day of the month (give or take) had one in most months between the first and the last."""
    months = int(month.max() - month.min()) + 1
    apart = np.abs(day_of_month[:, None] - day_of_month[None, :])
    near = np.minimum(apart, 31 - apart) <= RHYTHM_DAYS
    with_one = np.array([np.unique(month[row]).size for row in near])
    few_days = near.sum(axis=1) <= 2 * with_one  # one who redeems every day has no rhythm
    found: np.ndarray = (with_one >= RHYTHM_MONTHS_MIN) & (with_one >= RHYTHM_SHARE * months) & few_days
    return found


def _switched(trades: Trades) -> Ints:
    """Redemptions after which the customer bought another product with at least half of the money."""
    buys: dict[int, list[tuple[int, int, int]]] = {}
    for place in np.flatnonzero(trades.amount > 0).tolist():
        row = (int(trades.day[place]), int(trades.product[place]), int(trades.amount[place]))
        buys.setdefault(int(trades.customer[place]), []).append(row)
    found = []
    for place in np.flatnonzero(trades.amount < 0).tolist():
        day, product = int(trades.day[place]), int(trades.product[place])
        again = sum(
            amount
            for on, other, amount in buys.get(int(trades.customer[place]), ())
            if other != product and 0 <= on - day <= SWITCH_DAYS
        )
        if again >= SWITCH_SHARE * -int(trades.amount[place]):
            found.append(place)
    return np.array(found, dtype=np.int64)
