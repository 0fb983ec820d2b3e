"""Flows made up for tests: weekdays, a level, noise from a seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
import pytest

Make = Callable[..., pl.DataFrame]


@pytest.fixture
def make() -> Make:
    """A frame of flows: ``make(products=("a", "b"), days=200, seed=1, first=..., noise=.1)``."""

    def made(
        products: tuple[str, ...] = ("a",),
        days: int = 200,
        seed: int = 1,
        first: date = date(2024, 1, 1),
        noise: float = 0.1,
    ) -> pl.DataFrame:
        random = np.random.default_rng(seed)
        week = np.array([1.0, 0.9, 0.8, 0.9, 1.1, 0.4, 0.3])
        dates = np.datetime64(first) + np.arange(days)
        weekday = (dates.astype("datetime64[D]").view("int64") + 3) % 7
        frames = []
        for number, product in enumerate(products):
            sides = {
                side: np.round((number + 1) * size * week[weekday] * random.lognormal(0, noise, days), 2)
                for side, size in (("subscription", 100_000.0), ("redemption", 80_000.0))
            }
            frames.append(pl.DataFrame({"date": dates, "product": [product] * days, **sides}))
        return pl.concat(frames).with_columns(pl.col("date").cast(pl.Date))

    return made
