"""Made-up sends with a known effect of contact (synthetic)."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest


def sends(rows: int, seed: int, effect: str = "old") -> pl.DataFrame:
    """Sends whose effect is known: ``old`` only customers with old = yes answer, ``same`` all alike, ``none`` nobody."""
    random = np.random.default_rng(seed)
    old = random.random(rows) < 0.5
    size = random.lognormal(3, 1, rows)
    region = random.choice(["north", "south", "east"], rows)
    treated = random.random(rows) < 0.5
    gain = {"old": 0.2 * old, "same": np.full(rows, 0.1), "none": np.zeros(rows)}[effect]
    chance = 0.1 + 0.1 * (region == "north") + gain * treated
    return pl.DataFrame(
        {
            "mail": np.where(treated, "sent", "not sent"),
            "visit": (random.random(rows) < chance).astype(int),
            "old": np.where(old, "yes", "no"),
            "size": size.round(2),
            "region": region,
            "truth": gain,
        }
    )


@pytest.fixture(scope="session")
def fitted() -> Any:
    """A model of sends in which only old customers answer."""
    from brambling.marketing.uplift import fit

    return fit(sends(4_000, 1), "mail", "visit", treated="sent", exclude=["truth"])
