"""Calendar regressions on logs: a ridge whose level is the last weeks' residual, and one with a moving level inside.

Both are Huber estimates by pseudo-values: observations are pulled to the fit plus a clipped residual and the same
projection is used again, so thousands of series share one factorisation.
"""

from __future__ import annotations

import numpy as np

from brambling.wealth.flows.features import Floats, Ints
from brambling.wealth.flows.model.views import View

HUBER = 1.5
ROUNDS = 4
WINDOW_DAYS = 400
HISTORY_MIN = 63


def calendar_ridge(view: View, half_life: float, penalty: float, level_days: int, pool: float = 0.0) -> Floats:
    """Calendar effects weighed by ``half_life``; the level is the median residual of the last ``level_days``."""
    if view.length < HISTORY_MIN:
        return view.nothing
    logs, place = view.past(WINDOW_DAYS)
    design = np.concatenate([np.ones((logs.shape[1], 1)), view.calendar.design[place]], axis=1)
    penalties = np.full(design.shape[1], penalty)
    penalties[0] = 1e-6
    beta = huber_ridge(logs, design, _weights(logs.shape[1], half_life), penalties, view.group, 1, pool)
    level = np.median((logs - beta @ design.T)[:, -level_days:], axis=1)
    out: Floats = level[:, None] + beta[:, :1] + beta[:, 1:] @ view.calendar.design[view.future].T
    return out


def moving_level(
    view: View, half_life: float, penalty: float, knot_days: int, stiffness: float, pool: float = 0.0
) -> Floats:
    """Calendar effects beside a level that may move by a ramp every ``knot_days``; the future keeps the last level."""
    if view.length < HISTORY_MIN:
        return view.nothing
    logs, place = view.past(WINDOW_DAYS)
    length = logs.shape[1]
    ramps = _ramps(length, knot_days)
    design = np.concatenate([np.ones((length, 1)), ramps, view.calendar.design[place]], axis=1)
    own = 1 + ramps.shape[1]
    penalties = np.full(design.shape[1], penalty)
    penalties[0], penalties[1:own] = 1e-6, stiffness
    beta = huber_ridge(logs, design, _weights(length, half_life), penalties, view.group, own, pool)
    out: Floats = beta[:, :1] + beta[:, own:] @ view.calendar.design[view.future].T
    return out


def _weights(length: int, half_life: float) -> Floats:
    weights: Floats = 0.5 ** ((length - 1 - np.arange(length)) / half_life)
    return weights


def _ramps(length: int, knot_days: int) -> Floats:
    """Each column is 1 before its knot, falls to 0 over ``knot_days``, and is 0 at the end of history."""
    days = np.arange(length)
    knots = range(length - knot_days, 0, -knot_days)
    return np.stack([np.clip((knot + knot_days - days) / knot_days, 0, 1) for knot in knots], axis=1)


def huber_ridge(
    logs: Floats, design: Floats, weights: Floats, penalties: Floats, group: Ints, own: int, pool: float
) -> Floats:
    """Coefficients (series, columns). Columns from ``own`` on are drawn to ``pool`` times the mean of the group."""
    weighted = design * weights[:, None]
    normal = weighted.T @ design + np.diag(penalties)
    solved = np.linalg.solve(normal, np.concatenate([weighted.T, np.diag(penalties)], axis=1))
    fit, to_prior = solved[:, : logs.shape[1]], solved[:, logs.shape[1] :]
    target = logs
    beta: Floats = target @ fit.T
    for _ in range(ROUNDS):
        fitted = beta @ design.T
        residual = logs - fitted
        scale = 1.4826 * np.median(np.abs(residual[:, -120:]), axis=1)[:, None] + 1e-9
        target = fitted + np.clip(residual, -HUBER * scale, HUBER * scale)
        beta = target @ fit.T
        if pool:
            beta = beta + _group_means(beta, group, own, pool) @ to_prior.T
    return beta


def _group_means(beta: Floats, group: Ints, own: int, pool: float) -> Floats:
    prior = np.zeros_like(beta)
    for number in np.unique(group):
        members = group == number
        prior[members, own:] = pool * beta[members, own:].mean(axis=0)
    return prior
