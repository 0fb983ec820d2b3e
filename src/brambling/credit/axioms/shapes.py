"""What the bench works on and what it gives back: the shape of the applications, cases, verdicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from brambling.credit.axioms.rules import Breach

Application = dict[str, Any]
Outcome = Mapping[str, Any]
Kind = Literal["flag", "integer", "number", "text", "list"]
Status = Literal["proved", "held", "broken", "not-applicable"]


@runtime_checkable
class Decides(Protocol):
    """The port: what an artefact's estimator has to offer so that axioms can ask it."""

    def decide(self, application: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to one application: ``decision``, ``limit`` and whatever else it returns."""


@runtime_checkable
class HasForm(Protocol):
    """An estimator that can state what it computes as plain data, so that axioms can be proved on it."""

    def form(self) -> Mapping[str, Any]:
        """The form; :mod:`brambling.credit.axioms.model.forms` says what it may hold."""


@dataclass(frozen=True)
class Scorer:
    """A scorer under test. ``decide`` raises what it likes; ``constants`` are numbers and texts its code speaks of."""

    name: str
    decide: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    constants: tuple[Any, ...] = ()
    form: Mapping[str, Any] | None = None
    remote: bool = False


@dataclass(frozen=True)
class Field:
    """One field of the applications: its kind, the values seen, and the range to search in and around.

    ``step`` is the grid of numbers in the file; ``low`` and ``high`` bound what is tried; ``missing`` tells whether
    the file has empty cells.
    """

    name: str
    kind: Kind
    values: tuple[Any, ...]
    missing: bool = False
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0

    @property
    def numeric(self) -> bool:
        """Whether values are ordered numbers (flags are not drawn from a range)."""
        return self.kind in ("integer", "number")


@dataclass(frozen=True)
class Space:
    """The applications given: their fields, up to a few thousand of their rows, and the most ordinary one."""

    fields: Mapping[str, Field]
    rows: tuple[Application, ...]
    typical: Application


@dataclass(frozen=True)
class CounterExample:
    """An application, or a pair of them, whose answers break an axiom; ``changed`` are the fields that differ.

    ``steady`` is False where the scorer did not give the same answers again.
    """

    breach: Breach
    application: Application
    outcome: Outcome
    other: Application | None = None
    other_outcome: Outcome | None = None
    changed: tuple[str, ...] = ()
    steady: bool = True


@dataclass(frozen=True)
class Verdict:
    """What is known of one axiom: ``proved`` by ``method``, ``held`` in ``cases`` that were tried, ``broken`` with a
    counter-example, or ``not-applicable`` for the reason in ``note`` (a code with ``params``)."""

    axiom: str
    kind: str
    reason: str
    status: Status
    cases: int = 0
    method: str = ""
    note: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    counter_example: CounterExample | None = None


@dataclass(frozen=True)
class Checked:
    """The result of a check: one verdict an axiom, how often the scorer was asked, what it could not answer."""

    axioms_version: str
    scorer: str
    seed: int
    verdicts: tuple[Verdict, ...]
    probes: int
    unanswered: int = 0
    unanswered_example: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def broken(self) -> tuple[Verdict, ...]:
        """The axioms for which there is a counter-example."""
        return tuple(verdict for verdict in self.verdicts if verdict.status == "broken")

    @property
    def ok(self) -> bool:
        """Whether no axiom is broken."""
        return not self.broken
