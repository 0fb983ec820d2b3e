"""The form of a scorer: what it computes, as plain data, so that axioms can be proved on it.

A form is ``{"terms": {name: node}, "outcomes": {name: node}, "reads": [field, ...]}``. A node is a number, the name of a
term (text), or a mapping with one key:

- ``field`` a numeric field as it is
- ``bins`` ``{field, edges, values, specials: [[value, result], ...], missing}``: values[i] for edges[i-1] <= x < edges[i]
- ``labels`` ``{field, values: {label: result}, missing, other}``: by category; true and false are labels too. Codes may
  have ``prefixes`` ``[[length, {start: result}], ...]`` for those that have no label, and a ``width`` of leading zeros
- ``grid`` ``{rows: node, columns: node, values: [[...]]}``: rows and columns are bins or labels that give positions
- ``tree`` ``{field, threshold, left, right, missing: left|right}`` (x <= threshold goes left) or ``{value}``
- ``sum``, ``least``, ``most`` lists of nodes; ``scale`` ``[number, node]``; ``floor`` ``[step, node]``
- ``line`` ``{of, at, values}`` linear between the knots and, with the slope of the ends, beyond them
- ``logistic`` of a node
- ``text`` a label such as ``decline``; ``first`` ``{rules: [[condition, node], ...], else: node}`` a decision table

``reads`` names every field that the scorer looks at, for outcomes that the form leaves out.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from brambling.credit.axioms.rules.condition import Condition, read_condition
from brambling.kit.errors import InputRejected

Node = Any
KINDS = {
    "field",
    "bins",
    "labels",
    "grid",
    "tree",
    "sum",
    "least",
    "most",
    "scale",
    "floor",
    "line",
    "logistic",
    "text",
    "first",
}
# A change of a field at a point: from just below ``at`` to it (side 0), or from it to just above (side 1).
Step = tuple[float, int]
Bounds = tuple[float, float]


@dataclass(frozen=True)
class Form:
    """A form that was read: its nodes checked, its conditions parsed."""

    terms: Mapping[str, Node]
    outcomes: Mapping[str, Node]
    conditions: Mapping[str, Condition]
    reads: frozenset[str]

    def node(self, node: Node) -> Node:
        """The node behind a name."""
        while isinstance(node, str):
            node = self.terms[node]
        return node


def read_form(plain: Mapping[str, Any]) -> Form:
    """The form in plain data; raises InputRejected for a node that is none."""
    terms, outcomes = plain.get("terms", {}), plain.get("outcomes", {})
    if not isinstance(terms, Mapping) or not isinstance(outcomes, Mapping) or not outcomes:
        raise InputRejected("the form of a scorer has no outcomes", expected="terms and outcomes as mappings")
    conditions: dict[str, Condition] = {}
    fields: set[str] = set()
    for node in (*terms.values(), *outcomes.values()):
        _check(node, terms, conditions, fields)
    named = {name for condition in conditions.values() for name in condition.names}
    return Form(terms, outcomes, conditions, frozenset({*fields, *plain.get("reads", ()), *(named - set(terms))}))


def _check(node: Node, terms: Mapping[str, Node], conditions: dict[str, Condition], fields: set[str]) -> None:
    if isinstance(node, str):
        if node not in terms:
            raise InputRejected(f"the form of the scorer has no term {node!r}")
        return
    if isinstance(node, int | float) and not isinstance(node, bool):
        return
    if not isinstance(node, Mapping) or len(node) != 1 or next(iter(node)) not in KINDS:
        raise InputRejected(f"{str(node)[:80]} is no node of a form", expected=f"one of {', '.join(sorted(KINDS))}")
    kind, body = next(iter(node.items()))
    if kind == "field":
        fields.add(body)
    elif kind in ("bins", "labels"):
        fields.add(body["field"])
    elif kind == "tree":
        fields.update(_tree_fields(body))
    elif kind == "first":
        for text, _ in body["rules"]:
            conditions.setdefault(text, read_condition(text))
    for part in below(node):
        _check(part, terms, conditions, fields)


def below(node: Node) -> Iterator[Node]:
    """The nodes that a node is made of."""
    kind, body = next(iter(node.items()))
    if kind in ("sum", "least", "most"):
        yield from body
    elif kind in ("scale", "floor"):
        yield body[1]
    elif kind == "line":
        yield body["of"]
    elif kind == "logistic":
        yield body
    elif kind == "grid":
        yield from (body["rows"], body["columns"])
    elif kind == "first":
        yield from (part for _, part in body["rules"])
        yield body["else"]


def _tree_fields(tree: Mapping[str, Any]) -> Iterator[str]:
    if "value" not in tree:
        yield tree["field"]
        yield from _tree_fields(tree["left"])
        yield from _tree_fields(tree["right"])


# -- values --------------------------------------------------------------------------------------------------------


def evaluate(form: Form, application: Mapping[str, Any]) -> dict[str, Any]:
    """The outcomes of the form on an application: what the scorer must give too, if the form is true."""
    return {name: _value(form, node, application) for name, node in form.outcomes.items()}


def _value(form: Form, node: Node, a: Mapping[str, Any]) -> Any:
    node = form.node(node)
    if not isinstance(node, Mapping):
        return node
    kind, body = next(iter(node.items()))
    if kind == "text":
        return body
    if kind == "field":
        return a.get(body)
    if kind == "bins":
        return bin_value(body, a.get(body["field"]))
    if kind == "labels":
        return label_value(body, a.get(body["field"]))
    if kind == "tree":
        return _tree_value(body, a)
    if kind == "first":
        names = {name for text, _ in body["rules"] for name in form.conditions[text].names}
        facts = {**a, **{name: _value(form, name, a) for name in names if name in form.terms}}
        chosen = next((part for text, part in body["rules"] if form.conditions[text].holds(facts)), body["else"])
        return _value(form, chosen, a)
    parts = [_value(form, part, a) for part in below(node)]
    if any(part is None for part in parts):
        return None
    return _combined(kind, body, parts)


def _combined(kind: str, body: Any, parts: list[Any]) -> Any:
    if kind == "sum":
        return sum(parts)
    if kind in ("least", "most"):
        return min(parts) if kind == "least" else max(parts)
    if kind == "scale":
        return body[0] * parts[0]
    if kind == "floor":
        return math.floor(parts[0] / body[0]) * body[0]
    if kind == "line":
        return line_value(body, parts[0])
    if kind == "grid":
        return body["values"][int(parts[0])][int(parts[1])]
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, parts[0]))))


def bin_value(body: Mapping[str, Any], x: Any) -> Any:
    """The value of bins at ``x``."""
    if x is None:
        return body.get("missing")
    for special, value in body.get("specials", ()):
        if x == special:
            return value
    return body["values"][bisect_right(body["edges"], x)]


def label_of(x: Any) -> str:
    """A value as a label."""
    if isinstance(x, bool):
        return "true" if x else "false"
    return str(int(x)) if isinstance(x, float) and x.is_integer() else str(x)


def label_value(body: Mapping[str, Any], x: Any) -> Any:
    """The value of labels at ``x``."""
    if x is None:
        return body.get("missing")
    label = label_of(x)
    if body.get("width"):
        label = label.removesuffix(".0").rjust(body["width"], "0")
    for length, values in ([len(label), body["values"]], *body.get("prefixes", ())):
        if label[:length] in values:
            return values[label[:length]]
    return body.get("other")


def _tree_value(tree: Mapping[str, Any], a: Mapping[str, Any]) -> Any:
    while "value" not in tree:
        x = a.get(tree["field"])
        way = tree.get("missing", "left") if x is None else "left" if x <= tree["threshold"] else "right"
        tree = tree[way]
    return tree["value"]


def line_value(body: Mapping[str, Any], x: float) -> float:
    """The value of a line at ``x``."""
    at, values = body["at"], body["values"]
    place = min(max(bisect_right(at, x), 1), len(at) - 1)
    slope = (values[place] - values[place - 1]) / (at[place] - at[place - 1])
    return float(values[place - 1] + slope * (x - at[place - 1]))


# -- which way does a node go? ---------------------------------------------------------------------------------------


class Unordered(Exception):
    """Steps cannot tell how a node depends on the field; something stronger has to."""


def sign(form: Form, node: Node, field: str) -> int | None:
    """0 where the node does not depend on ``field``, 1 where it never falls as the field rises, -1 where it never rises;
    None where steps cannot tell. Exact for tables and trees: every step is compared with every value of the partners."""
    if field not in _reads(form, node):
        return 0
    node = form.node(node)
    kind, body = next(iter(node.items()))
    if kind in ("line", "logistic", "floor", "scale", "least", "most"):
        return _composed(form, kind, body, field)
    if kind == "field":
        return 1
    try:
        bounds = steps(form, node, field)
    except Unordered:
        if kind == "sum":
            return _joined([sign(form, part, field) for part in body])
        return None
    if all(low >= 0 for low, _ in bounds.values()):
        return 1
    return -1 if all(high <= 0 for _, high in bounds.values()) else None


def _composed(form: Form, kind: str, body: Any, field: str) -> int | None:
    if kind in ("least", "most"):
        return _joined([sign(form, part, field) for part in body])
    if kind == "line":
        inner, values = sign(form, body["of"], field), body["values"]
        rises = all(a <= b for a, b in pairwise(values))
        falls = all(a >= b for a, b in pairwise(values))
        return None if inner is None or not (rises or falls) else inner if rises else -inner
    if kind == "scale":
        inner = sign(form, body[1], field)
        return None if inner is None else inner * ((body[0] > 0) - (body[0] < 0))
    if kind == "floor" and body[0] <= 0:
        return None
    return sign(form, body[1] if kind == "floor" else body, field)


def _joined(signs: Sequence[int | None]) -> int | None:
    found = {one for one in signs if one != 0}
    if not found:
        return 0
    return found.pop() if len(found) == 1 else None


def _reads(form: Form, node: Node) -> set[str]:
    node = form.node(node)
    if not isinstance(node, Mapping):
        return set()
    kind, body = next(iter(node.items()))
    out = {body} if kind == "field" else {body["field"]} if kind in ("bins", "labels") else set()
    if kind == "tree":
        out |= set(_tree_fields(body))
    if kind == "first":
        for text, _ in body["rules"]:
            for name in form.conditions[text].names:
                out |= _reads(form, name) if name in form.terms else {name}
    for part in below(node):
        out |= _reads(form, part)
    return out


def steps(form: Form, node: Node, field: str) -> dict[Step, Bounds]:
    """For each point at which the node may step in ``field``: the least and the largest change over all partners."""
    node = form.node(node)
    if field not in _reads(form, node):
        return {}
    kind, body = next(iter(node.items()))
    if kind == "bins":
        return {step: (b - a,) * 2 for step, (a, b) in _bin_steps(body).items()}
    if kind == "labels":
        return {step: (b - a,) * 2 for step, (a, b) in _label_steps(body).items()}
    if kind == "grid":
        return _grid_steps(form, body, field)
    if kind == "tree":
        return _tree_steps(body, field)
    if kind == "scale":
        inner = steps(form, body[1], field)
        return {
            at: (min(body[0] * low, body[0] * high), max(body[0] * low, body[0] * high))
            for at, (low, high) in inner.items()
        }
    if kind == "sum":
        total: dict[Step, Bounds] = {}
        for part in body:
            for at, (low, high) in steps(form, part, field).items():
                before = total.get(at, (0, 0))
                total[at] = (before[0] + low, before[1] + high)
        return total
    raise Unordered


def _bin_steps(body: Mapping[str, Any]) -> dict[Step, tuple[Any, Any]]:
    """(value before, value after) at every point where bins may step."""
    edges, values = body["edges"], body["values"]
    specials = {special for special, _ in body.get("specials", ())}
    out: dict[Step, tuple[Any, Any]] = {}
    for at in {*edges, *specials}:
        before, here, after = values[bisect_left(edges, at)], bin_value(body, at), values[bisect_right(edges, at)]
        out[at, 0], out[at, 1] = (before, here), (here, after)
    return out


def _label_steps(body: Mapping[str, Any]) -> dict[Step, tuple[Any, Any]]:
    if not set(body["values"]) <= {"true", "false"}:
        raise Unordered
    return {(1.0, 0): (label_value(body, False), label_value(body, True))}


def _grid_steps(form: Form, body: Mapping[str, Any], field: str) -> dict[Step, Bounds]:
    rows, columns = form.node(body["rows"]), form.node(body["columns"])
    values: Sequence[Sequence[float]] = body["values"]
    by_rows = field in _reads(form, rows)
    if by_rows and field in _reads(form, columns):
        raise Unordered
    if not by_rows:
        rows, values = columns, list(zip(*values, strict=True))
    kind, inner = next(iter(rows.items()))
    if kind not in ("bins", "labels"):
        raise Unordered
    places = _bin_steps(inner) if kind == "bins" else _label_steps(inner)
    out = {}
    for at, (i, j) in places.items():
        changes = [b - a for a, b in zip(values[int(i)], values[int(j)], strict=True)]
        out[at] = (min(changes), max(changes))
    return out


Box = dict[str, tuple[float, float]]  # field -> (above, up to): above < x <= up to


def _leaves(tree: Mapping[str, Any], box: Box) -> Iterator[tuple[Box, float]]:
    if "value" in tree:
        yield box, tree["value"]
        return
    low, high = box.get(tree["field"], (-math.inf, math.inf))
    at = tree["threshold"]
    if low < at:
        yield from _leaves(tree["left"], {**box, tree["field"]: (low, min(high, at))})
    if at < high:
        yield from _leaves(tree["right"], {**box, tree["field"]: (max(low, at), high)})


def _tree_steps(tree: Mapping[str, Any], field: str) -> dict[Step, Bounds]:
    """Every leaf that ends at a threshold against every leaf that begins there, where the other fields allow both."""
    if "value" not in tree and _missing_matters(tree):
        raise Unordered
    leaves = list(_leaves(tree, {}))
    out: dict[Step, Bounds] = {}
    for at in {threshold for name, threshold in _thresholds(tree) if name == field}:
        changes = [
            right - left
            for box, left in leaves
            if _ends(box, field)[0] < at <= _ends(box, field)[1]
            for other, right in leaves
            if _ends(other, field)[0] <= at < _ends(other, field)[1] and _meet(box, other, field)
        ]
        out[at, 1] = (min(changes), max(changes))
    return out


def _missing_matters(tree: Mapping[str, Any]) -> bool:
    """Partners that are missing go along one path, which the boxes do not tell; only a way that a number can go too is
    covered by them. With one field tested several times on a path, missing may take a way that no number can."""
    seen: list[tuple[str, str, float]] = []

    def odd(node: Mapping[str, Any], path: list[tuple[str, str, float]]) -> bool:
        if "value" in node:
            return False
        name, at, way = node["field"], node["threshold"], node.get("missing", "left")
        for before, side, limit in path:
            if before == name and (
                (side == "left" and way == "right" and at >= limit)
                or (side == "right" and way == "left" and at <= limit)
            ):
                return True
        taken = [*path, (name, way, at)]
        other = "right" if way == "left" else "left"
        return odd(node[way], taken) or odd(node[other], path)

    return odd(tree, seen)


def _thresholds(tree: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    if "value" not in tree:
        yield tree["field"], tree["threshold"]
        yield from _thresholds(tree["left"])
        yield from _thresholds(tree["right"])


def _ends(box: Box, field: str) -> tuple[float, float]:
    return box.get(field, (-math.inf, math.inf))


def _meet(a: Box, b: Box, field: str) -> bool:
    """Whether the two boxes share a point in every other field."""
    for name in {*a, *b} - {field}:
        (low, high), (low_b, high_b) = _ends(a, name), _ends(b, name)
        if max(low, low_b) >= min(high, high_b):
            return False
    return True


def form_of_trees(booster: Any, outcome: str, names: Sequence[str]) -> dict[str, Any]:
    """The form of a LightGBM booster with numeric splits: the logistic of the sum of its trees, as ``outcome``.

    Raises InputRejected for categorical splits and for zeros that are read as missing.
    """
    dumped = booster.dump_model()
    nodes = [{"tree": _lightgbm(info["tree_structure"], names)} for info in dumped["tree_info"]]
    return {"terms": {"margin": {"sum": nodes}}, "outcomes": {outcome: {"logistic": "margin"}}, "reads": list(names)}


def _lightgbm(node: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    if "leaf_value" in node:
        return {"value": node["leaf_value"]}
    if node["decision_type"] != "<=" or node["missing_type"] == "Zero":
        raise InputRejected("a tree with categorical splits or zeros read as missing has no form here")
    # without missing values at fitting, LightGBM reads a missing one as zero
    way = "left" if (node["default_left"] if node["missing_type"] == "NaN" else node["threshold"] >= 0) else "right"
    return {
        "field": names[node["split_feature"]],
        "threshold": node["threshold"],
        "missing": way,
        "left": _lightgbm(node["left_child"], names),
        "right": _lightgbm(node["right_child"], names),
    }
