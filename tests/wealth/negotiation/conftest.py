"""A fund's flows made by hand, a platform's wishes, and limits of both sides."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

FIRST, LENGTH = date(2025, 9, 1), 150
LIMITS = """
version: limits-1
currency: CNY
terms:
  assets: 50000000.00
  liquid_share: 0.05
  yield_cash_annual: 1.00%
  yield_term_annual: 2.20%
  lot: 10000.00
  rounds: 8
manager:
  total_min: 2000000.00
  total_max: 8000000.00
  day_max: 900000.00
  price_min: 0.10%
  price_max: 0.30%
platform:
  total_min: 3000000.00
  total_max: 9000000.00
  channel_day_max: {app: 600000.00, desk: 500000.00}
  price_min: 0.15%
  price_max: 0.50%
"""


@pytest.fixture
def flows() -> pl.DataFrame:
    """Redemptions that peak on Fridays."""
    rng = np.random.default_rng(5)
    days = [FIRST + timedelta(days=n) for n in range(LENGTH)]
    weekday = np.array([day.weekday() for day in days])
    out = 300_000 * np.where(weekday == 4, 2.5, 1.0) * np.exp(rng.normal(0, 0.1, LENGTH))
    into = 400_000 * np.exp(rng.normal(0, 0.1, LENGTH))
    return pl.DataFrame({
        "date": days, "product": ["fund"] * LENGTH, "subscription": np.round(into, 2), "redemption": np.round(out, 2),
    })  # fmt: skip


@pytest.fixture
def plan() -> pl.DataFrame:
    """The platform wants to sell on Mondays, at a high price."""
    start = FIRST + timedelta(days=LENGTH)
    days = [start + timedelta(days=n) for n in range(14)]
    rows = [
        (day, "fund", channel, 600_000.0 if day.weekday() == 0 else 200_000.0, 0.004)
        for day in days
        for channel in ("app", "desk")
    ]
    return pl.DataFrame(rows, schema=["date", "product", "channel", "quota", "price"], orient="row")


@pytest.fixture
def limits(tmp_path: Path) -> Path:
    path = tmp_path / "limits.yaml"
    path.write_text(LIMITS, encoding="utf-8")
    return path
