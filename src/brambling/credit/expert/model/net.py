"""The network that reinforcement adds, evaluated in NumPy: it needs JAX to be trained and nothing to be used.

One hidden layer. Columns with a direction enter through weights of that sign, and everything behind the first layer has
weights that are not negative, so the margin keeps every direction (Archer and Wang 1993). The mean log odds of the
other learners enter as a column of their own, with a rising direction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from brambling.credit.expert.shapes.policy import Floats
from brambling.engine.learn import array_of, array_part
from brambling.kit.errors import InputRejected

_NAMES = ("low", "high", "mean", "spread", "first", "bias", "second")


@dataclass(frozen=True, eq=False)
class Net:
    """margin = second . tanh(first z + bias) + through * log odds of the others + end; z are the standardised columns."""

    low: Floats
    high: Floats
    mean: Floats
    spread: Floats
    first: Floats
    bias: Floats
    second: Floats
    through: float
    end: float

    def margin(self, x: Floats, others: Floats) -> Floats:
        """The log odds of approval of the trained policy."""
        z = (np.clip(x, self.low, self.high) - self.mean) / self.spread
        hidden = np.tanh(np.einsum("ij,jk->ik", z, self.first) + self.bias)
        out: Floats = np.einsum("ik,k->i", hidden, self.second) + self.through * others + self.end
        return out

    def to_parts(self, name: str) -> dict[str, bytes]:
        """The arrays as parts of an artefact."""
        return {f"{name}.{key}": array_part(getattr(self, key)) for key in _NAMES}

    def to_plain(self) -> dict[str, Any]:
        """What is no array."""
        return {"through": self.through, "end": self.end}

    @classmethod
    def of_parts(cls, name: str, parts: Mapping[str, bytes], plain: Mapping[str, Any]) -> Net:
        """The network of its parts; raises InputRejected where one is missing."""
        try:
            arrays = {key: array_of(parts[f"{name}.{key}"]) for key in _NAMES}
            return cls(**arrays, through=float(plain["through"]), end=float(plain["end"]))
        except (KeyError, TypeError, ValueError):
            raise InputRejected(f"the artefact lacks the network {name!r}") from None
