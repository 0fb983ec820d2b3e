"""A sales plan as an offer, the limits of each side, and how far a side gives way. Pure.

An offer is a quota for each day and channel, in whole lots, and a price for each: the fee a year that the wealth company
pays for what is sold. Concession follows the time-dependent tactic of Faratin, Sierra and Jennings (1998): in round ``t``
of ``T`` a side takes the share ``f = (t / T) ** (1 / pace)`` of the loss that the other's first offer, cut to its own
limits, would be. It goes so far from what it wants towards the other's last offer, and accepts what is inside its limits
and costs it no more. See docs/algorithms/negotiation.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money, Rate
from brambling.kit.reasons import Reason

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Side = Literal["manager", "platform"]
SIDES: tuple[Side, Side] = ("platform", "manager")  # who speaks first, first
State = Literal["open", "accepted", "rejected", "expired"]
PRICE_UNIT = 10**6  # prices are whole millionths of the amount a year
ROUNDS_MAX = 60
SAME = 1e-9  # losses closer than this are equal


@dataclass(frozen=True)
class Grid:
    """What an offer is about: days, channels, and the lot that quotas are whole numbers of."""

    days: tuple[date, ...]
    channels: tuple[str, ...]
    lot: Money

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.days), len(self.channels)


@dataclass(frozen=True, eq=False)
class Offer:
    """Quotas in lots and prices in millionths a year, both (day, channel)."""

    lots: Ints
    price: Ints

    @property
    def total(self) -> int:
        return int(self.lots.sum())

    def same(self, other: Offer) -> bool:
        """Whether it asks for the same: prices count where something is sold."""
        sold = self.lots > 0
        return bool((self.lots == other.lots).all() and (self.price[sold] == other.price[sold]).all())


@dataclass(frozen=True)
class Limits:
    """What one side can take, and how it gives way; a limit that is not named does not bind.

    ``channel_day_max`` is by channel. ``pace`` below 1 holds out until late, above 1 gives way early. ``quota_weight`` is
    how much of its dissatisfaction comes from quotas, the rest from prices.
    """

    total_min: Money
    total_max: Money
    day_max: Money | None = None
    channel_day_max: dict[str, Money] | None = None
    price_min: Rate | None = None
    price_max: Rate | None = None
    start: date | None = None
    stop: date | None = None
    pace: Decimal = Decimal(1)
    quota_weight: Decimal = Decimal("0.5")

    def __post_init__(self) -> None:
        if self.total_min.minor < 0 or self.total_min > self.total_max:
            raise InputRejected("total_min is above total_max or below zero")
        if self.price_min is not None and self.price_max is not None and self.price_min > self.price_max:
            raise InputRejected("price_min is above price_max")
        if self.start is not None and self.stop is not None and self.start > self.stop:
            raise InputRejected("start is after stop")
        if self.pace <= 0 or not 0 <= self.quota_weight <= 1:
            raise InputRejected("pace must be above 0 and quota_weight between 0 and 1")


def micro(rate: Rate | None, otherwise: int) -> int:
    """A price in millionths."""
    return otherwise if rate is None else round(rate.annual * PRICE_UNIT)


@dataclass(frozen=True, eq=False)
class Room:
    """Limits on a grid: most lots a day and a cell, totals, prices."""

    grid: Grid
    row_max: Ints
    cell_max: Ints
    total_min: int
    total_max: int
    price_min: int
    price_max: int

    # -- what is broken ---------------------------------------------------------------------------------------------

    def broken(self, offer: Offer) -> tuple[Reason, ...]:
        """The limits that an offer does not keep, each once."""
        sold, rows = offer.lots > 0, offer.lots.sum(axis=1)
        found = []
        closed = (rows > 0) & (self.row_max == 0)
        if closed.any():
            found.append(self._on("outside-window", closed))
        if (rows > self.row_max)[~closed].any():
            found.append(self._on("day-above", (rows > self.row_max) & ~closed))
        over = (offer.lots > self.cell_max).any(axis=0)
        if over.any():
            found.append(Reason("channel-above", {"channel": self.grid.channels[int(over.argmax())]}))
        if offer.total < self.total_min:
            found.append(Reason("total-below", {"least": self._money(self.total_min)}))
        if offer.total > self.total_max:
            found.append(Reason("total-above", {"most": self._money(self.total_max)}))
        if (offer.price[sold] < self.price_min).any():
            found.append(Reason("price-below", {"least": str(Decimal(self.price_min) / PRICE_UNIT)}))
        if (offer.price[sold] > self.price_max).any():
            found.append(Reason("price-above", {"most": str(Decimal(self.price_max) / PRICE_UNIT)}))
        return tuple(found)

    def _on(self, code: str, rows: NDArray[np.bool_]) -> Reason:
        return Reason(code, {"day": self.grid.days[int(rows.argmax())].isoformat()})

    def _money(self, lots: int) -> str:
        return str(self.grid.lot * lots)

    # -- the nearest inside -----------------------------------------------------------------------------------------

    def within(self, offer: Offer) -> Offer:
        """The offer cut to these limits: days and channels capped, the total scaled down or filled up where room is."""
        lots = np.minimum(np.maximum(offer.lots, 0), self.cell_max)
        rows = lots.sum(axis=1)
        cut: Floats = np.minimum(1.0, self.row_max / np.maximum(rows, 1))
        lots = whole_lots(np.asarray(lots * cut[:, None], dtype=np.float64))
        total = int(lots.sum())
        if total > self.total_max:
            lots = whole_lots(np.asarray(lots * (self.total_max / total), dtype=np.float64), self.total_max)
        elif total < self.total_min:
            lots = self._filled(lots, self.total_min - total)
        return Offer(lots, np.clip(offer.price, self.price_min, self.price_max))

    def _filled(self, lots: Ints, missing: int) -> Ints:
        """``missing`` more lots, days in proportion to their room, then channels in proportion to theirs."""
        room = np.minimum(self.row_max - lots.sum(axis=1), (self.cell_max - lots).sum(axis=1))
        rows = shared(missing, room)
        return np.stack(
            [lots[day] + shared(int(rows[day]), self.cell_max[day] - lots[day]) for day in range(rows.size)]
        )

    def require_possible(self, side: Side) -> None:
        """Raise InputRejected where no offer at all keeps these limits."""
        most = int(np.minimum(self.row_max, self.cell_max.sum(axis=1)).sum())
        if most < self.total_min:
            raise InputRejected(
                f"{side}: its days and channels have room for {self._money(most)}, its total_min is "
                f"{self._money(self.total_min)}",
                expected="limits that some plan can keep",
            )


def room_of(limits: Limits, grid: Grid) -> Room:
    """Limits on a grid. Raises InputRejected for a channel that the plan does not have."""
    by_channel = limits.channel_day_max or {}
    for channel in by_channel:
        if channel not in grid.channels:
            raise InputRejected(f"channel_day_max names {channel!r}", expected=f"one of {', '.join(grid.channels)}")
    most = limits.total_max.minor // grid.lot.minor
    cell = np.full(grid.shape, most, dtype=np.int64)
    for place, channel in enumerate(grid.channels):
        if channel in by_channel:
            cell[:, place] = np.minimum(most, by_channel[channel].minor // grid.lot.minor)
    day_most = most if limits.day_max is None else min(most, limits.day_max.minor // grid.lot.minor)
    opens = np.array([(limits.start or day) <= day <= (limits.stop or day) for day in grid.days])
    return Room(
        grid,
        np.where(opens, day_most, 0).astype(np.int64),
        np.where(opens[:, None], cell, 0).astype(np.int64),
        -(-limits.total_min.minor // grid.lot.minor),
        most,
        micro(limits.price_min, 0),
        micro(limits.price_max, PRICE_UNIT),
    )


# -- whole lots ---------------------------------------------------------------------------------------------------------


def whole_lots(wanted: Floats, total: int | None = None) -> Ints:
    """Non-negative amounts (day, channel) as whole numbers that sum to ``total`` (the rounded-down sum without one).

    Days are rounded first and channels inside each day, every figure to a neighbour of what was wanted: where that is at
    most a whole limit, so is the result, by the day and by the cell.
    """
    rows = np.asarray(wanted.sum(axis=1), dtype=np.float64)
    days = nearest(rows, int(np.floor(rows.sum() + 1e-9)) if total is None else total)
    return np.stack([nearest(wanted[day], int(days[day])) for day in range(days.size)])


def nearest(wanted: Floats, total: int) -> Ints:
    """Largest remainders: neighbours of ``wanted`` that sum to ``total``, ties to the earlier one."""
    floors = np.floor(wanted + 1e-9).astype(np.int64)
    left = total - int(floors.sum())
    order = np.argsort(-(wanted - floors), kind="stable")
    out = floors.copy()
    if left > 0:
        out[order[:left]] += 1
    elif left < 0:
        out[order[left:]] -= 1
    return out


def shared(units: int, room: Ints) -> Ints:
    """``units`` in proportion to ``room``, none above its room."""
    total = int(room.sum())
    given = min(units, total)
    return np.zeros_like(room) if total == 0 else nearest(np.asarray(room * (given / total), dtype=np.float64), given)


def levelled(net: Floats, row_max: Ints, total: int) -> Ints:
    """Lots by day that make ``net`` (expected net flow by day, in lots) as level as can be, ``total`` in all.

    Water-filling: days with the lowest net flow are filled up to one common level, none above its maximum.
    """
    low, high = float(net.min()), float(net.max()) + total + 1.0
    for _ in range(80):
        level = (low + high) / 2
        if np.clip(level - net, 0, row_max).sum() < total:
            low = level
        else:
            high = level
    filled = np.clip(high - net, 0, row_max)
    return nearest(filled, min(total, int(row_max.sum())))


# -- giving way ---------------------------------------------------------------------------------------------------------


def concession(round_: int, rounds: int, pace: Decimal) -> float:
    """How far a side has given way in a round, 0 to 1, on a grid of a millionth."""
    part: float = (min(round_, rounds) / rounds) ** (1 / float(pace))
    return round(part, 6)


def loss(offer: Offer, wanted: Offer, room: Room, weight: Decimal) -> float:
    """How far an offer is from what a side wants, 0 to 1: quotas by their share that lies elsewhere, prices by the way
    from what is wanted to the limit."""
    apart = np.abs(offer.lots - wanted.lots).sum() / max(offer.total + wanted.total, 1)
    sold = offer.lots > 0
    if not sold.any():
        return float(weight) * float(apart)
    reach = np.maximum(np.maximum(wanted.price - room.price_min, room.price_max - wanted.price), 1)
    dear = (np.minimum(np.abs(offer.price - wanted.price) / reach, 1.0) * offer.lots).sum() / offer.total
    return float(weight) * float(apart) + (1 - float(weight)) * float(dear)


@dataclass(frozen=True, eq=False)
class Stand:
    """One side of the table: what it wants, what it can take, how it gives way."""

    side: Side
    wanted: Offer
    room: Room
    limits: Limits

    def level(self, first: Offer, round_: int, rounds: int) -> float:
        """How much loss this side takes in a round; in the last one all that the other's first offer, cut to the limits,
        would have cost."""
        most = loss(self.room.within(first), self.wanted, self.room, self.limits.quota_weight)
        return concession(round_, rounds, self.limits.pace) * most

    def counter(self, heard: Sequence[Offer], round_: int, rounds: int) -> Offer:
        """The offer of a round, inside the limits; ``heard`` are the other's offers so far.

        On the way from what is wanted to the nearest it can take of the other's last offer it goes as far as its level.
        """
        if not heard:
            return self.wanted
        near = self.room.within(heard[-1])
        away = loss(near, self.wanted, self.room, self.limits.quota_weight)
        level = self.level(heard[0], round_, rounds)
        if away <= level + SAME or round_ >= rounds:
            return near
        part = level / away
        mixed = (1 - part) * self.wanted.lots + part * near.lots
        total = round((1 - part) * self.wanted.total + part * near.total)
        price = np.rint((1 - part) * self.wanted.price + part * near.price).astype(np.int64)
        return Offer(whole_lots(mixed, total), price)

    def accepts(self, heard: Sequence[Offer], round_: int, rounds: int) -> bool:
        """Whether the other's last offer is inside the limits and costs no more than this side takes in this round."""
        if not heard or self.room.broken(heard[-1]):
            return False
        cost = loss(heard[-1], self.wanted, self.room, self.limits.quota_weight)
        return cost <= self.level(heard[0], round_, rounds) + SAME


