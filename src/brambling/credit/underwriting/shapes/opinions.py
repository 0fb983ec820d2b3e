"""What persons said of decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from brambling.kit.money import Money

Side = Literal["person", "machine"]
Kind = Literal["opinion", "confirmation", "override"]
State = Literal["said", "waiting", "done", "rejected"]
LIMITS_APART = 20  # percent of the person's limit, from which on two approvals are told as a difference


@dataclass(frozen=True)
class Opinion:
    """What a person said of a decision, beside what the machine had said.

    ``kind`` is a second ``opinion`` without effect, the ``confirmation`` of a referral, or an ``override``. ``state`` of
    an override is ``waiting`` for a second person, ``done`` or ``rejected``; ``effect_id`` is the decision it made.
    ``judged`` says whose word holds after a third look. Limits of a decline are zero.
    """

    id: UUID
    decision_id: UUID
    customer_id: UUID
    kind: Kind
    machine: str
    machine_limit: Money
    person: str
    person_limit: Money
    why: str
    said_by: str
    said_at: datetime
    state: State
    second_by: str | None = None
    effect_id: UUID | None = None
    judged: Side | None = None
    judged_by: str | None = None
    judged_at: datetime | None = None
    judged_why: str | None = None

    @property
    def differs(self) -> bool:
        """Whether the two said different things: another decision, or limits that lie more than a fifth apart."""
        if self.person != self.machine:
            return True
        apart = abs(self.person_limit.minor - self.machine_limit.minor)
        return apart * 100 > LIMITS_APART * self.person_limit.minor

    @property
    def final(self) -> tuple[str, Money]:
        """What counts as right: whose word holds after judgment, the person's until then."""
        if self.judged == "machine" and self.machine != "refer":
            return self.machine, self.machine_limit
        return self.person, self.person_limit
