"""More to learn from than was decided: neighbours whose decision the axioms imply, and cases near the border.

A person who approved would, by a monotone axiom, approve the same application with more income; who declined would
decline it with less. Between two near applications that people decided alike, the decision is taken to be the same.
Such rows weigh less than real ones, and whether they help at all is measured like any other stage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brambling.credit.expert.shapes.policy import Floats, Ints

WEIGHT = 0.3
BORDER_SHARE = 0.4  # of the rows, those with the least certain decisions, get neighbours between
ROWS_MAX = 4_000
_NEAR = 6


@dataclass(frozen=True, eq=False)
class Extra:
    """Made-up rows, what they are decided, and how many are of each kind."""

    x: Floats
    y: Floats
    implied: int
    between: int


def enlarge(x: Floats, y: Floats, raw: Floats, directions: Ints, rng: np.random.Generator) -> Extra:
    """Made-up rows beside ``x``; ``raw`` are log odds of models that had not seen the row."""
    implied_x, implied_y = _implied(x, y, directions, rng)
    between_x, between_y = _between(x, y, raw, rng)
    return Extra(
        np.vstack([implied_x, between_x]), np.concatenate([implied_y, between_y]), len(implied_y), len(between_y)
    )


def _implied(x: Floats, y: Floats, directions: Ints, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Each row once, one directed column moved to a better value (approved) or a worse one (declined) of the file."""
    places = np.flatnonzero(directions)
    if not places.size:
        return np.empty((0, x.shape[1])), np.empty(0)
    rows = rng.permutation(len(x))[:ROWS_MAX]
    out, kept = x[rows].copy(), np.zeros(len(rows), bool)
    for number, row in enumerate(rows):
        place = int(rng.choice(places))
        other = float(x[rng.integers(len(x)), place])
        better = (other - x[row, place]) * directions[place]
        if (better > 0) == (y[row] > 0) and better != 0:
            out[number, place], kept[number] = other, True
    return out[kept], y[rows][kept]


def _between(x: Floats, y: Floats, raw: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Rows near the border mixed with one of their nearest of the same decision; levels stay the row's own."""
    border = np.flatnonzero(np.abs(raw) <= np.quantile(np.abs(raw), BORDER_SHARE))
    border = rng.permutation(border)[:ROWS_MAX]
    numbers = np.array([len(np.unique(x[:, i])) > 2 for i in range(x.shape[1])])
    made, decided = [], []
    near = nearest(x, border, _NEAR)
    for row, others in zip(border, near, strict=True):
        alike = others[y[others] == y[row]]
        if alike.size:
            one = x[row].copy()
            step = rng.uniform(0.1, 0.5)
            one[numbers] += step * (x[alike[rng.integers(alike.size)]] - x[row])[numbers]
            made.append(one)
            decided.append(y[row])
    return (np.array(made) if made else np.empty((0, x.shape[1]))), np.array(decided, float)


def nearest(x: Floats, rows: Ints, count: int) -> Ints:
    """The ``count`` nearest other rows of each of ``rows``, columns standardised by rank so that money does not rule."""
    from scipy.spatial import cKDTree

    ranked = np.argsort(np.argsort(x, axis=0, kind="stable"), axis=0, kind="stable") / max(1, len(x) - 1)
    binary = np.array([len(np.unique(x[:, i])) <= 2 for i in range(x.shape[1])])
    ranked[:, binary] = x[:, binary] * 0.5
    count = min(count, len(x) - 1)
    found = cKDTree(ranked).query(ranked[rows], k=count + 1)[1]
    out = np.empty((len(rows), count), np.int64)
    for number, (row, others) in enumerate(zip(rows, found, strict=True)):
        out[number] = others[others != row][:count]
    return out


def difficulty(x: Floats, y: Floats, raw: Floats, missing: Floats) -> Floats:
    """How hard each row is, from 0 (easy) to 1: the mean rank of how near the border it lies, how many of its nearest
    rows people decided otherwise, and how much evidence is missing."""
    around = nearest(x, np.arange(len(x)), _NEAR)
    otherwise = (y[around] != y[:, None]).mean(axis=1)
    margin = np.where(y > 0, raw, -raw)  # how far on the side that people took
    ranks = [_ranked(-margin), _ranked(otherwise), _ranked(missing)]
    weights = [1.0, 1.0, 1.0 if missing.any() else 0.0]
    out: Floats = np.average(ranks, axis=0, weights=weights)
    return out


def _ranked(values: Floats) -> Floats:
    from scipy.stats import rankdata

    out: Floats = rankdata(values) / len(values)
    return out
