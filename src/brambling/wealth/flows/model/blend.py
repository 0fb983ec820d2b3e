"""Weights of the candidates, learnt on earlier origins only.

Weights are nearly equal unless a candidate is clearly worse: on real flows the best candidate of one month is not the
best of the next, so sharp weights pay for hindsight. Each series' losses are shrunk to those of its side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from brambling.wealth.flows.features import Bools, Floats, Ints

TEMPERATURE = 0.3  # a candidate 30 % worse than the best keeps a weight of 1/e
SHRINK_ORIGINS = 4.0  # the group counts as this many origins
MEMORY_DAYS = 60.0  # half-life of an origin's say
LEAN_MAX = 0.05
ORIGINS_MIN = 4  # fewer origins cannot choose


@dataclass(frozen=True)
class Blend:
    """``weights`` (candidate, series) sum to one; ``point`` and ``middle`` are (series, horizon) logs.

    ``middle`` estimates the median; ``point`` leans down from it by the squared spread of the errors, at most 5 %: what
    is lost by forecasting too much is larger, relative to what comes, than what is lost by too little. ``residuals``
    (origin, series, horizon) are logs of actual over middle at the earlier origins, each blended with the weights of
    its own day. ``relative`` is the loss of the blend over that of the seasonal naive (series).
    """

    weights: Floats
    point: Floats
    middle: Floats
    residuals: Floats
    relative: Floats
    naive: Bools


def blend(current: Floats, rolling: Floats, actual: Floats, origins: Sequence[int], origin: int, group: Ints) -> Blend:
    """Blend ``current`` (candidate, series, horizon) by what ``rolling`` did at ``origins`` (latest first).

    ``rolling`` (origin, candidate, series, horizon) and ``actual`` (origin, series, horizon) are logs. Candidate 0 is
    the seasonal naive: it is the yardstick and the fallback, never a part of the blend.
    """
    horizon = current.shape[2]
    losses = np.full((len(origins), *current.shape[:2]), np.nan)
    for number in range(len(origins)):
        losses[number] = _losses(rolling[number], actual[number])
    usable: Bools = np.asarray(np.isfinite(current).all(axis=2))
    weights = _weights(losses, np.asarray(origins), origin, group, usable)
    middle = mix(current, weights)
    residuals = np.full(actual.shape, np.nan)
    loss_blend = np.full(actual.shape[:2], np.nan)
    for number, earlier in enumerate(origins):
        known = [j for j, other in enumerate(origins) if other + horizon <= earlier]
        there: Bools = np.asarray(np.isfinite(rolling[number]).all(axis=2))
        own = _weights(losses[known], np.asarray(origins)[known], earlier, group, there)
        mixed = mix(rolling[number], own)
        residuals[number] = actual[number] - mixed
        loss_blend[number] = _losses(mixed[None], actual[number])[0]
    relative = _relative(loss_blend, losses[:, 0])
    naive = ~np.isfinite(relative) | (relative >= 1) | ~np.isfinite(middle).all(axis=1)
    middle = np.where(naive[:, None], current[0], middle)
    if len(origins):
        residuals = np.where(naive[None, :, None], actual - rolling[:, 0], residuals)
    weights = np.where(naive[None, :], 0.0, weights)
    weights[0, naive] = 1.0
    lean = np.minimum(spread(residuals) ** 2, LEAN_MAX)
    return Blend(weights, middle - lean[:, None], middle, residuals, relative, naive)


def spread(residuals: Floats) -> Floats:
    """Robust spread of each series' residuals about their median (1.4826 MAD); zero where there are none."""
    if residuals.shape[0] == 0:
        return np.zeros(residuals.shape[1])
    flat = np.moveaxis(residuals, 1, 0).reshape(residuals.shape[1], -1)
    out = np.zeros(flat.shape[0])
    some = np.isfinite(flat).any(axis=1)
    centre = np.nanmedian(flat[some], axis=1, keepdims=True)
    out[some] = 1.4826 * np.nanmedian(np.abs(flat[some] - centre), axis=1)
    return out


def mix(forecasts: Floats, weights: Floats) -> Floats:
    """Weighted geometric mean: (candidate, series, horizon) logs and (candidate, series) weights."""
    shares = weights[:, :, None]
    total = shares.sum(axis=0)
    mixed = (np.where(shares > 0, forecasts, 0.0) * shares).sum(axis=0)
    with np.errstate(invalid="ignore"):
        out: Floats = mixed / np.where(total > 0, total, np.nan)
    return out


def _losses(forecasts: Floats, actual: Floats) -> Floats:
    """Absolute error over the mean actual, (candidate, series); NaN where either is unknown."""
    came = np.exp(actual)
    with np.errstate(invalid="ignore", divide="ignore"):
        loss: Floats = np.abs(np.exp(forecasts) - came).mean(axis=2) / came.mean(axis=1)
    return loss


def _weights(losses: Floats, origins: Ints, origin: int, group: Ints, usable: Bools) -> Floats:
    """(candidate, series) weights from ``losses`` (origin, candidate, series); equal where nothing is known."""
    candidates = usable.copy()
    candidates[0] = False
    equal = candidates / np.maximum(candidates.sum(axis=0), 1)
    if losses.shape[0] == 0:
        return np.asarray(equal)
    age = 0.5 ** ((origin - origins) / MEMORY_DAYS)
    known = np.isfinite(losses)
    say = (known * age[:, None, None]).sum(axis=0)
    mean = (np.where(known, losses, 0) * age[:, None, None]).sum(axis=0) / np.where(say > 0, say, np.nan)
    mean[~candidates] = np.nan
    best = _least(mean)
    ratio = mean / best
    count = known.sum(axis=0)
    shared = np.full_like(ratio, np.nan)
    for number in np.unique(group):
        members = group == number
        shared[:, members] = _row_means(ratio[:, members])[:, None]
    shrunk = np.where(np.isfinite(ratio), (count * np.nan_to_num(ratio) + SHRINK_ORIGINS * shared), np.nan)
    shrunk = shrunk / (count + SHRINK_ORIGINS)
    score = np.exp(-(shrunk / _least(shrunk) - 1) / TEMPERATURE)
    score = np.where(np.isfinite(score), score, 0.0)
    total = score.sum(axis=0)
    out: Floats = np.where(total > 0, score / np.where(total > 0, total, 1), equal)
    return out


def _least(values: Floats) -> Floats:
    least: Floats = np.where(np.isfinite(values), values, np.inf).min(axis=0)
    return np.where(np.isfinite(least) & (least > 0), least, np.nan)


def _row_means(values: Floats) -> Floats:
    known = np.isfinite(values)
    count = known.sum(axis=1)
    mean: Floats = np.where(known, values, 0).sum(axis=1) / np.where(count > 0, count, np.nan)
    return mean


def _relative(blended: Floats, naive: Floats) -> Floats:
    """Mean loss of the blend over that of the naive on the origins where both are known; NaN below four origins."""
    both = np.isfinite(blended) & np.isfinite(naive)
    ours, theirs = np.where(both, blended, 0).sum(axis=0), np.where(both, naive, 0).sum(axis=0)
    enough = (both.sum(axis=0) >= ORIGINS_MIN) & (theirs > 0)
    return np.where(enough, ours / np.where(enough, theirs, 1), np.nan)
