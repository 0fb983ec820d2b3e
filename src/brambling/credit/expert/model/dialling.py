"""Cut and dial from cross-fitted probabilities: where an approval begins, and when a person need not look."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from brambling.credit.expert.rules.policy import Dial, Rung, confidence_for
from brambling.credit.expert.shapes.policy import Floats

RUNGS, GROUP_ROWS_MIN = 100, 20
_CUTS = np.round(np.arange(0.20, 0.951, 0.01), 6)
CONFIDENCE = 0.95


def choose_cut(p: Floats, groups: Mapping[str, NDArray[np.object_]], ratio_min: float) -> float:
    """The probability from which on to approve: the one with the highest expected kappa.

    Expected from the calibrated probabilities themselves, not counted on the few rows near the cut: a count would follow
    their noise. With protected columns, among the cuts at which the lowest rate of approval of a group is at least
    ``ratio_min`` of the highest one's; where no cut is, the one with the best ratio.
    """
    best: tuple[bool, float, float] | None = None
    chosen = 0.5
    for cut in _CUTS:
        yes = p >= cut
        ratio = min((group_ratio(yes, values) for values in groups.values()), default=1.0)
        fair = ratio >= ratio_min
        key = (fair, expected_kappa(p, yes) if fair else ratio, -abs(float(cut) - 0.5))
        if best is None or key > best:
            best, chosen = key, float(cut)
    return chosen


def expected_kappa(p: Floats, yes: NDArray[np.bool_]) -> float:
    """Cohen's kappa to be expected if people approve each row with its probability."""
    both, share_person, share = float((p * yes).mean()), float(p.mean()), float(yes.mean())
    agreed = both + 1 - share_person - share + both
    chance = share_person * share + (1 - share_person) * (1 - share)
    return 0.0 if chance >= 1 else (agreed - chance) / (1 - chance)


def group_ratio(yes: NDArray[np.bool_], values: NDArray[np.object_]) -> float:
    """The lowest rate of approval over the highest, among groups of 20 rows and more; 1 where there are not two."""
    rates = []
    for label in {label for label in values if label is not None}:
        rows = values == label
        if rows.sum() >= GROUP_ROWS_MIN:
            rates.append(float(yes[rows].mean()))
    return min(rates) / max(rates) if len(rates) > 1 and max(rates) > 0 else 1.0


def make_dial(p: Floats, y: Floats, cut: float, target: float) -> Dial:
    """The dial over cross-fitted probabilities: what share is decided at what agreement, from the surest down."""
    yes = p >= cut
    confidence = np.round(np.where(yes, p, 1 - p), 6)
    right = yes == (y > 0)
    order = np.argsort(-confidence, kind="stable")
    counted = np.cumsum(right[order])
    rungs = []
    for rows in _steps(len(p)):
        # rows of one confidence are decided together
        last = int(np.searchsorted(-confidence[order], -confidence[order][rows - 1], side="right"))
        agreed = int(counted[last - 1])
        floor = clopper_pearson(agreed, last)
        rungs.append(Rung(float(confidence[order][last - 1]), last / len(p), agreed / last, floor))
    unique = tuple({rung.confidence: rung for rung in rungs}.values())
    return Dial(cut, confidence_for(unique, target), target, unique)


def _steps(rows: int) -> list[int]:
    return sorted({max(1, round(rows * step / RUNGS)) for step in range(5, RUNGS + 1)})


def clopper_pearson(agreed: int, rows: int) -> float:
    """The lower end of the exact one-sided interval of a share (Clopper and Pearson 1934)."""
    from scipy.stats import beta

    return 0.0 if agreed == 0 else float(beta.ppf(1 - CONFIDENCE, agreed, rows - agreed + 1))
