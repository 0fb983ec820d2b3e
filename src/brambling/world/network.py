"""Who sells to whom: relations between businesses of a district, and with the world outside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brambling.world.population import NEVER, Population, trade_values
from brambling.world.timeline import Timeline
from brambling.world.town import Flags, Floats, Ints, Town, stream
from brambling.world.trades import BY_KEY, TRADES

OUTSIDE = -1
_OPEN_DAYS = 130  # the longest terms and the usual delays
_POSITION = {trade.key: k for k, trade in enumerate(TRADES)}


@dataclass(frozen=True, eq=False)
class Relations:
    """One value a relation: ``buyer`` orders from ``seller`` (positions in the district, OUTSIDE for neither).

    The first ``customers`` relations are outside buyers; the rest are suppliers of the district's businesses, sorted by
    buyer. ``daily`` is the expected order volume of a day in yuan. ``name`` numbers the outside side's name; a relation
    inside the town has one too, used when its seller has closed and the buyer turns to someone outside.
    """

    customers: int
    buyer: Ints
    seller: Ints
    daily: Floats
    share: Floats  # of the buyer's goods; of the seller's outside sales for an outside buyer
    cycle_days: Ints
    phase: Ints
    terms_days: Ints
    delay_days: Floats
    late_from: Ints
    late_extra_days: Ints
    lost_from: Ints
    bad: Flags  # a lost customer that leaves its last invoices unpaid
    name: Ints

    @property
    def size(self) -> int:
        """How many relations."""
        return int(self.buyer.size)


def relations(town: Town, district: int, people: Population, time: Timeline) -> Relations:
    """The relations of one district: suppliers in town first, outside suppliers for the rest, outside customers last.

    A seller never gets more than 60 % of its sales to businesses from the town: what is above goes outside.
    """
    rng = stream(town.seed, "relations", district)
    buyer, seller, share = _suppliers(rng, people)
    volume = share * (people.goods * people.turnover)[buyer] / 365
    inside = seller != OUTSIDE
    sold = np.bincount(seller[inside], weights=volume[inside], minlength=people.size)
    business = (1 - trade_values("consumers", people.trade)) * people.turnover / 365
    for k in np.flatnonzero(inside)[::-1]:
        # a seller that is asked for too much lets go of its last buyers until it is not
        if sold[seller[k]] > 0.6 * business[seller[k]]:
            sold[seller[k]] -= volume[k]
            seller[k] = OUTSIDE
    outside = np.maximum(business - sold, 0.15 * business)
    c_seller, c_share = _customers(rng, people, outside)
    return _terms(rng, people, time, (buyer, seller, share, volume), (c_seller, c_share, c_share * outside[c_seller]))


def _suppliers(rng: np.random.Generator, people: Population) -> tuple[Ints, Ints, Floats]:
    """For each business up to three suppliers of fitting trades in the town and one to three outside."""
    by_trade = [np.flatnonzero(people.trade == k) for k in range(len(TRADES))]
    buyers: list[int] = []
    sellers: list[int] = []
    shares: list[float] = []
    for i in range(people.size):
        left = 1.0
        for key in TRADES[people.trade[i]].buys_from:
            candidates = by_trade[_POSITION[key]]
            candidates = candidates[(candidates != i) & (people.opens[candidates] < 0)]
            if not candidates.size or rng.random() > 0.6:
                continue
            size = people.turnover[candidates]
            part = float(rng.uniform(0.08, 0.28))
            buyers.append(i)
            sellers.append(int(rng.choice(candidates, p=size / size.sum())))
            shares.append(part)
            left -= part
            if left < 0.35:
                break
        parts = rng.dirichlet(np.full(int(rng.integers(1, 4)), 2.0)) * left
        buyers += [i] * parts.size
        sellers += [OUTSIDE] * parts.size
        shares += parts.tolist()
    return np.array(buyers, dtype=np.int64), np.array(sellers, dtype=np.int64), np.array(shares)


def _customers(rng: np.random.Generator, people: Population, outside: Floats) -> tuple[Ints, Floats]:
    """Outside customers of those who sell to businesses: two to nine, a few of them large."""
    sells = np.flatnonzero(outside > 1.0)
    count = np.minimum(2 + rng.poisson(np.sqrt(outside[sells] * 365 / 1_000_000) * 1.5), 9)
    seller = np.repeat(sells, count).astype(np.int64)
    weight = rng.gamma(1.5, size=seller.size) + 0.05
    total = np.bincount(seller, weights=weight, minlength=people.size)
    return seller, weight / total[seller]


def _terms(
    rng: np.random.Generator,
    people: Population,
    time: Timeline,
    supply: tuple[Ints, Ints, Floats, Floats],
    sale: tuple[Ints, Floats, Floats],
) -> Relations:
    buyer, seller, share, volume = supply
    c_seller, c_share, c_volume = sale
    c, s = c_seller.size, buyer.size
    # What an outside supplier asks for, in days: most want their money soon, some wait like the buyer's own trade.
    patience = np.where(seller == OUTSIDE, rng.choice([0, 7, 15, 30], s), _terms_of(people, seller))
    buyer_cycle = trade_values("cycle_days", people.trade)[buyer].astype(np.int64)
    late, lost = rng.random(c) < 0.10, rng.random(c) < 0.09
    when = rng.integers(time.first, time.length, size=(2, c))
    return Relations(
        customers=c,
        buyer=np.concatenate([np.full(c, OUTSIDE, dtype=np.int64), buyer]),
        seller=np.concatenate([c_seller, seller]),
        daily=np.concatenate([c_volume, volume]),
        share=np.concatenate([c_share, share]),
        cycle_days=np.concatenate([rng.choice([7, 10, 14, 15, 30], c), buyer_cycle]).astype(np.int64),
        phase=rng.integers(0, 30, c + s),
        terms_days=np.concatenate([trade_values("terms_days", people.trade)[c_seller].astype(np.int64), patience]),
        delay_days=np.concatenate([np.exp(rng.normal(np.log(4.0), 0.7, c)), np.zeros(s)]),
        late_from=np.concatenate([np.where(late, when[0], NEVER), np.full(s, NEVER)]).astype(np.int64),
        late_extra_days=np.concatenate([rng.integers(30, 61, c), np.zeros(s, dtype=np.int64)]),
        lost_from=np.concatenate([np.where(lost, when[1], NEVER), np.full(s, NEVER)]).astype(np.int64),
        bad=np.concatenate([rng.random(c) < 0.3, np.zeros(s, dtype=np.bool_)]),
        name=np.arange(c + s),
    )


def _terms_of(people: Population, seller: Ints) -> Ints:
    terms: Ints = trade_values("terms_days", people.trade)[np.maximum(seller, 0)].astype(np.int64)
    return terms


@dataclass(frozen=True, eq=False)
class Orders:
    """Every order that would be placed, in the order of days: ``begin[t]``..``begin[t + 1]`` are those of day ``t``.

    Before ``begin[0]`` stand orders from before the timeline whose invoices are still open on its first day. ``amount`` is in yuan before the buyer's and seller's own state, ``pay_at`` the day the invoice is paid or asked for.
    """

    begin: Ints
    relation: Ints
    amount: Floats
    pay_at: Ints


def orders(
    town: Town, district: int, people: Population, time: Timeline, *, links: Relations, demand: Floats
) -> Orders:
    """The orders of a district; ``demand`` [days, businesses] is the level of each business's trade with others.

    Buyers of goods look ahead: an order covers the season of the days until the next one, a week later (two weeks for
    long cycles), so stock is bought before it is sold. Outside customers order by the seller's season of the day.
    """
    rng = stream(town.seed, "orders", district)
    since = np.arange(-_OPEN_DAYS, time.length)
    row, relation = np.nonzero((since[:, None] - links.phase) % links.cycle_days == 0)
    placed, relation = since[row].astype(np.int64), relation.astype(np.int64)
    day = np.maximum(placed, 0)
    outside_buyer = relation < links.customers
    owner = np.where(outside_buyer, links.seller[relation], links.buyer[relation])
    trade = people.trade[owner]
    season = _season(people, time, links, day, relation)
    noise = np.exp(rng.normal(-0.02, np.where(outside_buyer, 0.30, 0.10)))
    price = np.where(outside_buyer, 1.0, time.goods_price[day, trade])
    amount = links.daily[relation] * links.cycle_days[relation] * season * demand[day, owner] * noise * price
    delay = links.delay_days[relation] * np.exp(rng.normal(0.0, 0.45, day.size))
    delay += np.where(day >= links.late_from[relation], links.late_extra_days[relation], 0)
    due = placed + links.terms_days[relation] + np.rint(delay).astype(np.int64)
    pay_at = time.next_workday[np.clip(due, 0, time.length - 1)]
    gone = day >= links.lost_from[relation]
    unpaid = links.bad[relation] & (due >= links.lost_from[relation])
    keep = ~gone & (due >= 0)
    # An invoice past the end of the timeline, or that a bad customer leaves unpaid, is asked for on a day that never comes.
    pay_at = np.where(unpaid | (due >= time.length) | (pay_at >= time.length), NEVER, pay_at)
    placed, relation, amount, pay_at = placed[keep], relation[keep], amount[keep], pay_at[keep]
    begin = np.searchsorted(placed, np.arange(time.length + 1)).astype(np.int64)
    return Orders(begin=begin, relation=relation, amount=amount, pay_at=pay_at)


def _season(people: Population, time: Timeline, links: Relations, day: Ints, relation: Ints) -> Floats:
    """Season factor of each order: of the day for outside buyers, of the days it covers for those who stock up."""
    outside_buyer, cycle = relation < links.customers, links.cycle_days[relation]
    owner = np.where(outside_buyer, links.seller[relation], links.buyer[relation])
    trade = people.trade[owner]
    consumers = trade_values("consumers", people.trade)[owner]
    total = np.vstack([np.zeros((1, time.order.shape[1])), np.cumsum(time.order, axis=0)])
    total_c = np.vstack([np.zeros((1, time.order.shape[1])), np.cumsum(time.consumer, axis=0)])
    low = np.minimum(day + np.where(cycle > 10, 10, 5), time.length - 1)
    high = np.minimum(low + cycle, time.length)
    width = np.maximum(high - low, 1)
    ahead = (1 - consumers) * (total[high, trade] - total[low, trade]) + consumers * (
        total_c[high, trade] - total_c[low, trade]
    )
    season: Floats = np.where(outside_buyer, time.order[day, trade], ahead / width)
    return season


assert all(key in BY_KEY for trade in TRADES for key in trade.buys_from)
