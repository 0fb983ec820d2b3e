"""Missing upstream industries: linear models of the whole matrix, ranked together by trees that learn from hidden edges.

EASE (Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019) is the strongest single score on such
small dense matrices; siblings in the classification and the transposed view add what it cannot see.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brambling.perception.industry.features import Ints

Matrix = NDArray[np.float64]

FOLDS = 5
FOLD_SHARE = 0.1
EDGES_MIN = 100
ROUNDS = 150
NEIGHBOURS = 20


def ease(matrix: Matrix, penalty: float) -> Matrix:
    """The closed-form item-item model of EASE applied to its own matrix: rows by columns, higher is likelier."""
    gram = matrix.T @ matrix
    gram[np.diag_indices_from(gram)] += penalty
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    weights[np.diag_indices_from(weights)] = 0
    return np.asarray(matrix @ weights)


def _shares(matrix: Matrix) -> Matrix:
    total = matrix.sum(axis=1, keepdims=True)
    return np.asarray(matrix / np.where(total == 0, 1, total))


def _same_group(group: Ints) -> Matrix:
    """Ones for two industries of one group; a group of -1 is none."""
    same = ((group[:, None] == group[None, :]) & (group[:, None] >= 0)).astype(np.float64)
    np.fill_diagonal(same, 0)
    return np.asarray(same)


class IndustryRanker:
    """``edges`` (industry, upstream), their ``support``, and the position of each one's parent (-1 for none)."""

    def __init__(self, size: int, edges: Ints, support: Matrix, parent: Ints) -> None:
        self.matrix = np.zeros((size, size))
        self.matrix[edges[:, 0], edges[:, 1]] = support
        self.parent = parent
        self.siblings = _same_group(parent)
        grand = np.where(parent >= 0, parent[parent], -1)
        self.cousins = _same_group(grand)
        self.booster: Any = None

    def _features(self, matrix: Matrix) -> Matrix:
        """One column for each kind of evidence, by pair in row order."""
        known = (matrix > 0).astype(np.float64)
        norm = np.linalg.norm(known, axis=1)
        unit = known / np.where(norm == 0, 1, norm)[:, None]
        alike = unit @ unit.T
        np.fill_diagonal(alike, 0)
        depth = min(NEIGHBOURS, len(matrix))
        near = np.where(alike >= np.sort(alike, axis=1)[:, -depth][:, None], alike, 0)
        shape = matrix.shape
        kinds = [
            ease(known, 10), ease(known, 50), ease(np.log1p(matrix), 8), ease(np.ascontiguousarray(known.T), 30).T,
            _shares(near) @ known, _shares(self.siblings) @ known, _shares(self.cousins) @ known,
            known @ _shares(self.siblings).T, known @ _shares(self.cousins).T, _shares(known) @ _shares(known),
            np.broadcast_to(known.sum(axis=0), shape), np.broadcast_to(matrix.sum(axis=0), shape),
            np.broadcast_to(known.sum(axis=1)[:, None], shape), known.T, self.siblings, self.cousins, alike,
        ]  # fmt: skip
        return np.column_stack([kind.ravel() for kind in kinds])

    def fit(self, seed: int = 7) -> IndustryRanker:
        """Learn from five draws of hidden edges; fewer than 100 edges are too few, and EASE alone ranks."""
        edges = np.argwhere(self.matrix > 0)
        if len(edges) < EDGES_MIN:
            return self
        import lightgbm as lgb

        rng = np.random.default_rng(seed)
        fold = rng.integers(0, round(1 / FOLD_SHARE), len(edges))
        buys, sold = np.asarray((self.matrix > 0).any(axis=1)), np.asarray((self.matrix > 0).any(axis=0))
        tables, labels = [], []
        for k in range(FOLDS):
            rest = self.matrix.copy()
            hidden = edges[fold == k]
            rest[hidden[:, 0], hidden[:, 1]] = 0
            asked = ((rest == 0) & buys[:, None] & sold[None, :] & ~np.eye(len(rest), dtype=bool)).ravel()
            tables.append(self._features(rest)[asked])
            labels.append((self.matrix > 0).ravel()[asked])
        settings = {
            "objective": "binary", "learning_rate": 0.05, "num_leaves": 15, "min_child_samples": 60, "bagging_fraction": 0.8,
            "bagging_freq": 1, "feature_fraction": 0.5, "lambda_l2": 10, "num_threads": 1, "verbosity": -1, "seed": seed,
            "deterministic": True, "force_row_wise": True,
        }  # fmt: skip
        data = lgb.Dataset(np.vstack(tables), np.concatenate(labels))
        self.booster = lgb.train(settings, data, num_boost_round=ROUNDS)
        return self

    def scores(self) -> Matrix:
        """Probability of every missing edge; known ones and an industry itself are -1."""
        if self.booster is None:
            found = np.clip(ease((self.matrix > 0).astype(np.float64), 10), 0, 1)
        else:
            table = self._features(self.matrix)
            found = np.asarray(self.booster.predict(table, num_threads=1)).reshape(self.matrix.shape)
        found = np.where(self.matrix > 0, -1.0, found)
        np.fill_diagonal(found, -1.0)
        return found
