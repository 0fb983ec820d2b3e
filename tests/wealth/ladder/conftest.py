"""Flows, holdings and a curve made up for tests."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

LAST = date(2024, 6, 28)  # a Friday


def flows(days: int = 120, size: float = 1_000_000.0, product: str = "a", seed: int = 3) -> pl.DataFrame:
    """Both sides about ``size`` a day, weekends at a third, ending on ``LAST``."""
    random = np.random.default_rng(seed)
    dates = np.datetime64(LAST) - np.arange(days)[::-1]
    weekday = (dates.astype("datetime64[D]").view("int64") + 3) % 7
    level = size * np.where(weekday < 5, 1.0, 0.3)
    sides = {side: np.round(level * random.lognormal(0, 0.15, days), 2) for side in ("subscription", "redemption")}
    return pl.DataFrame({"date": dates, "product": [product] * days, **sides}).with_columns(
        pl.col("date").cast(pl.Date)
    )


def holdings() -> pl.DataFrame:
    """A hundred million that keeps every rule of cn-cash."""
    rows = [
        ("cash", "cash", 12_000_000, None, 0.0035, "", "Bank", 0),
        ("T1", "treasury", 14_000_000, "2024-09-16", 0.017, "", "MOF", 0),
        ("P1", "policy_bond", 20_000_000, "2024-10-15", 0.018, "", "CDB", 1),
        ("P2", "policy_bond", 18_000_000, "2024-08-15", 0.0178, "", "ADB", 1),
        ("C1", "cd", 9_000_000, "2024-09-02", 0.02, "AAA", "Bank A", 1),
        ("C2", "cd", 9_000_000, "2024-11-04", 0.0205, "AAA", "Bank B", 1),
        ("C3", "cd", 9_000_000, "2024-07-22", 0.0195, "AAA", "Bank C", 1),
        ("F1", "credit", 9_000_000, "2024-12-16", 0.023, "AAA", "Firm D", 2),
    ]
    names = ["instrument", "kind", "amount", "maturity_date", "yield_annual", "rating", "issuer", "liquid_days"]
    return pl.DataFrame(rows, schema=names, orient="row")


def curve(days: int = 5, first: date = date(2024, 6, 24)) -> pl.DataFrame:
    """A rising curve in percent, the same every workday."""
    dates = np.datetime64(first) + np.arange(days * 7 // 5 + 2)
    dates = dates[(dates.astype("datetime64[D]").view("int64") + 3) % 7 < 5][:days]
    levels = {"0d": 1.2, "1m": 1.5, "3m": 1.6, "6m": 1.65, "1y": 1.7, "3y": 2.0}
    return pl.DataFrame({"date": dates, **{name: [level] * dates.size for name, level in levels.items()}}).with_columns(
        pl.col("date").cast(pl.Date)
    )


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """The three files of a ladder."""
    found = {}
    for name, frame in (("flows", flows()), ("holdings", holdings()), ("curve", curve())):
        found[name] = tmp_path / f"{name}.csv"
        frame.write_csv(found[name])
    return found
