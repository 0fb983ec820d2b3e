"""Policies on real flows and a real curve, trading day by trading day.

A fund holds overnight money and lots to maturity at their book yield. On each trading day the flows of the days since the
last one are settled, first from overnight money and what has come due; what is missing is sold by force, shortest lots
first, at a cost and at today's curve. Then the policy says how much stays overnight and what is bought.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from brambling.wealth.ladder.features import Ints
from brambling.wealth.ladder.shapes import Curve, Floats

FIXED_CASH_SHARE = 0.10
FIXED_TENOR_DAYS = 90
LOOK_AHEAD = 10  # trading days over which a reserve must hold
TENORS = np.array([30, 45, 60, 75, 90, 105, 120, 150, 180], dtype=float)
SPREAD = (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)  # a purchase is spread over tenors about the one that is best
WORST_TIMES = 1.5  # overnight money is never below so many of the worst day of the past
STEERING = 1.0  # how hard purchases lean against a gap between own and target maturity
OVERNIGHT_SHARE_MAX = 0.45  # beyond it the lots hold too little government paper
LIQUID_WEEK = 0.105  # what the plan keeps liquid within a week, a little above the rule
SALE_COST = 0.0005  # of the amount, beside the loss at today's curve
GOVERNMENT_SHARE = 0.10  # of each lot is treasury, the rest certificates at the same yield: no credit spread is counted
HAIRCUT = 0.03
DUST = 1e-9  # of opening assets: below it nothing is missing


@dataclass(frozen=True)
class Track:
    """One replay: the curve's rows that are its trading days, and flows settled on each, in opening assets.

    ``need`` (day, k) is what a forecast says may leave in the next ``k + 1`` trading days, known at the end of the day;
    ``flat`` the same from the worst of the past alone, as a share of assets. ``wary`` is
    how many times the usual floor stays overnight (more before a quarter ends). ``run_in`` days come first, without flows.
    """

    curve: Curve
    rows: Ints
    net: Floats
    need: Floats
    flat: Floats
    wary: Floats
    run_in: int


@dataclass
class Book:
    """Overnight money and lots: calendar day due, amount, yield."""

    cash: float
    due: Floats
    amount: Floats
    rate: Floats

    @property
    def assets(self) -> float:
        """Net assets at book."""
        return self.cash + float(self.amount.sum())

    def wam(self, today: float) -> float:
        """Weighted average maturity in days; overnight money counts one."""
        return (self.cash + float(((self.due - today) * self.amount).sum())) / self.assets


@dataclass
class Result:
    """By trading day after the run-in: assets, overnight share, WAM, book yield, income, what was missing, breaches."""

    assets: list[float] = field(default_factory=list)
    cash: list[float] = field(default_factory=list)
    wam: list[float] = field(default_factory=list)
    yields: list[float] = field(default_factory=list)
    income: list[float] = field(default_factory=list)
    years: list[float] = field(default_factory=list)
    missing: list[float] = field(default_factory=list)
    broken: list[bool] = field(default_factory=list)
    premium: list[float] = field(default_factory=list)
    slope: list[float] = field(default_factory=list)

    def bp(self) -> float:
        """Income over assets, basis points a year."""
        return 1e4 * sum(self.income) / sum(a * y for a, y in zip(self.assets, self.years, strict=True))


# A policy answers with the overnight money it wants and what it buys (tenor, amount) with the rest.
Policy = Callable[[Track, int, Book, float], tuple[float, list[tuple[float, float]]]]


def fixed(track: Track, day: int, book: Book, free: float) -> tuple[float, list[tuple[float, float]]]:
    """Ten percent overnight, the rest in ninety-day lots."""
    cash = min(free, FIXED_CASH_SHARE * book.assets)
    return cash, [(float(FIXED_TENOR_DAYS), free - cash)]


def reserved(target_wam: Floats, *, forecast: bool) -> Policy:
    """Overnight only what the need asks for beyond what comes due; the rest as well as the target maturity allows.

    ``target_wam`` is the other ladder's weighted maturity by day, which this one is steered to.
    """

    def policy(track: Track, day: int, book: Book, free: float) -> tuple[float, list[tuple[float, float]]]:
        need = track.need[day] if forecast else track.flat[day] * book.assets
        row = int(track.rows[day])
        today = float(track.curve.days[row].astype(int))
        ahead = track.curve.days[row + 1 : row + 1 + need.size].astype(int).astype(float)
        due = np.array([book.amount[book.due <= until].sum() for until in ahead])
        worst_day = WORST_TIMES * float(track.wary[day] * track.flat[day, 0]) * book.assets
        asked = max((need[: due.size] - due).max(initial=0.0), worst_day, _ruled(due, book.assets))
        cash = float(np.clip(min(asked, OVERNIGHT_SHARE_MAX * book.assets), 0.0, free))
        overnight = cash / book.assets
        aim = (float(target_wam[day]) - overnight) / max(
            1 - overnight, 0.1
        )  # what lots must run for the whole to meet it
        planned = float(((book.due - today) * book.amount).sum()) + cash + (free - cash) * 2 * aim
        steered = aim + STEERING * (float(target_wam[day]) - planned / book.assets)
        return _spread(
            best_mix(track.curve, row, float(np.clip(steered, 0.5 * aim, 1.5 * aim))), cash, free, book.assets
        )

    return policy


def _ruled(due: Floats, assets: float) -> float:
    """Overnight money that the week's liquid share asks for, were the rest bought for longer."""
    soon = float(due[min(4, due.size - 1)]) if due.size else 0.0
    lots = assets - soon
    return (LIQUID_WEEK * assets - soon - GOVERNMENT_SHARE * lots) / (1 - GOVERNMENT_SHARE)


