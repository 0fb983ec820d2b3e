"""Negotiate a sales plan on files, and look afterwards at what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from brambling.kit.errors import InputRejected
from brambling.kit.files import names_by_file
from brambling.kit.money import Money
from brambling.wealth.flows.service import forecast
from brambling.wealth.flows.shapes import Forecast
from brambling.wealth.ladder.features import workdays_passed
from brambling.wealth.ladder.model.spiral import available
from brambling.wealth.ladder.readers import FLOW_COLUMNS, HOLDING_COLUMNS, market_from, read_holdings
from brambling.wealth.negotiation.features import Ground, effects_of, wanted_by_manager
from brambling.wealth.negotiation.readers import read_offer, setting_from
from brambling.wealth.negotiation.rules import SIDES, Grid, Stand, bargain, room_of
from brambling.wealth.negotiation.shapes import Kept, KeptDay, Negotiation, Setting, Terms

PATHS = 500
PLAN_COLUMNS = ("date", "product", "channel", "quota", "price")


def negotiate(
    flows: Any,
    plan: Any,
    limits: Path | Setting,
    *,
    holdings: Any = None,
    product: str | None = None,
    mapping: Mapping[str, str] | None = None,
    seed: int = 7,
) -> Negotiation:
    """Both sides of a negotiation about the sales ``plan`` that the platform proposes, round by round.

    The manager wants the same total on the days where money is expected to leave, at the lowest price; both give way
    inside their own limits (see :mod:`rules`). The effects of every version are counted on the same joint paths of
    ``flows``; with ``holdings`` what is liquid comes due by day, without them it is ``liquid_share`` of the assets.
    Raises InputRejected for input that cannot be used and for limits that no plan at all can keep.
    """
    setting = limits if isinstance(limits, Setting) else setting_from(limits)
    terms = setting.terms
    files = ((plan, PLAN_COLUMNS), (flows, FLOW_COLUMNS), (holdings, HOLDING_COLUMNS))
    of_plan, of_flows, of_holdings = names_by_file(files, mapping)
    proposal, grid, named = read_offer(plan, terms.lot, product=product, mapping=of_plan)
    names = of_holdings | of_flows
    ground, made, name = ground_of(flows, grid, terms, holdings, product=named, mapping=names, seed=seed)
    rooms = {side: room_of(getattr(setting, side), grid) for side in SIDES}
    for side in SIDES:
        rooms[side].require_possible(side)
    wanted = wanted_by_manager(ground, grid, proposal, rooms["manager"], terms)
    talk = bargain(
        (
            Stand("platform", rooms["platform"].within(proposal), rooms["platform"], setting.platform),
            Stand("manager", wanted, rooms["manager"], setting.manager),
        ),
        terms.rounds,
    )
    effects = {0: effects_of(ground, grid, None, terms)}
    effects |= {version.number: effects_of(ground, grid, version.offer, terms) for version in talk.versions}
    origin = date.fromisoformat(made.origin)
    return Negotiation(name, grid, talk.versions, talk.state, talk.between, effects, origin, made.notes)


def ground_of(
    flows: Any,
    grid: Grid,
    terms: Terms,
    holdings: Any = None,
    *,
    product: str | None = None,
    mapping: Mapping[str, str] | None = None,
    seed: int = 7,
) -> tuple[Ground, Forecast, str]:
    """The joint paths of a product up to the plan's last day, the forecast they are of, and the product's name.

    Raises InputRejected for a plan that begins before the flows end and for a product that they do not have.
    """
    from brambling.wealth.flows.readers import read_flows

    named = mapping or {}
    names = {ours: theirs for ours, theirs in named.items() if ours in FLOW_COLUMNS}
    panel = read_flows(flows, 1, mapping=names)
    last: date = panel.days[-1].astype(object)
    if grid.days[0] <= last:
        raise InputRejected(
            f"the plan begins on {grid.days[0]} and the flows end on {last}", expected="a plan of days still to come"
        )
    made = forecast(flows, (grid.days[-1] - last).days, mapping=names, paths=PATHS, seed=seed)
    assert made.paths is not None
    places = [n for n, name in enumerate(made.paths.products) if product in (None, name)]
    if not places:
        known = ", ".join(made.paths.products[:8])
        raise InputRejected(f"the flows have no product {product!r}", column="product", expected=f"one of {known}")
    sides = [side[:, places].sum(axis=1) for side in (made.paths.subscription, made.paths.redemption)]
    market, days = market_from(None), made.paths.days
    if holdings is None:
        liquid = np.full(days.size, float(terms.liquid_share))
    else:
        held, _notes = read_holdings(
            holdings,
            last,
            market,
            {ours: theirs for ours, theirs in named.items() if ours in HOLDING_COLUMNS},
            currency=terms.lot.currency,
        )
        liquid = available(held, workdays_passed(days), sales=False)
    name = product or (made.paths.products[0] if len(places) == 1 else "all")
    return Ground(days, sides[0], sides[1], liquid, market), made, name


def kept(
    agreed: Any,
    flows: Any,
    *,
    lot: Money | None = None,
    product: str | None = None,
    mapping: Mapping[str, str] | None = None,
    seed: int = 7,
) -> Kept:
    """What was promised by an agreed plan beside what came: subscriptions over what an ordinary day would have brought.

    An ordinary day is the forecast made from the flows before the plan's first day. Raises InputRejected where ``flows``
    do not reach into the plan's days.
    """
    from brambling.wealth.flows.readers import read_flows

    lot = lot or Money.of("0.01")
    of_plan, of_flows = names_by_file(((agreed, PLAN_COLUMNS), (flows, FLOW_COLUMNS)), mapping)
    offer, grid, named = read_offer(agreed, lot, product=product, mapping=of_plan)
    panel = read_flows(flows, 1, mapping=of_flows)
    last: date = panel.days[-1].astype(object)
    seen = [day for day in grid.days if day <= last]
    if not seen:
        raise InputRejected(f"the flows end on {last}, before the plan's first day {grid.days[0]}")
    rows = [n for n, name in enumerate(panel.products) if named in (None, name)]
    if not rows:
        raise InputRejected(f"the flows have no product {named!r}", column="product")
    first = int((np.datetime64(seen[0]) - panel.days[0]).astype(int))
    before = _before(panel, rows, first)
    made = forecast(before, len(seen), paths=PATHS, seed=seed)
    assert made.paths is not None
    usual = made.paths.subscription.sum(axis=1)
    came = np.nan_to_num(panel.subscription[rows][:, first : first + len(seen)]).sum(axis=0).astype(np.int64)
    promised = offer.lots[: len(seen)].sum(axis=1) * lot.minor
    middle = np.rint(np.median(usual, axis=0)).astype(np.int64)
    over = came - middle
    spread = np.quantile(usual.sum(axis=1), [0.1, 0.9]) - middle.sum()
    days = tuple(
        KeptDay(day, Money(int(promised[n]), lot.currency), Money(int(over[n]), lot.currency))
        for n, day in enumerate(seen)
    )
    total = Money(int(over.sum()), lot.currency)
    low, high = (Money(int(over.sum() - edge), lot.currency) for edge in (spread[1], spread[0]))
    return Kept(days, Money(int(promised.sum()), lot.currency), total, low, high)


def _before(panel: Any, rows: list[int], first: int) -> Any:
    """The product's flows before a day, as a flows frame."""
    import polars as pl

    sides = {
        name: np.nan_to_num(getattr(panel, name)[rows][:, :first]).sum(axis=0) / 100
        for name in ("subscription", "redemption")
    }
    return pl.DataFrame({"date": panel.days[:first], **sides}).with_columns(pl.col("date").cast(pl.Date))
