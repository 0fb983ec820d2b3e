"""When a routed question is answered, asked back, or handed to a person. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from brambling.kit.i18n import N_

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Action = Literal["answer", "clarify", "handover"]

RIGHT = 0.985  # share of answers that must be right; a little above the 98 % that is promised
KEPT = 0.91  # share of known questions that must not be handed over for being unknown
CONFIDENCE_DECIMALS = 6  # the grid on which a probability enters a decision

NOTES: Mapping[str, str] = MappingProxyType(
    {
        "no-words": N_("{rows} texts without a letter or digit are left out"),
        "twins": N_("{rows} texts stand there twice with one intent; each counts once"),
        "disputed": N_("{texts} texts stand under two intents, the first in row {row}: nothing can tell those apart"),
        "few-examples": N_("{count} intents have fewer than {least} examples, among them {intent!r}"),
        "sampled": N_(
            "{rows} of {total} texts were drawn, the same share of each intent; more would not fit in memory"
        ),
        "never-right": N_("no threshold reaches {right} right answers: every question is asked back or handed over"),
        "replaced": N_("column {column!r} of the file is replaced by the result of that name"),
    }
)


@dataclass(frozen=True)
class Note:
    """Something the reader must know: a code of ``NOTES`` and its parameters."""

    code: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert self.code in NOTES, self.code


@dataclass(frozen=True)
class Thresholds:
    """Confidence from which a question is answered, and below which it is handed over; between them it is asked back."""

    answer: float
    handover: float

    def __post_init__(self) -> None:
        assert self.handover <= self.answer, "what is answered is not handed over"

    def action(self, confidence: float, *, says_something: bool = True) -> Action:
        """What to do. A text without a letter or digit is asked back: a person would know no more."""
        if not says_something:
            return "clarify"
        if confidence >= self.answer:
            return "answer"
        return "handover" if confidence < self.handover else "clarify"


def thresholds(confidence: Floats, right: Bools, *, right_min: float = RIGHT, kept_min: float = KEPT) -> Thresholds:
    """Thresholds from known questions that the model had not seen: their confidence, and whether the guess was right.

    The hand-over threshold leaves ``kept_min`` of the questions at or above it. The answer threshold is the lowest from
    which on at least ``right_min`` of the answers are right (above 1 where there is none), and no lower than the other:
    where known questions are easily told apart they are nearly all right, which says nothing of unknown ones.
    """
    grid = np.round(confidence, CONFIDENCE_DECIMALS)
    order = np.argsort(-grid, kind="stable")
    falling = grid[order]
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    # equal confidences are answered together: only the last of a run of them may be a threshold
    ends = np.append(falling[1:] < falling[:-1], True)
    reached = np.flatnonzero(ends & (share >= right_min))
    answer = float(falling[reached[-1]]) if reached.size else 1.0 + 10.0**-CONFIDENCE_DECIMALS
    kept = float(np.sort(grid)[int(np.floor((1 - kept_min) * len(grid)))])
    return Thresholds(max(answer, kept), kept)
