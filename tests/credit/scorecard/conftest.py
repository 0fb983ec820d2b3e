"""Synthetic loans: a known risk, missing values, categories, a code with a history, a leak, time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from brambling.credit.scorecard import Fitted, fit


def loans(rows: int = 1500, seed: int = 3, *, shift: float = 0.0) -> pl.DataFrame:
    """Loans of 2020 to 2024 whose risk rises with debt and arrears, falls with income, and depends on sector and bank."""
    rng = np.random.default_rng(seed)
    income = np.exp(rng.normal(10, 0.6, rows))
    debt = rng.gamma(2, 0.2, rows)
    arrears = rng.poisson(0.6, rows).astype(float)
    sector = rng.choice(["retail", "food", "build", "it's"], rows, p=[0.4, 0.3, 0.2, 0.1])
    bank = rng.integers(0, 45, rows)
    lift = np.random.default_rng(1).normal(0, 0.8, 45)[bank]
    risk = -2.2 + shift + 1.6 * debt + 0.7 * arrears - 0.8 * (np.log(income) - 10) + lift
    risk += np.where(sector == "build", 0.8, 0.0)
    bad = rng.random(rows) < 1 / (1 + np.exp(-risk))
    debt[rng.random(rows) < 0.1] = np.nan
    arrears[rng.random(rows) < 0.05] = 999
    return pl.DataFrame(
        {
            "loan_id": np.arange(rows) + 1,
            "year": rng.integers(2020, 2025, rows),
            "income": np.round(income, 2),
            "debt": pl.Series(debt).fill_nan(None),
            "arrears": arrears,
            "sector": sector,
            "bank": [f"bank {one:02d}" for one in bank],
            "status": np.where(bad, "lost", "paid"),
        }
    )


@pytest.fixture(scope="session")
def make() -> Callable[..., pl.DataFrame]:
    """Makes loans."""
    return loans


@pytest.fixture(scope="session")
def table() -> pl.DataFrame:
    """1,500 loans."""
    return loans()


@pytest.fixture(scope="session")
def fitted(table: pl.DataFrame) -> Fitted:
    """A card with pairs on them."""
    return fit(table, "status", "lost", time="year", form="pairs")
