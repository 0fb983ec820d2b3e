"""From joint paths of a product's flows to what a plan does, and to the plan its manager wants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brambling.wealth.flows.rules import Floats, Ints
from brambling.wealth.ladder.features import needs_of
from brambling.wealth.ladder.rules import Market
from brambling.wealth.negotiation.rules import PRICE_UNIT, Grid, Offer, Room, levelled, nearest
from brambling.wealth.negotiation.shapes import Effects, Terms


@dataclass(frozen=True, eq=False)
class Ground:
    """The joint paths of one product, (path, day) in minor units, and what is liquid by each day as a share of assets."""

    days: NDArray[np.datetime64]
    subscription: Ints
    redemption: Ints
    liquid: Floats
    market: Market

    def places(self, grid: Grid) -> Ints:
        """Which days of the paths the grid's days are."""
        places: Ints = (np.array(grid.days, dtype="datetime64[D]") - self.days[0]).astype(np.int64)
        return places


def effects_of(ground: Ground, grid: Grid, offer: Offer | None, terms: Terms) -> Effects:
    """What a plan (None: no plan) does to forecast, reserve, yield and breach probability."""
    more = np.zeros(ground.days.size, dtype=np.int64)
    fee = 0.0
    if offer is not None:
        sold = offer.lots * grid.lot.minor
        more[ground.places(grid)] = np.rint(sold.sum(axis=1) * float(terms.fill_share)).astype(np.int64)
        fee = float((sold * (offer.price / PRICE_UNIT)).sum()) * float(terms.fill_share)
    subscription = ground.subscription + more
    net = subscription - ground.redemption
    assets, confidence = terms.assets.minor, float(terms.confidence)
    need = needs_of(subscription, ground.redemption, ground.days, assets, confidence, ground.market)[0]
    share = min(float(need.share.max()), 1.0)
    short = (-np.cumsum(net, axis=1) / assets > ground.liquid + 1e-12).any(axis=1)
    cash, term = float(terms.yield_cash_annual.annual) * 1e4, float(terms.yield_term_annual.annual) * 1e4
    fee_bp, drag = fee / assets * 1e4, share * (term - cash)
    return Effects(
        net_minor=tuple(int(value) for value in np.rint(net.mean(axis=0))),
        volatility_bp=float(net.std()) / assets * 1e4,
        need_share=share,
        drag_bp=drag,
        fee_bp=fee_bp,
        yield_bp=term - drag - fee_bp,
        p_breach=float(short.mean()),
    )


def wanted_by_manager(ground: Ground, grid: Grid, proposal: Offer, room: Room, terms: Terms) -> Offer:
    """The proposal's total, laid on the days where money is expected to leave, at the lowest price.

    Each channel keeps its share of the whole: who sells how much is the platform's business.
    """
    net = (ground.subscription - ground.redemption).mean(axis=0)[ground.places(grid)]
    lot = grid.lot.minor * float(terms.fill_share)
    total = int(np.clip(proposal.total, room.total_min, room.total_max))
    rows = levelled(net / lot, np.minimum(room.row_max, room.cell_max.sum(axis=1)), total)
    weights = proposal.lots.sum(axis=0) / max(proposal.total, 1)
    lots = np.stack([nearest(row * weights, int(row)) for row in rows])
    price = np.full(grid.shape, room.price_min, dtype=np.int64)
    return room.within(Offer(lots, price))
