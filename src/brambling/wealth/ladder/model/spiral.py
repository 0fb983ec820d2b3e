"""Falling prices, redemptions and forced sales as a feedback, and the smallest shock that breaks a portfolio.

November 2022 in short: yields rise, prices fall, holders who see a loss leave, what is sold to pay them moves yields up
again. A day goes: yields rise by what was sold the day before; the price falls by duration times the rise; holders leave
in proportion to the fall beyond what they bear; cash and what comes due pays, then sales from the cheapest to the dearest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from brambling.wealth.ladder.features import Ints, front_loaded
from brambling.wealth.ladder.rules import GOVERNMENT, Market, Position
from brambling.wealth.ladder.shapes import Floats, Need, SpiralDay, SpiralRun, Stress

SHOCK_TOP_BP = 1_000.0
STEPS = 30  # bisection halves the range so often


def spiral(positions: Sequence[Position], market: Market, shock_bp: float | None = None) -> SpiralRun:
    """The feedback over the days of ``market.spiral``, from a first rise of ``shock_bp`` (that of the market's)."""
    given = market.spiral
    left = np.array([p.amount_minor for p in positions], dtype=float)
    total = left.sum()
    left /= total
    duration = np.array([0.0 if p.kind in ("cash", "repo", "deposit") else p.days / 365 for p in positions])
    beta = np.array([float(given.government_beta) if p.kind in GOVERNMENT else 1.0 for p in positions])
    order = np.argsort([float(p.haircut) for p in positions], kind="stable")
    cash, shares, rise, fall = 0.0, 1.0, 0.0, 0.0
    pending = float(given.shock_bp) if shock_bp is None else shock_bp
    out: list[SpiralDay] = []
    paid, sold_all, redeemed_all = True, 0.0, 0.0
    for day in range(1, given.days + 1):
        rise += pending
        lost = float((left * duration * beta).sum()) / max(shares, 1e-9) * pending
        fall += lost
        asked = shares * min(1.0, float(given.redemption_per_bp) * max(0.0, lost - float(given.tolerance_bp)))
        due = np.array([p.kind == "cash" or p.trading_days <= day for p in positions])
        cash += float(left[due].sum())
        left[due] = 0.0
        sold, cash, left = _pay(asked, cash, left, positions, order, day)
        short = asked - sold[1]
        shares -= sold[1]
        redeemed_all += sold[1]
        sold_all += sold[0]
        out.append(SpiralDay(day, rise, fall, sold[1], sold[0]))
        if short > 1e-9:
            paid = False
            break
        pending = sold[0] * 100 * float(given.impact_bp)
        if pending < 1e-6:
            break
    return SpiralRun(tuple(out), paid, redeemed_all, sold_all, fall)


def _pay(
    asked: float, cash: float, left: Floats, positions: Sequence[Position], order: Ints, day: int
) -> tuple[tuple[float, float], float, Floats]:
    """Pay ``asked`` from cash, then from sales that pay by ``day``, cheapest first: ((sold, paid), cash, left)."""
    left = left.copy()
    missing, sold = asked - cash, 0.0
    for place in order:
        if missing <= 0:
            break
        position = positions[place]
        if position.sold_within > day or left[place] <= 0:
            continue
        brings = 1 - float(position.haircut)
        part = min(left[place], missing / brings)
        left[place] -= part
        sold += part
        cash += part * brings
        missing -= part * brings
    done = min(asked, cash)
    return (sold, done), cash - done, left


def covered(positions: Sequence[Position], need: Need, passed: Ints) -> float:
    """Money there over money needed on the tightest day; 9.99 where hardly anything is needed."""
    there = available(positions, passed, need.sales)
    asked = need.share > 1e-9
    if not asked.any():
        return 9.99
    return float(min(9.99, (there[asked] / need.share[asked]).min()))


def available(positions: Sequence[Position], passed: Ints, sales: bool) -> Floats:
    """Money there by each day as a share of net assets: cash, what came due, under stress also what can be sold."""
    total = sum(p.amount_minor for p in positions)
    out = np.zeros(passed.size)
    for p in positions:
        due = (np.arange(1, passed.size + 1) >= p.days) & (passed >= p.trading_days) | (p.kind == "cash")
        sold = np.where(passed >= p.sold_within, 1 - float(p.haircut), 0.0) if sales else np.zeros(passed.size)
        out += np.where(due, 1.0, sold) * (p.amount_minor / total)
    return out


def smallest(breaks: Callable[[float], bool], top: float) -> float | None:
    """The least value up to ``top`` at which ``breaks`` is true, by bisection; None where it never is.

    ``breaks`` must stay true once it is: more of a shock never mends.
    """
    if not breaks(top):
        return None
    low, high = 0.0, top
    for _ in range(STEPS):
        middle = (low + high) / 2
        if breaks(middle):
            high = middle
        else:
            low = middle
    return high


def stress_of(positions: Sequence[Position], needs: Sequence[Need], market: Market, passed: Ints) -> Stress:
    """All stresses of one portfolio."""
    curve = front_loaded(market, passed)
    curve = curve / max(float(curve[-1]), 1e-12)
    there = available(positions, passed, sales=True)

    def unpaid(share: float) -> bool:
        return bool((curve * share > there + 1e-12).any())

    coverage: Mapping[str, float] = {need.name: round(covered(positions, need, passed), 4) for need in needs}
    share = smallest(unpaid, 1.0)
    shock = smallest(lambda bp: not spiral(positions, market, bp).paid, SHOCK_TOP_BP)
    return Stress(coverage, spiral(positions, market), share, shock)
