"""What a backtest of two policies tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from brambling.credit.expert.rules.agreement import Figure
from brambling.credit.underwriting.rules import Outcome, proposed
from brambling.credit.underwriting.rules.differences import Difference
from brambling.credit.underwriting.shapes.decision import OutcomeWord, word_of
from brambling.kit.money import Money
from brambling.kit.reasons import Reason

Swap = Literal["in", "out", "both", "neither"]
SWAPS: tuple[Swap, ...] = ("in", "out", "both", "neither")


@dataclass(frozen=True)
class Decided:
    """One application under both policies; ``row`` counts from 1. ``bad`` is None where the outcome is not known.

    ``probability`` is what the price goes by.
    """

    row: int
    old: Outcome
    new: Outcome
    probability: float
    bad: bool | None = None
    segment: str = ""

    @property
    def swap(self) -> Swap:
        """Whether the new policy lends where the old did not (in), the reverse (out), both or neither; a referral counts
        as lending, since its proposal is what a person confirms."""
        before, after = proposed(self.old) is not None, proposed(self.new) is not None
        if before and after:
            return "both"
        return "in" if after else "out" if before else "neither"


@dataclass(frozen=True)
class Side:
    """What one policy does with all applications. Limits count offers and what is proposed to a person.

    ``limit_expected`` is the mean limit over all applications, a decline being zero: what the next applicant gets on
    average. ``bad_rate`` is that of the applications it lends to, as far as their outcome is known.
    """

    version: str
    outcomes: Mapping[OutcomeWord, int]
    approval: Figure | None
    lent: Figure | None
    limits: Money
    limit_expected: Money
    rate_mean: float | None
    known: int
    bad_rate: Figure | None


@dataclass(frozen=True)
class Group:
    """A part of the swap set. ``limits`` are the new policy's, for those that go out the old one's.

    ``expected`` is the mean probability of its applications: what is known of those whose outcome is not.
    """

    swap: Swap
    count: int
    share: Figure | None
    known: int
    bad: int
    bad_rate: Figure | None
    limits: Money
    expected: float | None


@dataclass(frozen=True)
class Part:
    """One segment, or all: both policies and the swap set."""

    name: str
    count: int
    old: Side
    new: Side
    groups: Mapping[Swap, Group]


@dataclass(frozen=True)
class Backtest:
    """Two policies on the same applications.

    ``moved`` counts (old, new) outcomes; ``raised`` and ``lowered`` those to whom both lend, with another limit.
    ``why_in`` are the old policy's first reasons against those that come in, ``why_out`` the new one's against those that
    go out, by code, most frequent first. ``difference`` is the bad rate of those that come in less that of those that
    go out, None where a side has no known outcome.
    """

    whole: Part
    changes: tuple[Difference, ...]
    moved: Mapping[tuple[OutcomeWord, OutcomeWord], int]
    raised: int
    lowered: int
    segments: tuple[Part, ...]
    why_in: tuple[tuple[str, int], ...]
    why_out: tuple[tuple[str, int], ...]
    difference: Figure | None
    outcome: str
    segment: str
    notes: tuple[Reason, ...]
    decided: tuple[Decided, ...]


def word_pair(one: Decided) -> tuple[OutcomeWord, OutcomeWord]:
    """The outcomes of both policies."""
    return word_of(one.old), word_of(one.new)
