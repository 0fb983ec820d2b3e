"""BM25, and the index that fuses it with embeddings.

Words find names and numbers, meaning finds what is said in other words; neither score can be compared with the other,
so their ranks are fused (reciprocal rank fusion, Cormack, Clarke and Buettcher, 2009). The order needs no score; to
know whether the best passage is an answer at all one does, and cosines of small models bunch (unrelated Chinese
questions reach 0.84). So a score is calibrated: the lift of a cosine over the median of the index for this query, and
the share of the query's words that the passage holds, through a logistic regression.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brambling.engine.search.embedding import Embedder, Vectors
from brambling.engine.search.features import words
from brambling.engine.search.shapes import Hit, Passage
from brambling.kit.errors import InputRejected

Floats = NDArray[np.float64]

_RRF = 60.0  # the constant of the paper; it keeps one list's first place from deciding alone
_CALIBRATION_PASSAGES_MIN = 8
_CALIBRATION_SAMPLE = 64


class Bm25:
    """Okapi BM25 (Robertson and Zaragoza, 2009) with the idf that is never negative, ln(1 + (N - n + 0.5)/(n + 0.5)).

    Every term's weights in every passage are computed once; a query adds up one short array for each of its words.
    """

    def __init__(self, texts: Sequence[str], *, k1: float = 1.5, b: float = 0.75) -> None:
        tokens = [words(text) for text in texts]
        self.size = len(tokens)
        lengths = np.array([len(passage) for passage in tokens], dtype=float)
        scale = k1 * (1 - b + b * lengths / max(lengths.mean() if self.size else 0.0, 1.0))
        places: dict[str, list[int]] = {}
        times: dict[str, list[int]] = {}
        for i, passage in enumerate(tokens):
            for word, count in Counter(passage).items():
                places.setdefault(word, []).append(i)
                times.setdefault(word, []).append(count)
        self.idf = {word: float(np.log1p((self.size - len(at) + 0.5) / (len(at) + 0.5))) for word, at in places.items()}
        self._weights: dict[str, tuple[NDArray[np.int64], Floats]] = {}
        for word, where in places.items():
            at, tf = np.array(where), np.array(times[word], dtype=float)
            self._weights[word] = (at, self.idf[word] * tf * (k1 + 1) / (tf + scale[at]))

    def scores(self, query: str) -> Floats:
        """The score of every passage; 0 where it shares no word with the query."""
        total = np.zeros(self.size)
        for word, count in Counter(words(query)).items():
            if word in self._weights:
                at, weight = self._weights[word]
                total[at] += count * weight
        return total

    def coverage(self, query: str) -> Floats:
        """For every passage, the share (by idf) of the query's words that it holds; unknown words count as rarest."""
        rarest = float(np.log1p((self.size + 0.5) / 0.5))
        whole, held = 0.0, np.zeros(self.size)
        for word in set(words(query)):
            weight = self.idf.get(word, rarest)
            whole += weight
            if word in self._weights:
                held[self._weights[word][0]] += weight
        return held / whole if whole else held


