"""What share of a customer's money leaves, by gradient boosting on aggregates of its past."""

from __future__ import annotations

from typing import Any

import numpy as np

from brambling.wealth.structure.shapes import Floats

TREES = 200
_SETTINGS: dict[str, Any] = {
    "objective": "cross_entropy",  # a share between 0 and 1
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.8,
    "lambda_l2": 5.0,
    "verbosity": -1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
}


class ShareBooster:
    """LightGBM for shares from 0 to 1; ``fit`` and ``predict`` on plain arrays."""

    def __init__(self, seed: int = 7) -> None:
        self.seed = seed

    def fit(self, rows: Floats, share: Floats, weight: Floats) -> ShareBooster:
        """Learn ``share`` from ``rows``."""
        import lightgbm

        data = lightgbm.Dataset(rows, share, weight=weight / weight.mean(), free_raw_data=True)
        self._trees = lightgbm.train({**_SETTINGS, "seed": self.seed}, data, num_boost_round=TREES)
        return self

    def predict(self, rows: Floats) -> Floats:
        """The share of each row."""
        return np.clip(np.asarray(self._trees.predict(rows), dtype=np.float64), 0.0, 1.0)
