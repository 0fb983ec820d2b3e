"""What a claim is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from brambling.kit.errors import InputRejected, InvariantBroken


@dataclass(frozen=True)
class Claim:
    """One statement about a business, with its evidence.

    ``name`` says of what (``revenue_year``), ``value_text`` is the value as it stands in the source, ``low`` and
    ``high`` bound it as a number in ``unit`` where it is one. ``source`` names the document or feed, ``span`` the place
    in it. ``haircut`` is the share (0 to 1) that is not counted on. A ``personal`` value is encrypted at rest.
    """

    id: UUID
    subject: UUID
    name: str
    value_text: str
    low: Decimal | None
    high: Decimal | None
    unit: str
    source: str
    span: str
    verified: bool
    haircut: Decimal
    at: datetime
    personal: bool = False

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise InvariantBroken(f"claim {self.name} has a time without zone")
        if (self.low is None) != (self.high is None) or (
            self.low is not None and self.high is not None and self.low > self.high
        ):
            raise InputRejected(f"claim {self.name}: low and high are no interval", expected="low <= high, or neither")
        if not 0 <= self.haircut <= 1:
            raise InputRejected(f"claim {self.name}: haircut {self.haircut}", expected="a share from 0 to 1")
        if not self.source:
            raise InputRejected(f"claim {self.name} has no source", expected="the document or feed it came from")