class Index:
    """Passages that can be searched. Build it with :meth:`build`; it does not change afterwards."""

    def __init__(self, passages: Sequence[Passage], embedder: Embedder | None, vectors: Vectors | None) -> None:
        self.passages = tuple(passages)
        self.vectors = vectors
        self._embedder = embedder
        self._bm25 = Bm25([passage.text for passage in self.passages])
        self._calibration: Floats | None = None

    @classmethod
    def build(
        cls,
        passages: Sequence[Passage],
        embedder: Embedder | None = None,
        *,
        vectors: Vectors | None = None,
        seed: int = 7,
    ) -> Index:
        """An index over ``passages``; by words alone without an embedder.

        ``vectors`` are those of an earlier index over the same passages, to save embedding them again. Where there are
        at least 8 passages the score is calibrated on pieces of them (up to 64, chosen by ``seed``): a piece should
        find its own passage, and with that taken out nothing. Pieces share words with their passage and real questions
        often do not, so scores understate a paraphrase until :meth:`calibrate` has seen real ones. Raises InputRejected for two passages with
        one id and for vectors of another number.
        """
        if len({passage.id for passage in passages}) != len(passages):
            raise InputRejected("two passages have one id")
        if embedder is not None and vectors is None and passages:
            vectors = embedder.passages([passage.text for passage in passages])
        if vectors is not None and len(vectors) != len(passages):
            raise InputRejected(f"{len(vectors)} vectors for {len(passages)} passages")
        index = cls(passages, embedder, vectors if embedder is not None else None)
        index._calibrate_on_itself(np.random.default_rng(seed))
        return index

    @property
    def version(self) -> str:
        """What found the passages: the embedder's name, or ``bm25``."""
        return f"bm25+{self._embedder.name}" if self._embedder is not None else "bm25"

    def search(self, query: str, k: int = 5) -> list[Hit]:
        """The ``k`` best passages, best first; none that shares neither a word nor, with an embedder, a meaning."""
        if not self.passages:
            return []
        bm25 = self._bm25.scores(query)
        cosine = self._cosines([query])[0] if self.vectors is not None else None
        fused = np.where(bm25 > 0, 1 / (_RRF + _ranks(bm25)), 0.0)
        if cosine is not None:
            fused = fused + 1 / (_RRF + _ranks(cosine))
        score = self._scores(self._evidence(query, cosine))
        best = [i for i in np.lexsort((np.arange(fused.size), -score, -fused))[:k] if fused[i] > 0]
        return [
            Hit(
                self.passages[i],
                float(score[i]),
                float(fused[i]),
                float(bm25[i]),
                None if cosine is None else float(cosine[i]),
            )
            for i in best
        ]

    def calibrate(self, queries: Sequence[str], answers: Sequence[str | None]) -> None:
        """Fit the score on real questions: the id of the passage that answers each, None where none does.

        Raises InputRejected when both kinds are not there, or an id is not of this index.
        """
        places = {passage.id: i for i, passage in enumerate(self.passages)}
        unknown = [answer for answer in answers if answer is not None and answer not in places]
        if unknown:
            raise InputRejected(f"no passage {unknown[0]!r} in this index")
        cosines = self._cosines(queries) if self.vectors is not None else [None] * len(queries)
        rows, hits = [], []
        for query, answer, cosine in zip(queries, answers, cosines, strict=True):
            evidence = self._evidence(query, cosine)
            best = int(evidence.sum(axis=1).argmax()) if answer is None else places[answer]
            rows.append(evidence[best])
            hits.append(answer is not None)
        if len(set(hits)) < 2:
            raise InputRejected("calibration needs questions with an answer and questions without one")
        self._calibration = _logistic(np.array(rows), np.array(hits, dtype=float))

    def _calibrate_on_itself(self, random: np.random.Generator) -> None:
        if len(self.passages) < _CALIBRATION_PASSAGES_MIN:
            return
        chosen = random.permutation(len(self.passages))[:_CALIBRATION_SAMPLE]
        pieces = [_piece(self.passages[i].text, random) for i in chosen]
        cosines = self._cosines(pieces) if self.vectors is not None else [None] * len(pieces)
        rows, hits = [], []
        for own, piece, cosine in zip(chosen, pieces, cosines, strict=True):
            evidence = self._evidence(piece, cosine)
            rows.append(evidence[own])
            rows.append(np.delete(evidence, own, axis=0).max(axis=0))
            hits += [1.0, 0.0]
        self._calibration = _logistic(np.array(rows), np.array(hits))

    def _cosines(self, queries: Sequence[str]) -> Any:
        assert self._embedder is not None and self.vectors is not None
        return (self._embedder.queries(queries) @ self.vectors.T).astype(float)

    def _evidence(self, query: str, cosine: Floats | None) -> Floats:
        """Columns: lift of the cosine over the median of the index (0 without an embedder), coverage of the words."""
        coverage = self._bm25.coverage(query)
        lift = np.zeros_like(coverage) if cosine is None else (cosine - np.median(cosine)) * 10
        return np.column_stack([lift, coverage])

    def _scores(self, evidence: Floats) -> Floats:
        if self._calibration is None:  # too few passages to know better than the words do
            known: Floats = evidence[:, 1]
            return known
        return _sigmoid(self._calibration[0] + evidence @ self._calibration[1:])


def _ranks(scores: Floats) -> Floats:
    """1 for the best; equal scores share the better rank, so that order in the index decides nothing."""
    ordered = np.sort(-scores)
    ranks: Floats = np.searchsorted(ordered, -scores, side="left").astype(np.float64) + 1.0
    return ranks


def _piece(text: str, random: np.random.Generator) -> str:
    """About half of a text, in one piece."""
    size = max(2, len(text) // 2)
    start = int(random.integers(0, max(1, len(text) - size + 1)))
    return text[start : start + size]


def _sigmoid(value: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-np.clip(value, -30, 30)))
    return chance


def _logistic(rows: Floats, hits: Floats, ridge: float = 0.1) -> Floats:
    """Intercept and weights of a ridge logistic regression, by Newton's steps; weights are kept from falling below 0.

    More likeness never makes an answer less likely: a negative weight would be an accident of the sample.
    """
    design = np.column_stack([np.ones(len(rows)), rows])
    penalty = np.diag([1e-6, *[ridge] * rows.shape[1]])
    weights = np.zeros(design.shape[1])
    free = np.ones(design.shape[1], dtype=bool)
    for _ in range(design.shape[1]):
        for _ in range(50):
            chance = _sigmoid(design @ weights)
            slope = design.T @ (hits - chance) - penalty @ weights
            curve = (design * (chance * (1 - chance))[:, None]).T @ design + penalty
            step = np.linalg.solve(curve[np.ix_(free, free)], slope[free])
            weights[free] += step
            if np.abs(step).max() < 1e-9:
                break
        negative = (weights < 0) & (np.arange(weights.size) > 0)
        if not negative.any():
            break
        weights[negative] = 0.0
        free &= ~negative
    return weights
