"""Copy variants by a bandit with guardrails. Pure: counts in, shares out.

Thompson sampling on Beta posteriors, drawn in advance as shares of the next batch, so that every send has a known
probability: the log can be evaluated off-policy later. Guardrails come before reward: a variant that angers people is
stopped however well it sells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from brambling.kit.errors import InputRejected
from brambling.marketing.uplift.rules import Floats


@dataclass(frozen=True)
class Tally:
    """What one variant did so far: sends, successes, and refusals or complaints it caused."""

    sends: int = 0
    successes: int = 0
    refusals: int = 0

    def __post_init__(self) -> None:
        if min(self.sends, self.successes, self.refusals) < 0 or max(self.successes, self.refusals) > self.sends:
            raise InputRejected("a tally that cannot be", expected="0 <= successes, refusals <= sends")


@dataclass(frozen=True)
class Share:
    """The share of the next batch a variant gets, and why: ``play``, ``stopped`` (guardrail), ``control``."""

    share: float
    state: str
    p_refusals_high: float


@dataclass(frozen=True)
class Variants:
    """The rules of one test. ``refusal_rate_max`` is what is bearable; a variant is stopped where the probability that
    its rate is higher passes ``stop_probability``. Every variant in play keeps ``share_min``; ``control`` is the
    approved copy: it is never stopped and has the batch where everything else is.
    """

    control: str
    refusal_rate_max: float
    stop_probability: float = 0.95
    share_min: float = 0.05
    draws: int = 4_000

    def shares(self, tallies: Mapping[str, Tally], seed: int) -> dict[str, Share]:
        """Shares of the next batch, summing to one. Raises InputRejected when the control is not among the variants,
        or the least shares exceed the whole."""
        if self.control not in tallies:
            raise InputRejected(f"no control {self.control!r} among the variants", expected=", ".join(tallies))
        names = sorted(tallies)
        if self.share_min * len(names) > 1:
            raise InputRejected(f"{len(names)} variants with at least {self.share_min:.0%} each", expected="fewer")
        random = np.random.default_rng(seed)
        high = {name: self._too_many(tallies[name]) for name in names}
        play = [name for name in names if name == self.control or high[name] <= self.stop_probability]
        drawn = np.stack([self._rates(tallies[name], random) for name in play])
        best = np.bincount(drawn.argmax(axis=0), minlength=len(play)) / self.draws
        spare = 1 - self.share_min * len(play)
        given = {name: self.share_min + spare * float(best[place]) for place, name in enumerate(play)}
        return {
            name: Share(
                given.get(name, 0.0),
                "control" if name == self.control else "play" if name in given else "stopped",
                round(high[name], 6),
            )
            for name in names
        }

    def _rates(self, tally: Tally, random: np.random.Generator) -> Floats:
        drawn: Floats = random.beta(1 + tally.successes, 1 + tally.sends - tally.successes, self.draws)
        return drawn

    def _too_many(self, tally: Tally) -> float:
        """P(refusal rate > bearable), with a prior worth one send at the bearable rate: two refusals can stop early."""
        from scipy.stats import beta

        prior = self.refusal_rate_max
        return float(
            beta.sf(self.refusal_rate_max, prior + tally.refusals, 1 - prior + tally.sends - tally.refusals)
            if tally.sends
            else 0.0
        )
