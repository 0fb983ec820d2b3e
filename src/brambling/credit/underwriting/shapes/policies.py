"""Policies on their way to work, and what a challenger would have decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from brambling.credit.underwriting.rules import Policy
from brambling.credit.underwriting.rules.differences import Difference
from brambling.credit.underwriting.shapes.decision import OutcomeWord

CHAMPION, CHALLENGER = "credit.policy", "credit.policy.challenger"
Role = Literal["champion", "challenger"]
SLOTS: Mapping[Role, str] = {"champion": CHAMPION, "challenger": CHALLENGER}

KIND, FORMAT = "credit-policy", 1


@dataclass(frozen=True)
class AxiomsSeen:
    """What was found of one axiom on a policy: its status, how it was found, and a counter-example in words."""

    axiom: str
    status: str
    reason: str
    cases: int
    method: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class Proposal:
    """A policy on its way to work: who brought it and why, what the axioms say, who released it and why.

    ``state`` is ``draft``, ``released`` or ``retired``; ``changes`` are against ``compared_to``, the policy that was at
    work when it was brought.
    """

    release_id: UUID
    role: Role
    policy: Policy
    version: str
    compared_to: str
    changes: tuple[Difference, ...]
    author: str
    why: str
    axioms: tuple[AxiomsSeen, ...]
    state: str
    proposed_at: datetime
    approver: str | None = None
    approver_why: str | None = None
    released_at: datetime | None = None

    @property
    def broken(self) -> tuple[AxiomsSeen, ...]:
        """The axioms it breaks: with one it is not released."""
        return tuple(one for one in self.axioms if one.status == "broken")


@dataclass(frozen=True)
class Shadow:
    """What the challenger would have decided where the champion did."""

    decision_id: UUID
    policy: str
    at: datetime
    outcome: OutcomeWord
    reasons: tuple[Mapping[str, Any], ...]
    result: Mapping[str, Any]


@dataclass(frozen=True)
class Drifted:
    """How far one figure of the bank's own decisions moved in a month, against the months before; ``level`` as in
    :func:`brambling.engine.learn.drift`."""

    month: str
    name: str
    rows: int
    psi: float
    noise: float
    level: str
