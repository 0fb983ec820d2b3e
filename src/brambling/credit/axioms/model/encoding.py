"""An axiom and a form as one z3 question: is there an application, or a pair, that breaks it?

Fields are exact: rationals for numbers, whole numbers for whole fields, a code for each label (and one for any other),
a truth value for missing where the file has missing values. Conditions keep their three values, as (surely true,
surely false). A logistic outcome is compared through its margin, which is monotone. The work is bounded by a count of
z3's own steps and not by time, so that a proof is the same on every machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from brambling.credit.axioms.model.encoding_nodes import encode_number
from brambling.credit.axioms.model.forms import Form, below
from brambling.credit.axioms.model.places import exact
from brambling.credit.axioms.model.search import absences
from brambling.credit.axioms.rules import Axiom, Cap, Dominance, Evidence, Invariance, Monotone, Veto, rank
from brambling.credit.axioms.rules.condition import Literal, Name, Operation
from brambling.credit.axioms.rules.condition import Node as Part
from brambling.credit.axioms.rules.judge import DECISION_ORDER, PRICES
from brambling.credit.axioms.shapes import Application, Field, Space

STEPS_MAX = 20_000_000
_DECISIONS = {label for labels in DECISION_ORDER for label in labels}


class NotEncoded(Exception):
    """The axiom or the form has something that this encoding does not say."""


@dataclass
class Variable:
    """A field as z3 knows it."""

    one: Field
    missing: Any
    value: Any


@dataclass
class Quantity:
    """A number, possibly behind a logistic; ``missing`` says when it is not there."""

    number: Any
    logistic: bool = False
    missing: Any = False


@dataclass
class Labelled:
    """A label as a code; ``missing`` says when it is not there."""

    code: Any
    missing: Any = False


def rational(value: float) -> Any:
    """An exact number for z3."""
    import z3

    if not math.isfinite(value):
        raise NotEncoded
    fraction = Fraction(value)
    return z3.Q(fraction.numerator, fraction.denominator)


class Encoding:
    """The question for one axiom. ``bounded`` keeps numbers inside the range that is searched, else only their sign."""

    def __init__(self, form: Form, space: Space, axiom: Axiom, *, bounded: bool) -> None:
        import z3

        self.form, self.space, self.axiom, self.bounded = form, space, axiom, bounded
        self.solver = z3.Solver()
        self.solver.set("rlimit", STEPS_MAX)
        self.solver.set("random_seed", 0)
        self.labels: dict[str, int] = {}
        self.spelled: dict[str, str] = {}
        self.a = self._variables("a", {})
        self.pair = not self._alone()
        self.b = self._other() if self.pair else self.a

    def _alone(self) -> bool:
        axiom = self.axiom
        return isinstance(axiom, Veto | Cap) or (
            isinstance(axiom, Evidence) and not axiom.field and not axiom.contradiction
        )

    # -- the question ----------------------------------------------------------------------------------------------

    def broken(self) -> str:
        """``sat`` where something breaks the axiom, ``unsat`` where nothing does, ``unknown`` beyond the steps."""
        import z3

        for variables in (self.a, self.b) if self.pair else (self.a,):
            if self.axiom.when is not None:
                self.solver.add(self._surely(self.axiom.when.tree, variables)[0])
        self._ask()
        found = self.solver.check()
        return "sat" if found == z3.sat else "unsat" if found == z3.unsat else "unknown"

    def witness(self) -> tuple[Application, Application | None]:
        """The application (and the other one) that z3 found."""
        model = self.solver.model()
        a = {name: self._read(model, variable) for name, variable in self.a.items()}
        return a, {name: self._read(model, variable) for name, variable in self.b.items()} if self.pair else None

    def _ask(self) -> None:
        import z3

        axiom, add = self.axiom, self.solver.add
        if isinstance(axiom, Monotone):
            add(self._rises(axiom.field, strictly=True))
            add(self._falls(axiom.outcome, axiom.order, upwards=axiom.direction == "increasing"))
        elif isinstance(axiom, Dominance):
            for name, direction in axiom.axes:
                add(self._rises(name, down=direction == "decreasing"))
            add(self._falls(axiom.outcome, axiom.order, upwards=True))
        elif isinstance(axiom, Invariance):
            add(z3.Or(*[self._differs(name) for name in axiom.judged or self.form.outcomes]))
        elif isinstance(axiom, Veto):
            add(self._misses(axiom))
        elif isinstance(axiom, Cap):
            self._over(axiom)
        elif isinstance(axiom, Evidence):
            self._evidence(axiom)
        else:
            raise NotEncoded

    def _evidence(self, axiom: Evidence) -> None:
        import z3

        if axiom.contradiction:
            self.solver.add(self._rises(axiom.contradiction, strictly=True))
            self.solver.add(self._falls(axiom.outcome, axiom.order, upwards=False))
            return
        if axiom.source not in self.space.fields:
            raise NotEncoded
        variable = self.a[axiom.source]
        options = [self._is(variable, value) for value in absences(variable.one)]
        self.solver.add(z3.Or(*options))
        if axiom.field:
            self.solver.add(self._rises(axiom.field, strictly=True, down=axiom.direction == "decreasing"))
            self.solver.add(self._falls(axiom.outcome, axiom.order, upwards=False))
        else:
            place = self._place(self.form.outcomes[axiom.outcome], axiom.order, self.a)
            self.solver.add(z3.Not(place.missing), place.number != 0)

    def _misses(self, axiom: Veto) -> Any:
        import z3

        node = self.form.node(self.form.outcomes[axiom.outcome])
        found = self.node(node, self.a)
        if isinstance(found, Labelled):
            wanted = [value for value in axiom.values if isinstance(value, str)]
            places = {rank(value) for value in wanted} - {None}
            self._collect(node)
            allowed = [
                code
                for label, code in self.labels.items()
                if rank(label) in places or label in [w.strip().casefold() for w in wanted]
            ]
            return z3.Or(found.missing, z3.And(*[found.code != code for code in allowed]))
        if found.logistic:
            raise NotEncoded
        aims = [value for value in map(rank, axiom.values) if value is not None]
        return z3.Or(found.missing, z3.And(*[found.number != rational(aim) for aim in aims]))

    def _over(self, axiom: Cap) -> None:
        import z3

        bound = self._part(axiom.bound.tree, self.a)
        place = self._place(self.form.outcomes[axiom.outcome], (), self.a)
        if not isinstance(bound, Quantity) or bound.logistic:
            raise NotEncoded
        self.solver.add(z3.Not(bound.missing), z3.Not(place.missing), self._no_price(axiom.outcome, self.a))
        if place.logistic:
            raise NotEncoded
        self.solver.add(place.number > bound.number + rational(1e-6))

    def _falls(self, name: str, order: Any, *, upwards: bool) -> Any:
        """The better one (``b`` if ``upwards``) has less of the outcome."""
        import z3

        node = self.form.outcomes[name]
        a, b = self._place(node, order, self.a), self._place(node, order, self.b)
        low, high = (a, b) if upwards else (b, a)
        priced = z3.And(self._no_price(name, self.a), self._no_price(name, self.b))
        return z3.And(z3.Not(a.missing), z3.Not(b.missing), priced, high.number < low.number)

    def _no_price(self, name: str, variables: dict[str, Variable]) -> Any:
        """A price is compared only where there is an offer."""
        import z3

        if not name.startswith(PRICES) or "decision" not in self.form.outcomes:
            return z3.BoolVal(True)
        place = self._place(self.form.outcomes["decision"], (), variables)
        return place.number != 0

    def _differs(self, name: str) -> Any:
        import z3

        x, y = self.node(self.form.outcomes[name], self.a), self.node(self.form.outcomes[name], self.b)
        if isinstance(x, Labelled) and isinstance(y, Labelled):
            same = x.code == y.code
        elif isinstance(x, Quantity) and isinstance(y, Quantity):
            same = x.number == y.number
        else:
            raise NotEncoded
        return z3.Or(x.missing != y.missing, z3.And(z3.Not(x.missing), z3.Not(same)))

    def _place(self, node: Any, order: Any, variables: dict[str, Variable]) -> Quantity:
        """An outcome by rank: numbers as they are, labels by their place."""
        import z3

        found = self.node(node, variables)
        if isinstance(found, Quantity):
            return found
        self._collect(node)
        number = z3.RealVal(-1)
        for label, code in self.labels.items():
            place = rank(label, order or DECISION_ORDER)
            if place is not None:
                number = z3.If(found.code == code, z3.RealVal(int(place)), number)
        return Quantity(number, missing=found.missing)

    # -- fields ----------------------------------------------------------------------------------------------------

    def _variables(self, prefix: str, shared: dict[str, Variable]) -> dict[str, Variable]:
        return {
            name: shared.get(name) or self._variable(f"{prefix}.{name}", one) for name, one in self.space.fields.items()
        }

    def _variable(self, name: str, one: Field) -> Variable:
        import z3

        missing = z3.Bool(f"{name}?") if one.missing else z3.BoolVal(False)
        if one.kind == "list":
            return Variable(one, missing, None)
        if one.kind in ("flag", "text"):
            value = z3.Int(name)
            self.solver.add(value >= 0, value <= (1 if one.kind == "flag" else self._other_label()))
            return Variable(one, missing, value)
        value = z3.Int(name) if one.kind == "integer" else z3.Real(name)
        if self.bounded:
            self.solver.add(value >= rational(one.low), value <= rational(one.high))
        elif one.low >= 0:
            self.solver.add(value >= 0)
        return Variable(one, missing, value)

    def _other(self) -> dict[str, Variable]:
        """The second application: the fields that the axiom moves are its own, all others are those of the first."""
        axiom = self.axiom
        if isinstance(axiom, Monotone):
            moved = {axiom.field}
        elif isinstance(axiom, Dominance):
            moved = {name for name, _ in axiom.axes}
        elif isinstance(axiom, Invariance):
            moved = set(axiom.swapped)
        elif isinstance(axiom, Evidence):
            moved = {axiom.contradiction or axiom.field}
        else:
            raise NotEncoded
        return self._variables("b", {name: variable for name, variable in self.a.items() if name not in moved})

    def _rises(self, name: str, *, strictly: bool = False, down: bool = False) -> Any:
        import z3

        a, b = (self.b[name], self.a[name]) if down else (self.a[name], self.b[name])
        if a.one.kind in ("text", "list"):
            raise NotEncoded
        way = b.value > a.value if strictly else b.value >= a.value
        return z3.And(z3.Not(a.missing), z3.Not(b.missing), way)

    def _is(self, variable: Variable, value: Any) -> Any:
        import z3

        if value is None:
            return variable.missing
        if variable.one.kind == "flag":
            return z3.And(z3.Not(variable.missing), variable.value == int(value))
        if variable.one.kind == "text":
            return z3.And(z3.Not(variable.missing), variable.value == self._label(str(value)))
        if variable.one.kind == "list":
            raise NotEncoded
        return z3.And(z3.Not(variable.missing), variable.value == rational(float(value)))

    def _read(self, model: Any, variable: Variable) -> Any:
        import z3

        one = variable.one
        if variable.value is None:
            return self.space.typical[one.name]
        if z3.is_true(model.eval(variable.missing, model_completion=True)):
            return None
        value = model.eval(variable.value, model_completion=True)
        number = Fraction(value.as_long()) if z3.is_int_value(value) else Fraction(value.as_fraction())
        if one.kind == "flag":
            return bool(number)
        if one.kind == "text":
            known = [item for item in one.values if self.labels.get(str(item).strip().casefold()) == number]
            return known[0] if known else next((label for label, code in self.labels.items() if code == number), "")
        return exact(one, float(number))

    def _other_label(self) -> int:
        """The code of any label that nobody names; every label of the file and of the form has its own below it."""
        if not self.labels:
            for one in self.space.fields.values():
                if one.kind == "text":
                    for value in one.values:
                        self._label(str(value))
            for node in (*self.form.terms.values(), *self.form.outcomes.values()):
                self._collect(node)
            for condition in (*self.form.conditions.values(), *self.axiom.conditions):
                for _, value in condition.compared():
                    if isinstance(value, str):
                        self._label(value)
        return len(self.labels)

    def _label(self, text: str) -> int:
        """The code of a label. Two spellings of one word are one label to a condition and two to a table."""
        folded = text.strip().casefold()
        if self.spelled.setdefault(folded, text) != text and folded not in _DECISIONS:
            raise NotEncoded
        return self.labels.setdefault(folded, len(self.labels))

    def is_label(self, variable: Variable, label: str) -> Any:
        """The field has this label."""
        import z3

        one = variable.one
        if one.kind == "text":
            return variable.value == self._label(label)
        if one.kind == "flag":
            return variable.value == int(label == "true") if label in ("true", "false") else z3.BoolVal(False)
        try:
            return variable.value == rational(float(label))
        except ValueError:
            return z3.BoolVal(False)

    def _collect(self, node: Any) -> None:
        """Give every label below a node its code."""
        node = self.form.node(node)
        if not isinstance(node, dict):
            return
        kind, body = next(iter(node.items()))
        if kind == "text":
            self._label(body)
        if kind == "labels":
            for label in body["values"]:
                self._label(label)
        for part in below(node):
            self._collect(part)

    # -- nodes of the form ------------------------------------------------------------------------------------------

    def node(self, node: Any, variables: dict[str, Variable]) -> Quantity | Labelled:
        import z3

        node = self.form.node(node)
        if isinstance(node, dict) and "text" in node:
            return Labelled(z3.IntVal(self._label(node["text"])), z3.BoolVal(False))
        if isinstance(node, dict) and "first" in node:
            return self._table(node["first"], variables)
        return encode_number(self, node, variables)

    def _table(self, body: Any, variables: dict[str, Variable]) -> Quantity | Labelled:
        """A decision table from its last line up."""
        import z3

        found = self.node(body["else"], variables)
        for text, part in reversed(body["rules"]):
            holds = self._surely(self.form.conditions[text].tree, variables)[0]
            value = self.node(part, variables)
            if type(value) is not type(found):
                raise NotEncoded
            missing = z3.If(holds, value.missing, found.missing)
            if isinstance(value, Labelled) and isinstance(found, Labelled):
                found = Labelled(z3.If(holds, value.code, found.code), missing)
            elif isinstance(value, Quantity) and isinstance(found, Quantity):
                if value.logistic != found.logistic:
                    raise NotEncoded
                found = Quantity(z3.If(holds, value.number, found.number), value.logistic, missing)
        return found

    # -- conditions ------------------------------------------------------------------------------------------------

    def _part(self, part: Part, variables: dict[str, Variable]) -> Quantity | Labelled:
        """A side of a comparison."""
        import z3

        if isinstance(part, Literal):
            if isinstance(part.value, str):
                return Labelled(z3.IntVal(self._label(part.value)), z3.BoolVal(False))
            if part.value is None or isinstance(part.value, tuple):
                raise NotEncoded
            return Quantity(rational(float(part.value)), missing=z3.BoolVal(False))
        if isinstance(part, Name):
            return self.named(part.name, variables)
        if part.operator not in ("+", "-", "*", "/"):
            raise NotEncoded
        x, y = (self._part(inner, variables) for inner in part.parts)
        if isinstance(x, Labelled) or isinstance(y, Labelled) or x.logistic or y.logistic:
            raise NotEncoded
        missing = z3.Or(x.missing, y.missing)
        if part.operator == "/":
            return Quantity(x.number / y.number, missing=z3.Or(missing, y.number == 0))
        made = (
            x.number + y.number
            if part.operator == "+"
            else x.number - y.number
            if part.operator == "-"
            else x.number * y.number
        )
        return Quantity(made, missing=missing)

    def named(self, name: str, variables: dict[str, Variable]) -> Quantity | Labelled:
        import z3

        if name in variables:
            variable = variables[name]
            if variable.one.kind == "text":
                return Labelled(variable.value, variable.missing)
            if variable.value is None:
                raise NotEncoded
            number = z3.ToReal(variable.value) if z3.is_int(variable.value) else variable.value
            return Quantity(number, missing=variable.missing)
        if name in self.form.terms:
            return self.node(name, variables)
        if name in self.form.outcomes:
            return self.node(self.form.outcomes[name], variables)
        raise NotEncoded

    def _surely(self, tree: Part, variables: dict[str, Variable]) -> tuple[Any, Any]:
        """(surely true, surely false); neither where something is missing."""
        import z3

        if isinstance(tree, Operation) and tree.operator in ("and", "or"):
            both = [self._surely(part, variables) for part in tree.parts]
            true, false = [one for one, _ in both], [two for _, two in both]
            return (z3.And(*true), z3.Or(*false)) if tree.operator == "and" else (z3.Or(*true), z3.And(*false))
        if isinstance(tree, Operation) and tree.operator == "not":
            true_inside, false_inside = self._surely(tree.parts[0], variables)
            return false_inside, true_inside
        if isinstance(tree, Operation) and tree.operator in ("in", "not in"):
            return self._member(tree, variables)
        if isinstance(tree, Operation) and tree.operator in ("==", "!=", "<", "<=", ">", ">="):
            return self._compared(tree, variables)
        found = self._part(tree, variables)
        if isinstance(found, Labelled) or found.logistic:
            raise NotEncoded
        return z3.And(z3.Not(found.missing), found.number != 0), z3.And(z3.Not(found.missing), found.number == 0)

    def _member(self, tree: Operation, variables: dict[str, Variable]) -> tuple[Any, Any]:
        import z3

        left, right = tree.parts
        assert isinstance(right, Literal)
        each = [self._compared(Operation("==", (left, Literal(value))), variables) for value in right.value]
        inside = z3.Or(*[one for one, _ in each]), z3.And(*[two for _, two in each])
        return inside if tree.operator == "in" else (inside[1], inside[0])

    def _compared(self, tree: Operation, variables: dict[str, Variable]) -> tuple[Any, Any]:
        import z3

        operator, (left, right) = tree.operator, tree.parts
        if isinstance(right, Literal) and right.value is None and isinstance(left, Name) and left.name in variables:
            missing = variables[left.name].missing
            return (missing, z3.Not(missing)) if operator == "==" else (z3.Not(missing), missing)
        x, y = self._part(left, variables), self._part(right, variables)
        known = z3.And(z3.Not(x.missing), z3.Not(y.missing))
        if isinstance(x, Labelled) and isinstance(y, Labelled):
            if operator not in ("==", "!="):
                raise NotEncoded
            holds = x.code == y.code if operator == "==" else x.code != y.code
        elif isinstance(x, Quantity) and isinstance(y, Quantity) and not (x.logistic or y.logistic):
            holds = _HOLDS[operator](x.number, y.number)
        else:
            raise NotEncoded
        return z3.And(known, holds), z3.And(known, z3.Not(holds))


_HOLDS = {
    "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
}
