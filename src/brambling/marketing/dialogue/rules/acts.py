"""What the assistant does in a turn, and what it remembers of a conversation. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Spoken = Literal["en", "zh"]
ActKind = Literal[
    "answer",
    "tool",
    "slot",
    "ask",
    "confirm",
    "submit",
    "drop",
    "clarify",
    "unknown",
    "repeat",
    "handover",
    "waiting",
    "refuse",
    "lift",
    "complaint",
    "evidence",
    "need",
    "greet",
    "note",
]
# the graver first: where several apply, the first counts
REASONS = ("threat", "fraud", "death", "hardship", "complaint", "wish", "again", "misses")
JOURNEYS: Mapping[str, tuple[str, ...]] = {"loan-application": ("amount", "tenor_months"), "callback": ("on", "at")}
MISSES_MAX = 3
REMEMBERED_TOPICS = 4


def graver(one: str, other: str) -> str:
    """The graver of two reasons for a person."""
    return min(one, other, key=REASONS.index)


@dataclass(frozen=True)
class Act:
    """One thing done in a turn.

    ``name`` is what it is about (a topic, tool, slot, journey, reason, or the code of a note), ``values`` arguments or
    slots as text, ``facts`` what a tool gave (None: it has no figure for this business), ``text`` words to be kept.
    """

    kind: ActKind
    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] | None = None
    text: str = ""


@dataclass(frozen=True)
class Call:
    """A tool and its arguments, as remembered."""

    tool: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """What a conversation remembers between turns.

    ``journey`` and ``slots`` of what is under way, ``asked`` the slot the last reply asked for, ``confirming`` whether it
    asked for a yes. ``misses`` counts turns in a row without an answer, ``offered`` says that a person was offered.
    ``reason`` is that of the open hand-over (empty without), ``attended`` whether the person has written since;
    ``closed`` how many hand-overs ended. ``topic`` and ``call`` are what was last spoken of, ``schedule`` the last
    schedule's arguments, ``last`` the last reply that said something, for who asks again.
    """

    lang: Spoken = "en"
    journey: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    asked: str = ""
    confirming: bool = False
    misses: int = 0
    offered: bool = False
    reason: str = ""
    attended: bool = False
    closed: int = 0
    topic: str = ""
    call: Call | None = None
    schedule: Mapping[str, str] = field(default_factory=dict)
    last: tuple[Act, ...] = ()

    @property
    def handed_over(self) -> bool:
        """Whether a person has the conversation."""
        return bool(self.reason)

    def to_plain(self) -> dict[str, Any]:
        """As JSON, for the row of the conversation."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> State:
        """What :meth:`to_plain` wrote."""
        call = plain.get("call")
        last = tuple(Act(**act) for act in plain.get("last", ()))
        return cls(**{**plain, "call": Call(**call) if call else None, "last": last})
