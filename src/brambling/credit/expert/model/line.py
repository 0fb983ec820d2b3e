"""Logistic regression that keeps directions: weights of columns with a direction never have the other sign.

Each number stands twice, as it is and as its signed logarithm, so that money of any size bends as it should. Fitted by
L-BFGS-B (Byrd, Lu, Nocedal and Zhu 1995) on the penalised log loss, which is convex: one optimum, no seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from brambling.credit.expert.shapes.policy import Floats, Ints
from brambling.engine.learn import array_of, array_part
from brambling.kit.errors import InputRejected

PENALTIES = (3.0, 10.0, 30.0)  # of the squared weights of standardised columns, against the summed log loss
_NAMES = ("low", "high", "bent", "mean", "spread", "weight")


@dataclass(frozen=True, eq=False)
class Line:
    """``low`` and ``high`` bound what was seen; ``bent`` are the places that also stand as a logarithm."""

    low: Floats
    high: Floats
    bent: Ints
    mean: Floats
    spread: Floats
    weight: Floats
    intercept: float

    def margin(self, x: Floats) -> Floats:
        """The log odds of approval."""
        wide = (widened(x, self.low, self.high, self.bent) - self.mean) / self.spread
        out: Floats = np.einsum("ij,j->i", wide, self.weight) + self.intercept
        return out

    def to_parts(self, name: str) -> dict[str, bytes]:
        """The arrays as parts of an artefact."""
        return {f"{name}.{key}": array_part(getattr(self, key)) for key in _NAMES}

    @classmethod
    def of_parts(cls, name: str, parts: Mapping[str, bytes], intercept: float) -> Line:
        """The line of its parts; raises InputRejected where one is missing."""
        try:
            return cls(**{key: array_of(parts[f"{name}.{key}"]) for key in _NAMES}, intercept=float(intercept))
        except (KeyError, TypeError, ValueError):
            raise InputRejected(f"the artefact lacks the line {name!r}") from None


def widened(x: Floats, low: Floats, high: Floats, bent: Ints) -> Floats:
    """The columns within what was seen, then the signed logarithm of those that bend."""
    inside = np.clip(x, low, high)
    curved = inside[:, bent]
    return np.hstack([inside, np.sign(curved) * np.log1p(np.abs(curved))])


def fit_line(x: Floats, y: Floats, weight: Floats, directions: Ints, penalty: float) -> Line:
    """The line of these rows."""
    low, high = x.min(axis=0), x.max(axis=0)
    bent = np.array([i for i in range(x.shape[1]) if len(np.unique(x[:, i])) > 2], np.int64)
    wide = widened(x, low, high, bent)
    share = weight / weight.sum()
    mean = share @ wide
    spread = np.sqrt(share @ (wide - mean) ** 2)
    spread[spread < 1e-9] = 1.0
    signs = np.concatenate([directions, directions[bent]])
    found = _solve((wide - mean) / spread, y, weight, signs, penalty)
    return Line(low, high, bent, mean, spread, found[:-1], float(found[-1]))


def _solve(z: Floats, y: Floats, weight: Floats, signs: Ints, penalty: float) -> Floats:
    from scipy.optimize import minimize

    def loss(b: Floats) -> tuple[float, Floats]:
        margin = z @ b[:-1] + b[-1]
        p = 1 / (1 + np.exp(-np.clip(margin, -35, 35)))
        value = (weight * (np.logaddexp(0, margin) - y * margin)).sum() + 0.5 * penalty * (b[:-1] ** 2).sum()
        rest = weight * (p - y)
        return float(value), np.append(z.T @ rest + penalty * b[:-1], rest.sum())

    bounds: list[Any] = [(0, None) if sign > 0 else (None, 0) if sign < 0 else (None, None) for sign in signs]
    rate = np.clip((weight * y).sum() / weight.sum(), 0.01, 0.99)
    start = np.append(np.zeros(z.shape[1]), np.log(rate / (1 - rate)))
    found: Floats = minimize(loss, start, jac=True, bounds=[*bounds, (None, None)], method="L-BFGS-B").x
    return found


def choose_penalty(x: Floats, y: Floats, weight: Floats, directions: Ints, folds: Ints) -> float:
    """The penalty with the least log loss over these folds."""
    losses = []
    for penalty in PENALTIES:
        total = 0.0
        for k in np.unique(folds):
            inside, outside = folds == k, folds != k
            margin = fit_line(x[outside], y[outside], weight[outside], directions, penalty).margin(x[inside])
            total += float((np.logaddexp(0, margin) - y[inside] * margin).sum())
        losses.append(total)
    return PENALTIES[int(np.argmin(losses))]
