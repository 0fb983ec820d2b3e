"""A finder of needs that learns from what happened next: the statements of the past are its truth.

A propensity model learns who says yes, and so finds those who come anyway. This one never sees an answer: as of a past
day it reads what was known then, and learns which accounts ran short, or lay idle, in the weeks that followed. Those
weeks stand in the bank's own statements, so nothing has to be asked of anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from brambling.kit.errors import InputRejected
from brambling.marketing.needs.features.history import HORIZON_DAYS, Flags, Floats, Histories, numbers_at

HISTORY_DAYS_MIN = 90
# Small trees, many rows a leaf: a few hundred businesses must not be learnt by heart.
SETTINGS: Mapping[str, Any] = {
    "n_estimators": 200, "learning_rate": 0.05, "num_leaves": 15, "min_child_samples": 40,
    "subsample": 0.8, "subsample_freq": 1, "colsample_bytree": 0.7, "n_jobs": 1, "verbose": -1,
}  # fmt: skip


@dataclass(frozen=True)
class Look:
    """What counts as a need: cash under ``safety_days`` of costs; idle is what lies ``idle_days`` of costs above them.

    A gap counts from the day ``lead_days`` after the question: help for an earlier one would come too late.
    """

    safety_days: int = 5
    idle_days: int = 40
    idle_minor_min: int = 2_000_000
    lead_days: int = 3


@dataclass
class NeedFinder:
    """P(gap ahead in time for help), P(gap at all) and P(idle cash) of each business, learnt from statements alone."""

    look: Look = field(default_factory=Look)
    seed: int = 7
    _models: dict[str, Any] = field(default_factory=dict, repr=False)

    def fit(self, known: Histories, days: Sequence[int]) -> NeedFinder:
        """Learn from the past ``days`` of the grid (positions); those with too little before or after them are left out.

        Raises InputRejected when none is left, or when a need never or always happened.
        """
        from lightgbm import LGBMClassifier

        usable = [at for at in days if at >= HISTORY_DAYS_MIN and at + HORIZON_DAYS <= known.days]
        if not usable:
            least = HISTORY_DAYS_MIN + HORIZON_DAYS
            raise InputRejected("the statements are too short to learn needs from", expected=f"{least} days or more")
        numbers = np.vstack([numbers_at(known, at, self.look.safety_days) for at in usable])
        happened = [happened_after(known, at, self.look) for at in usable]
        for kind in happened[0]:
            came = np.concatenate([one[kind] for one in happened])
            if came.all() or not came.any():
                raise InputRejected(f"{kind} {'always' if came.all() else 'never'} happened in these statements")
            self._models[kind] = LGBMClassifier(**SETTINGS, random_state=self.seed).fit(numbers, came)
        return self

    def predict(self, known: Histories, at: int | None = None) -> dict[str, Floats]:
        """The probability of each need as of day ``at`` of the grid; the day after its last without one."""
        numbers = numbers_at(known, known.days if at is None else at, self.look.safety_days)
        return {kind: np.asarray(model.predict_proba(numbers))[:, 1] for kind, model in self._models.items()}


def happened_after(known: Histories, at: int, look: Look) -> dict[str, Flags]:
    """Which needs came in the ``HORIZON_DAYS`` from day ``at``, as the bank's own statements tell it.

    The gap is the business's own: what the owner put in after the day is taken out again, and what lies elsewhere counts.
    """
    ahead = slice(at, at + HORIZON_DAYS)
    cost = known.cost_a_day(at)
    put_in = np.cumsum(known.put_in[:, ahead], axis=1)
    low = known.balance[:, ahead] - put_in + known.outside[:, ahead] < look.safety_days * cost[:, None]
    short = low.any(axis=1)
    spare = known.balance[:, ahead].min(axis=1) - look.safety_days * cost
    idle = ~short & (spare >= np.maximum(look.idle_days * cost, look.idle_minor_min))
    return {"gap-ahead": short, "gap-in-time": short & (low.argmax(axis=1) >= look.lead_days), "idle-cash": idle}