@dataclass(frozen=True, eq=False)
class Version:
    """One offer on the table: its number from 1, by whom, how far that side had given way."""

    number: int
    side: Side
    offer: Offer
    given: float


@dataclass(frozen=True, eq=False)
class Talk:
    """A whole negotiation: every version, how it ended, and the limits that stood between at the end."""

    versions: tuple[Version, ...]
    state: State
    between: tuple[tuple[Side, Reason], ...] = ()

    @property
    def agreed(self) -> Offer | None:
        return self.versions[-1].offer if self.state == "accepted" else None


def bargain(stands: Sequence[Stand], rounds: int) -> Talk:
    """Both sides in turn, the platform first, until one accepts or the rounds are over.

    Ends after at most ``2 * (rounds + 1)`` offers. What is agreed keeps the limits of both.
    """
    if not 1 <= rounds <= ROUNDS_MAX:
        raise InputRejected(f"{rounds} rounds", expected=f"1 to {ROUNDS_MAX}")
    by_side = {stand.side: stand for stand in stands}
    versions: list[Version] = []
    said: dict[Side, list[Offer]] = {side: [] for side in SIDES}
    for round_ in range(rounds + 1):
        for side, other in (SIDES, SIDES[::-1]):
            stand = by_side[side]
            if stand.accepts(said[other], round_, rounds):
                return Talk(tuple(versions), "accepted")
            offer = stand.counter(said[other], round_, rounds)
            said[side].append(offer)
            given = concession(round_, rounds, stand.limits.pace)
            versions.append(Version(len(versions) + 1, side, offer, given))
    first, last = (by_side[side] for side in SIDES)
    parted = first.room.broken(versions[-1].offer)
    if not parted:  # the last word was the other's, and the first side has nothing left to give: it takes it
        return Talk(tuple(versions), "accepted")
    between = [(first.side, reason) for reason in parted]
    between += [(last.side, reason) for reason in last.room.broken(versions[-2].offer)]
    return Talk(tuple(versions), "rejected", tuple(between))
