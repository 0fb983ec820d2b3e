"""The eight kinds of axioms, as data. One frozen dataclass each; every name is a field or an outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from brambling.credit.axioms.rules.condition import Condition
from brambling.credit.axioms.rules.condition import Literal as Value

Direction = Literal["increasing", "decreasing"]
NO_BOUND = Condition("", Value(None))
Order = tuple[tuple[str, ...], ...]  # labels from worst to best; labels of one place are equal


@dataclass(frozen=True)
class Axiom:
    """A statement that every decision must satisfy: its name, the reason for it, and when it applies."""

    name: str
    reason: str
    when: Condition | None = None
    kind: ClassVar[str] = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The names that must be fields of the application."""
        return ()

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The names that must be outcomes of the scorer; empty means whatever it returns."""
        return ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Everything in it that is written in the language of conditions."""
        return (self.when,) if self.when is not None else ()

    def renamed(self, names: Mapping[str, str]) -> Axiom:
        """The same axiom in the words of another file."""
        changes = {key: _renamed(value, names) for key, value in self.__dict__.items() if key not in ("name", "reason")}
        return replace(self, **changes)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Condition):
        return value.renamed(names)
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, tuple):
        return tuple(_renamed(item, names) for item in value)
    return value


@dataclass(frozen=True)
class Monotone(Axiom):
    """A larger ``field``, all else equal, never moves ``outcome`` against ``direction``."""

    field: str = ""
    outcome: str = "limit"
    direction: Direction = "increasing"
    order: Order = ()
    kind: ClassVar[str] = "monotone"

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)

    @property
    def outcomes(self) -> tuple[str, ...]:
        return (self.outcome,)


@dataclass(frozen=True)
class Veto(Axiom):
    """Where ``when`` holds, ``outcome`` is one of ``values``."""

    outcome: str = "decision"
    values: tuple[Any, ...] = ("decline",)
    kind: ClassVar[str] = "veto"

    @property
    def outcomes(self) -> tuple[str, ...]:
        return (self.outcome,)

    def renamed(self, names: Mapping[str, str]) -> Axiom:
        """The same axiom in the words of another file; what the outcome must be stays."""
        changed = super().renamed(names)
        assert isinstance(changed, Veto)
        return replace(changed, values=self.values)


@dataclass(frozen=True)
class Cap(Axiom):
    """``outcome`` is never above ``bound``, an amount in the language of conditions."""

    outcome: str = "limit"
    bound: Condition = NO_BOUND
    kind: ClassVar[str] = "cap"

    @property
    def outcomes(self) -> tuple[str, ...]:
        return (self.outcome,)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (*super().conditions, self.bound)


@dataclass(frozen=True)
class Dominance(Axiom):
    """Who is at least as good on every one of ``axes``, all else equal, never gets less of ``outcome``."""

    axes: tuple[tuple[str, Direction], ...] = ()
    outcome: str = "limit"
    order: Order = ()
    kind: ClassVar[str] = "dominance"

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.axes)

    @property
    def outcomes(self) -> tuple[str, ...]:
        return (self.outcome,)


@dataclass(frozen=True)
class Invariance(Axiom):
    """Another value of any of ``swapped``, all else equal, changes nothing in ``judged`` (empty: in any outcome)."""

    swapped: tuple[str, ...] = ()
    judged: tuple[str, ...] = ()
    kind: ClassVar[str] = "invariance"

    @property
    def fields(self) -> tuple[str, ...]:
        return self.swapped

    @property
    def outcomes(self) -> tuple[str, ...]:
        return self.judged


@dataclass(frozen=True)
class Evidence(Axiom):
    """What is not shown does not count. One of three forms:

    - ``field`` and ``source``: where the source is absent, a better figure never raises ``outcome``;
    - ``contradiction``: a contradiction, or one more, never raises ``outcome``;
    - ``source`` alone: where the source is absent, ``outcome`` is zero (``source`` may be an outcome itself).
    """

    field: str = ""
    source: str = ""
    contradiction: str = ""
    outcome: str = "limit"
    direction: Direction = "increasing"
    order: Order = ()
    kind: ClassVar[str] = "evidence"

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(name for name in (self.field, self.contradiction, self.source) if name)

    @property
    def outcomes(self) -> tuple[str, ...]:
        return (self.outcome,)


@dataclass(frozen=True)
class Consistency(Axiom):
    """The same facts give the same answer: asked twice, in another order of fields, as 5 or 5.0.

    ``permuted`` are fields whose values may change places, ``listed`` fields that hold lists whose order says nothing
    (text split at ``separator``), ``modality`` fields that say how a fact came in.
    """

    permuted: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    modality: tuple[str, ...] = ()
    separator: str = ";"
    judged: tuple[str, ...] = ()
    kind: ClassVar[str] = "consistency"

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.permuted, *self.listed, *self.modality)

    @property
    def outcomes(self) -> tuple[str, ...]:
        return self.judged


@dataclass(frozen=True)
class ReasonTruth(Axiom):
    """A stated reason is true.

    ``states`` gives for a reason the condition that must hold where it is stated; ``flips`` for a reason the field that
    it speaks of, some other value of which must give a better ``outcome``; with ``named`` a reason that is the name of
    a field is put to that test; with ``required`` a decline must state a reason.
    """

    judged: str = "reasons"
    states: tuple[tuple[str, Condition], ...] = ()
    flips: tuple[tuple[str, str], ...] = ()
    named: bool = False
    required: bool = False
    outcome: str = ""
    kind: ClassVar[str] = "reason-truth"

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(name for _, name in self.flips)

    @property
    def outcomes(self) -> tuple[str, ...]:
        return (self.judged, *((self.outcome,) if self.outcome else ()))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (*super().conditions, *(condition for _, condition in self.states))

    def renamed(self, names: Mapping[str, str]) -> Axiom:
        """The same axiom in the words of another file; codes of reasons stay."""
        changed = super().renamed(names)
        assert isinstance(changed, ReasonTruth)
        states = tuple((code, condition.renamed(names)) for code, condition in self.states)
        return replace(changed, states=states, flips=tuple((code, names.get(name, name)) for code, name in self.flips))


KINDS: dict[str, type[Axiom]] = {
    kind.kind: kind for kind in (Monotone, Veto, Cap, Dominance, Invariance, Evidence, Consistency, ReasonTruth)
}


@dataclass(frozen=True)
class AxiomSet:
    """Axioms of one file. ``lenient``: an axiom whose names are not there does not apply, else it is a mistake."""

    version: str
    axioms: tuple[Axiom, ...]
    lenient: bool = False

    def __iter__(self) -> Iterator[Axiom]:
        return iter(self.axioms)

    def __len__(self) -> int:
        return len(self.axioms)

    def renamed(self, names: Mapping[str, str]) -> AxiomSet:
        """The same set in the words of another file (ours to theirs)."""
        return replace(self, axioms=tuple(axiom.renamed(names) for axiom in self.axioms))