def best_mix(curve: Curve, row: int, mean_days: float) -> list[tuple[float, float]]:
    """At most two tenors (tenor, share) with the most yield of all mixes whose money lies ``mean_days`` on average.

    A ladder renewed in one tenor has lots evenly spread over it, so its money lies half the tenor; that makes the best
    mix the concave envelope of the curve at twice ``mean_days``. A tenor of 1 is overnight money.
    """
    aim = 2 * mean_days
    tenors = np.concatenate([[1.0], TENORS, [np.clip(aim, 1.0, TENORS[-1])]])
    rates = curve.at(row, np.where(tenors == 1.0, 0.0, tenors))
    short, long = tenors[:, None], tenors[None, :]
    gap = np.where(long > short, long - short, 1.0)
    share = np.where(long > short, np.clip((aim - short) / gap, 0.0, 1.0), 0.0)
    value = np.where(
        (short <= aim) & (long >= short), rates[:, None] + share * (rates[None, :] - rates[:, None]), -np.inf
    )
    a, b = np.unravel_index(int(value.argmax()), value.shape)
    part = float(share[a, b])
    mix = [(float(tenors[a]), 1 - part), (float(tenors[b]), part)]
    return [(tenor, weight) for tenor, weight in mix if weight > 0]


def _spread(
    mix: list[tuple[float, float]], cash: float, free: float, assets: float
) -> tuple[float, list[tuple[float, float]]]:
    """Money into a mix of stocks: overnight up to its share of assets, the rest bought so that the stocks keep theirs."""
    overnight = sum(weight for tenor, weight in mix if tenor == 1.0)
    cash = max(cash, min(free, min(overnight, OVERNIGHT_SHARE_MAX) * assets))
    rest = free - cash
    flows = [(tenor, weight / tenor) for tenor, weight in mix if tenor > 1.0]
    total = sum(flow for _, flow in flows)
    if rest <= DUST or total <= 0:
        return free, []
    return cash, [
        (float(np.rint(tenor * stretch)), rest * flow / total / len(SPREAD))
        for tenor, flow in flows
        for stretch in SPREAD
    ]


