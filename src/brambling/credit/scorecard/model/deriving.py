"""Which lines made of columns a card gets: those that explain, out of fold, what the columns themselves leave.

A proposal is held against the margin of a card without it. Each of its bins gets the step that the other folds call for;
the gain is how far these steps point the way that the outcomes of the fold held out went, in standard errors. The best
one is taken in and the rest are asked again, until none gains by more than noise. With time the gain has to hold in the
newer half of the rows alone too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from brambling.credit.scorecard.features import history
from brambling.credit.scorecard.model.boosting import Design, margin_out_of_fold
from brambling.credit.scorecard.shapes import Floats, Ints, Raw

LINES_MAX = 8
GAIN_Z_MIN = 1.64  # one in twenty by chance
BINS, RIDGE_ROWS = 20, 20.0
ROWS_MIN, CLASS_MIN = 1000, 200


def choose(proposals: Sequence[Raw], design: Design, fold: Ints, newer: Ints, seed: int) -> list[Raw]:
    """The proposals that help, best first; none where the rows are too few to tell. ``newer`` is 1 in the newer half."""
    bad = design.bad
    if not proposals or bad.size < ROWS_MIN or min(bad.sum(), (1 - bad).sum()) < CLASS_MIN:
        return []
    margin = margin_out_of_fold(design, fold, seed) + design.offset
    expected = 1 / (1 + np.exp(-design.offset))
    places = [_places(raw, bad, design.weight, expected, fold) for raw in proposals]
    chosen: list[Raw] = []
    left = list(range(len(proposals)))
    while left and len(chosen) < LINES_MAX:
        steps = {i: _steps(places[i], margin, design, fold) for i in left}
        gains = {i: _gain(margin, step, design, newer) for i, step in steps.items()}
        best = max(gains, key=lambda i: gains[i])
        if gains[best] < GAIN_Z_MIN:
            break
        chosen.append(proposals[best])
        margin = margin + _shrunk(margin, steps[best], design)
        left.remove(best)
    return chosen


def _places(raw: Raw, bad: Floats, weight: Floats, expected: Floats, fold: Ints) -> Ints:
    """A bin for each row: twentieths of numbers, labels as they are, the last for missing."""
    numbers = raw.numbers
    if raw.made and raw.made.how == "prefix":
        numbers = history.out_of_fold(raw, bad, weight, expected, fold)
    elif raw.labels is not None:
        _, labels, count = np.unique(raw.labels.astype(str), return_inverse=True, return_counts=True)
        if raw.made is None or raw.made.how != "count":
            return labels.astype(np.int64)
        numbers = count[labels].astype(np.float64)
    assert numbers is not None
    here = numbers[~np.isnan(numbers)]
    cuts = np.unique(np.quantile(here, np.linspace(0, 1, BINS + 1)[1:-1])) if here.size else np.empty(0)
    return np.where(np.isnan(numbers), cuts.size + 1, np.searchsorted(cuts, numbers, side="right")).astype(np.int64)


def _steps(place: Ints, margin: Floats, design: Design, fold: Ints) -> Floats:
    """What each row's bin adds to the margin, as learnt from the other folds."""
    risk = 1 / (1 + np.exp(-margin))
    rest, force = design.weight * (design.bad - risk), design.weight * risk * (1 - risk)
    ridge = RIDGE_ROWS * float(force.mean())
    out, size = np.zeros(margin.size), int(place.max()) + 1
    for number in np.unique(fold):
        mine = fold == number
        up = np.bincount(place[~mine], rest[~mine], minlength=size)
        down = np.bincount(place[~mine], force[~mine], minlength=size)
        out[mine] = (up / (down + ridge))[place[mine]]
    return out


def _gain(margin: Floats, step: Floats, design: Design, newer: Ints) -> float:
    """Standard errors by which the steps point the way that held-out outcomes went; with time the lesser of all rows and
    (half as strict) the newer half."""
    risk = 1 / (1 + np.exp(-margin))
    along = design.weight * step * (design.bad - risk)
    noise = design.weight**2 * step**2 * risk * (1 - risk)

    def z(rows: NDArray[np.bool_]) -> float:
        return float(along[rows].sum() / max(np.sqrt(noise[rows].sum()), 1e-12))

    late = newer == 1
    every = np.ones(margin.size, bool)
    return min(z(every), 2 * z(late)) if late.any() and not late.all() else z(every)


def _shrunk(margin: Floats, step: Floats, design: Design) -> Floats:
    """The steps at the length that the held-out outcomes call for."""
    risk = 1 / (1 + np.exp(-margin))
    along = float((design.weight * step * (design.bad - risk)).sum())
    force = float((design.weight * step**2 * risk * (1 - risk)).sum())
    return step * min(max(along / max(force, 1e-12), 0.0), 1.0)
