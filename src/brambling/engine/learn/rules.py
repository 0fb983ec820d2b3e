"""Releases and alarms. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

State = Literal["draft", "released", "retired"]
STATES: tuple[State, ...] = ("draft", "released", "retired")

# The field's usual marks (Siddiqi, Credit Risk Scorecards, 2006): below 0.1 no change, from 0.25 on a real one.
PSI_WATCH, PSI_ALARM = 0.10, 0.25


@dataclass(frozen=True)
class Release:
    """An artefact put to work in ``slot`` (what it is used for, such as ``credit.risk``).

    ``made_by`` fitted it and ``proposed_by`` brought it; ``released_by`` is neither of them.
    """

    id: UUID
    slot: str
    version: str
    state: State
    made_by: str
    proposed_by: str
    proposed_at: datetime
    released_by: str | None = None
    released_at: datetime | None = None
    retired_by: str | None = None
    retired_at: datetime | None = None


@dataclass(frozen=True)
class Drift:
    """How far a population has moved: ``stable``, ``watch`` or ``alarm``; ``noise`` is what chance alone may give."""

    level: Literal["stable", "watch", "alarm"]
    psi: float
    noise: float


def drift(psi: float, noise: float) -> Drift:
    """The level of a stability index. What chance alone explains (``psi_critical``) never raises an alarm."""
    if psi <= max(noise, PSI_WATCH):
        return Drift("stable", psi, noise)
    return Drift("alarm" if psi > max(noise, PSI_ALARM) else "watch", psi, noise)
