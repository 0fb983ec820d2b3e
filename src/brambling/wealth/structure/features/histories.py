"""A customer's past in one product on an evening: as a row of aggregates, and as a sequence of events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brambling.kit.calendar import features as calendar_of
from brambling.wealth.structure.shapes import Floats, Ints, Lots, Trades

EVENTS_MAX = 48
WINDOWS_DAYS = (7, 30, 90)
AGGREGATES = (
    "log_balance", "age_days", "youngest_days", *(f"{what}_{days}d" for days in WINDOWS_DAYS for what in
    ("outs", "ins", "out_share", "in_share", "low_share")), "since_out_days", "since_in_days", "gap_days",
    "tax_days_ahead", "festival_ahead", "day_of_month", "edge",
)  # fmt: skip
EVENT_SIZE = 8


@dataclass(frozen=True, eq=False)
class Evening:
    """Customers and products that hold something on ``day``: the aggregates, the events, and (where the file goes on for
    ``ahead`` days) the share of the money that then left."""

    day: int
    customer: Ints
    product: Ints
    balance: Floats
    aggregates: Floats
    events: Floats
    share_left: Floats | None


def evening(trades: Trades, lots: Lots, day: int, ahead: int) -> Evening:
    """All who hold something on ``day``. ``lots`` are those of the whole file: the past is cut out here."""
    there = (lots.since <= day) & ((lots.left < 0) | (lots.left > day))
    width = len(trades.products)
    key = lots.customer[there] * width + lots.product[there]
    keys, place = np.unique(key, return_inverse=True)
    amount = lots.amount[there].astype(np.float64)
    balance: Floats = np.bincount(place, weights=amount, minlength=keys.size).astype(np.float64)
    age = np.bincount(place, weights=amount * (day - lots.since[there]), minlength=keys.size) / balance
    youngest = np.full(keys.size, np.inf)
    np.minimum.at(youngest, place, day - lots.since[there])
    edge = np.bincount(place, weights=amount * np.nan_to_num(lots.edge[there]), minlength=keys.size) / balance
    share_left = None
    if day + ahead <= trades.last:
        gone = (lots.left[there] >= 0) & (lots.left[there] <= day + ahead)
        share_left = np.bincount(place, weights=amount * gone, minlength=keys.size) / balance
    rows = _rows(trades, keys, width)
    aggregates = np.zeros((keys.size, len(AGGREGATES)))
    events = np.zeros((keys.size, EVENTS_MAX, EVENT_SIZE))
    ahead_of = _ahead(trades, day, ahead)
    for number, (begin, end) in enumerate(rows):
        past = slice(begin, begin + int(np.searchsorted(trades.day[begin:end], day, side="right")))
        days, moved = trades.day[past], trades.amount[past].astype(np.float64)
        aggregates[number] = [
            np.log1p(balance[number] / 100), age[number], youngest[number],
            *_windows(days, moved, balance[number], day), *_gaps(days, moved, day), *ahead_of, edge[number],
        ]  # fmt: skip
        events[number] = _events(trades, days[-EVENTS_MAX:], moved[-EVENTS_MAX:], balance[number], day)
    return Evening(day, keys // width, keys % width, balance, aggregates, events, share_left)


def _rows(trades: Trades, keys: Ints, width: int) -> list[tuple[int, int]]:
    whole = trades.customer * width + trades.product
    return list(zip(np.searchsorted(whole, keys).tolist(), np.searchsorted(whole, keys, "right").tolist(), strict=True))


def _ahead(trades: Trades, day: int, ahead: int) -> list[float]:
    when = np.datetime64(trades.origin, "D") + day + np.arange(1, ahead + 1)
    calendar = calendar_of(when)
    festival = calendar["days_to_spring_festival"]
    return [
        float(calendar["tax_day"].argmax()) if calendar["tax_day"].any() else float(ahead),
        float(((festival >= -20) & (festival < 0)).sum()),
        float(calendar["day_of_month"][0]),
    ]


def _windows(days: Ints, moved: Floats, balance: float, day: int) -> list[float]:
    out = []
    back = balance - np.concatenate([[0.0], np.cumsum(moved[::-1])])  # the balance before each of the last trades
    for window in WINDOWS_DAYS:
        inside = days > day - window
        goes, comes = moved[inside & (moved < 0)], moved[inside & (moved > 0)]
        low = float(back[: int(inside.sum()) + 1].min())
        out += [
            goes.size,
            comes.size,
            min(-float(goes.sum()) / balance, 50.0),
            min(float(comes.sum()) / balance, 50.0),
            max(low, 0.0) / balance,
        ]
    return out


def _gaps(days: Ints, moved: Floats, day: int) -> list[float]:
    outs, ins = days[moved < 0], days[moved > 0]
    gap = float(np.median(np.diff(outs))) if outs.size > 1 else 400.0
    return [float(day - outs[-1]) if outs.size else 400.0, float(day - ins[-1]) if ins.size else 400.0, gap]


def _events(trades: Trades, days: Ints, moved: Floats, balance: float, day: int) -> Floats:
    """One row an event, the newest last, zeros before the first: gap, sign, size, share, day of the month, weekday,
    days until the evening, and a mark that there is one."""
    out = np.zeros((EVENTS_MAX, EVENT_SIZE))
    if days.size == 0:
        return out
    calendar = calendar_of(np.datetime64(trades.origin, "D") + days)
    angle = 2 * np.pi * calendar["day_of_month"].astype(float) / 31
    gap = np.log1p(np.diff(days, prepend=days[0]))
    rows = np.stack(
        [
            gap / 4,
            np.sign(moved),
            (np.log1p(np.abs(moved) / 100) - 8) / 4,
            np.tanh(moved / max(balance, 1.0)),
            np.sin(angle),
            np.cos(angle),
            np.log1p(day - days) / 4,
            np.ones(days.size),
        ],
        axis=1,
    )
    out[-days.size :] = rows
    return out
