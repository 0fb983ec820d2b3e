"""From score to probability: Platt's line or isotonic steps, whichever was better on later rows.

Isotonic blocks are joined by straight lines in log odds through their centres and keep a small slope, so that two
different scores never share a probability and no order is lost.
"""

from __future__ import annotations

import numpy as np

from brambling.credit.scorecard.rules import FACTOR, HUNDREDTHS, Calibration, sigmoid
from brambling.credit.scorecard.shapes import Floats, Ints
from brambling.kit.errors import InputRejected

KNOTS_MAX = 24
ROWS_ISOTONIC_MIN = 1000
SLOPE_LEAST = 0.05  # of the scale's own slope
BADS_MIN, WINDOW_SHARE = 50, 0.25


def probabilities(calibration: Calibration, scores: Ints) -> Floats:
    """Probability of default at each score (hundredths), on the grid of a millionth; as ``rules.probability``."""
    knots, odds = np.array(calibration.scores), np.array(calibration.log_odds)
    place = np.clip(np.searchsorted(knots, scores, side="right"), 1, knots.size - 1)
    low, high = knots[place - 1], knots[place]
    logit = odds[place - 1] + (odds[place] - odds[place - 1]) * (scores - low) / (high - low)
    known, back = np.unique(logit, return_inverse=True)
    exact = np.array([round(sigmoid(value), 6) for value in known.tolist()])
    return exact[back]


def newest_window(bad: Floats, period: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """The newest whole periods that hold a quarter of the rows and 50 of each class; all rows where there are too few."""
    for start in range(int(period.max()), -1, -1):
        rows = period >= start
        if rows.mean() >= WINDOW_SHARE and min(bad[rows].sum(), (1 - bad[rows]).sum()) >= BADS_MIN:
            return rows
    return np.ones(bad.size, bool)


def calibrate(scores: Ints, bad: Floats, weight: Floats, period: Ints, seed: int) -> Calibration:
    """The better of Platt and isotonic: fitted on the earlier half of the rows, judged on the later (a random half
    without time), then fitted on all. Raises InputRejected for one class."""
    if bad.min() == bad.max():
        raise InputRejected("the outcomes are of one class", expected="good and bad rows to calibrate on")
    if bad.size < ROWS_ISOTONIC_MIN:
        return platt(scores, bad, weight)
    later = np.random.default_rng(seed).random(bad.size) < 0.5
    if period.max() > period.min():
        middle = np.median(period)
        later = period > middle if (period > middle).any() else period >= middle
    if min(bad[~later].sum(), bad[later].sum(), (1 - bad[~later]).sum(), (1 - bad[later]).sum()) < BADS_MIN:
        return platt(scores, bad, weight)
    losses = []
    for method in (platt, isotonic):
        tried = method(scores[~later], bad[~later], weight[~later])
        p = np.clip(probabilities(tried, scores[later]), 1e-6, 1 - 1e-6)
        losses.append(-np.average(np.where(bad[later] == 1, np.log(p), np.log(1 - p)), weights=weight[later]))
    return (isotonic if losses[1] < losses[0] else platt)(scores, bad, weight)


def platt(scores: Ints, bad: Floats, weight: Floats) -> Calibration:
    """Logistic regression on the score, by Newton's method with a prior of two rows of the scale's own slope."""
    margin = -scores / (FACTOR * HUNDREDTHS)
    centre = float(np.average(margin, weights=weight))
    x = np.column_stack([np.ones(margin.size), margin - centre])
    rate = float(np.average(bad, weights=weight))
    beta = np.array([np.log(rate / (1 - rate)), 1.0])
    ridge = np.diag([0.0, 2.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (weight * (p - bad)) + ridge @ (beta - np.array([0.0, 1.0]))
        step = np.linalg.solve((x.T * (weight * p * (1 - p))) @ x + ridge + 1e-9 * np.eye(2), gradient)
        beta = beta - step
        if np.abs(step).max() < 1e-10:
            break
    slope = max(float(beta[1]), SLOPE_LEAST)
    knots = (0, 100_000)
    odds = tuple(float(beta[0] + slope * (-knot / (FACTOR * HUNDREDTHS) - centre)) for knot in knots)
    return Calibration("platt", knots, odds)


def isotonic(scores: Ints, bad: Floats, weight: Floats) -> Calibration:
    """Blocks of isotonic regression, their centres joined in log odds; at most 24 knots."""
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(increasing=False).fit(scores.astype(float), bad, weight)
    fitted = model.predict(scores.astype(float))
    _, block = np.unique(-fitted, return_inverse=True)
    rows = np.bincount(block, weight)
    centre = np.rint(np.bincount(block, weight * scores) / rows).astype(np.int64)
    rate = (np.bincount(block, weight * bad) + 0.5) / (rows + 1)
    odds = np.log(rate / (1 - rate))
    keep = rows >= weight.sum() / (4 * KNOTS_MAX)
    centre, odds = centre[keep], odds[keep]
    if centre.size > KNOTS_MAX:
        chosen = np.unique(np.linspace(0, centre.size - 1, KNOTS_MAX).astype(int))
        centre, odds = centre[chosen], odds[chosen]
    distinct = np.concatenate([[True], np.diff(centre) > 0])
    centre, odds = centre[distinct], odds[distinct]
    if centre.size < 3:
        return platt(scores, bad, weight)
    least = SLOPE_LEAST / (FACTOR * HUNDREDTHS)
    for i in range(1, odds.size):
        odds[i] = min(odds[i], odds[i - 1] - least * (centre[i] - centre[i - 1]))
    return Calibration("isotonic", tuple(centre.tolist()), tuple(odds.tolist()))


def shifted(calibration: Calibration, scores: Ints, bad: Floats, weight: Floats) -> Calibration:
    """The same curve moved in log odds so that the mean probability is the observed rate: for few rows."""
    low, high = -10.0, 10.0
    target = (float((weight * bad).sum()) + 0.5) / (float(weight.sum()) + 1)
    for _ in range(80):
        middle = (low + high) / 2
        moved = Calibration(calibration.method, calibration.scores, tuple(odd + middle for odd in calibration.log_odds))
        if float(np.average(probabilities(moved, scores), weights=weight)) < target:
            low = middle
        else:
            high = middle
    return Calibration(calibration.method, calibration.scores, tuple(odd + low for odd in calibration.log_odds))
