"""From a table of offers, a row each, to the arrays of allocation and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money
from brambling.marketing.uplift.model.dual import Places, Resource
from brambling.marketing.uplift.rules import Bools, Floats, Ints

if TYPE_CHECKING:
    import polars as pl

BUDGET = "budget"
ALL_CHANNELS = "*"


@dataclass(frozen=True)
class Grid:
    """Offers by customers. ``values`` yuan net of cost and nuisance, NaN where there is no offer; ``cost_minor`` fen,
    one a row of offers where all customers cost alike; ``channel`` number of each (offer, customer), -1 for none;
    ``offer_at`` and ``customer_at`` place the rows of the table."""

    values: Floats
    cost_minor: Ints
    channel: Ints
    offers: tuple[str, ...]
    channels: tuple[str, ...]
    offer_at: Places
    customer_at: Places

    def column(self, grid: NDArray[Any]) -> NDArray[Any]:
        """The values of ``grid`` row by row of the table."""
        return grid[self.offer_at, self.customer_at]

    def rows(self, chosen: Bools) -> Bools:
        """Which rows of the table are chosen."""
        picked: Bools = self.column(chosen)
        return picked

    def resources(self, budget_minor: int | None, capacity: Mapping[str, int]) -> tuple[Resource, ...]:
        """The limits as resources; raises InputRejected for a channel that no row has."""
        out = [Resource(BUDGET, self.cost_minor, budget_minor)] if budget_minor is not None else []
        for name, count in capacity.items():
            if name == ALL_CHANNELS:
                use = np.ones((len(self.offers), 1), dtype=np.int64)
            elif name in self.channels:
                use = (self.channel == self.channels.index(name)).astype(np.int64)
            else:
                raise InputRejected(f"no row has the channel {name!r}", expected=f"one of {', '.join(self.channels)}")
            out.append(Resource(name, use, count))
        return tuple(out)


def offers_grid(frame: pl.DataFrame, value: Money | None, cost: Money, nuisance: Money) -> Grid:
    """The grid of a table as ``read_offers`` gives it; raises InputRejected when an offer stands twice for a customer
    or nothing says what an outcome is worth."""
    import polars as pl

    if "value_minor" not in frame.columns and value is None:
        raise InputRejected("nothing says what an outcome is worth", expected="a column value, or --value AMOUNT")
    customer_at, customers = _numbered(frame, "customer")
    offer_at, offers = _numbered(frame, "offer")
    channel_of, channels = _numbered(frame, "channel")
    _no_twins(offer_at, customer_at, customers)
    amounts = {
        name: frame[f"{name}_minor"] if f"{name}_minor" in frame.columns else pl.Series([given.minor if given else 0])
        for name, given in (("value", value), ("cost", cost), ("nuisance", nuisance))
    }
    need = frame["need"] if "need" in frame.columns else pl.Series([1.0])
    floats = {name: one.cast(pl.Float64).to_numpy() / 100 for name, one in amounts.items()}
    gain = need.cast(pl.Float64).to_numpy() * frame["uplift"].to_numpy() * floats["value"]
    net = np.broadcast_to(gain - floats["cost"] - floats["nuisance"], (frame.height,))
    shape = (len(offers), customers)
    values = np.full(shape, np.nan)
    values[offer_at, customer_at] = net
    whole = np.broadcast_to(amounts["cost"].to_numpy().astype(np.int64), (frame.height,))
    return Grid(
        values,
        _spread(whole, offer_at, customer_at, shape, 0),
        _spread(channel_of, offer_at, customer_at, shape, -1),
        offers,
        channels,
        offer_at,
        customer_at,
    )


def _numbered(frame: pl.DataFrame, name: str) -> tuple[Places, Any]:
    """A number for each row's word in the order of first appearance, and the words (customers: how many).

    Without the column every row is a customer of its own, and offers and channels are one.
    """
    if name not in frame.columns:
        if name == "customer":
            return np.arange(frame.height), frame.height
        return np.zeros(frame.height, dtype=np.intp), (name,)
    words = frame.select(name).with_row_index("row")
    first = words.group_by(name, maintain_order=True).agg().with_row_index("number")
    joined = words.join(first, on=name, how="left", maintain_order="left", nulls_equal=True)
    numbers = joined["number"].to_numpy().astype(np.intp)
    return numbers, first.height if name == "customer" else tuple(str(word) for word in first[name].to_list())


def _no_twins(offer_at: Places, customer_at: Places, customers: int) -> None:
    cell = offer_at * customers + customer_at
    order = np.argsort(cell, kind="stable")
    again = np.flatnonzero(np.diff(cell[order]) == 0)
    if again.size:
        row = int(order[again + 1].min())
        raise InputRejected(
            "this offer stands a second time for its customer", row=row + 1, expected="one row a customer and offer"
        )


def _spread(of_row: Any, offer_at: Places, customer_at: Places, shape: tuple[int, int], empty: int) -> Ints:
    """(offers, 1) where it is the same for all customers of each offer, else (offers, customers)."""
    low = np.full(shape[0], np.iinfo(np.int64).max)
    high = np.full(shape[0], np.iinfo(np.int64).min)
    np.minimum.at(low, offer_at, of_row)
    np.maximum.at(high, offer_at, of_row)
    if (low == high).all():
        return low[:, None]
    out = np.full(shape, empty, dtype=np.int64)
    out[offer_at, customer_at] = of_row
    return out
