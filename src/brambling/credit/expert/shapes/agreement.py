"""What agreement is told as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from brambling.credit.expert.rules.agreement import Counts, Decision, Figure
from brambling.kit.money import Money


@dataclass(frozen=True)
class Pair:
    """One row: what the person and the machine said, and what else is known. ``row`` counts from 1."""

    row: int
    person: Decision
    machine: Decision
    person_limit: Money | None = None
    machine_limit: Money | None = None
    bad: bool | None = None
    segment: str = ""
    period: str = ""

    @property
    def at_stake(self) -> int:
        """The larger of the two limits, in smallest units."""
        return max((limit.minor for limit in (self.person_limit, self.machine_limit) if limit is not None), default=0)


@dataclass(frozen=True)
class Part:
    """A segment or a period: its pairs, agreement, kappa and the agreement of always approving."""

    name: str
    counts: Counts
    referred: int
    agreement: Figure | None
    kappa: Figure | None
    always_approve: float | None


@dataclass(frozen=True)
class Limits:
    """Limits where both approved: shares of pairs within 10, 20 and 30 % of the person's, and the typical deviation
    (median of machine over person minus one)."""

    pairs: int
    within: Mapping[int, Figure]
    median_deviation: float


@dataclass(frozen=True)
class Outcomes:
    """Differences whose outcome is known, by who was right, and the chance of so uneven a split between equals."""

    known: int
    person_right: int
    machine_right: int
    strict_bad: int  # the person approved, the machine declined, and it went bad
    strict_good: int
    lenient_bad: int
    lenient_good: int
    chance: float
    bad_rate_both: Figure | None  # of those that both approved


@dataclass(frozen=True)
class Agreement:
    """Everything that is told of two columns of decisions.

    ``whole`` is over the pairs in which both decided. ``auto_decided`` is the share of rows that the machine decided
    without a person; ``agreement_all`` counts a referral as equal only to a referral. ``notes`` are codes with
    parameters; ``periods_by`` says what periods are: a column, or the order of rows.
    """

    rows: int
    left_out: int
    whole: Part
    table: Mapping[tuple[Decision, Decision], int]
    agreement_all: Figure | None
    auto_decided: Figure | None
    limits: Limits | None
    segments: tuple[Part, ...]
    periods: tuple[Part, ...]
    periods_by: str
    outcomes: Outcomes | None
    rows_for_precision: int | None
    precision: float
    rows_against_baseline: int | None
    worst: tuple[Pair, ...]
    notes: tuple[tuple[str, Mapping[str, Any]], ...] = ()
