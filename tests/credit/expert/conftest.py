"""Made decisions: an officer who looks at income, overdue days and trade, sometimes errs, and never lends to the blocked."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from brambling.credit.expert import Fitted, fit

ROWS = 260


def made_decisions(rows: int = ROWS, seed: int = 3) -> pl.DataFrame:
    """Applications with the officer's decision and limit; synthetic."""
    rng = np.random.default_rng(seed)
    income = np.round(rng.lognormal(11, 0.6, rows))
    overdue = rng.choice([0, 0, 0, 5, 30, 90], rows)
    trade = rng.choice(["food", "freight", "retail"], rows)
    blocked = rng.random(rows) < 0.06
    worth = 1.8 * (np.log(income) - 10.9) - 0.03 * overdue + np.where(trade == "food", 0.6, -0.2)
    yes = (worth + rng.logistic(0, 0.35, rows) > 0) & ~blocked
    limit = np.where(yes, np.maximum(10_000, np.round(income * 0.4 / 10_000) * 10_000), 0)
    return pl.DataFrame(
        {
            "verified_income": income,
            "overdue_days_max": overdue,
            "trade": trade,
            "blocked": blocked,
            "gender": rng.choice(["f", "m"], rows),
            "requested": np.round(income * rng.uniform(0.2, 1.0, rows)),
            "officer": np.where(yes, "yes", "no"),
            "granted": limit,
        }
    )


@pytest.fixture(scope="session")
def decisions() -> pl.DataFrame:
    return made_decisions()


@pytest.fixture(scope="session")
def fitted(decisions: pl.DataFrame) -> Fitted:
    """Fitted with all defaults but the stages beyond supervised."""
    return fit(decisions, "officer", "yes", limit="granted", protected=["gender"], stages=())
