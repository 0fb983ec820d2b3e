"""Parcels of money, last in first out.

What came last leaves first, so money that nothing has touched is seen to stay: with first in first out a firm that
keeps a million and turns over a thousand a day would look as if the million were turned over.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from brambling.wealth.structure.rules.kinds import HOT_DAYS, IDLE_DAYS, KINDS, PLACE, YIELD_EDGE
from brambling.wealth.structure.shapes import Floats, Ints, Lots, Trades


def lots_of(trades: Trades) -> Lots:
    """The lots of all trades. Money that leaves before it came was there before the file begins, and so may be what is
    there on its first day: the age of both is not known."""
    rows: list[
        tuple[int, int, int, int]
    ] = []  # amount, trade it came with (-1: before), trade it left with, first trade
    bounds = groups(trades)
    amounts = trades.amount.tolist()
    for begin, end in pairwise(bounds):
        rows += _walk(amounts, begin, end)
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    amount, came, went, first = table.T
    since = np.where(came >= 0, trades.day[np.maximum(came, 0)], 0)
    seen = since > 0
    left = np.where(went >= 0, trades.day[np.maximum(went, 0)], -1)
    edge = np.where(came >= 0, trades.edge[np.maximum(came, 0)], np.nan)
    edge_left = np.where(went >= 0, trades.edge[np.maximum(went, 0)], np.nan)
    purpose = np.where((went >= 0)[:, None], trades.purpose[np.maximum(went, 0)], 0.0)
    stay = np.where(left >= 0, left - since, 0)
    kind = _settled(purpose, stay, left >= 0, edge, edge_left)
    return Lots(trades.customer[first], trades.product[first], amount, since, left, kind, seen, edge)


def groups(trades: Trades) -> list[int]:
    """Where the trades of one customer in one product begin and end."""
    if trades.day.size == 0:
        return [0]
    change = (np.diff(trades.customer) != 0) | (np.diff(trades.product) != 0)
    return [0, *(np.flatnonzero(change) + 1).tolist(), trades.day.size]


def _walk(amounts: list[int], begin: int, end: int) -> list[tuple[int, int, int, int]]:
    """The lots of one customer in one product."""
    low = balance = 0
    for place in range(begin, end):
        balance += amounts[place]
        low = min(low, balance)
    stack: list[list[int]] = [[-low, -1]] if low < 0 else []
    rows: list[tuple[int, int, int, int]] = []
    for place in range(begin, end):
        amount = amounts[place]
        if amount > 0:
            stack.append([amount, place])
        while amount < 0:
            top = stack[-1]
            part = min(top[0], -amount)
            rows.append((part, top[1], place, begin))
            amount += part
            top[0] -= part
            if top[0] == 0:
                stack.pop()
    rows += [(left, came, -1, begin) for left, came in stack if left]
    return rows


def _settled(purpose: Floats, stay: Ints, gone: np.ndarray, edge: Floats, edge_left: Floats) -> Floats:
    """The kind of money that left: what was paid with it, unless nothing had asked for it for long, or it ran after a
    yield."""
    kind = purpose.copy()
    idle = gone & (stay >= IDLE_DAYS)
    kind[idle] = np.eye(len(KINDS))[PLACE["idle"]]
    with np.errstate(invalid="ignore"):
        chased = gone & (stay <= HOT_DAYS) & (edge >= YIELD_EDGE) & (edge_left <= edge - YIELD_EDGE / 2)
    kind[chased] = np.eye(len(KINDS))[PLACE["hot"]]
    return kind
