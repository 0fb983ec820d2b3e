"""A forecast in parts on Dask is the same forecast."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from brambling.wealth.flows import forecast, service


def test_dask_gives_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    dask = pytest.importorskip("dask", reason="Dask comes with the extra 'fields'")
    monkeypatch.setattr(service, "PRODUCTS_AT_ONCE", 2)
    rng = np.random.default_rng(3)
    rows = [
        (date(2025, 9, 1) + timedelta(days=day), f"p{product}", *np.round(rng.uniform(1_000, 9_000, 2), 2))
        for product in range(3)
        for day in range(80)
    ]
    flows = pl.DataFrame(rows, schema=["date", "product", "subscription", "redemption"], orient="row")
    here = forecast(flows, 7, paths=20)
    with dask.config.set(scheduler="threads", num_workers=2):
        there = forecast(flows, 7, paths=20, engine="dask")
    assert there.table.equals(here.table)
    assert here.paths is not None and there.paths is not None
    assert (here.paths.net == there.paths.net).all()
