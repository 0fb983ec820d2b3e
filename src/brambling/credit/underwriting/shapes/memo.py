"""A credit memo: what stands in it, and where each number of it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from brambling.kit.i18n import Lang

if TYPE_CHECKING:
    from brambling.kit.db import ReadSession


@dataclass(frozen=True)
class Line:
    """One line of a memo: a label, what is said, and the key of the source it comes from (empty: of the line before)."""

    label: str
    value: str
    source: str


@dataclass(frozen=True)
class Part:
    """One part of a memo, in this order: sentences, lines."""

    heading: str
    sentences: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    private: bool = False  # free words of persons: no language model reads them


@dataclass(frozen=True)
class Ratios:
    """What a memo tells of the cash flow beside the facts of the decision, from the statement it was made on.

    ``trend`` is turnover of the last 91 days over that of the 91 days before (``trend_by_year``: of the same days a year
    earlier), less one. ``largest`` and ``largest_three`` are shares of the year's turnover of those who paid most; money
    that came without a payer's name is in none of them.
    """

    trend: float | None
    trend_by_year: bool
    largest: float | None
    largest_three: float | None
    payers: int


@dataclass(frozen=True)
class Retold:
    """The summary in other words by a language model: only sentences without a number or name of their own.

    ``dropped`` counts those that had one.
    """

    sentences: tuple[str, ...]
    dropped: int
    model: str


@dataclass(frozen=True)
class Memo:
    """A memo in one language, of the business ``name``. ``sources`` tells by key where each line comes from, in the order
    of first use."""

    decision_id: UUID
    lang: Lang
    title: str
    summary: tuple[str, ...]
    parts: tuple[Part, ...]
    sources: Mapping[str, str]
    synthetic: bool
    name: str
    retold: Retold | None = None

    @property
    def text(self) -> str:
        """What the memo says, as plain text: what a retelling is made of and checked against."""
        lines = [self.title, *self.summary]
        for part in (part for part in self.parts if not part.private):
            lines += [part.heading, *part.sentences, *(f"{line.label}: {line.value}" for line in part.lines)]
        return "\n".join(lines)


# What another room knows of a customer, as lines with the source named in words; None where it knows nothing. Industry
# fills it with the place in the chain, evidence with claims and contradictions; the wiring passes them in.
Tells = Callable[["ReadSession", UUID, Lang], Sequence[tuple[str, str, str]] | None]
