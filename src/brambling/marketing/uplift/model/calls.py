"""Calls in time: who to call first, refitted as time goes on, and when to stop calling.

Base rates move (an offer gets better, a crisis begins), so a model fitted once grows stale. The walk goes through the
file in its order: each block is predicted from the blocks before it alone, with rows counting less the older they are,
and the rate of the latest blocks as features. What attempt k promises is the prediction with the number of
calls set to k. A customer is called while the promise is not below a threshold, which is learnt on blocks already
predicted: the highest that would have kept the wanted share of outcomes there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.marketing.uplift.features import learn
from brambling.marketing.uplift.model.glm import regress
from brambling.marketing.uplift.rules import Bools, Floats, Ints, Progress

if TYPE_CHECKING:
    import polars as pl

BLOCKS = 400  # blocks of the whole file: the file of a year is refitted about once a working day
HALF_LIFE = 0.1  # of the weight of a row, as a share of the file
MEMORY = 4  # half-lives after which a row is forgotten
RECENT_BLOCKS = (1, 5, 20)
ATTEMPTS_MAX = 12
WARM_SHARE = 0.1  # of the file: walked before the first block that counts, to learn the threshold
OUTCOMES_MIN = 30
TREES = 100
RIDGE = 20.0


@dataclass(frozen=True)
class Walk:
    """For each walked row: log-odds of the outcome at the call that was made, at each attempt, and the threshold of its block."""

    first: int
    margin: Floats
    promise: Floats
    threshold: Floats
    refits: int


def walk(
    frame: pl.DataFrame,
    names: Sequence[str],
    outcome: Floats,
    attempts: Ints,
    share_learnt: float,
    keep: float,
    seed: int,
    said: Progress | None = None,
) -> Walk:
    """Walk from ``share_learnt`` of the file to its end; ``attempts`` are the calls made to each row's customer.

    Rows are in time order; the columns ``names`` become numbers anew at every refit, since a value that says much today
    may not have been there a year ago. Predictions before ``first`` are those of the warm-up and count for thresholds alone.
    """
    rows = len(outcome)
    block = max(rows // BLOCKS, 1)
    first = int(rows * share_learnt)
    begin = max(int(rows * (share_learnt - WARM_SHARE)), block)
    latest = recent(outcome, block)
    made = np.minimum(attempts, ATTEMPTS_MAX)
    margin, promise = np.full(rows, np.nan), np.full((rows, ATTEMPTS_MAX), np.nan)
    starts = sorted({first, *range(begin // block * block, rows, block)})
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else rows
        after = max(0, int(start - MEMORY * HALF_LIFE * rows))
        past, ahead = slice(after, start), slice(start, end)
        weight = 0.5 ** ((start - np.arange(after, start)) / (HALF_LIFE * rows))
        encoder, _notes = learn(frame[past], list(names))
        seen = np.column_stack([encoder.encode(frame[after:end]), latest[after:end]])
        count = start - after
        both = (made[past], made[ahead])
        margin[ahead], promise[ahead] = _block((seen[:count], seen[count:]), outcome[past], both, weight, seed)
        if said is not None:
            said(number + 1, len(starts))
    threshold = _thresholds(np.minimum.accumulate(promise, axis=1), outcome, made, starts, first, keep)
    return Walk(first, margin, promise, threshold, len(starts))


def recent(outcome: Floats, block: int) -> Floats:
    """The log-odds of the rate in the latest whole blocks before each row, drawn to the rate of all before: (rows, 3)."""
    rows = len(outcome)
    total = np.append(0.0, np.cumsum(outcome))
    end = np.arange(rows) // block * block
    before = (total[end] + 0.5) / (end + 1)
    out = []
    for blocks in RECENT_BLOCKS:
        start = np.maximum(end - blocks * block, 0)
        rate = (total[end] - total[start] + 50 * before) / (end - start + 50)
        out.append(np.log(rate / (1 - rate)))
    return np.column_stack(out)


def _block(
    x: tuple[Floats, Floats], y: Floats, made: tuple[Ints, Ints], weight: Floats, seed: int
) -> tuple[Floats, Floats]:
    """Log-odds of the calls ahead as they were made, and of each attempt that could be made.

    ``x`` are the features and ``made`` the attempts of the past and of the rows ahead; boosting and regression averaged.
    """
    past, ahead = (np.column_stack([one, np.log(count)]) for one, count in zip(x, made, strict=True))
    if np.ptp(y) == 0:  # nothing to tell apart yet
        rate = (y.sum() + 0.5) / (len(y) + 1)
        same = np.full((len(ahead), ATTEMPTS_MAX), np.log(rate / (1 - rate)))
        return same[:, 0], same
    boosting = _boost(past, y, weight, seed)
    mean, spread = past.mean(axis=0), past.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    line = regress((past - mean) / spread, y, np.full(past.shape[1], RIDGE), "logit", weight=weight).coefficients

    def margin(rows: Floats) -> Floats:
        boosted: Floats = np.asarray(boosting.predict(rows, raw_score=True, num_threads=1), dtype=float)
        linear: Floats = line[0] + np.clip((rows - mean) / spread, -5, 5) @ line[1:]
        return (boosted + linear) / 2

    attempts = [
        margin(np.column_stack([x[1], np.full(len(ahead), np.log(number))])) for number in range(1, ATTEMPTS_MAX + 1)
    ]
    return margin(ahead), np.column_stack(attempts)


def _boost(x: Floats, y: Floats, weight: Floats, seed: int) -> Any:
    import lightgbm

    parameters = {
        "objective": "binary",
        "learning_rate": 0.05,
        "num_leaves": 8,
        "min_data_in_leaf": int(np.clip(len(y) // 200, 10, 50)),
        "feature_fraction": 0.7,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "lambda_l2": 10.0,
        "seed": seed,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }
    return lightgbm.train(parameters, lightgbm.Dataset(x, y, weight=weight), TREES)


def _thresholds(lowest: Floats, y: Floats, made: Ints, starts: list[int], first: int, keep: float) -> Floats:
    """The threshold of each block from the outcomes of blocks predicted before it, the latest WARM_SHARE of the file."""
    rows = len(y)
    reached = lowest[np.arange(rows), made - 1]
    out = np.full(rows, -np.inf)
    window = int(WARM_SHARE * rows)
    for start, end in zip(starts, [*starts[1:], rows], strict=True):
        if start < first:
            continue
        seen = slice(max(start - window, starts[0]), start)
        levels = reached[seen][y[seen] == 1]
        if len(levels) >= OUTCOMES_MIN:
            out[start:end] = np.quantile(levels, 1 - keep, method="lower")
    return out


def kept_calls(promise: Floats, threshold: Floats, attempts: Ints, outcome: Floats) -> tuple[Ints, Bools]:
    """Calls that the stop rule makes to each customer, and whether its outcome is still reached.

    Calling stops at the first attempt whose promise is below the threshold. Attempts past the twelfth are not made.
    """
    made = np.minimum(attempts, ATTEMPTS_MAX)
    lowest = np.minimum.accumulate(promise, axis=1)
    allowed = (lowest >= threshold[:, None]).sum(axis=1)
    return np.minimum(allowed, made), (outcome == 1) & (allowed >= attempts)
