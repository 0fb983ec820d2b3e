"""Missing materials of products: a ranker that learns from edges it hid itself.

A tenth of the edges is hidden, the evidence is gathered from the rest, boosted trees learn which candidates were the
hidden ones, and the evidence is then built again on all edges. Training sees what a question will look like: nothing
of the hidden edges is left in any count, and no outside parameter is tuned to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from brambling.perception.industry.features import Floats, Ints
from brambling.perception.industry.model.pairs import Chain, Pairs

HIDDEN = 0.1
QUERIES_MAX = 4500
NEGATIVES = 0.25
EDGES_MIN = 200
ROUNDS = 120


class ProductRanker:
    """Ranks products as materials of others. ``names`` by position; ``made_of`` and ``classes`` pairs of positions."""

    def __init__(self, names: Sequence[str], made_of: Ints, classes: Ints) -> None:
        self.names = list(names)
        self.made_of = made_of
        self.classes = classes
        self.booster: Any = None
        self._chain: Chain | None = None

    @property
    def chain(self) -> Chain:
        """The evidence from all edges, built when first asked."""
        if self._chain is None:
            self._chain = Chain(self.names, self.made_of, self.classes)
        return self._chain

    def fit(self, seed: int = 7) -> ProductRanker:
        """Learn from hidden edges; a chain of fewer than 200 edges has too few to learn from and keeps a plain vote."""
        if len(self.made_of) < EDGES_MIN:
            return self
        import lightgbm as lgb

        rng = np.random.default_rng(seed)
        hidden = rng.random(len(self.made_of)) < HIDDEN
        queries = np.unique(self.made_of[hidden, 0])
        if len(queries) > QUERIES_MAX:
            queries = np.sort(rng.choice(queries, QUERIES_MAX, replace=False))
        pairs = Chain(self.names, self.made_of[~hidden], self.classes).pairs(queries)
        size = len(self.names)
        answers = self.made_of[hidden, 0] * size + self.made_of[hidden, 1]
        label = np.isin(queries[pairs.query] * size + pairs.node, answers)
        kept = label | (rng.random(len(label)) < NEGATIVES)
        data = lgb.Dataset(
            pairs.table[kept], label[kept], weight=np.where(label[kept], 1, 1 / NEGATIVES), free_raw_data=True
        )
        # small trees and strong shrinkage: positives are few, and noise in single scores is large
        settings = {
            "objective": "binary", "learning_rate": 0.08, "num_leaves": 15, "min_child_samples": 60, "bagging_fraction": 0.8,
            "bagging_freq": 1, "feature_fraction": 0.5, "lambda_l2": 10, "num_threads": 1, "verbosity": -1, "seed": seed,
            "deterministic": True, "force_row_wise": True, "max_bin": 127,
        }  # fmt: skip
        self.booster = lgb.train(settings, data, num_boost_round=ROUNDS)
        return self

    def predict(self, queries: Ints) -> tuple[Pairs, Floats]:
        """Candidates of the queries and the probability that each is a material of it."""
        pairs = self.chain.pairs(queries)
        if self.booster is None:
            share = pairs.table[:, pairs.columns.index("likeness_share")]
            return pairs, (0.5 * share).astype(np.float32)
        return pairs, np.asarray(self.booster.predict(pairs.table, num_threads=1), dtype=np.float32)

    def dump(self) -> bytes:
        """What was learnt, as text in bytes."""
        return b"" if self.booster is None else self.booster.model_to_string().encode()

    def load(self, artefact: bytes) -> ProductRanker:
        """Take over what was learnt on a chain of the same content."""
        if artefact:
            import lightgbm as lgb

            self.booster = lgb.Booster(model_str=artefact.decode())
        return self
