"""Candidates made of medians and factors: last week's day, day-type medians, weekday x day-of-month factors, smoothing.

Robust on purpose: one promotion or one quarter end must not move a month of forecasts.
"""

from __future__ import annotations

import numpy as np

from brambling.wealth.flows.features import DAY_TYPES, HOLIDAY, SUNDAY, Floats, Ints
from brambling.wealth.flows.model.views import View

WEEK = 7


def seasonal_naive(view: View) -> Floats:
    """The same weekday of the last week, the yardstick of everything else."""
    last, _ = view.past(WEEK)
    if last.shape[1] < WEEK:
        return view.nothing
    return last[:, np.arange(view.horizon) % WEEK]


def day_type_median(view: View, count: int) -> Floats:
    """The median of the last ``count`` days of the same type; a holiday on a weekday also looks at Sundays."""
    past = view.calendar.day_type[view.begin : view.begin + view.length]
    future = view.calendar.day_type[view.future]
    if view.length < WEEK * 2:
        return view.nothing
    out = np.empty((view.logs.shape[0], view.horizon))
    for kind in np.unique(future):
        alike = np.isin(past, (SUNDAY, HOLIDAY)) if kind == HOLIDAY else past == kind
        places = np.flatnonzero(alike)[-count:]
        if places.size == 0:
            places = np.arange(view.length - WEEK, view.length)
        out[:, future == kind] = np.median(view.logs[:, places], axis=1)[:, None]
    return out


def open_closed_median(view: View, count: int) -> Floats:
    """The median of the last ``count`` workdays for a workday, of days off for a day off: coarse, and hard to shake."""
    if view.length < WEEK * 2:
        return view.nothing
    past = view.calendar.workday[view.begin : view.begin + view.length]
    future = view.calendar.workday[view.future]
    out = np.empty((view.logs.shape[0], view.horizon))
    for works in np.unique(future):
        places = np.flatnonzero(past == works)[-count:]
        out[:, future == works] = np.median(view.logs[:, places], axis=1)[:, None]
    return out


def running_mean(logs: Floats, half: int) -> Floats:
    """Centred mean over ``2 half + 1`` days, cut at the ends."""
    total = np.concatenate([np.zeros((logs.shape[0], 1)), np.cumsum(logs, axis=1)], axis=1)
    days = np.arange(logs.shape[1])
    low, high = np.maximum(days - half, 0), np.minimum(days + half + 1, logs.shape[1])
    mean: Floats = (total[:, high] - total[:, low]) / (high - low)
    return mean


def day_factors(logs: Floats, kinds: Ints, month_days: Ints, *, by_month_day: bool) -> tuple[Floats, Floats, Floats]:
    """Day-type factors (series, 8), day-of-month factors (series, 32) and the logs without them.

    Factors are shrunken medians of what is left over a centred running mean; a day of the month also hears its
    neighbours with half weight, as a month gives one observation of it only.
    """
    rest = logs - running_mean(logs, 14)
    of_kind = np.zeros((logs.shape[0], DAY_TYPES))
    for kind in range(DAY_TYPES):
        alike = kinds == kind
        if alike.any():
            of_kind[:, kind] = np.median(rest[:, alike], axis=1) * alike.sum() / (alike.sum() + 1)
    left = rest - of_kind[:, kinds]
    of_day = np.zeros((logs.shape[0], 32))
    if by_month_day:
        for day in range(1, 32):
            weight = np.where(month_days == day, 1.0, np.where(np.abs(month_days - day) == 1, 0.5, 0.0))
            of_day[:, day] = left @ weight / (weight.sum() + 2)
    return of_kind, of_day, logs - of_kind[:, kinds] - of_day[:, month_days]


def factor_level(view: View, window: int, level_days: int, *, by_month_day: bool = True, pool: float = 0.0) -> Floats:
    """Median level of the last ``level_days`` without factors, times the factors of the last ``window`` days.

    ``pool`` draws the day-type factors of each series to the mean of its side.
    """
    if view.length < 6 * WEEK:
        return view.nothing
    logs, place = view.past(window)
    kinds, month_days = view.calendar.day_type, view.calendar.month_day
    of_kind, of_day, plain = day_factors(logs, kinds[place], month_days[place], by_month_day=by_month_day)
    if pool:
        shared = np.empty_like(of_kind)
        for number in np.unique(view.group):
            shared[view.group == number] = of_kind[view.group == number].mean(axis=0)
        plain = plain + pool * (of_kind - shared)[:, kinds[place]]
        of_kind = of_kind + pool * (shared - of_kind)
    level = np.median(plain[:, -level_days:], axis=1)
    out: Floats = level[:, None] + of_kind[:, kinds[view.future]] + of_day[:, month_days[view.future]]
    return out


ALPHAS = (0.05, 0.1, 0.2, 0.4)


def smoothing(view: View, window: int = 200) -> Floats:
    """Simple exponential smoothing of the logs without day-type factors; the constant with the least error a week ahead.

    The error is measured seven days ahead, not one: a level that follows yesterday is of no use next month.
    """
    if view.length < 8 * WEEK:
        return view.nothing
    logs, place = view.past(window)
    kinds = view.calendar.day_type
    of_kind, _, plain = day_factors(logs, kinds[place], view.calendar.month_day[place], by_month_day=False)
    alphas = np.array(ALPHAS)[:, None]
    state = np.broadcast_to(plain[:, :WEEK].mean(axis=1), (len(ALPHAS), plain.shape[0]))
    loss = np.zeros(state.shape)
    behind = [state] * WEEK  # the states of the last seven days
    for day in range(plain.shape[1]):
        if day >= 2 * WEEK:
            loss += np.abs(plain[:, day] - behind[day % WEEK])
        state = state + alphas * (plain[:, day] - state)
        behind[day % WEEK] = state
    level = state[loss.argmin(axis=0), np.arange(plain.shape[0])]
    out: Floats = level[:, None] + of_kind[:, kinds[view.future]]
    return out
