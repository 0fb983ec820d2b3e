"""What the assistant is handed: tools that give figures, an ear for refusals, and what a turn comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from brambling.marketing.dialogue.rules.acts import Act, State
from brambling.marketing.refusals import Refusal


class Tool(Protocol):
    """Computes figures of the business the conversation is with. Gives plain values (amounts as text with two decimals,
    rates like ``5.80%``, days ISO 8601), or None where it has no figure."""

    def __call__(self, values: Mapping[str, str], /) -> Mapping[str, Any] | None: ...


# by name: balance, limit, rate, schedule, loans, forecast, idle_plan, application
Tools = Mapping[str, Tool]
# understands a refusal in the owner's words and records it; None where there is none
Ear = Callable[[str], Refusal | None]
# which text answers a question, empty for none: a router fitted on a bank's own examples
Guess = Callable[[str], str]


@dataclass(frozen=True)
class Message:
    """What came from the owner, with the owner's local time."""

    text: str
    at: datetime
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Turned:
    """A turn's outcome: what is done, in order, and what is remembered."""

    acts: tuple[Act, ...]
    state: State
