"""Logistic and linear regression with ridge penalties, and interactions whose spread is estimated.

Rows are customers, columns standardised features. The arm enters as ``a`` = +1/2 (treated) or -1/2, so that main effects
are those of the average arm. Everything is dense NumPy: a fit is a few products of a (rows, columns) matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from brambling.marketing.uplift.rules import Floats

Link = Literal["logit", "identity"]

RIDGE_MAIN = 1.0  # one pseudo-customer of evidence against each standardised main effect
_RIDGE_INTERCEPT = 1e-3
_STEPS_MAX = 30
# Prior precisions of the interactions that are tried; the last is as good as no interaction at all.
PRECISIONS = (10.0, 30.0, 100.0, 300.0, 1e3, 3e3, 1e4, 1e5)


def inverse(link: Link, margin: Floats) -> Floats:
    """The mean of ``margin`` on the link scale."""
    if link == "identity":
        return margin
    out: Floats = 1.0 / (1.0 + np.exp(-np.clip(margin, -35, 35)))
    return out


@dataclass(frozen=True)
class Fit:
    """Coefficients (intercept first) and the log evidence of their prior, up to a constant."""

    coefficients: Floats
    evidence: float


def regress(
    x: Floats,
    y: Floats,
    penalty: Floats,
    link: Link,
    *,
    weight: Floats | None = None,
    start: Floats | None = None,
) -> Fit:
    """Ridge regression of ``y`` (rows,) on ``x`` (rows, columns); ``penalty`` (columns,) are prior precisions.

    Logit: Newton steps, halved until the penalised likelihood no longer falls; the evidence is Laplace's. Identity: the
    noise is estimated by the residuals of a first pass, so that penalties mean the same on any scale of ``y``.
    """
    whole = np.column_stack([np.ones(len(x)), x])
    prior = np.append(_RIDGE_INTERCEPT, penalty)
    w = np.ones(len(y)) if weight is None else weight
    if link == "identity":
        return _linear(whole, y, prior, w)
    share = (w @ y + 0.5) / (w.sum() + 1)
    coefficients = np.zeros(whole.shape[1]) if start is None else start.copy()
    if start is None:
        coefficients[0] = np.log(share / (1 - share))
    best = _likelihood(whole, y, prior, w, coefficients)
    for _ in range(_STEPS_MAX):
        mean = inverse("logit", whole @ coefficients)
        hessian = _normal(whole, w * mean * (1 - mean), prior)
        step = np.linalg.solve(hessian, whole.T @ (w * (y - mean)) - prior * coefficients)
        for _half in range(12):
            value = _likelihood(whole, y, prior, w, coefficients + step)
            if value >= best:
                break
            step = step / 2
        else:
            break
        coefficients, gained, best = coefficients + step, value - best, value
        if gained < 1e-7:
            break
    mean = inverse("logit", whole @ coefficients)
    hessian = _normal(whole, w * mean * (1 - mean), prior)
    return Fit(coefficients, best + 0.5 * (np.log(prior).sum() - np.linalg.slogdet(hessian)[1]))


def _normal(whole: Floats, weight: Floats, prior: Floats) -> Floats:
    out: Floats = (whole * weight[:, None]).T @ whole + np.diag(prior)
    return out


def _likelihood(whole: Floats, y: Floats, prior: Floats, weight: Floats, coefficients: Floats) -> float:
    margin = whole @ coefficients
    # log(1 + e^m) - y m, without overflow
    loss = np.logaddexp(0.0, margin) - y * margin
    return float(-(weight @ loss) - 0.5 * prior @ coefficients**2)


def _linear(whole: Floats, y: Floats, prior: Floats, weight: Floats) -> Fit:
    scale = float(np.average((y - np.average(y, weights=weight)) ** 2, weights=weight)) or 1.0
    for _ in range(2):
        inside = _normal(whole, weight / scale, prior)
        coefficients = np.linalg.solve(inside, whole.T @ (weight * y) / scale)
        residual = y - whole @ coefficients
        scale = max(float(np.average(residual**2, weights=weight)), 1e-12)
    inside = _normal(whole, weight / scale, prior)
    coefficients = np.linalg.solve(inside, whole.T @ (weight * y) / scale)
    residual = y - whole @ coefficients
    likelihood = -0.5 * (weight @ residual**2) / scale - 0.5 * weight.sum() * np.log(scale)
    prior_part = -0.5 * prior @ coefficients**2 + 0.5 * np.log(prior).sum()
    return Fit(
        np.asarray(coefficients, dtype=float), float(likelihood + prior_part - 0.5 * np.linalg.slogdet(inside)[1])
    )


def interactions(x: Floats, treated: Floats, y: Floats, link: Link) -> tuple[Floats, float]:
    """Main effects, treatment and interactions with each column; their prior precision is the one with most evidence.

    Returns coefficients (intercept, main effects, treatment, interactions) and the precision. Empirical Bayes: where
    the arms answer alike on the link scale the precision is large and the interactions vanish, without a test.
    """
    arm = treated - 0.5
    whole = np.column_stack([x, arm, x * arm[:, None]])
    columns = x.shape[1]
    best: tuple[Fit, float] | None = None
    start: Floats | None = None
    for precision in PRECISIONS[::-1]:
        penalty = np.concatenate([np.full(columns, RIDGE_MAIN), [_RIDGE_INTERCEPT], np.full(columns, precision)])
        fit = regress(whole, y, penalty, link, start=start)
        start = fit.coefficients
        if best is None or fit.evidence > best[0].evidence:
            best = fit, precision
        elif fit.evidence < best[0].evidence - 10:
            break  # the evidence is unimodal in practice; ten nats below its peak it does not come back
    assert best is not None
    return best[0].coefficients, best[1]
