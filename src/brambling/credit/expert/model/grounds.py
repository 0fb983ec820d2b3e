"""Axioms bound to a file: what each asks of the policy, so that it holds by the way the policy is made.

- monotone and dominance give a column its direction in every learner
- veto holds the decision down after the learners, cap the limit
- invariance, and how a fact came in, take columns away from the inputs
- evidence lets a figure without its source count as missing
- reason truth and consistency hold by how reasons are measured and columns are read
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from brambling.credit.axioms.rules import (
    Axiom,
    AxiomSet,
    Cap,
    Condition,
    Consistency,
    Dominance,
    Evidence,
    Invariance,
    Monotone,
    Veto,
    rank,
)
from brambling.credit.axioms.rules.judge import absent
from brambling.credit.expert.rules.agreement import Decision
from brambling.credit.expert.rules.policy import Clause, clause_of_plain, clause_to_plain
from brambling.kit.errors import InputRejected
from brambling.kit.reasons import Reason

OUTCOMES = frozenset({"decision", "limit", "confidence", "reasons"})
_JUDGED = ("decision", "limit")


@dataclass(frozen=True)
class Grounds:
    """What the axioms ask. ``sources`` pairs a figure with the field that shows it; ``shown`` are fields without which
    there is no limit; ``same`` are groups of fields whose values may change places, ``lists`` fields whose parts may."""

    version: str = ""
    directions: Mapping[str, int] = field(default_factory=dict)
    clauses: tuple[Clause, ...] = ()
    excluded: frozenset[str] = frozenset()
    sources: tuple[tuple[str, str], ...] = ()
    shown: tuple[str, ...] = ()
    same: tuple[tuple[str, ...], ...] = ()
    lists: tuple[tuple[str, str], ...] = ()
    held: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()

    @property
    def named(self) -> frozenset[str]:
        """Fields that clauses and sources look at beside the inputs."""
        found = {name for clause in self.clauses for name in _names_of(clause)}
        return frozenset(found | {source for _, source in self.sources} | set(self.shown)) - OUTCOMES

    def canonical(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The facts in the one form in which they are read: what is not shown is missing, lists and groups in order."""
        out = dict(facts)
        for name, source in self.sources:
            if absent(out.get(source)):
                out[name] = None
        for names in self.same:
            values = sorted((out.get(name) for name in names), key=_order)
            out.update(zip(names, values, strict=True))
        for name, separator in self.lists:
            value = out.get(name)
            if isinstance(value, str):
                value = [part.strip() for part in value.split(separator)]
            if isinstance(value, list | tuple):
                out[name] = separator.join(sorted(str(part) for part in value))
        return out

    @property
    def rewrites(self) -> bool:
        """Whether ``canonical`` ever changes anything."""
        return bool(self.sources or self.same or self.lists)


def _names_of(clause: Clause) -> set[str]:
    return {name for one in (clause.when, clause.bound) if one is not None for name in one.names}


def _order(value: Any) -> tuple[int, float, str]:
    if value is None:
        return 2, 0.0, ""
    if isinstance(value, int | float):
        return 0, float(value), ""
    return 1, 0.0, str(value)


def bind(axioms: AxiomSet, columns: Collection[str], *, roles: Collection[str] = ()) -> Grounds:
    """The grounds of a set for a file with these columns.

    Raises InputRejected for an axiom that names a field or outcome that is not there, unless its set is lenient, and
    where two axioms want a column to go opposite ways.
    """
    have = set(columns) - set(roles)
    found = _Binding(have)
    for axiom in axioms:
        missing = _missing(axiom, have)
        if missing is not None:
            if not axioms.lenient:
                raise InputRejected(
                    f"axiom {axiom.name!r}: there is no field or outcome {missing!r}",
                    expected=f"one of {', '.join(sorted(have)[:12])}",
                )
            narrowed = _narrowed(axiom, have)
            if narrowed is None:
                found.skipped.append((axiom.name, missing))
            else:
                found.add(narrowed)
        else:
            found.add(axiom)
    return found.grounds(axioms.version)


def _missing(axiom: Axiom, have: Collection[str]) -> str | None:
    for name in (*axiom.fields, *axiom.outcomes):
        if name not in have and name not in OUTCOMES:
            return name
    for condition in axiom.conditions:
        for name in condition.names:
            if name not in have and name not in OUTCOMES:
                return name
    return None


def _narrowed(axiom: Axiom, have: Collection[str]) -> Axiom | None:
    """A dominance over the axes that are there: it is implied by the whole one."""
    if not isinstance(axiom, Dominance) or axiom.outcome not in OUTCOMES:
        return None
    axes = tuple(axis for axis in axiom.axes if axis[0] in have)
    return replace(axiom, axes=axes) if axes else None


