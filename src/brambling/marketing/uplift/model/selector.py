"""Which candidate, and how far to trust it: cross-fitted blend and shrinkage to the average effect.

Every candidate predicts the effect of rows it did not see. Its loss is the R-loss: how well the effect, times the part
of treatment that chance decided, explains the part of the outcome that the features do not. Losses are compared row by
row with the best, and a candidate that is one paired standard error worse keeps e^-2 of its weight: where the data can
tell, the best alone remains, and where they cannot, the average of all does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brambling.marketing.uplift.model.glm import RIDGE_MAIN, inverse, regress
from brambling.marketing.uplift.model.heterogeneity import ScoreTest, average_effect, score_test
from brambling.marketing.uplift.model.learners import CANDIDATES, Fitted, Sample, fit_all, folds
from brambling.marketing.uplift.rules import Floats, Ints, Progress

FOLDS = 5
SHARPNESS = 2.0
WEIGHT_MIN = 0.01  # what would weigh less is left out
# An ordering that did not show is kept at a twentieth of its size: it is still the best guess, and acts on nothing.
SLOPE_MIN, SLOPE_MAX = 0.05, 2.0
Z95 = 1.959963984540054


@dataclass(frozen=True)
class Calibration:
    """From a blended effect to what is said: ``average + slope (blend - centre)`` and its 95 % half-width.

    The covariance is that of average and slope; the interval is of the mean effect of customers who score alike.
    """

    average: float
    slope: float
    centre: float
    covariance: Floats

    def uplift(self, blend: Floats) -> tuple[Floats, Floats, Floats]:
        """Uplift, lower and upper of each row."""
        away = blend - self.centre
        middle = self.average + self.slope * away
        variance = self.covariance[0, 0] + 2 * away * self.covariance[0, 1] + away**2 * self.covariance[1, 1]
        reach = Z95 * np.sqrt(np.maximum(variance, 0))
        return middle, middle - reach, middle + reach


@dataclass(frozen=True)
class Chosen:
    """The blend: fitted candidates, their weights, the calibration, the test, and predictions of unseen rows.

    ``unseen`` are cross-fitted effects of each candidate and of the calibrated blend (``blend``), row by row;
    ``losses`` the R-loss of each candidate less that of a constant effect, in standard errors (below 0 is better).
    """

    fitted: dict[str, Fitted]
    weights: dict[str, float]
    losses: dict[str, float]
    calibration: Calibration
    test: ScoreTest
    average_error: float
    slope_found: float
    slope_error: float
    unseen: dict[str, Floats]


def choose(sample: Sample, seed: int, said: Progress | None = None) -> Chosen:
    """Fit, weigh and shrink all candidates on ``sample``; ``said`` hears the folds done."""
    rows = len(sample.y)
    # folds are even in each arm and outcome, so that rare outcomes are in all of them
    fold = _even_folds(sample, seed)
    unseen = {name: np.zeros(rows) for name in CANDIDATES}
    expected = np.zeros(rows)
    for number in range(FOLDS):
        inside, outside = sample.rows(fold != number), sample.rows(fold == number)
        expected[fold == number] = _expected(inside, outside.x)
        for name, fitted in fit_all(inside, seed).items():
            unseen[name][fold == number] = fitted.effect(outside.x)
        if said is not None:
            said(number + 1, FOLDS + 1)
    residual, moved = sample.y - expected, sample.treated - sample.propensity
    weights, losses = _weigh(residual, moved, unseen)
    blend = sum((weights[name] * unseen[name] for name in CANDIDATES), np.zeros(rows))
    fitted_all = fit_all(sample, seed)
    calibration, slope, errors = _calibrate(residual, moved, blend)
    unseen["blend"] = calibration.uplift(blend)[0]
    centre = _centre(moved, sum((weights[n] * fitted_all[n].effect(sample.x) for n in CANDIDATES), np.zeros(rows)))
    if said is not None:
        said(FOLDS + 1, FOLDS + 1)
    return Chosen(
        fitted=fitted_all,
        weights=weights,
        losses=losses,
        calibration=Calibration(calibration.average, calibration.slope, centre, calibration.covariance),
        test=score_test(sample.x, residual, moved),
        average_error=errors[0],
        slope_found=slope,
        slope_error=errors[1],
        unseen=unseen,
    )


def _even_folds(sample: Sample, seed: int) -> Ints:
    fold = np.zeros(len(sample.y), dtype=np.int64)
    high = sample.y > np.median(sample.y)
    for group, rows in enumerate(
        np.flatnonzero((sample.treated == arm) & (high == side)) for arm in (0, 1) for side in (False, True)
    ):
        fold[rows] = folds(len(rows), FOLDS, seed + group)
    return fold


def _expected(inside: Sample, x: Floats) -> Floats:
    """The outcome expected from the features alone, whatever the arm."""
    fit = regress(inside.x, inside.y, np.full(x.shape[1], RIDGE_MAIN), inside.link)
    return inverse(inside.link, fit.coefficients[0] + x @ fit.coefficients[1:])


def _centre(moved: Floats, effect: Floats) -> float:
    return float((moved**2 @ effect) / (moved @ moved))


def _weigh(residual: Floats, moved: Floats, unseen: dict[str, Floats]) -> tuple[dict[str, float], dict[str, float]]:
    shared = average_effect(residual, moved)
    flat = (residual - moved * shared) ** 2
    loss = {
        name: (residual - moved * (shared + effect - _centre(moved, effect))) ** 2 - flat
        for name, effect in unseen.items()
    }
    best = min(loss, key=lambda name: float(loss[name].mean()))
    raw = {name: np.exp(-SHARPNESS * max(_in_errors(one - loss[best]), 0.0)) for name, one in loss.items()}
    total = sum(raw.values())
    strong = {name: w for name, w in raw.items() if w >= WEIGHT_MIN * total}
    total = sum(strong.values())
    return {name: float(strong.get(name, 0.0) / total) for name in raw}, {
        name: _in_errors(one) for name, one in loss.items()
    }


def _in_errors(difference: Floats) -> float:
    spread = float(difference.std())
    return float(difference.mean()) / (spread / len(difference) ** 0.5) if spread > 0 else 0.0


def _calibrate(residual: Floats, moved: Floats, blend: Floats) -> tuple[Calibration, float, tuple[float, float]]:
    """Regress what happened on what was predicted for unseen rows, then shrink the slope (James-Stein).

    Returns the calibration, the slope found, and the standard errors of average and slope (sandwich).
    """
    centre = _centre(moved, blend)
    away = blend - centre
    if float(moved**2 @ away**2) <= 1e-18 * float(moved @ moved):
        error = _sandwich(moved[:, None], residual - moved * average_effect(residual, moved))
        covariance = np.array([[error[0, 0], 0.0], [0.0, 0.0]])
        average = average_effect(residual, moved)
        return Calibration(average, SLOPE_MIN, centre, covariance), 0.0, (float(error[0, 0]) ** 0.5, float("inf"))
    design = np.column_stack([moved, moved * away])
    found, *_ = np.linalg.lstsq(design, residual, rcond=None)
    covariance = _sandwich(design, residual - design @ found)
    slope, variance = float(found[1]), float(covariance[1, 1])
    kept = max(1 - variance / slope**2, 0.0) if slope > 0 else 0.0
    shrunk = float(np.clip(slope * kept, SLOPE_MIN, SLOPE_MAX))
    kept = max(kept, SLOPE_MIN)
    covariance = covariance * np.array([[1.0, kept**0.5], [kept**0.5, kept]])
    errors = (float(covariance[0, 0]) ** 0.5, variance**0.5)
    return Calibration(float(found[0]), shrunk, centre, covariance), slope, errors


def _sandwich(design: Floats, residual: Floats) -> Floats:
    inverse_of = np.linalg.inv(design.T @ design)
    scored = design * residual[:, None]
    out: Floats = inverse_of @ (scored.T @ scored) @ inverse_of
    return out
