"""Numbers of a form as z3 terms: tables, trees and what they are put together with."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from brambling.credit.axioms.model.forms import below

if TYPE_CHECKING:
    from brambling.credit.axioms.model.encoding import Encoding, Quantity, Variable

Case = tuple[Any, Any]  # a condition and the result where it is the first that holds


def encode_number(encoding: Encoding, node: Any, variables: dict[str, Variable]) -> Quantity:
    """A numeric node. Raises NotEncoded for what has no exact term."""
    import z3

    from brambling.credit.axioms.model.encoding import Labelled, NotEncoded, Quantity, rational

    present = z3.BoolVal(False)
    if not isinstance(node, dict):
        return Quantity(rational(float(node)), missing=present)
    kind, body = next(iter(node.items()))
    if kind == "field":
        found = encoding.named(body, variables)
        if isinstance(found, Labelled):
            raise NotEncoded
        return found
    if kind in ("bins", "labels"):
        return _chosen(_cases(encoding, kind, body, variables))
    if kind == "grid":
        return _grid(encoding, body, variables)
    if kind == "tree":
        return Quantity(_tree(encoding, body, variables), missing=present)
    parts = [encoding.node(part, variables) for part in below(node)]
    numbers = [part for part in parts if isinstance(part, Quantity) and not part.logistic]
    if len(numbers) < len(parts):
        raise NotEncoded
    missing = z3.Or(*[part.missing for part in numbers])
    return Quantity(_combined(kind, body, [part.number for part in numbers]), kind == "logistic", missing)


def _combined(kind: str, body: Any, numbers: list[Any]) -> Any:
    import z3

    from brambling.credit.axioms.model.encoding import rational

    if kind == "sum":
        return z3.Sum(*numbers)
    if kind in ("least", "most"):
        found = numbers[0]
        for number in numbers[1:]:
            found = z3.If(number < found if kind == "least" else number > found, number, found)
        return found
    if kind == "scale":
        return rational(float(body[0])) * numbers[0]
    if kind == "floor":
        step = rational(float(body[0]))
        return z3.ToReal(z3.ToInt(numbers[0] / step)) * step
    if kind == "line":
        return _line(body, numbers[0])
    return numbers[0]  # a logistic is compared by its margin


def _line(body: Any, x: Any) -> Any:
    import z3

    at, values = [Fraction(one) for one in body["at"]], [Fraction(one) for one in body["values"]]
    pieces = []
    for place in range(1, len(at)):
        slope = (values[place] - values[place - 1]) / (at[place] - at[place - 1])
        offset = values[place - 1] - slope * at[place - 1]
        pieces.append(z3.Q(slope.numerator, slope.denominator) * x + z3.Q(offset.numerator, offset.denominator))
    found = pieces[-1]
    for place in range(len(pieces) - 2, -1, -1):
        knot = at[place + 1]
        found = z3.If(x < z3.Q(knot.numerator, knot.denominator), pieces[place], found)
    return found


def _cases(encoding: Encoding, kind: str, body: Any, variables: dict[str, Variable]) -> list[Case]:
    """The bins or labels of a field in the order in which they are tried; the last one is for everything else."""
    import z3

    from brambling.credit.axioms.model.encoding import NotEncoded, rational

    variable = variables.get(body["field"])
    if variable is None or variable.value is None:
        raise NotEncoded
    cases: list[Case] = [(variable.missing, body.get("missing"))]
    if kind == "bins":
        if variable.one.kind == "text":
            raise NotEncoded
        cases += [(variable.value == rational(float(value)), result) for value, result in body.get("specials", ())]
        cases += [
            (variable.value < rational(float(edge)), result)
            for edge, result in zip(body["edges"], body["values"], strict=False)
        ]
        return [*cases, (z3.BoolVal(True), body["values"][-1])]
    if body.get("prefixes") or body.get("width"):
        raise NotEncoded
    for label, result in body["values"].items():
        cases.append((encoding.is_label(variable, label), result))
    return [*cases, (z3.BoolVal(True), body.get("other"))]


def _chosen(cases: list[Case]) -> Quantity:
    """The first case that holds; a result of None is missing."""
    import z3

    from brambling.credit.axioms.model.encoding import Quantity, rational

    number, missing = z3.RealVal(0), z3.BoolVal(True)
    for condition, result in reversed(cases):
        number = z3.If(condition, rational(float(result or 0)), number)
        missing = z3.If(condition, z3.BoolVal(result is None), missing)
    return Quantity(number, missing=missing)


def _grid(encoding: Encoding, body: Any, variables: dict[str, Variable]) -> Quantity:
    import z3

    from brambling.credit.axioms.model.encoding import NotEncoded, Quantity

    sides = []
    for side in ("rows", "columns"):
        kind, inner = next(iter(encoding.form.node(body[side]).items()))
        if kind not in ("bins", "labels"):
            raise NotEncoded
        sides.append(_cases(encoding, kind, inner, variables))
    number, missing = z3.RealVal(0), z3.BoolVal(True)
    for condition, row in reversed(sides[0]):
        line = [
            (holds, None if row is None or column is None else body["values"][int(row)][int(column)])
            for holds, column in sides[1]
        ]
        found = _chosen(line)
        number, missing = z3.If(condition, found.number, number), z3.If(condition, found.missing, missing)
    return Quantity(number, missing=missing)


def _tree(encoding: Encoding, tree: Any, variables: dict[str, Variable]) -> Any:
    import z3

    from brambling.credit.axioms.model.encoding import NotEncoded, rational

    if "value" in tree:
        return rational(float(tree["value"]))
    variable = variables.get(tree["field"])
    if variable is None or variable.value is None or variable.one.kind == "text":
        raise NotEncoded
    below_it = variable.value <= rational(float(tree["threshold"]))
    left = z3.If(variable.missing, z3.BoolVal(tree.get("missing", "left") == "left"), below_it)
    return z3.If(left, _tree(encoding, tree["left"], variables), _tree(encoding, tree["right"], variables))