class _Binding:
    """Collects what the axioms ask, one at a time."""

    def __init__(self, have: Collection[str]) -> None:
        self.have = have
        self.directions: dict[str, int] = {}
        self.wanted_by: dict[str, str] = {}
        self.clauses: list[Clause] = []
        self.excluded: set[str] = set()
        self.sources: list[tuple[str, str]] = []
        self.shown: list[str] = []
        self.same: list[tuple[str, ...]] = []
        self.lists: list[tuple[str, str]] = []
        self.held: list[str] = []
        self.skipped: list[tuple[str, str]] = []

    def add(self, axiom: Axiom) -> None:
        before = len(self.skipped)
        if isinstance(axiom, Monotone):
            self._directed(axiom, axiom.outcome, axiom.order, ((axiom.field, axiom.direction),))
        elif isinstance(axiom, Dominance):
            self._directed(axiom, axiom.outcome, axiom.order, axiom.axes)
        elif isinstance(axiom, Evidence):
            self._evidence(axiom)
        elif isinstance(axiom, Veto):
            self._veto(axiom)
        elif isinstance(axiom, Cap) and axiom.outcome == "limit":
            self.clauses.append(Clause(axiom.name, axiom.when, "approve", axiom.bound))
        elif isinstance(axiom, Invariance):
            self.excluded |= set(axiom.swapped)
        elif isinstance(axiom, Consistency):
            self.excluded |= set(axiom.modality)
            self.same += [axiom.permuted] if axiom.permuted else []
            self.lists += [(name, axiom.separator) for name in axiom.listed]
        elif isinstance(axiom, Cap):
            self.skipped.append((axiom.name, axiom.outcome))
        if len(self.skipped) == before:
            self.held.append(axiom.name)

    def _directed(self, axiom: Axiom, outcome: str, order: Any, axes: Collection[tuple[str, str]]) -> None:
        worth = _worth_of(outcome, order)
        if not worth:
            self.skipped.append((axiom.name, outcome))
            return
        for name, direction in axes:
            way = worth if direction == "increasing" else -worth
            if self.directions.setdefault(name, way) != way:
                raise InputRejected(
                    f"axioms {self.wanted_by[name]!r} and {axiom.name!r} want {name!r} to go opposite ways",
                    expected="a set that axioms consistent accepts",
                )
            self.wanted_by.setdefault(name, axiom.name)

    def _evidence(self, axiom: Evidence) -> None:
        if axiom.contradiction:
            self._directed(axiom, axiom.outcome, axiom.order, ((axiom.contradiction, "decreasing"),))
        elif axiom.field:
            self._directed(axiom, axiom.outcome, axiom.order, ((axiom.field, axiom.direction),))
            self.sources.append((axiom.field, axiom.source))
        elif axiom.outcome == "limit" and axiom.source in self.have:
            self.shown.append(axiom.source)
        else:
            self.skipped.append((axiom.name, axiom.source))

    def _veto(self, axiom: Veto) -> None:
        assert axiom.when is not None
        if "decision" in axiom.when.names or "limit" in axiom.when.names:
            self._about_outcomes(axiom, axiom.when)
            return
        most: Decision | None = None
        if axiom.outcome == "decision":
            places = [rank(value) for value in axiom.values]
            most = "refer" if 1.0 in places and 0.0 not in places else "decline" if 0.0 in places else None
        elif axiom.outcome == "limit" and any(rank(value) == 0 for value in axiom.values):
            most = "decline"
        if most is None:
            self.skipped.append((axiom.name, axiom.outcome))
        else:
            self.clauses.append(Clause(axiom.name, axiom.when, most))

    def _about_outcomes(self, axiom: Veto, when: Condition) -> None:
        """A declined applicant has no limit: the policy is made so. Any other tie of outcomes it cannot promise."""
        ties = set(when.names) == {"decision"} and axiom.outcome == "limit" and any(rank(v) == 0 for v in axiom.values)
        if not (ties and when.holds({"decision": "decline"}) and not when.holds({"decision": "approve"})):
            self.skipped.append((axiom.name, "decision"))

    def grounds(self, version: str) -> Grounds:
        return Grounds(
            version,
            {name: way for name, way in self.directions.items() if name not in self.excluded},
            tuple(self.clauses),
            frozenset(self.excluded),
            tuple(self.sources),
            tuple(self.shown),
            tuple(self.same),
            tuple(self.lists),
            tuple(self.held),
            tuple(self.skipped),
        )


def _worth_of(outcome: str, order: Any) -> int:
    """1 where more of the outcome is better for the applicant and the policy has it, -1 under a turned order, 0 else."""
    if outcome == "limit":
        return 1
    if outcome != "decision":
        return 0
    yes, no = rank("approve", order), rank("decline", order)
    return 0 if yes is None or no is None else (yes > no) - (yes < no)


def notes_of(grounds: Grounds) -> list[Reason]:
    """What the owner of the policy has to know: which axioms it does not keep by construction."""
    return [Reason("axiom-skipped", {"axiom": name, "field": missing}) for name, missing in grounds.skipped]


def grounds_to_plain(grounds: Grounds) -> dict[str, Any]:
    """Grounds as JSON knows them."""
    return {
        "version": grounds.version,
        "directions": dict(grounds.directions),
        "clauses": [clause_to_plain(clause) for clause in grounds.clauses],
        "excluded": sorted(grounds.excluded),
        "sources": [list(pair) for pair in grounds.sources],
        "shown": list(grounds.shown),
        "same": [list(names) for names in grounds.same],
        "lists": [list(pair) for pair in grounds.lists],
        "held": list(grounds.held),
        "skipped": [list(pair) for pair in grounds.skipped],
    }


def grounds_of_plain(data: Mapping[str, Any]) -> Grounds:
    """The grounds of their JSON."""
    return Grounds(
        data["version"],
        dict(data["directions"]),
        tuple(clause_of_plain(clause) for clause in data["clauses"]),
        frozenset(data["excluded"]),
        tuple((name, source) for name, source in data["sources"]),
        tuple(data["shown"]),
        tuple(tuple(names) for names in data["same"]),
        tuple((name, separator) for name, separator in data["lists"]),
        tuple(data["held"]),
        tuple((name, missing) for name, missing in data["skipped"]),
    )
