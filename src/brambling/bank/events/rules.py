"""What an event is. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from brambling.kit.errors import InvariantBroken


@dataclass(frozen=True)
class Event:
    """Something that happened to ``subject`` (a customer, a loan: any id) at ``at``.

    ``kind`` is a stable code with dots, the noun first (``loan.paid``). ``data`` holds what JSON knows; numbers of
    persons in its texts are masked when it is written, because an event can never be taken back.
    """

    id: UUID
    subject: UUID
    kind: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise InvariantBroken(f"event {self.kind} has a time without zone")
