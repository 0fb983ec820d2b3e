"""Does a set of axioms have a model: is there a scorer that keeps all of it?

Two sides. A contradiction is an application, or a pair that the set puts in an order, for which no answer satisfies every
axiom: z3 is asked for it over all answers. A model is shown by building one and proving every axiom on it, with the same
proofs that scorers get: first the scorer that declines everyone, then one that lends to an application and to everyone
whom the set calls at least as good (found by asking z3 for whom it would break an axiom, until there is nobody).

Without a file of applications every number is taken as not negative, as amounts, days and counts are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from brambling.credit.axioms.model.encoding import Encoding, Labelled, NotEncoded, Quantity, Variable
from brambling.credit.axioms.model.forms import Form, read_form
from brambling.credit.axioms.rules import (
    Axiom,
    AxiomSet,
    Cap,
    Consistency,
    Dominance,
    Evidence,
    Invariance,
    Monotone,
    ReasonTruth,
    Veto,
    rank,
    read_condition,
)
from brambling.credit.axioms.shapes import Application, Field, Space
from brambling.kit.errors import ExtraMissing

OUTCOMES = ("decision", "limit", "rate_annual", "tenor_days", "score", "reasons")
HIGH = 1e12
_ROUNDS = 60
_LENT = 1  # yuan: the smallest loan that is one
_RELATIONAL = (Monotone, Dominance, Invariance, Evidence, Consistency)


@dataclass(frozen=True)
class Conflict:
    """Two axioms that cannot both hold for ``application`` (and ``other``, which the set puts above it)."""

    first: str
    second: str
    outcome: str
    low: Any
    high: Any
    application: Application
    other: Application | None = None


@dataclass(frozen=True)
class Consistent:
    """The result. ``trivial``: declining everyone is a model; ``lends``: the least applicant that a model lends to;
    ``undecided``: axioms for which neither side could be shown."""

    axioms: int
    conflict: Conflict | None = None
    trivial: bool = False
    lends: Application | None = None
    undecided: tuple[str, ...] = ()

    @property
    def decided(self) -> bool:
        """Whether a contradiction or a model was shown."""
        return self.conflict is not None or not self.undecided

    def plain(self) -> dict[str, Any]:
        """The result as JSON knows it."""
        conflict = self.conflict
        return {
            "axioms": self.axioms,
            "declining_everyone": self.trivial,
            "lends_to": self.lends,
            "undecided": list(self.undecided),
            "conflict": None if conflict is None else {**conflict.__dict__},
        }


def consistent(axioms: AxiomSet) -> Consistent:
    """The proof or the contradiction; raises ExtraMissing without z3."""
    try:
        import z3  # noqa: F401
    except ModuleNotFoundError:
        raise ExtraMissing("scorecard", "proving a set of axioms") from None
    space = imagined(axioms)
    conflict = _conflict(axioms, space)
    if conflict is not None:
        return Consistent(len(axioms), conflict)
    declining = read_form({"outcomes": {"decision": {"text": "decline"}, "limit": 0}})
    failing = _failing(axioms, declining, space)
    lends = _lending(axioms, space)
    if not failing or lends is not None:
        return Consistent(len(axioms), trivial=not failing, lends=lends)
    if not _failing(axioms, _as_forced(axioms), space):
        return Consistent(len(axioms))
    return Consistent(len(axioms), undecided=tuple(failing))


# -- the fields that a set speaks of --------------------------------------------------------------------------------


def imagined(axioms: AxiomSet) -> Space:
    """A space of all applications that the set can tell apart, from how its axioms use each name."""
    outcomes = {*OUTCOMES, *(name for axiom in axioms for name in axiom.outcomes)}
    numbers: set[str] = set()
    literals: dict[str, set[Any]] = {}
    names: list[str] = []
    for axiom in axioms:
        for condition in axiom.conditions:
            names += condition.names
            for name, value in condition.compared():
                literals.setdefault(name, set()).add(value)
        names += [name for name in axiom.fields if name not in outcomes]
        numbers |= set(_ordered(axiom))
        if isinstance(axiom, Cap):
            numbers |= set(axiom.bound.names)
    fields = {
        name: _imagined_field(name, literals.get(name, set()) - {None}, number=name in numbers)
        for name in dict.fromkeys(names)
        if name not in outcomes
    }
    typical = {name: one.values[0] for name, one in fields.items()}
    return Space(fields, (typical,), typical)


def _imagined_field(name: str, literals: set[Any], *, number: bool) -> Field:
    if literals and all(isinstance(value, bool) for value in literals):
        return Field(name, "flag", (False, True))
    texts = sorted(value for value in literals if isinstance(value, str))
    if texts or not (number or literals):
        return Field(name, "text", (*texts, "none", "other"))
    low = min(0.0, *(float(value) for value in literals), 0.0)
    return Field(name, "number", (0.0,), False, low, HIGH, 0.01)


def _ordered(axiom: Axiom) -> Iterator[str]:
    if isinstance(axiom, Monotone):
        yield axiom.field
    if isinstance(axiom, Dominance):
        yield from (name for name, _ in axiom.axes)
    if isinstance(axiom, Evidence):
        yield from (name for name in (axiom.field, axiom.contradiction) if name)


# -- a model -------------------------------------------------------------------------------------------------------


def _failing(axioms: AxiomSet, form: Form, space: Space) -> list[str]:
    """The axioms that are not proved on a form."""
    return [axiom.name for axiom in axioms if not _keeps(axiom, form, space)]


def _keeps(axiom: Axiom, form: Form, space: Space) -> bool:
    """Whether the form keeps the axiom: proved. It states a reason for its declines, and nothing but its outcomes."""
    if isinstance(axiom, ReasonTruth):
        return True
    if isinstance(axiom, Consistency):
        return not set(axiom.fields) & form.reads
    judged = set(axiom.outcomes) - set(form.outcomes)
    if judged:
        return not isinstance(axiom, Veto)  # what is not said cannot break a bound or an order
    try:
        return Encoding(form, space, axiom, bounded=True).broken() == "unsat"
    except NotEncoded:
        return False


def _as_forced(axioms: AxiomSet, lent: str = "") -> Form:
    """The form that lends where ``lent`` holds, answers what vetoes force, and else declines."""
    rules: dict[str, list[Any]] = {"decision": [], "limit": []}
    if lent:
        rules = {"decision": [[lent, {"text": "approve"}]], "limit": [[lent, _LENT]]}
    for axiom in axioms:
        if isinstance(axiom, Veto) and axiom.when is not None and axiom.outcome in rules:
            value = axiom.values[0]
            rules[axiom.outcome].append([axiom.when.text, {"text": value} if isinstance(value, str) else value])
    declining = {"decision": {"text": "decline"}, "limit": 0}
    kept = {name: [rule for rule in rules[name] if _speaks_of_fields(rule[0])] for name in rules}
    return read_form({"outcomes": {name: {"first": {"rules": kept[name], "else": declining[name]}} for name in rules}})


def _speaks_of_fields(text: str) -> bool:
    return not set(read_condition(text).names) & set(OUTCOMES)


def _lending(axioms: AxiomSet, space: Space) -> Application | None:
    """The least applicant of a model that lends: proved, None where none was found."""
    import z3

    lending = read_form({"outcomes": {"decision": {"text": "approve"}, "limit": _LENT}})
    bad, variables = _broken_by(axioms, lending, space)
    if bad is None:
        return None
    ways = relations(axioms, space)
    least = {name: z3.Const(f"p.{name}", variable.value.sort()) for name, variable in variables.items()}
    pairs = [(variable.value, least[name]) for name, variable in variables.items()]
    domain = z3.And(*_blank(space).solver.assertions())
    people, above = z3.Solver(), z3.Solver()
    for solver in (people, above):
        solver.set("random_seed", 0)
    people.add(z3.substitute(z3.And(domain, z3.Not(bad)), *pairs))
    above.add(domain, bad)
    for _ in range(_ROUNDS):
        if people.check() != z3.sat:
            return None
        model = people.model()
        found = {name: model.eval(least[name], model_completion=True) for name in variables}
        above.push()
        above.add(*_above(ways, found, {name: variable.value for name, variable in variables.items()}))
        worse = above.model() if above.check() == z3.sat else None
        above.pop()
        if worse is None:
            return _proved_lending(axioms, space, ways, _readable(space, variables, found))
        met = {name: worse.eval(variable.value, model_completion=True) for name, variable in variables.items()}
        people.add(z3.Not(z3.And(*_above(ways, least, met))))
    return None


def _broken_by(axioms: AxiomSet, form: Form, space: Space) -> tuple[Any, dict[str, Variable]]:
    """For whom the answers of a form break an axiom that judges single answers."""
    import z3

    broken, variables = [], _blank(space).a
    for axiom in axioms:
        alone = isinstance(axiom, Veto | Cap) or (
            isinstance(axiom, Evidence) and not axiom.field and not axiom.contradiction
        )
        if not alone or set(axiom.outcomes) - set(form.outcomes):
            continue
        try:
            encoding = Encoding(form, space, axiom, bounded=True)
            encoding.broken()
        except NotEncoded:
            return None, {}
        broken.append(z3.And(*encoding.solver.assertions()))
    return z3.Or(*broken), variables


def _blank(space: Space) -> Encoding:
    """The applications of a space, and nothing asked of them."""
    form = read_form({"outcomes": {"limit": 0}})
    return Encoding(form, space, Cap("any", "any", bound=read_condition("0")), bounded=True)


def relations(axioms: AxiomSet, space: Space) -> dict[str, str]:
    """For each field how one application may stand above another: ``=`` the same, ``>=``, ``<=``, or ``*`` anything."""
    ways: dict[str, set[str]] = {name: set() for name in space.fields}
    for axiom in axioms:
        for name, way in moves(axiom):
            ways[name].add(way)
    return {name: "=" if not found else found.pop() if len(found) == 1 else "*" for name, found in ways.items()}


def moves(axiom: Axiom) -> Iterator[tuple[str, str]]:
    """The fields that an axiom moves, and the way up."""
    if isinstance(axiom, Monotone):
        yield axiom.field, ">=" if axiom.direction == "increasing" else "<="
    elif isinstance(axiom, Dominance):
        yield from ((name, ">=" if way == "increasing" else "<=") for name, way in axiom.axes)
    elif isinstance(axiom, Invariance | Consistency):
        yield from ((name, "*") for name in axiom.fields)
    elif isinstance(axiom, Evidence) and axiom.contradiction:
        yield axiom.contradiction, "<="
    elif isinstance(axiom, Evidence) and axiom.field:
        yield axiom.field, "<=" if axiom.direction == "increasing" else ">="


def _above(ways: Mapping[str, str], low: Mapping[str, Any], high: Mapping[str, Any]) -> list[Any]:
    """``high`` stands above ``low`` or is the same."""
    out = []
    for name, way in ways.items():
        if way == "=":
            out.append(high[name] == low[name])
        elif way != "*":
            out.append(high[name] >= low[name] if way == ">=" else high[name] <= low[name])
    return out


def _readable(space: Space, variables: Mapping[str, Variable], found: Mapping[str, Any]) -> Application:
    out: Application = {}
    for name, value in found.items():
        one = space.fields[name]
        if one.kind == "number":
            out[name] = float(value.as_fraction())
        elif one.kind == "flag":
            out[name] = bool(value.as_long())
        else:
            code = value.as_long()
            known = list(dict.fromkeys(v for f in space.fields.values() if f.kind == "text" for v in f.values))
            out[name] = known[code] if code < len(known) else "other"
    return out


def _proved_lending(axioms: AxiomSet, space: Space, ways: Mapping[str, str], least: Application) -> Application | None:
    """The fields of ``least`` that matter, if the scorer that lends from there on keeps every axiom."""
    asked = {name for axiom in axioms for condition in axiom.conditions for name in condition.names}
    asked |= {axiom.source for axiom in axioms if isinstance(axiom, Evidence)}
    used = {name: _whole(value, ways[name]) for name, value in least.items() if ways[name] != "*" and name in asked}
    tests = [f"`{name}` {ways[name] if ways[name] != '=' else '=='} {_literal(value)}" for name, value in used.items()]
    text = " and ".join(tests) or "1 == 1"
    form = _as_forced(axioms, text)
    return None if _failing(axioms, form, space) else used


def _whole(value: Any, way: str) -> Any:
    """A number on the safe side of where z3 put it: off the edge of a bound."""
    if not isinstance(value, float):
        return value
    return float(math.floor(value) if way == "<=" else math.ceil(value))


def _literal(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else repr(value)


# -- a contradiction -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Force:
    """What an axiom that judges single answers demands of an outcome: at least ``low``, at most ``high``."""

    axiom: Axiom
    outcome: str
    low: float | None
    high: Any


def _forces(axioms: AxiomSet) -> list[_Force]:
    found = []
    for axiom in axioms:
        if isinstance(axiom, Veto):
            places = [place for place in map(rank, axiom.values) if place is not None]
            if len(places) == len(axiom.values):
                found.append(_Force(axiom, axiom.outcome, min(places), max(places)))
        elif isinstance(axiom, Cap):
            found.append(_Force(axiom, axiom.outcome, None, axiom.bound))
        elif isinstance(axiom, Evidence) and not axiom.field and not axiom.contradiction:
            found.append(_Force(axiom, axiom.outcome, 0.0, 0.0))
    return found


def _conflict(axioms: AxiomSet, space: Space) -> Conflict | None:
    """A pair of demands that meet in one application, or in two of which the set puts one above the other."""
    forces = _forces(axioms)
    for below in forces:
        if below.low is None:
            continue
        for above in forces:
            if above is below or above.outcome != below.outcome:
                continue
            for apart in (False, True):
                found = _meet(axioms, space, below, above, apart=apart)
                if found is not None:
                    return found
    return None


def _meet(axioms: AxiomSet, space: Space, below: _Force, above: _Force, *, apart: bool) -> Conflict | None:
    import z3

    assert below.low is not None
    try:
        question = _Question(space, below.axiom)
        p = question.a
        q = question.variables("q") if apart else p
        ways = _ways_of(axioms, space, below.outcome)
        solver = question.solver
        solver.add(question.applies(below.axiom, p, axioms), question.applies(above.axiom, q, axioms))
        if apart:
            values_p, values_q = ({name: variable.value for name, variable in side.items()} for side in (p, q))
            solver.add(*_above(ways, values_p, values_q))
        bound = question.bound(above, q)
        solver.add(bound < z3.Q(*float(below.low).as_integer_ratio()))
        if solver.check() != z3.sat:
            return None
    except NotEncoded:
        return None
    model = solver.model()
    high = model.eval(bound, model_completion=True).as_fraction()
    first = question.shown(model, p, below.axiom, above.axiom)
    second = question.shown(model, q, below.axiom, above.axiom) if apart else None
    names = (below.axiom.name, above.axiom.name)
    low_said, high_said = _said(below, below.low), _said(above, float(high))
    return Conflict(*names, below.outcome, low_said, high_said, first, second)


def _said(force: _Force, value: float) -> Any:
    """A place of an outcome as its label where the axiom speaks in labels."""
    if isinstance(force.axiom, Veto):
        return next((label for label in force.axiom.values if rank(label) == value), value)
    return value


def _ways_of(axioms: AxiomSet, space: Space, outcome: str) -> dict[str, str]:
    """The order that axioms without a condition make on one outcome."""
    ordering = tuple(
        axiom
        for axiom in axioms
        if isinstance(axiom, _RELATIONAL)
        and axiom.when is None
        and outcome in (axiom.outcomes or (outcome,))
        and not (isinstance(axiom, Evidence) and axiom.field)
    )
    return relations(AxiomSet("order", ordering), space)


class _Question(Encoding):
    """Conditions of axioms on applications without any scorer; what a veto forces of the decision is known of it."""

    def __init__(self, space: Space, axiom: Axiom) -> None:
        blank = read_form({"outcomes": {"decision": {"text": "decline"}, "limit": 0}})
        super().__init__(blank, space, Cap(axiom.name, axiom.reason, bound=read_condition("0")), bounded=True)
        self.solver.set("rlimit", 2_000_000)

    def variables(self, prefix: str) -> dict[str, Variable]:
        """Another application."""
        return self._variables(prefix, {})

    def applies(self, axiom: Axiom, at: dict[str, Variable], axioms: AxiomSet) -> Any:
        """Where an axiom speaks; ``decision == decline`` holds for sure where another veto forces it."""
        import z3

        if isinstance(axiom, Evidence):
            from brambling.credit.axioms.model.search import absences

            if axiom.source not in at:
                raise NotEncoded
            return z3.Or(*[self._is(at[axiom.source], value) for value in absences(at[axiom.source].one)])
        if axiom.when is None:
            return z3.BoolVal(True)
        if set(axiom.when.names) & set(self.form.outcomes):
            if set(axiom.when.names) != {"decision"}:
                raise NotEncoded
            forcing = [
                self.applies(veto, at, axioms)
                for veto in axioms
                if isinstance(veto, Veto)
                and veto.outcome == "decision"
                and veto.when is not None
                and not set(veto.when.names) & set(self.form.outcomes)
                and all(axiom.when.holds({"decision": value}) for value in veto.values)
            ]
            return z3.Or(*forcing)
        return self._surely(axiom.when.tree, at)[0]

    def bound(self, force: _Force, at: dict[str, Variable]) -> Any:
        """The most that a demand allows."""
        if isinstance(force.axiom, Cap):
            found = self._part(force.axiom.bound.tree, at)
            if isinstance(found, Labelled) or found.logistic:
                raise NotEncoded
            return found.number
        import z3

        return Quantity(z3.Q(*float(force.high).as_integer_ratio())).number

    def shown(self, model: Any, at: dict[str, Variable], *axioms: Axiom) -> Application:
        """The fields that the two axioms speak of."""
        named = {name for axiom in axioms for condition in axiom.conditions for name in condition.names}
        named |= {name for axiom in axioms for name in axiom.fields}
        return {name: self._read(model, variable) for name, variable in at.items() if name in named}
