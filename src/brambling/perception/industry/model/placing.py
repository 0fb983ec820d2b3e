"""Where a business stands, from what it says it makes: industries learnt from labelled companies, names by likeness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from brambling.perception.industry.features import (
    Floats,
    Sparse,
    gram_lengths,
    gram_matrix,
    rarity,
    scale_columns,
    scale_rows,
    top_rows,
    unit_rows,
)

NEIGHBOURS = 30
HELD_OUT = 0.15
Goods = Sequence[tuple[str, float]]  # (what it sells, share of revenue)


@dataclass(frozen=True)
class Firm:
    """A business by what it sells, with the shares of revenue (any positive numbers) and its industry where known."""

    goods: Goods
    industry: str = ""


class IndustryPlacer:
    """Industries of businesses from the n-grams of what they sell.

    Each industry is the sum of its companies' n-gram vectors; nearest companies and the industry's own name speak too.
    """

    def __init__(self, firms: Sequence[Firm]) -> None:
        self.firms = list(firms)
        self.industries = sorted({firm.industry for firm in firms})
        self.temperature = 1.0

    def fit(self, seed: int = 7) -> IndustryPlacer:
        """Learn from the labelled firms; a seventh of them, held out for a moment, set how confident a score is."""
        order = np.random.default_rng(seed).permutation(len(self.firms))
        cut = int(HELD_OUT * len(order))
        held = [self.firms[i] for i in order[:cut]]
        self._learn([self.firms[i] for i in order[cut:]])
        if len(held) >= 20:
            position = {name: i for i, name in enumerate(self.industries)}
            scores, truth = self.scores(held), np.array([position[firm.industry] for firm in held])
            grid = np.geomspace(0.05, 5, 40)
            losses = [-np.log(_softmax(scores / heat)[np.arange(len(held)), truth] + 1e-12).mean() for heat in grid]
            self.temperature = float(grid[int(np.argmin(losses))])
        self._learn(self.firms)
        return self

    def _learn(self, firms: Sequence[Firm]) -> None:
        import scipy.sparse as sp

        words = [word for firm in firms for word, _ in firm.goods]
        grams, self.vocabulary = gram_matrix(words)
        position = {name: i for i, name in enumerate(self.industries)}
        label = np.array([position[firm.industry] for firm in firms])
        raw = self._sum(firms, grams)
        self.weight = rarity(raw)
        self.companies = unit_rows(scale_columns(raw, self.weight))
        shape = (len(self.industries), len(firms))
        self.labels = sp.csr_matrix((np.ones(len(firms), np.float32), (label, np.arange(len(firms)))), shape=shape)
        self.centres = unit_rows((self.labels @ self.companies).tocsr())
        own, _ = gram_matrix(self.industries, self.vocabulary)
        self.names = unit_rows(scale_columns(own, self.weight))

    def _sum(self, firms: Sequence[Firm], grams: Sparse) -> Sparse:
        """Firms by n-grams: what is most of the revenue counts up to five times, repeats count by their logarithm."""
        import scipy.sparse as sp

        counts = [len(firm.goods) for firm in firms]
        share = np.array([1 + 4 * min(max(share, 0.0), 1.0) for firm in firms for _, share in firm.goods], np.float32)
        rows = np.repeat(np.arange(len(firms)), counts)
        join = sp.csr_matrix(
            (np.ones(len(rows), np.float32), (rows, np.arange(len(rows)))), shape=(len(firms), len(rows))
        )
        summed = (join @ scale_rows(grams, share)).tocsr()
        summed.data = 1 + np.log(np.maximum(summed.data, 1))
        return summed

    def vectors(self, firms: Sequence[Firm]) -> Sparse:
        """Firms as unit vectors of known n-grams."""
        grams, _ = gram_matrix([word for firm in firms for word, _ in firm.goods], self.vocabulary)
        return unit_rows(scale_columns(self._sum(firms, grams), self.weight))

    def scores(self, firms: Sequence[Firm]) -> Floats:
        """Firms by industries, higher is likelier; each part is scaled within the firm before they are added."""
        asked = self.vectors(firms)
        near = top_rows((asked @ self.companies.T).tocsr(), NEIGHBOURS).power(4)
        parts = (
            ((asked @ self.centres.T).toarray(), 1.0),
            ((near @ self.labels.T).toarray(), 0.3),
            ((asked @ self.names.T).toarray(), 0.2),
        )
        total: Floats = sum(weight * _scaled(part) for part, weight in parts).astype(np.float32)  # type: ignore[union-attr]
        return total

    def predict_proba(self, firms: Sequence[Firm]) -> Floats:
        """Probabilities by industry, rows sum to one; as confident as held-out companies allowed."""
        return _softmax(self.scores(firms) / self.temperature)

    def words(self, firm: Firm, industry: str, count: int = 4) -> tuple[str, ...]:
        """The runs of two characters or more that speak most for ``industry``, none a part of another."""
        asked = self.vectors([firm])
        centre = self.centres[self.industries.index(industry)]
        shared = asked.multiply(centre).tocsr()
        return told_grams(shared, self.vocabulary, count)


def told_grams(shared: Sparse, vocabulary: Mapping[str, int], count: int) -> tuple[str, ...]:
    """The strongest runs of a one-row matrix, without end marks; parts of a run already told are left out."""
    names = {column: gram for gram, column in vocabulary.items()} if shared.nnz else {}
    order = np.argsort(-shared.data, kind="stable")
    told: list[str] = []
    for k in order:
        word = names[int(shared.indices[k])].strip("^$")
        if len(word) < 2 or any(word in other for other in told):
            continue
        told = [other for other in told if other not in word]
        told.append(word)
        if len(told) == count:
            break
    return tuple(told)


def _scaled(part: Floats) -> Floats:
    spread = part.std(axis=1, keepdims=True)
    return np.asarray((part - part.mean(axis=1, keepdims=True)) / np.where(spread == 0, 1, spread), dtype=np.float32)


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


class NameLinker:
    """Names of users to names of the chain: how much of the rarity of the two names' runs they share.

    The likeness is the cosine of n-gram vectors weighted by rarity; a shared head (the end of a Chinese name says what
    a thing is) lifts it, a differing one lowers it.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self.position = {name: i for i, name in enumerate(self.names)}
        grams, self.vocabulary = gram_matrix(self.names)
        self.weight = rarity(grams) * np.sqrt(np.maximum(gram_lengths(self.vocabulary), 1))
        self.vectors = unit_rows(scale_columns(grams, self.weight))
        self.by_gram = self.vectors.T.tocsr()

    def link(self, texts: Sequence[str], count: int = 1) -> list[list[tuple[int, float]]]:
        """For each text the ``count`` likest names as (position, likeness 0 to 1); an exact name is 1."""
        found: list[list[tuple[int, float]]] = []
        for at in range(0, len(texts), 1000):
            part = list(texts[at : at + 1000])
            grams, _ = gram_matrix(part, self.vocabulary)
            # unknown runs count too: a name of which half is unknown is not fully explained by the other half
            asked = unit_rows(self._whole(grams, part))[:, : len(self.weight)]
            near = top_rows((asked @ self.by_gram).tocsr(), max(count, 8))
            for row, text in enumerate(part):
                found.append(self._row(near, row, text, count))
        return found

    def _whole(self, grams: Sparse, texts: Sequence[str]) -> Sparse:
        import scipy.sparse as sp

        unknown = self._unknown(grams, texts)
        return sp.hstack([scale_columns(grams, self.weight), sp.csr_matrix(unknown[:, None])]).tocsr()

    def _unknown(self, grams: Sparse, texts: Sequence[str]) -> Floats:
        from brambling.perception.industry.features import grams as runs_of

        top = float(self.weight.max()) if len(self.weight) else 1.0
        missing = [len(runs_of(text)) for text in texts] - np.diff(grams.indptr)
        return np.asarray(top * np.sqrt(np.maximum(missing, 0)), dtype=np.float32)

    def _row(self, near: Sparse, row: int, text: str, count: int) -> list[tuple[int, float]]:
        first, last = near.indptr[row], near.indptr[row + 1]
        hits = [(int(near.indices[k]), float(near.data[k])) for k in range(first, last)]
        hits = [(node, min(likeness * _head(text, self.names[node]), 0.999)) for node, likeness in hits]
        exact = self.position.get(text)
        if exact is not None:
            hits = [(exact, 1.0), *(hit for hit in hits if hit[0] != exact)]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:count]


def _head(text: str, name: str) -> float:
    """A name that ends as the text does, or is its end, says the same kind of thing."""
    if text.endswith(name) or name.endswith(text):
        return 1.25
    return 1.1 if text[-2:] == name[-2:] else 0.8
