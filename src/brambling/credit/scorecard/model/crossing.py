"""Boosting out of fold: how many rounds are best over all folds together, and what each fold's own booster says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brambling.credit.scorecard.shapes import Floats, Ints


@dataclass(frozen=True)
class Crossed:
    """``rounds`` is the number that loses least over all folds; ``boosters`` are (rows held out, booster without them)."""

    rounds: int
    boosters: tuple[tuple[NDArray[np.bool_], Any], ...]

    def margins(self, values_of: Callable[[NDArray[np.bool_]], Any], rounds: int) -> Floats:
        """The margin of each row by the booster that did not see it, after at most ``rounds`` rounds."""
        margin = np.zeros(self.boosters[0][0].size)
        for mine, booster in self.boosters:
            last = min(rounds, booster.current_iteration())
            margin[mine] = booster.predict(values_of(mine), raw_score=True, num_iteration=last)
        return margin


def crossed(
    fold: Ints,
    settings: dict[str, Any],
    data_of: Callable[[NDArray[np.bool_]], Any],
    *,
    rounds_max: int,
    patience: int,
) -> Crossed:
    """One booster for each fold, fitted on the other folds and stopped early on its own.

    ``data_of`` gives LightGBM's data set for rows (a mask). A fold that stopped early keeps its last loss for the rounds
    it did not try, so that every round is judged over all folds.
    """
    import lightgbm as lgb

    boosters, losses = [], []
    for number in np.unique(fold):
        mine = fold == number
        record: dict[str, Any] = {}
        booster = lgb.train(
            settings,
            data_of(~mine),
            rounds_max,
            valid_sets=[data_of(mine)],
            callbacks=[lgb.record_evaluation(record), lgb.early_stopping(patience, verbose=False)],
        )
        loss = np.array(record["valid_0"]["binary_logloss"])
        boosters.append((mine, booster))
        losses.append(np.concatenate([loss, np.full(rounds_max - loss.size, loss[-1])]))
    return Crossed(int(np.mean(losses, axis=0).argmin()) + 1, tuple(boosters))
