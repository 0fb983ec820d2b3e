"""From a twin to the margins that idle-cash advice is laid out on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from brambling.wealth.advice.rules.many import NO_PATH

if TYPE_CHECKING:
    from brambling.perception.cashflow.twin_shapes import Twin


def lows_of(twin: Twin, away_days: Sequence[int]) -> NDArray[np.int64]:
    """How far each path falls below today's balance from today up to each of ``away_days``, what is owed to this bank
    counted as gone.

    [paths, len(away_days)], whole minor units rounded down, none above zero. No path falls less than the deepest fall of
    as many days in the account's own history: the far tail of the simulation rests on few events, and what happened once
    can happen again.
    """
    lowest = np.minimum.accumulate(twin.own_balances, axis=1)
    columns = np.asarray(away_days, dtype=np.int64)
    seen = np.asarray([twin.worst_fall_minor(days) for days in away_days], dtype=np.int64)
    return np.minimum(np.floor(lowest[:, columns]).astype(np.int64) - twin.start_balance_minor, seen)


def margins_of(twin: Twin, away_days: Sequence[int], floor_minor: int) -> NDArray[np.int64]:
    """What each path leaves above the floor at its lowest point up to each of ``away_days``: [paths, len(away_days)]."""
    return lows_of(twin, away_days) + (twin.start_balance_minor - floor_minor)


def tails_of(lows: NDArray[np.int64], early_max: int) -> NDArray[np.int64]:
    """The paths that can decide a plan: [customers, paths, products] to [customers, products * (early_max + 1), products].

    Of each product the ``early_max + 1`` deepest paths; no other path is ever needed early in a plan that allows
    ``early_max`` of them, because such a path would have as many deeper ones before it. A path that is among the deepest
    of several products stands once; the rows it leaves free are ``NO_PATH``.
    """
    paths, products = lows.shape[1:]
    keep = min(early_max + 1, paths)
    chosen = np.concatenate(
        [np.argpartition(lows[:, :, place], keep - 1, axis=1)[:, :keep] for place in range(products)], axis=1
    )
    chosen.sort(axis=1)
    again = np.zeros(chosen.shape, dtype=bool)
    again[:, 1:] = chosen[:, 1:] == chosen[:, :-1]
    tails: NDArray[np.int64] = np.take_along_axis(lows, chosen[:, :, None], axis=1)
    tails[again] = NO_PATH
    return tails
