"""What a credit decision can be: an offer, a decline, or a question to a person."""

from __future__ import annotations

from dataclasses import dataclass

from brambling.credit.underwriting.rules.schedule import Instalment
from brambling.kit.money import Money, Rate
from brambling.kit.reasons import Reason


class Change(Reason):
    """Something the business can change so that the decision would turn, as a code with parameters."""


@dataclass(frozen=True)
class LimitLine:
    """One ceiling of the limit: its name and its amount."""

    name: str
    amount: Money


@dataclass(frozen=True)
class Offer:
    """What the business may borrow: from ``least`` to ``limit``. ``lines`` are the ceilings whose least is the limit."""

    limit: Money
    least: Money
    rate_annual: Rate
    tenor_days: int
    schedule: tuple[Instalment, ...]
    risk_band: str
    reasons: tuple[Reason, ...]
    lines: tuple[LimitLine, ...]

    @property
    def interest(self) -> Money:
        """All interest when the whole limit is drawn and paid by schedule."""
        return sum((part.interest for part in self.schedule), Money.zero(self.limit.currency))


@dataclass(frozen=True)
class Decline:
    """The bank's no: the limit is zero. ``changes`` together would turn it; empty where nothing feasible would."""

    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Refer:
    """A person of ``role`` decides; ``proposal`` is what the policy would offer."""

    reasons: tuple[Reason, ...]
    role: str
    proposal: Offer


Outcome = Offer | Decline | Refer


def proposed(outcome: Outcome) -> Offer | None:
    """The offer in an outcome, also one that a person still has to confirm; None in a decline."""
    if isinstance(outcome, Refer):
        return outcome.proposal
    return outcome if isinstance(outcome, Offer) else None
