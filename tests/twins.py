"""Twins made by hand, so that a test knows every path."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from brambling.perception.cashflow.twin_shapes import Floats, Recurring, Twin

ORIGIN = date(2026, 3, 9)


def twin_of(
    net_paths: Floats,
    *,
    start: int | None = 0,
    committed: Floats | None = None,
    inflow_year: int = 120_000_000,
    outflow_year: int = 90_000_000,
    history_days: int = 400,
    recurring: tuple[Recurring, ...] = (),
    currency: str = "CNY",
) -> Twin:
    """A twin with these paths (fen), ``start`` None for an unknown balance."""
    horizon = net_paths.shape[1]
    days = [ORIGIN - timedelta(days=back) for back in range(history_days - 1, -1, -1)]
    nothing = np.zeros(history_days, dtype=np.int64)
    return Twin(
        origin=ORIGIN,
        statement_until=ORIGIN,
        horizon_days=horizon,
        currency=currency,
        balance_known=start is not None,
        start_balance_minor=start or 0,
        net_paths=net_paths.astype(np.float64),
        known=np.zeros(horizon),
        out_committed=np.zeros(horizon) if committed is None else committed,
        recurring=recurring,
        history=pl.DataFrame({"date": days, "net_minor": nothing, "in_minor": nothing, "out_minor": nothing}),
        inflow_year_minor=inflow_year,
        outflow_year_minor=outflow_year,
        history_days=history_days,
        versions={"twin": "by hand"},
    )


def random_twin(
    seed: int, *, paths: int = 200, drift: float = 0.0, spread: float = 20_000, start: int = 5_000_000
) -> Twin:
    """A twin of random walks, whole fen."""
    rng = np.random.default_rng(seed)
    net = np.rint(rng.normal(drift, spread, size=(paths, 91)))
    committed = np.rint(rng.uniform(0, 2 * spread, size=91))
    return twin_of(net, start=start, committed=committed)
