"""Lay assets against liabilities: read, forecast, measure today, plan, check the plan as strictly as today."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from brambling.kit.errors import InputRejected, InvariantBroken
from brambling.kit.files import names_by_file
from brambling.kit.money import Money
from brambling.kit.reasons import Reason
from brambling.wealth.flows.service import forecast
from brambling.wealth.flows.shapes import Forecast
from brambling.wealth.ladder import readers
from brambling.wealth.ladder.features import Ints, needs_of, workdays_passed
from brambling.wealth.ladder.model import plan as planning
from brambling.wealth.ladder.model.conflicts import minimal_conflict
from brambling.wealth.ladder.model.plan import Offer, Problem, Row, Solution, rows_of, solve
from brambling.wealth.ladder.model.spiral import available, stress_of
from brambling.wealth.ladder.rules import Holders, Limit, Market, Position, RuleBook, Trade, check
from brambling.wealth.ladder.shapes import Curve, Ladder, Need, Portfolio

PATHS = 1_000
HORIZON_DAYS = 30
CURVE_AGE_DAYS = 10  # an older curve is used, and said


@dataclass(frozen=True)
class _Ground:
    """What a ladder stands on, read and measured."""

    book: RuleBook
    market: Market
    limits: tuple[Limit, ...]
    needs: tuple[Need, ...]
    passed: Ints
    offers: tuple[Offer, ...]
    as_of: date


def ladder(
    flows: Any,
    holdings: Any,
    *,
    curve: Any,
    rules: str | Path = "cn-cash",
    holders: Any = None,
    confidence: float = 0.99,
    horizon: int = HORIZON_DAYS,
    product: str | None = None,
    market: Path | None = None,
    lot: Money | None = None,
    mapping: Mapping[str, str] | None = None,
    seed: int = 7,
) -> Ladder:
    """Gaps by day, rule lights, stress, and what to buy and sell, for the ``product`` of ``flows`` (all of them added up
    when none is named) and its ``holdings`` as of the last day of the flows.

    ``rules`` names a shipped book (cn-cash, cn-open, cn-mmf, us-2a7, eu-mmf) or is a rule file; ``curve`` gives yields of
    what can be bought, ``market`` the assumptions on spreads, costs and haircuts. The plan keeps every rule, covers the
    base need of joint paths at ``confidence`` without a sale and every stress with sales after haircut, and among such
    plans earns the most in a year after cost. Raises InputRejected for input that cannot be used and for rules that no
    portfolio at all can keep. See docs/algorithms/ladder.md.
    """
    if not 0.5 < confidence < 1:
        raise InputRejected(f"a confidence of {confidence}", expected="above 0.5 and below 1, such as 0.99")
    if lot is not None and lot.minor <= 0:
        raise InputRejected(f"a lot of {lot}", expected="an amount above 0, such as 10000.00")
    book, assumed = readers.book_from(rules), readers.market_from(market)
    files = (
        (flows, readers.FLOW_COLUMNS),
        (holdings, readers.HOLDING_COLUMNS),
        (holders, readers.HOLDER_COLUMNS),
        (curve, readers.CURVE_COLUMNS),
    )
    of_flows, of_holdings, of_holders, of_curve = names_by_file(files, mapping)
    made = forecast(flows, horizon, mapping=of_flows, paths=PATHS, seed=seed)
    as_of = date.fromisoformat(made.origin)
    held, notes = readers.read_holdings(holdings, as_of, assumed, of_holdings, currency=book.currency)
    name, places = _products(made, product)
    owners = Holders() if holders is None else readers.read_holders(holders, name, of_holders)
    yields, row, aged = _row_of(readers.read_curve(curve, of_curve), as_of)
    assets = sum(position.amount_minor for position in held)
    assert made.paths is not None
    sides = [side[:, places].sum(axis=1) for side in (made.paths.subscription, made.paths.redemption)]
    days = made.paths.days
    ground = _Ground(
        book,
        assumed,
        book.in_force(owners.top10),
        needs_of(sides[0], sides[1], days, assets, confidence, assumed),
        workdays_passed(days),
        planning.offers_of(
            yields, assumed, as_of, lambda tenor: readers.trading_days(as_of, as_of + timedelta(days=tenor))
        ),
        as_of,
    )
    _rules_alone(ground)
    if owners.top10 is None and any(limit.holders_above is not None for limit in book.limits):
        notes = (*notes, Reason("holders-unknown"))
    today = _measured(held, ground)
    solution, conflict, problem = _planned(held, ground, lot, assets)
    return _answer(
        ground, today, solution, conflict, problem, made, name, owners, days, confidence, row, (*notes, *aged), assets
    )


def _answer(
    ground: _Ground,
    today: Portfolio,
    solution: Solution | None,
    conflict: tuple[str, ...],
    problem: Problem,
    made: Forecast,
    name: str,
    owners: Holders,
    days: Any,
    confidence: float,
    curve_day: date,
    notes: tuple[Reason, ...],
    assets: int,
) -> Ladder:
    trades: tuple[Trade, ...] = ()
    plan, cost, gained = None, 0, 0.0
    if solution is not None:
        after, trades = _settled(problem, solution, assets)
        plan = _measured(after, ground)
        if plan.breaches:
            raise InvariantBroken(f"the plan breaks {plan.breaches[0].clause}")
        cost = sum(trade.cost_minor for trade in trades)
        gained = solution.objective * planning.BP
    return Ladder(
        as_of=ground.as_of,
        product=name,
        book=ground.book,
        currency=ground.book.currency,
        assets_minor=assets,
        confidence=confidence,
        days=days,
        needs=ground.needs,
        today=today,
        plan=plan,
        trades=trades,
        cost_minor=cost,
        gained_bp=round(gained, 3),
        binding=() if solution is None else solution.binding,
        conflict=conflict,
        holders=owners,
        gaps=_gaps(ground, today, plan, days, assets),
        curve_day=curve_day,
        notes=notes,
        flow_notes=made.notes,
    )


def _products(made: Forecast, product: str | None) -> tuple[str, list[int]]:
    assert made.paths is not None
    names = made.paths.products
    if product is None:
        return (names[0] if len(names) == 1 else "total"), list(range(len(names)))
    if product in names:
        return product, [names.index(product)]
    closed = next((note for note in made.notes if note.parameters.get("product") == product), None)
    if closed is not None and closed.code == "closed":
        raise InputRejected(f"{product!r} has no rows after {closed.parameters['last']}: closed", column="product",
                            expected="a product that is open")  # fmt: skip
    raise InputRejected(f"no product {product!r}", expected=f"one of {', '.join(names[:12])}")


def _row_of(curve: Curve, as_of: date) -> tuple[Curve, date, tuple[Reason, ...]]:
    """The curve of the newest day up to ``as_of`` (the first day where it begins later), and what to say of it."""
    until = int(np.searchsorted(curve.days, np.datetime64(as_of, "D"), side="right"))
    place = max(until - 1, 0)
    day = curve.days[place].astype(object)
    assert isinstance(day, date)
    aged = () if 0 <= (as_of - day).days <= CURVE_AGE_DAYS else (Reason("curve-aged", {"day": str(day)}),)
    return replace(curve, days=curve.days[place : place + 1], yields=curve.yields[place : place + 1]), day, aged


def _problem(held: Sequence[Position], ground: _Ground, total: int) -> Problem:
    cash = [position for position in held if position.kind == "cash"]
    rest = tuple(position for position in held if position.kind != "cash")
    amount = sum(position.amount_minor for position in cash)
    earned = (
        sum(position.amount_minor * position.yield_annual for position in cash) / amount
        if amount
        else float(ground.market.cash_yield_annual)
    )
    costs = []
    for position in rest:
        supply = ground.market.kinds.get(position.kind)
        costs.append(0.0 if supply is None else float(supply.cost_bp) / planning.BP)
    return Problem(
        held=rest,
        offers=ground.offers,
        weights=np.array([position.amount_minor / total for position in rest]),
        cash_share=amount / total,
        cash=Position("cash", "cash", 0, 0, 0, earned),
        sale_cost=np.array(costs),
        limits=ground.limits,
        needs=ground.needs,
        passed=ground.passed,
    )


def _holds(rows: Sequence[Row], problem: Problem) -> Callable[[Sequence[str]], bool]:
    def holds(names: Sequence[str]) -> bool:
        kept = [row for row in rows if row.name in names or row.name == "cash"]
        return solve(problem, kept) is not None

    return holds


def _rules_alone(ground: _Ground) -> None:
    """Whether any portfolio at all can keep the rules: all in cash, nothing asked for."""
    cash = Position("cash", "cash", 1, 0, 0, float(ground.market.cash_yield_annual))
    problem = replace(_problem([cash], ground, 1), needs=())
    rows = rows_of(problem)
    if solve(problem, rows) is None:
        names = sorted({row.name for row in rows if row.name != "cash"})
        found = minimal_conflict(names, _holds(rows, problem))
        raise InputRejected(
            f"the rules {ground.book.version} cannot be kept by any portfolio: {', '.join(found)} conflict",
            expected="rules that can hold together",
        )


def _planned(
    held: Sequence[Position], ground: _Ground, lot: Money | None, total: int
) -> tuple[Solution | None, tuple[str, ...], Problem]:
    problem = _problem(held, ground, total)
    rows = rows_of(problem)
    found = solve(problem, rows, 0.0 if lot is None else lot.minor / total)
    if found is not None:
        return found, (), problem
    names = sorted({row.name for row in rows if row.name != "cash"})
    holds = _holds(rows, problem)
    if holds(names):  # whole lots alone stand in the way
        return None, ("lot",), problem
    return None, minimal_conflict(names, holds), problem


def _settled(problem: Problem, solution: Solution, total: int) -> tuple[tuple[Position, ...], tuple[Trade, ...]]:
    """The positions after the plan in whole units (purchases are spread over their issuers), and the trades."""
    after, trades = [], []
    cash = round(problem.cash_share * total)
    for position, share, cost in zip(problem.held, solution.sold, problem.sale_cost, strict=True):
        sold = min(position.amount_minor, round(float(share) * total))
        if position.amount_minor - sold < total * planning.MARGIN:
            sold = position.amount_minor if position.liquid_days is not None and sold else sold
        if sold:
            fee = round(sold * float(cost))
            cash += sold - fee
            trades.append(
                Trade("sell", position.instrument, position.kind, sold, position.days, position.yield_annual, fee)
            )
        if position.amount_minor > sold:
            after.append(replace(position, amount_minor=position.amount_minor - sold))
    for offer, share in zip(problem.offers, solution.bought, strict=True):
        amount = int(float(share) * total)
        if amount < total * planning.MARGIN:
            continue
        fee = round(amount * offer.cost)
        cash -= amount + fee
        p = offer.position
        trades.append(Trade("buy", p.instrument, p.kind, amount, p.days, p.yield_annual, fee, offer.issuers))
        parts = Money(amount).allocate([1] * offer.issuers)
        after += [
            replace(p, instrument=f"{p.instrument} {n}", issuer=f"{p.issuer} {n}", amount_minor=part.minor)
            for n, part in enumerate(parts, 1)
        ]
    if cash < 0:
        raise InvariantBroken("the plan spends more cash than there is")
    return (*after, replace(problem.cash, amount_minor=cash)), tuple(trades)


def _measured(positions: Sequence[Position], ground: _Ground) -> Portfolio:
    total = sum(position.amount_minor for position in positions)
    return Portfolio(
        positions=tuple(positions),
        lights=check(positions, ground.limits),
        yield_bp=round(sum(p.amount_minor * p.yield_annual for p in positions) / total * planning.BP, 3),
        wam_days=round(sum(p.amount_minor * p.rate_days for p in positions) / total, 2),
        stress=stress_of(positions, ground.needs, ground.market, ground.passed),
    )


def _gaps(ground: _Ground, today: Portfolio, plan: Portfolio | None, days: Any, assets: int) -> dict[str, Any]:
    """Columns by day in smallest units: what may be asked for, what is there, and the difference."""
    base = ground.needs[0].share * assets
    stressed = np.max([need.share for need in ground.needs if need.sales], axis=0) * assets
    workday = np.diff(np.concatenate([[0], ground.passed])) > 0
    out: dict[str, Any] = {"date": days, "workday": workday, "need": _whole(base), "need_stress": _whole(stressed)}
    for name, portfolio in (("today", today), ("plan", plan)):
        if portfolio is None:
            continue
        own = sum(position.amount_minor for position in portfolio.positions)
        there = _whole(available(portfolio.positions, ground.passed, sales=False) * own)
        sellable = _whole(available(portfolio.positions, ground.passed, sales=True) * own)
        out[f"due_{name}"] = there
        out[f"gap_{name}"] = there - out["need"]
        out[f"gap_stress_{name}"] = sellable - out["need_stress"]
    return out


def _whole(amounts: Any) -> Ints:
    out: Ints = np.rint(amounts).astype(np.int64)
    return out
