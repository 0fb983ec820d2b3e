"""A small model of categories that learns from the rows whose category is known: naive Bayes over words of a row.

It has no weights of its own: it is fitted on the rows of the same business that a sure rule or the user named, and
speaks only about the others. Class-conditional independence makes naive Bayes too sure of itself when words overlap, as
character n-grams do; the evidence is therefore averaged over a row's words and counted as if there were ``WORDS`` of
them (a temperature), and a guess below ``CONFIDENCE`` is not made. Method: multinomial naive Bayes with Laplace
smoothing (Manning, Raghavan and Schuetze, Introduction to Information Retrieval, chapter 13).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from brambling.perception.cashflow.rules import CATEGORIES, fits

Words = Sequence[Sequence[str]]

WORDS = 12.0
CONFIDENCE = 0.8
SMOOTHING = 0.1


class CategoryModel:
    """Words of a row to a category. ``fit`` then ``predict``; the same rows give the same model."""

    def __init__(self) -> None:
        self.vocabulary: dict[str, int] = {}
        self.classes: tuple[str, ...] = ()
        self._log_words: NDArray[np.float64] = np.zeros((0, 0))
        self._log_classes: NDArray[np.float64] = np.zeros(0)

    def fit(self, words: Words, categories: Sequence[str], weights: Sequence[float] | None = None) -> CategoryModel:
        """Learn from rows whose category is known; ``weights`` says how many rows each one stands for."""
        self.classes = tuple(category for category in CATEGORIES if category in set(categories))
        place = {category: i for i, category in enumerate(self.classes)}
        self.vocabulary = {}
        rows: list[int] = []
        columns: list[int] = []
        for row, said in enumerate(words):
            for word in said:
                columns.append(self.vocabulary.setdefault(word, len(self.vocabulary)))
                rows.append(row)
        weight = np.ones(len(words)) if weights is None else np.asarray(weights, dtype=np.float64)
        of_row = np.array([place[category] for category in categories], dtype=np.int64)
        counts = np.zeros((len(self.classes), len(self.vocabulary)))
        np.add.at(counts, (of_row[rows], np.array(columns, dtype=np.int64)), weight[rows])
        counts += SMOOTHING
        # one more place for a word never seen: it says the same of every class
        self._log_words = np.log(counts) - np.log(counts.sum(axis=1, keepdims=True))
        # the square root of the counts: a business with 99 % sales must still be able to show a rent
        sizes = np.sqrt(np.bincount(of_row, weights=weight, minlength=len(self.classes)))
        self._log_classes = np.log(sizes / sizes.sum())
        return self

    def predict_proba(self, words: Words) -> NDArray[np.float64]:
        """Probabilities [rows, classes] in the order of ``classes``."""
        scores = np.tile(self._log_classes, (len(words), 1))
        for row, said in enumerate(words):
            seen = [self.vocabulary[word] for word in said if word in self.vocabulary]
            if seen:
                known = len(seen) / len(said)
                scores[row] += self._log_words[:, seen].mean(axis=1) * WORDS * known
        scores -= scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        result: NDArray[np.float64] = odds / odds.sum(axis=1, keepdims=True)
        return result

    def predict(
        self, words: Words, confidence: float = CONFIDENCE, money_in: Sequence[bool] | None = None
    ) -> list[str | None]:
        """The category of each row, None where no class reaches ``confidence``.

        With ``money_in`` a category that cannot be of the row's direction is not chosen: nobody is paid rent by it.
        """
        if len(self.classes) < 2:
            return [None] * len(words)
        chances = self.predict_proba(words)
        if money_in is not None:
            possible = np.array([[fits(category, inward) for category in self.classes] for inward in (False, True)])
            chances = chances * possible[np.asarray(money_in, dtype=np.int64)]
        best = chances.argmax(axis=1)
        sure = chances[np.arange(len(best)), best] >= confidence
        return [self.classes[place] if enough else None for place, enough in zip(best, sure, strict=True)]
