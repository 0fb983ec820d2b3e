"""How sure a guess is: a logistic regression on its signs, learnt where some intents were left out of training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from brambling.marketing.dialogue.features import Floats
from brambling.marketing.dialogue.rules import CONFIDENCE_DECIMALS, Bools

# A third of the intents is left out in each round, so a third of its questions are unknown: far more than in a bank.
# Weighted by a quarter they are one in nine.
UNKNOWN_WEIGHT = 0.25
STRENGTH = 0.01  # inverse ridge of scikit-learn on standardised signs
BEYOND = 4.0  # standard deviations; a sign further out says no more


@dataclass(frozen=True)
class Detector:
    """Mean, spread and weight of each sign, and the intercept."""

    mean: Floats
    spread: Floats
    weight: Floats
    intercept: float

    @classmethod
    def learn(cls, signs: Floats, right: Bools, unknown: Bools) -> Detector:
        """P(guess right) from signs of texts that the model had not seen; an unknown text has no right guess."""
        mean, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-9
        if right.all() or not right.any():  # nothing to learn from: believe the lead of the best intent
            only_lead = np.zeros(signs.shape[1])
            only_lead[2] = 2.0
            return cls(mean, spread, only_lead, 0.0)
        from sklearn.linear_model import LogisticRegression

        fitted = LogisticRegression(C=STRENGTH, max_iter=1000)
        fitted.fit(_standard(signs, mean, spread), right, sample_weight=np.where(unknown, UNKNOWN_WEIGHT, 1.0))
        return cls(mean, spread, fitted.coef_[0].astype(float), float(fitted.intercept_[0]))

    def confidence(self, signs: Floats) -> Floats:
        """P(guess right) of each row, on the grid of decisions."""
        logit = (_standard(signs, self.mean, self.spread) * self.weight).sum(axis=1) + self.intercept
        chance: Floats = np.round(1 / (1 + np.exp(-logit)), CONFIDENCE_DECIMALS)
        return chance

    def to_plain(self) -> dict[str, Any]:
        """As JSON values; floats keep every digit."""
        return {
            "mean": self.mean.tolist(),
            "spread": self.spread.tolist(),
            "weight": self.weight.tolist(),
            "intercept": self.intercept,
        }

    @classmethod
    def from_plain(cls, plain: Any) -> Detector:
        """What ``to_plain`` gave; raises KeyError, TypeError or ValueError for anything else."""
        mean, spread, weight = (np.array(plain[name], dtype=float) for name in ("mean", "spread", "weight"))
        return cls(mean, spread, weight, float(plain["intercept"]))


def _standard(signs: Floats, mean: Floats, spread: Floats) -> Floats:
    return np.clip((signs - mean) / spread, -BEYOND, BEYOND)
