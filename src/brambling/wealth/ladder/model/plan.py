"""What to buy and sell now: the most yield after cost under every rule and every need.

Variables are amounts sold of each holding and bought of each kind and tenor, as shares of net assets. Cash is what is
left. Everything is linear: rules by the coefficients that also check them, needs because money that has come due by a
day does not depend on the order of sales. HiGHS solves it; the duals say in basis points what each limit costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from brambling.kit.errors import Failure
from brambling.wealth.ladder.features import Ints
from brambling.wealth.ladder.rules import (
    IN_DAYS,
    METRICS,
    PER_INSTRUMENT,
    PER_ISSUER,
    Limit,
    Position,
    allowed,
    group_of,
)
from brambling.wealth.ladder.shapes import Binding, Curve, Floats, Need

MARGIN = 3e-6  # of net assets: neither the solver's tolerance nor rounding to the smallest unit may break a rule
BP = 10_000
BINDING_BP_MIN = 0.005


@dataclass(frozen=True)
class Offer:
    """A kind and tenor that can be bought, as the position it would become (amount 0)."""

    position: Position
    cost: float
    issuers: int


@dataclass(frozen=True)
class Problem:
    """Everything a plan depends on. ``cash_share`` is what is cash today; positions exclude cash."""

    held: tuple[Position, ...]
    offers: tuple[Offer, ...]
    weights: Floats
    cash_share: float
    cash: Position
    sale_cost: Floats
    limits: tuple[Limit, ...]
    needs: tuple[Need, ...]
    passed: Ints  # workdays passed by each day of the horizon


@dataclass(frozen=True)
class Row:
    """One constraint ``a @ x <= b``, by the name of the clause or need it comes from."""

    name: str
    unit: str
    a: Floats
    b: float


@dataclass(frozen=True)
class Solution:
    """Shares sold of each holding and bought of each offer; income in shares a year; what binds."""

    sold: Floats
    bought: Floats
    objective: float
    binding: tuple[Binding, ...]


def rows_of(problem: Problem) -> list[Row]:
    """Every rule and need as constraints on (sold, bought)."""
    rows = [_cash_row(problem)]
    for limit in problem.limits:
        rows += _limit_rows(problem, limit)
    for need in problem.needs:
        rows += _need_rows(problem, need)
    return rows


def _size(problem: Problem) -> tuple[int, int]:
    return len(problem.held), len(problem.offers)


def _cash_parts(problem: Problem) -> Floats:
    """How cash moves with each variable: a sale brings its amount less cost, a purchase takes it and its cost."""
    costs = np.array([offer.cost for offer in problem.offers])
    return np.concatenate([1 - problem.sale_cost, -(1 + costs)])


def _cash_row(problem: Problem) -> Row:
    """No more is spent than there is; the margin is kept wherever there is anything to keep it from."""
    sellable = sum(w for p, w in zip(problem.held, problem.weights, strict=True) if p.liquid_days is not None)
    kept = MARGIN if problem.cash_share + sellable > 2 * MARGIN else 0.0
    return Row("cash", "share", -_cash_parts(problem), problem.cash_share - kept)


def _limit_rows(problem: Problem, limit: Limit) -> list[Row]:
    if limit.metric in PER_INSTRUMENT:
        return _instrument_rows(problem, limit)
    held, offered = _size(problem)
    every = [*problem.held, *(offer.position for offer in problem.offers)]
    coefficient, bound = METRICS[limit.metric], float(allowed(limit))
    cash_value = float(coefficient(problem.cash)) if limit.metric not in PER_ISSUER else 0.0
    cash = _cash_parts(problem)
    groups = sorted({group for position in every if (group := group_of(limit, position)) is not None})
    sign = 1.0 if limit.sense == "max" else -1.0
    unit = "day" if limit.metric in IN_DAYS else "share"
    out = []
    for group in groups:
        spread = max((o.issuers for o in problem.offers if group_of(limit, o.position) == group), default=1)
        cap = bound * (spread if limit.metric in PER_ISSUER else 1)
        value = np.array([float(coefficient(p)) if group_of(limit, p) == group else 0.0 for p in every])
        # net assets after trades: what is kept, bought and left in cash; only the cost of trading leaves them
        total = np.concatenate([-np.ones(held), np.ones(offered)]) + cash
        moves = np.concatenate([-value[:held], value[held:]]) + cash_value * cash
        before = float(value[:held] @ problem.weights) + cash_value * problem.cash_share
        a = sign * (moves - cap * total)
        b = -sign * (before - cap * (float(problem.weights.sum()) + problem.cash_share))
        out.append(Row(limit.clause, unit, a, b - MARGIN * max(1.0, cap)))
    return out


def _instrument_rows(problem: Problem, limit: Limit) -> list[Row]:
    """What no instrument may be: a holding that is must go in full, an offer that is cannot be bought."""
    held, offered = _size(problem)
    bound, coefficient = allowed(limit), METRICS[limit.metric]
    out = []
    for place, position in enumerate(problem.held):
        if coefficient(position) > bound and problem.weights[place] > 0:
            a = np.zeros(held + offered)
            a[place] = -1.0
            out.append(Row(limit.clause, "share", a, -float(problem.weights[place])))
    banned = np.array([float(coefficient(offer.position) > bound) for offer in problem.offers])
    if banned.any():
        out.append(Row(limit.clause, "share", np.concatenate([np.zeros(held), banned]), 0.0))
    return out


def _need_rows(problem: Problem, need: Need) -> list[Row]:
    """By each day: cash, what has come due, and under stress what can be sold, cover what may be asked for.

    A need that does not rise is implied by the day before it unless purchases were paid in between, so only days with
    a rise, and the first, are kept.
    """
    rises = np.concatenate([[True], np.diff(need.share) > 1e-12])
    return [
        Row(f"need:{need.name}", "share", -there, fixed - float(need.share[day]) - MARGIN)
        for day, (there, fixed) in enumerate(zip(*money_there(problem, need.sales), strict=True))
        if rises[day] and need.share[day] > 0
    ]


def money_there(problem: Problem, sales: bool) -> tuple[Floats, Floats]:
    """Money that is there by each day without touching later ones: (day, variable) and (day)."""
    keep = (
        np.stack([_brought(p, problem.passed, sales) for p in problem.held])
        if problem.held
        else np.zeros((0, problem.passed.size))
    )
    buy = (
        np.stack([_brought(o.position, problem.passed, sales) for o in problem.offers])
        if problem.offers
        else np.zeros((0, problem.passed.size))
    )
    came = (
        np.stack(
            [
                (problem.passed >= p.sold_within) * (1 - cost)
                for p, cost in zip(problem.held, problem.sale_cost, strict=True)
            ]
        )
        if problem.held
        else keep
    )
    paid = np.array([1 + offer.cost for offer in problem.offers])[:, None]
    moves = np.concatenate([came - keep, buy - paid]).T
    fixed = problem.cash_share + problem.weights @ keep
    return moves, fixed


def _brought(position: Position, passed: Ints, sales: bool) -> Floats:
    """What one yuan of a position has brought by each day: all once due, what a sale brings under stress before."""
    due = np.arange(1, passed.size + 1) >= position.days
    # due on a day off it is paid on the next workday, which is the day the workday count passes its own
    due &= passed >= position.trading_days
    if not sales:
        return due.astype(float)
    sold: Floats = np.where(passed >= position.sold_within, 1 - float(position.haircut), 0.0)
    return np.where(due, 1.0, sold)


def solve(problem: Problem, rows: Sequence[Row], lot_share: float = 0.0) -> Solution | None:
    """The best plan, or None where no plan holds every row. With ``lot_share`` purchases are whole lots."""
    from scipy.optimize import Bounds as Box
    from scipy.optimize import LinearConstraint, linprog, milp

    held, offered = _size(problem)
    gain = _income(problem)
    a, b = np.stack([row.a for row in rows]), np.array([row.b for row in rows])
    top = np.concatenate(
        [np.where([p.liquid_days is None for p in problem.held], 0.0, problem.weights), np.ones(offered)]
    )
    result: Any = linprog(
        -gain, A_ub=a, b_ub=b, bounds=np.stack([np.zeros(held + offered), top], axis=1), method="highs"
    )
    if result.status == 2:
        return None
    if result.status != 0:
        raise Failure(f"the optimiser stopped: {result.message}")
    x, binding = np.asarray(result.x), _binding(rows, np.asarray(result.ineqlin.marginals))
    if lot_share > 0:
        scale = np.concatenate([np.ones(held), np.full(offered, lot_share)])
        whole = milp(
            -gain * scale,
            constraints=LinearConstraint(a * scale, -np.inf, b),
            integrality=np.concatenate([np.zeros(held), np.ones(offered)]),
            bounds=Box(np.zeros(held + offered), top / scale),
            options={"time_limit": 20.0, "mip_rel_gap": 1e-6},
        )
        if whole.x is None:
            return None
        counts = np.concatenate([whole.x[:held], np.rint(whole.x[held:])])
        x = counts * scale
    return Solution(np.clip(x[:held], 0, problem.weights), np.maximum(x[held:], 0), float(gain @ x), binding)


def _income(problem: Problem) -> Floats:
    """Yield of a year that each variable adds over leaving things as they are, after cost.

    A purchase that comes due within the year is renewed at its yield and pays its cost each time; a sale pays once.
    """
    cash = problem.cash.yield_annual
    sold = np.array([cash * (1 - c) - c - p.yield_annual for p, c in zip(problem.held, problem.sale_cost, strict=True)])
    bought = np.array(
        [
            o.position.yield_annual - cash * (1 + o.cost) - o.cost * max(1.0, 365 / max(o.position.days, 1))
            for o in problem.offers
        ]
    )
    return np.concatenate([sold, bought])


def _binding(rows: Sequence[Row], marginals: Floats) -> tuple[Binding, ...]:
    """What costs yield, the dearest first: a point of a share or a day, rows of one clause added up."""
    sums: dict[tuple[str, str], float] = {}
    for row, dual in zip(rows, marginals, strict=True):
        if row.name == "cash":  # that more money would earn more is no news
            continue
        per = -float(dual) * BP * (1.0 if row.unit == "day" else 0.01)
        sums[row.name, row.unit] = sums.get((row.name, row.unit), 0.0) + per
    found = [Binding(name, round(bp, 3), unit) for (name, unit), bp in sums.items() if bp > BINDING_BP_MIN]
    return tuple(sorted(found, key=lambda item: -item.bp))


def offers_of(curve: Curve, market: Any, as_of: Any, trading: Any) -> tuple[Offer, ...]:
    """Every kind and tenor of the market at today's curve; ``trading`` counts trading days of a tenor."""
    out = []
    for kind, supply in market.kinds.items():
        for tenor in supply.tenors:
            rate = float(curve.at(-1, tenor)) + float(supply.spread_bp) / BP
            name = f"{kind} {tenor}d"
            haircut = supply.haircut
            position = Position(
                name, kind, 0, tenor, trading(tenor), rate, supply.rating, f"new {kind} issuers", supply.settle_days,
                None, Decimal(haircut),
            )  # fmt: skip
            out.append(Offer(position, float(supply.cost_bp) / BP, supply.issuers))
    return tuple(out)
