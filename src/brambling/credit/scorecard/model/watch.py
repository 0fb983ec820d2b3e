"""The watch: has the population moved, do the probabilities still hold, and what if the rejects were worse."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from brambling.credit.scorecard.features.measures import auc
from brambling.credit.scorecard.model.artefacts import population
from brambling.credit.scorecard.model.calibrating import calibrate, newest_window, probabilities, shifted
from brambling.credit.scorecard.model.scoring import bins_of_frame, sums
from brambling.credit.scorecard.readers import read_periods
from brambling.credit.scorecard.rules import Calibration, Card
from brambling.credit.scorecard.shapes import Floats, Ints, Loans, Rates, Sensitivity, Stability
from brambling.engine.learn import Artefact, drift, psi_critical
from brambling.engine.learn.features import psi_of_counts
from brambling.kit.errors import InputRejected

if TYPE_CHECKING:
    import polars as pl

ROWS_MIN = 30
# A rate is off when chance does not explain it and it matters: 2 or 3.3 standard errors, 10 or 20 % of the expected.
Z_WATCH, Z_ALARM = 2.0, 3.3
RATIO_WATCH, RATIO_ALARM = 0.10, 0.20
FACTORS = (1.0, 1.5, 2.0, 3.0)
REJECTED_SHARE = 0.2


def without_outcomes(frame: pl.DataFrame, time: str | None, file: Path | None) -> Loans:
    """Rows whose outcome is not known, by period."""
    period, end = np.zeros(frame.height, np.int64), None
    periods: tuple[str, ...] = ("all",)
    if time is not None:
        if time not in frame.columns:
            raise InputRejected(f"no column {time!r}", file=file, expected=f"one of {', '.join(frame.columns[:12])}")
        period, periods, end = read_periods(frame[time], file)
    nothing = np.zeros(frame.height)
    return Loans(frame, nothing, np.ones(frame.height), period, periods, end)


def watched(
    card: Card, artefact: Artefact, loans: Loans, *, with_outcomes: bool
) -> tuple[tuple[Stability, ...], tuple[Rates, ...]]:
    """Stability of score and columns, and rates, by period, against the population of the fit."""
    before = artefact.data["population"]
    return _stability(card, before, loans), rates_of(card, loans) if with_outcomes else ()


def over_periods(card: Card, early: Loans, late: Loans, total: Ints) -> tuple[tuple[Stability, ...], tuple[Rates, ...]]:
    """The watch over the held-out rows, as it would have run."""
    before = population(card, early, bins_of_frame(card, early.frame), total)
    return _stability(card, before, late), rates_of(card, late)


def _stability(card: Card, before: dict[str, object], loans: Loans) -> tuple[Stability, ...]:
    bins = bins_of_frame(card, loans.frame)
    cuts = np.array(before["score_cuts"], np.int64)
    score = np.searchsorted(cuts, sums(card, bins), side="left")
    old_bins: dict[str, Sequence[int]] = before["bins"]  # type: ignore[assignment]
    out = []
    for number in np.unique(loans.period):
        rows = loans.period == number
        if rows.sum() < ROWS_MIN:
            continue
        name = loans.periods[number]
        out.append(_moved(name, "", np.array(before["score"]), score[rows]))
        for item, place in zip(card.characteristics, bins, strict=True):
            out.append(_moved(name, item.name, np.array(old_bins[item.name]), place[rows]))
    return tuple(out)


def _moved(period: str, name: str, before: Ints, place: Ints) -> Stability:
    after = np.bincount(place, minlength=before.size)
    used = int(((before + after) > 0).sum())
    value = psi_of_counts(before, after)
    noise = psi_critical(used, int(before.sum()), int(after.sum()))
    return Stability(period, name, value, noise, drift(value, noise).level)


def rates_of(card: Card, loans: Loans) -> tuple[Rates, ...]:
    """Expected and observed bad rate of each period with 30 rows or more."""
    p = probabilities(card.calibration, sums(card, bins_of_frame(card, loans.frame)))
    out = []
    for number in np.unique(loans.period):
        rows = loans.period == number
        if rows.sum() >= ROWS_MIN:
            out.append(_rate(loans.periods[number], p[rows], loans.bad[rows], loans.weight[rows]))
    return tuple(out)


def _rate(period: str, p: Floats, bad: Floats, weight: Floats) -> Rates:
    expected, observed = float(np.average(p, weights=weight)), float(np.average(bad, weights=weight))
    error = float(np.sqrt((weight**2 * np.maximum(p * (1 - p), (bad - p) ** 2)).sum()) / weight.sum())
    z = (observed - expected) / max(error, 1e-12)
    off = abs(observed - expected) / max(expected, 1e-6)
    if abs(z) > Z_ALARM and off > RATIO_ALARM:
        return Rates(period, int(bad.size), expected, observed, z, "alarm")
    level = abs(z) > Z_WATCH and off > RATIO_WATCH
    return Rates(period, int(bad.size), expected, observed, z, "watch" if level else "stable")


def renewed(card: Card, loans: Loans, seed: int) -> Calibration:
    """The calibration on the newest matured window; with few rows the old curve is only moved to the observed rate."""
    window = newest_window(loans.bad, loans.period)
    rows = loans.take(window)
    total = sums(card, bins_of_frame(card, rows.frame))
    if rows.bad.min() == rows.bad.max():
        raise InputRejected("the outcomes are of one class", expected="good and bad rows to recalibrate on")
    if min(rows.bad.sum(), (1 - rows.bad).sum()) < 50:
        return shifted(card.calibration, total, rows.bad, rows.weight)
    return calibrate(total, rows.bad, rows.weight, rows.period, seed)


def sensitivity(
    card: Card, early: Loans, late: Loans, rejects: pl.DataFrame | None, seed: int
) -> tuple[Sensitivity, ...]:
    """Bad rate and AUC over accepted and rejected together, if the odds of rejects are ``factor`` times the card's.

    Where no rejects are given, the held-out fifth with the lowest scores stands in for them, which shows how far the
    figures would move; a reject counts as part bad and part good by its probability (fuzzy augmentation).
    """
    total = sums(card, bins_of_frame(card, late.frame))
    p = probabilities(card.calibration, total)
    if rejects is not None:
        accepted = np.ones(late.bad.size, bool)
        other = sums(card, bins_of_frame(card, rejects))
        other_p, other_weight = probabilities(card.calibration, other), np.ones(other.size)
    else:
        accepted = total > np.quantile(total, REJECTED_SHARE)
        other, other_p, other_weight = total[~accepted], p[~accepted], late.weight[~accepted]
    out = []
    for factor in FACTORS:
        odds = factor * other_p / np.maximum(1 - other_p, 1e-9)
        q = odds / (1 + odds)
        bad = np.concatenate([late.bad[accepted], np.ones(other.size), np.zeros(other.size)])
        weight = np.concatenate([late.weight[accepted], other_weight * q, other_weight * (1 - q)])
        risk = -np.concatenate([total[accepted], other, other]).astype(float)
        out.append(Sensitivity(factor, float(np.average(bad, weights=weight)), auc(bad, risk, weight)))
    return tuple(out)
