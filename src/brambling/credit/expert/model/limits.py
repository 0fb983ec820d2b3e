"""The limit that people would grant: boosted trees on its logarithm, rounded down to the grid that people use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from brambling.credit.expert.model.blend import steady
from brambling.credit.expert.model.trees import Trees, of_boosters
from brambling.credit.expert.rules.policy import on_grid
from brambling.credit.expert.shapes.policy import Floats, Ints

ROWS_MIN = 30
GRID_SHARE = 0.9  # of people's limits stand on the grid
_GRIDS = (10_000_000, 5_000_000, 1_000_000, 500_000, 100_000, 50_000, 10_000, 1_000, 100)  # in smallest units


@dataclass(frozen=True, eq=False)
class Limits:
    """Trees for the logarithm of the limit in yuan; ``least`` and ``most`` are people's own, ``grid`` theirs too, all in
    smallest units."""

    trees: Trees
    least: int
    most: int
    grid: int

    def minor(self, x: Floats) -> list[int]:
        """The limit of each row in smallest units."""
        found = np.clip(np.expm1(np.clip(self.trees.sum(x), 0, 40)) * 100, self.least, self.most)
        # half a step up, so that rounding down to the grid is rounding to the nearest
        return [int(on_grid(round(float(value) + self.grid / 2), self.grid)) for value in found]

    def to_plain(self) -> dict[str, Any]:
        """What is no array."""
        return {"trees": self.trees.to_plain(), "least": self.least, "most": self.most, "grid": self.grid}


def fit_limits(x: Floats, limits_minor: Floats, directions: Ints, seed: int) -> Limits | None:
    """The limits of approved rows; None where fewer than 30 are known."""
    import lightgbm as lgb

    known = np.isfinite(limits_minor) & (limits_minor > 0)
    if known.sum() < ROWS_MIN:
        return None
    aim, rows = np.log1p(limits_minor[known] / 100), int(known.sum())
    settings: dict[str, Any] = {
        "objective": "regression",  # absolute loss renews leaves after the fact and forgets directions
        "learning_rate": 0.06,
        "num_leaves": 7 if rows < 2_000 else 31,
        "min_data_in_leaf": int(np.clip(rows // 40, 3, 40)),
        "lambda_l2": 1.0,
        **steady(directions, seed),
    }
    booster = lgb.train(settings, lgb.Dataset(x[known], aim, params={"verbose": -1}), 300)
    minor = np.round(limits_minor[known]).astype(np.int64)
    grid = next((step for step in _GRIDS if np.mean(minor % step == 0) >= GRID_SHARE), 1)
    return Limits(of_boosters([booster]), int(minor.min()), int(minor.max()), grid)
