"""From loans to a card: bins, points, calibration, and the challenger beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from brambling.credit.scorecard.features import periods
from brambling.credit.scorecard.model import boosting, challenger
from brambling.credit.scorecard.model.assembling import assemble
from brambling.credit.scorecard.model.binning import Binned, bin_all
from brambling.credit.scorecard.model.calibrating import calibrate, newest_window
from brambling.credit.scorecard.rules import FACTOR, HUNDREDTHS, OFFSET, Calibration, Card
from brambling.credit.scorecard.shapes import Floats, Form, Ints, Loans, Raw
from brambling.kit.errors import InputRejected

FOLDS = 4


@dataclass(frozen=True, eq=False)
class Choices:
    """What the user or an earlier fit decided; None is decided here."""

    monotone: str = "sensible"
    form: Form | None = None
    seed: int = 7
    directions: Mapping[str, int] | None = None
    shape: int | None = None


@dataclass(frozen=True, eq=False)
class Fit:
    """A card with its calibration, the bins it was made of, the challenger and its calibration."""

    card: Card
    binned: tuple[Binned, ...]
    boosted: boosting.Boosted
    forest: challenger.Forest
    forest_calibration: Calibration
    free: challenger.Forest
    free_calibration: Calibration
    start: float

    @property
    def directions(self) -> dict[str, int]:
        """The direction of each column that the challenger keeps."""
        return dict(zip(self.card.columns, self.forest.directions, strict=True))


def fit_card(raws: Sequence[Raw], loans: Loans, choices: Choices) -> Fit:
    """The whole fit. Raises InputRejected where no column tells anything, ExtraMissing without OptBinning."""
    seed = choices.seed
    expected = periods.expected_rate(loans.bad, loans.weight, loans.period)
    start = newest_odds(loans, expected)
    fold = periods.folds(loans.bad, 5, seed)
    binned = bin_all(list(raws), loans.bad, loans.weight, expected, fold, monotone=choices.monotone)
    binned = [item for item in binned if np.unique(item.index).size > 1]
    if not binned:
        raise InputRejected("no column is left that tells good from bad", expected="at least one with two bins")
    part = periods.parts(loans.period, loans.weight)
    design = boosting.design_of(binned, part, loans.bad, loans.weight, expected)
    folds = periods.folds(loans.bad, FOLDS, seed + 2)
    boosted = boosting.boost(design, folds, seed=seed, form=choices.form)
    card = assemble(binned, boosted.tables, loans.bad, loans.weight, expected, start)
    if not card.characteristics:
        raise InputRejected("no column is left that tells good from bad", expected="at least one with two bins")
    card = replace(card, calibration=_calibrate(boosted.margin, start, loans, seed))
    rows = challenger.rows_of(binned, card.columns, loans.bad, loans.weight, design.offset, folds)
    if choices.directions is None:
        forest, free = challenger.choose(rows, seed)
    else:
        kept = tuple(choices.directions.get(name, 0) for name in card.columns)
        forest = free = challenger.grow(rows, kept, seed, shape=choices.shape)
    lines = [_calibrate(grown.margin, start, loans, seed) for grown in (forest, free)]
    return Fit(card, tuple(binned), boosted, forest, lines[0], free, lines[1], start)


def newest_odds(loans: Loans, expected: Floats) -> float:
    """Log odds of bad in the newest part, of which the card's starting points are made."""
    window = newest_window(loans.bad, loans.period)
    rate = float(np.average(expected[window], weights=loans.weight[window]))
    return float(np.log(rate / (1 - rate)))


def score_of_margin(margin: Floats, start: float) -> Ints:
    """Hundredths of a point of a margin (log odds of bad above ``start``)."""
    return np.rint(HUNDREDTHS * (OFFSET - FACTOR * (start + margin))).astype(np.int64)


def _calibrate(margin: Floats, start: float, loans: Loans, seed: int) -> Calibration:
    window = newest_window(loans.bad, loans.period)
    scores = score_of_margin(margin[window], start)
    return calibrate(scores, loans.bad[window], loans.weight[window], loans.period[window], seed)
