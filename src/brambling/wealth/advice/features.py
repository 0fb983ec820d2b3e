"""From a twin to the margins that idle-cash advice is laid out on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from brambling.perception.cashflow.twin_shapes import Twin


def margins_of(twin: Twin, away_days: Sequence[int], floor_minor: int) -> NDArray[np.int64]:
    """What each path leaves above the floor at its lowest point from today up to each of ``away_days``.

    [paths, len(away_days)], whole minor units rounded down; today's balance counts as a point of every path. No path
    leaves more than the deepest fall of as many days in the account's own history would have left: the far tail of the
    simulation rests on few events, and what happened once can happen again.
    """
    lowest = np.minimum(np.minimum.accumulate(twin.balance_paths(), axis=1), twin.start_balance_minor)
    columns = np.asarray(away_days, dtype=np.int64) - 1
    seen = [twin.start_balance_minor + twin.worst_fall_minor(days) for days in away_days]
    return np.minimum(np.floor(lowest[:, columns]).astype(np.int64), np.asarray(seen, dtype=np.int64)) - floor_minor
