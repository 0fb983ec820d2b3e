"""From loans to a card: bins, points, calibration, and the challenger beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brambling.credit.scorecard.features import measures, periods
from brambling.credit.scorecard.model import boosting, challenger, deriving
from brambling.credit.scorecard.model.assembling import assemble
from brambling.credit.scorecard.model.binning import Binned, bin_all
from brambling.credit.scorecard.model.calibrating import calibrate, newest_window
from brambling.credit.scorecard.rules import FACTOR, HUNDREDTHS, OFFSET, Calibration, Card
from brambling.credit.scorecard.shapes import Floats, Form, Ints, Loans, Raw
from brambling.kit.errors import InputRejected

FOLDS = 4
# In years so old things may have meant something else: they are learnt from only where, on a split by time, that orders
# the newest fifth better by so much (two standard errors of the difference on a thousand loans).
OLDEST_SHARE, OLDEST_GAIN_AUC_MIN = 0.2, 0.02
AHEAD_SHARE, AHEAD_CLASS_MIN, PERIODS_LEAST = 0.2, 100, 8


@dataclass(frozen=True, eq=False)
class Choices:
    """What the user or an earlier fit decided; None is decided here.

    ``lines`` names the lines made of columns, ``since`` is the share of the rows (the oldest) that are not learnt from.
    """

    monotone: str = "sensible"
    form: Form | None = None
    seed: int = 7
    directions: Mapping[str, int] | None = None
    shape: int | None = None
    lines: tuple[str, ...] | None = None
    since: float | None = None


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
    ordered: tuple[float, float]
    lines: tuple[str, ...]
    since: float

    @property
    def directions(self) -> dict[str, int]:
        """The direction of each line that the challenger keeps."""
        return dict(zip(self.card.names, self.forest.directions, strict=True))


def fit_card(raws: Sequence[Raw], loans: Loans, choices: Choices, proposals: Sequence[Raw] = ()) -> Fit:
    """The whole fit; ``proposals`` are lines made of columns, taken in where they help. Raises InputRejected where no
    column tells anything, ExtraMissing without OptBinning."""
    seed, even = choices.seed, evened(loans)
    rows = _Rows(even, seed)
    binned = rows.bin(raws, choices.monotone)
    since = history_since(binned, rows) if choices.since is None else choices.since
    kept = oldest_left_out(even, since)
    if not kept.all():
        raws, proposals = ([raw.take(np.flatnonzero(kept)) for raw in group] for group in (raws, proposals))
        loans, even = loans.take(kept), even.take(kept)
        rows = _Rows(even, seed)
        binned = rows.bin(raws, choices.monotone)
    if choices.lines is None:
        newer = (even.period > np.median(even.period)).astype(np.int64)
        made = deriving.choose(proposals, rows.design(binned), rows.folds, newer, seed)
    else:
        made = [raw for raw in proposals if raw.name in choices.lines]
    binned = [*binned, *rows.bin(made, choices.monotone)]
    if not binned:
        raise InputRejected("no column is left that tells good from bad", expected="at least one with two bins")
    design = rows.design(binned)
    boosted = boosting.boost(design, rows.folds, seed=seed, form=choices.form)
    start = newest_odds(loans)
    card = assemble(binned, boosted.tables, even.bad, even.weight, rows.expected, start)
    if not card.characteristics:
        raise InputRejected("no column is left that tells good from bad", expected="at least one with two bins")
    card = replace(card, calibration=_calibrate(boosted.margin, start, loans, seed))
    learnt = challenger.rows_of(binned, card.names, even.bad, even.weight, design.offset, rows.folds)
    if choices.directions is None:
        forest, free = challenger.choose(learnt, seed)
    else:
        signs = tuple(choices.directions.get(name, 0) for name in card.names)
        forest = free = challenger.grow(learnt, signs, seed, shape=choices.shape)
    lines = [_calibrate(grown.margin, start, loans, seed) for grown in (forest, free)]
    ordered = tuple(
        measures.auc_within(even.bad, one, even.weight, even.period) for one in (boosted.margin, forest.margin)
    )
    return Fit(
        card,
        tuple(binned),
        boosted,
        forest,
        lines[0],
        free,
        lines[1],
        start,
        (ordered[0], ordered[1]),
        tuple(raw.name for raw in made),
        since,
    )


class _Rows:
    """The rows of a fit with what is expected of each, and their folds."""

    def __init__(self, loans: Loans, seed: int) -> None:
        self.loans = loans
        self.expected = periods.expected_rate(loans.bad, loans.weight, loans.period)
        self.part = periods.parts(loans.period, loans.weight)
        self.folds = periods.folds(loans.bad, FOLDS, seed + 2)
        self._coded = periods.folds(loans.bad, 5, seed)

    def bin(self, raws: Sequence[Raw], monotone: str) -> list[Binned]:
        """The lines of more than one bin."""
        loans = self.loans
        binned = bin_all(list(raws), loans.bad, loans.weight, self.expected, self._coded, monotone=monotone)
        return [item for item in binned if np.unique(item.index).size > 1]

    def design(self, binned: Sequence[Binned]) -> boosting.Design:
        """The booster's view of them."""
        return boosting.design_of(binned, self.part, self.loans.bad, self.loans.weight, self.expected)


def evened(loans: Loans) -> Loans:
    """The same rows at even weights where the weights only undo a sample drawn by outcome (one weight for the good, one
    for the bad).

    Such a sample changes log odds by a constant alone (Prentice and Pyke, Logistic disease incidence models and
    case-control studies, 1979), so learning at even weights is right and much less noisy; the constant is put back by the
    start and by the calibration, which use the true weights.
    """
    classes = [loans.weight[loans.bad == outcome] for outcome in (0.0, 1.0)]
    if any(np.ptp(weights) > 1e-9 * weights.max() for weights in classes):
        return loans
    return replace(loans, weight=np.ones(loans.bad.size))


def oldest_left_out(loans: Loans, since: float) -> NDArray[np.bool_]:
    """The rows of whole periods without about the oldest ``since`` of them."""
    share = np.cumsum(np.bincount(loans.period)) / loans.bad.size
    first = int(np.searchsorted(share, since, side="right")) if since > 0 else 0
    return loans.period >= first


def history_since(binned: Sequence[Binned], rows: _Rows) -> float:
    """The share of the oldest rows not to learn from: a fifth, unless with them the newest fifth is plainly better ordered
    from the years before it. 0 without time, or where it is too little to tell."""
    loans = rows.loans
    share = np.cumsum(np.bincount(loans.period)) / loans.bad.size
    if loans.period.max() < PERIODS_LEAST or not binned:
        return 0.0
    late = loans.period > int(np.searchsorted(share, 1 - AHEAD_SHARE))
    if min(loans.bad[late].sum(), (1 - loans.bad[late]).sum()) < AHEAD_CLASS_MIN:
        return 0.0
    design = rows.design(binned)
    before = np.flatnonzero(~late)
    scores = []
    for since in (0.0, OLDEST_SHARE):
        some = before[oldest_left_out(loans.take(before), since)]
        margin = boosting.margin_ahead(design, some, late, seed=int(loans.bad.size))
        scores.append(measures.auc_within(loans.bad[late], margin, loans.weight[late], loans.period[late]))
    return 0.0 if scores[0] > scores[1] + OLDEST_GAIN_AUC_MIN else OLDEST_SHARE


def newest_odds(loans: Loans) -> float:
    """Log odds of bad in the newest part, of which the card's starting points are made."""
    expected = periods.expected_rate(loans.bad, loans.weight, loans.period)
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
