"""Building twins: one statement in, one sheaf of futures out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from brambling.perception.cashflow.daily import Daily, daily
from brambling.perception.cashflow.forecast import simulate
from brambling.perception.cashflow.twin_shapes import Twin

if TYPE_CHECKING:
    from brambling.perception.cashflow.shapes import Statement

MODEL_VERSION = "1"


def twin(
    statement: Statement,
    *,
    seed: int = 7,
    horizon_days: int = 91,
    paths: int = 1000,
    calibration: object | None = None,
    as_of: date | None = None,
) -> Twin:
    """The twin of one business from its statement.

    ``as_of`` is the last day the statement speaks for when its last rows are older (a quiet end of the month); the
    default is the day of the last row. Same statement and seed give the same bytes. Raises InputRejected when the
    statement is too short, with the number of days that are missing.
    """
    history = daily(statement.rows, as_of=as_of)
    rng = np.random.Generator(np.random.PCG64(seed))
    net_paths = simulate(history.net, horizon_days, paths, rng)
    year = min(history.days, 365)
    return Twin(
        origin=history.last,
        horizon_days=horizon_days,
        currency=statement.currency,
        balance_known=statement.balance_known,
        start_balance_minor=statement.closing_balance_minor or 0 if statement.balance_known else 0,
        net_paths=net_paths,
        out_committed=_committed(history, horizon_days),
        recurring=(),
        history=history.frame(),
        inflow_year_minor=int(history.turnover_in[-year:].sum() * 365 / year),
        outflow_year_minor=int(history.turnover_out[-year:].sum() * 365 / year),
        history_days=history.days,
        versions={"twin": MODEL_VERSION},
    )


def _committed(history: Daily, horizon_days: int) -> np.ndarray:
    """Average committed outflow a day."""
    return np.full(horizon_days, history.committed_out[-365:].mean())
