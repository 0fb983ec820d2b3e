"""What fit and route give back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from brambling.marketing.dialogue.rules import Action, Note, Thresholds

if TYPE_CHECKING:
    import polars as pl

    from brambling.marketing.dialogue.model.router import Router

KIND = "dialogue-router"
FORMAT = 1
Progress = Callable[[str, int, int], None]  # hears what is done, how much of it, and of how much


@dataclass(frozen=True, slots=True)
class Routed:
    """One routed text: the best guess whatever the action, P(it is right), and the next best intents, best first."""

    action: Action
    intent: str
    confidence: float
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class IntentFigures:
    """One intent on texts not seen: examples, how many were guessed right, answered, and what it is taken for."""

    intent: str
    examples: int
    right: float
    answered: float
    taken_for: str


@dataclass(frozen=True)
class DialogueFit:
    """A fitted router and what it did on texts it had not seen.

    Known texts are left out one by one, unknown ones are intents left out by thirds. ``right`` and ``kept`` are what was
    asked for; shares are of known texts but ``unknown_handed_over``, which is of texts whose intent was left out (None
    where no intent could be). ``curve`` are pairs (share of known texts answered, share of answers right).
    """

    router: Router
    rows: int
    intents: int
    unknown_rows: int
    right: float
    kept: float
    accuracy: float
    answered: float
    answered_right: float
    kept_found: float
    kept_right: float
    unknown_handed_over: float | None
    unknown_answered: float | None
    per_intent: tuple[IntentFigures, ...]
    curve: tuple[tuple[float, float], ...]
    notes: tuple[Note, ...] = ()
    seed: int = 7

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds of the router."""
        return self.router.thresholds


@dataclass(frozen=True)
class RoutedTable:
    """Routed texts before the columns of the file, and how many got which action."""

    table: pl.DataFrame
    counts: dict[Action, int]
    notes: tuple[Note, ...] = ()
