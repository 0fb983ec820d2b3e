"""Whether two questions ask the same: a matcher learnt from labelled pairs, to find a question's known equal.

A pair is the vector of products and absolute differences of the two embeddings, each of length 1: it does not change
when the two change places. A Gaussian kernel over pairs and ridge regression on +1 (same) and -1 give a score; its sign
is the decision. Exact leave-one-out scores calibrate it into a probability.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brambling.engine.search import Embedder
from brambling.kit.errors import InputRejected
from brambling.marketing.dialogue.features import Floats, Singles, readable
from brambling.marketing.dialogue.model.kernel import SHARPNESS, solve
from brambling.marketing.dialogue.model.router import unit
from brambling.marketing.dialogue.rules import CONFIDENCE_DECIMALS, Bools

RIDGE = 0.1
PAIRS_MIN = 10


class Matcher:
    """Learns from pairs of questions and whether they ask the same; ``embedder`` gives their meaning."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._center: Singles | None = None
        self._pairs: Singles | None = None
        self._weights: Singles | None = None
        self._slope, self._intercept = 1.0, 0.0

    def fit(self, first: Sequence[str], second: Sequence[str], same: Bools) -> Matcher:
        """Learn. Raises InputRejected for fewer than 10 pairs, lists of different lengths, and pairs of one kind."""
        if not (len(first) == len(second) == len(same)) or len(same) < PAIRS_MIN:
            raise InputRejected(f"{len(first)} and {len(second)} questions, {len(same)} labels", expected="10 pairs")
        label = np.asarray(same, dtype=bool)
        if label.all() or not label.any():
            raise InputRejected("pairs of one kind", expected="pairs that ask the same and pairs that do not")
        vectors = self._embed([*first, *second])
        self._center = vectors.mean(axis=0, keepdims=True).astype(np.float32)
        self._pairs = self._pair(vectors)
        wanted = np.where(label, 1, -1).astype(np.float32)[:, None]
        solved = solve(_kernel(self._pairs, self._pairs), wanted, RIDGE)
        self._weights = solved.weights
        self._calibrate(solved.unseen[:, 0].astype(float), label)
        return self

    def probability(self, first: Sequence[str], second: Sequence[str]) -> Floats:
        """P(the two ask the same) for each pair; above one half where the decision is yes."""
        assert self._pairs is not None and self._weights is not None, "fit comes first"
        if not first:
            return np.zeros(0)
        pairs = self._pair(self._embed([*first, *second]))
        score = (_kernel(pairs, self._pairs) @ self._weights)[:, 0].astype(float)
        chance: Floats = np.round(1 / (1 + np.exp(-(self._slope * score + self._intercept))), CONFIDENCE_DECIMALS)
        return chance

    def nearest(self, question: str, known: Sequence[str]) -> tuple[int, float]:
        """The place of the known question that most probably asks the same, and the probability."""
        if not known:
            raise InputRejected("no known question")
        chance = self.probability([question] * len(known), known)
        best = int(chance.argmax())
        return best, float(chance[best])

    def _embed(self, texts: Sequence[str]) -> Singles:
        return np.asarray(self._embedder.queries([readable(text) for text in texts]), dtype=np.float32)

    def _pair(self, vectors: Singles) -> Singles:
        assert self._center is not None
        around = unit(vectors - self._center)
        one, other = around[: len(around) // 2], around[len(around) // 2 :]
        return unit(np.hstack([unit(one * other), unit(np.abs(one - other))]))

    def _calibrate(self, score: Floats, label: Bools) -> None:
        from sklearn.linear_model import LogisticRegression

        fitted = LogisticRegression(C=1.0).fit(score[:, None], label)
        self._slope, self._intercept = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def _kernel(pairs: Singles, known: Singles) -> Singles:
    likeness: Singles = np.exp(np.float32(SHARPNESS) * (pairs @ known.T - np.float32(1)))
    return likeness
