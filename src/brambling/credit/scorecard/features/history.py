"""The history of a code (a bank, a trade, a place): how much worse than expected its loans went.

The figure is the log of observed over expected bad, shrunk towards that of the code's prefix, which is shrunk towards
that of a shorter one, and the last towards nothing. Expected is the bad rate of the loan's own period: a code whose
loans came in a bad year is not blamed for the year. For fitting it is taken out of fold, since a loan must not see its
own outcome in its history (Micci-Barreca, A preprocessing scheme for high-cardinality categorical attributes, 2001).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from brambling.credit.scorecard.shapes import Floats, Ints, Raw

# Expected rows of the prior: a code with so many rows is believed by half.
PRIOR_ROWS = 60.0
FOLDS = 5
# Codes of a fixed width (trade, postal) are nested by their first letters.
PREFIX_WIDTHS = (2, 3)


@dataclass(frozen=True)
class History:
    """The log lift of each whole code and of each prefix, longest prefix first."""

    codes: Mapping[str, float]
    prefixes: tuple[tuple[int, Mapping[str, float]], ...]

    def value(self, label: str | None) -> float:
        """The log lift of a label; 0 for one that nothing is known of, NaN for a missing one."""
        if label is None:
            return float("nan")
        if label in self.codes:
            return self.codes[label]
        for length, values in self.prefixes:
            if label[:length] in values:
                return values[label[:length]]
        return 0.0


def learn(raw: Raw, bad: Floats, weight: Floats, expected: Floats) -> History:
    """The history of every code of ``raw``."""
    assert raw.labels is not None
    lengths = [length for length in PREFIX_WIDTHS if length < raw.width] if raw.width and not raw.made else []
    here = np.array([label is not None for label in raw.labels])
    labels, observed, awaited = raw.labels[here], (weight * bad)[here], (weight * expected)[here]
    prior = PRIOR_ROWS * float(np.average(expected, weights=weight))
    found: list[tuple[int, dict[str, float]]] = []
    for length in [*lengths, 0]:
        keys = np.array([label[:length] if length else label for label in labels], dtype=object)
        known, first, place = np.unique(keys.astype(str), return_index=True, return_inverse=True)
        above = found[-1] if found else (0, {})
        lift = np.exp([above[1].get(str(labels[i])[: above[0]], 0.0) for i in first])
        value = np.log((np.bincount(place, observed) + prior * lift) / (np.bincount(place, awaited) + prior))
        found.append((length, dict(zip(known.tolist(), value.tolist(), strict=True))))
    return History(found[-1][1], tuple(reversed(found[:-1])))


def values(history: History, raw: Raw) -> Floats:
    """The log lift of every row."""
    assert raw.labels is not None
    known = {label: history.value(label) for label in set(raw.labels.tolist())}
    return np.array([known[label] for label in raw.labels.tolist()])


def out_of_fold(raw: Raw, bad: Floats, weight: Floats, expected: Floats, fold: Ints) -> Floats:
    """The log lift of every row as learnt from the rows of other folds."""
    out = np.full(bad.size, np.nan)
    for number in np.unique(fold):
        mine = fold == number
        history = learn(raw.take(np.flatnonzero(~mine)), bad[~mine], weight[~mine], expected[~mine])
        out[mine] = values(history, raw.take(np.flatnonzero(mine)))
    return out