def replay(track: Track, policy: Policy) -> tuple[Result, Floats]:
    """Run a policy; also its WAM on every day, run-in included (the target of others)."""
    result, wam = Result(), np.zeros(track.rows.size)
    dates = track.curve.days.astype(int).astype(float)
    book = _opening(track, dates)
    for day, row in enumerate(track.rows):
        today = dates[row]
        came = book.due <= today
        free = book.cash + float(book.amount[came].sum()) + track.net[day]
        book.due, book.amount, book.rate = book.due[~came], book.amount[~came], book.rate[~came]
        missing, loss = 0.0, 0.0
        if free < -DUST:
            missing, loss = -free, _sell(track, int(row), book, -free, today)
        free = max(free, 0.0)
        book.cash = free
        book.cash, bought = policy(track, day, book, free)
        for tenor, amount in bought:
            if amount > DUST:
                book.due = np.append(book.due, today + tenor)
                book.amount = np.append(book.amount, amount)
                book.rate = np.append(book.rate, track.curve.at(int(row), tenor))
        wam[day] = book.wam(today)
        if day >= track.run_in:
            gap = (dates[row + 1] - today) / 365 if row + 1 < dates.size else 1 / 365
            _note(result, track, int(row), book, today, gap, missing, loss)
    return result, wam


def _opening(track: Track, dates: Floats) -> Book:
    """Ten percent overnight and ninety-day lots due evenly: the same for every policy, run in before it counts."""
    count = FIXED_TENOR_DAYS // 2
    today, rate = dates[track.rows[0]], float(track.curve.at(int(track.rows[0]), FIXED_TENOR_DAYS))
    share = (1 - FIXED_CASH_SHARE) / count
    return Book(FIXED_CASH_SHARE, today + 2.0 * np.arange(1, count + 1), np.full(count, share), np.full(count, rate))


def _sell(track: Track, row: int, book: Book, missing: float, today: float) -> float:
    """Sell shortest lots first until ``missing`` is paid; the loss: cost, and the fall of the price where it fell."""
    loss = 0.0
    order = np.argsort(book.due)
    left = missing
    for place in order:
        if left <= DUST:
            break
        part = min(float(book.amount[place]), left)
        days = float(book.due[place]) - today
        rise = max(0.0, float(track.curve.at(row, days)) - float(book.rate[place]))
        loss += part * (SALE_COST + rise * days / 365)
        book.amount[place] -= part
        left -= part
    kept = book.amount > DUST
    book.due, book.amount, book.rate = book.due[kept], book.amount[kept], book.rate[kept]
    return loss


def _note(
    result: Result, track: Track, row: int, book: Book, today: float, gap: float, missing: float, loss: float
) -> None:
    overnight = float(track.curve.at(row, 0.0))
    earned = book.cash * overnight + float((book.amount * book.rate).sum())
    result.assets.append(book.assets)
    result.cash.append(book.cash / book.assets)
    result.wam.append(book.wam(today))
    result.yields.append(earned / book.assets)
    result.income.append(earned * gap - loss)
    result.years.append(gap)
    result.missing.append(missing / book.assets)
    result.broken.append(breaks_rules(book, track, row, today))
    quarter, two = float(track.curve.at(row, 365 / 4)), float(track.curve.at(row, 365 / 6))
    result.premium.append(quarter - overnight)
    result.slope.append((quarter - two) / (365 / 12))


def shares(book: Book, track: Track, row: int, today: float) -> dict[str, float]:
    """The measures of the cash-management rules that a book of lots can break, as :mod:`rules` defines them."""
    total = book.assets
    week = track.curve.days[min(row + 5, track.curve.days.size - 1)].astype(int)
    soon = float(book.amount[book.due <= week].sum())
    lots = float(book.amount.sum())
    next_day = track.curve.days[min(row + 1, track.curve.days.size - 1)].astype(int)
    due_next = float(book.amount[book.due <= next_day].sum())
    return {
        "wam": book.wam(today),
        "government": GOVERNMENT_SHARE * lots / total,
        "liquid_week": (book.cash + soon + GOVERNMENT_SHARE * (lots - soon)) / total,
        "payable_next_day": (book.cash + due_next + (lots - due_next) * (1 - HAIRCUT)) / total,
        "maturity": float((book.due - today).max(initial=0.0)),
    }


def breaks_rules(book: Book, track: Track, row: int, today: float) -> bool:
    """Whether a book breaks the cash-management rules of China at its end of day."""
    found = shares(book, track, row, today)
    return (
        found["wam"] > 120
        or found["government"] < 0.05
        or found["liquid_week"] < 0.10
        or found["payable_next_day"] < 0.10
        or found["maturity"] > 397
    )
