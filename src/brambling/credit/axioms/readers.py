"""Axioms from their YAML files, strictly: an unknown key, kind or direction is one clear rejection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields as fields_of
from functools import cache
from pathlib import Path
from typing import Any

from brambling.credit.axioms.rules import (
    KINDS,
    Axiom,
    AxiomSet,
    Cap,
    Condition,
    Consistency,
    Dominance,
    Evidence,
    Invariance,
    Monotone,
    ReasonTruth,
    Veto,
    read_condition,
)
from brambling.kit.errors import InputRejected
from brambling.kit.files import read_text
from brambling.kit.policy import fingerprint

_FOLDER = Path(__file__).parent / "sets"
NEWEST = "sme-lending-1"
DEFAULT = "default"
_DIRECTIONS = ("increasing", "decreasing")
_COMMON = {"name", "kind", "reason", "when"}
Entry = Mapping[str, Any]


@cache
def default_axioms() -> AxiomSet:
    """The set for small-business lending that comes with this version."""
    return read_axioms(_FOLDER / f"{NEWEST}.yaml")


def axioms_of(source: str | Path | AxiomSet) -> AxiomSet:
    """A set, or the file of one, or the word ``default``."""
    if isinstance(source, AxiomSet):
        return source
    return default_axioms() if str(source) == DEFAULT else read_axioms(Path(source))


def read_axioms(path: Path) -> AxiomSet:
    """The set in a YAML file: a list of axioms, or a mapping with ``version``, ``where_absent`` and ``axioms``.

    ``where_absent: skip`` makes the set lenient. Raises InputRejected that names the file and the axiom.
    """
    import yaml

    try:
        whole = yaml.safe_load(read_text(path, bytes_max=1 << 20))
    except yaml.YAMLError as error:
        problem = str(error).replace("\n", " ")
        raise InputRejected(f"is not YAML ({problem[:160]})", file=path, expected="a list of axioms") from None
    try:
        return axioms_from(whole)
    except InputRejected as error:
        raise InputRejected(error.problem, file=path, expected=error.expected) from None


def axioms_from(whole: Any) -> AxiomSet:
    """The set in a plain structure, as YAML or JSON gives it. Raises InputRejected."""
    head: Mapping[str, Any] = {}
    if isinstance(whole, Mapping):
        head = whole
        odd = set(head) - {"version", "where_absent", "axioms"}
        if odd:
            raise InputRejected(f"unknown key {sorted(odd)[0]!r}", expected="version, where_absent, axioms")
        whole = head.get("axioms")
    if not isinstance(whole, list) or not whole:
        raise InputRejected("there are no axioms", expected="a list of axioms, each with name, kind and reason")
    absent = head.get("where_absent", "reject")
    if absent not in ("skip", "reject"):
        raise InputRejected(f"where_absent: {absent!r}", expected="skip or reject")
    axioms = tuple(read_axiom(entry, number) for number, entry in enumerate(whole, 1))
    names = [axiom.name for axiom in axioms]
    for name in names:
        if names.count(name) > 1:
            raise InputRejected(f"two axioms are called {name!r}", expected="a name of its own for each")
    version = f"{head.get('version', 'axioms')}+{fingerprint(_plain(whole))[:12]}"
    return AxiomSet(version, axioms, lenient=absent == "skip")


def _plain(value: Any) -> Any:
    """YAML values with floats as text, so that they can be hashed."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return repr(value) if isinstance(value, float) else value


def read_axiom(entry: Any, number: int = 1) -> Axiom:
    """One axiom from its mapping; raises InputRejected that names it."""
    if not isinstance(entry, Mapping):
        raise InputRejected(f"axiom {number} is {entry!r}", expected="a mapping with name, kind and reason")
    name = str(entry.get("name") or "")
    if not name:
        raise InputRejected(f"axiom {number} has no name", expected="name: income-never-hurts")
    try:
        return _read(name, entry)
    except InputRejected as error:
        raise InputRejected(f"axiom {name!r}: {error.problem}", expected=error.expected) from None


def _read(name: str, entry: Entry) -> Axiom:
    kind = entry.get("kind")
    if kind not in KINDS:
        raise InputRejected(f"unknown kind {kind!r}", expected=f"one of {', '.join(KINDS)}")
    keys, build = _BUILDERS[str(kind)]
    odd = [key for key in entry if key not in keys | _COMMON]
    if odd:
        raise InputRejected(f"unknown key {odd[0]!r}", expected=f"one of {', '.join(sorted(keys | _COMMON))}")
    common: dict[str, Any] = {
        "name": name,
        "reason": str(entry.get("reason") or ""),
        "when": _condition(entry["when"]) if entry.get("when") is not None else None,
    }
    if not common["reason"]:
        raise InputRejected("there is no reason", expected="reason: why this must hold, in a sentence")
    made = build(entry)
    assert set(made) <= {field.name for field in fields_of(KINDS[str(kind)])}
    return KINDS[str(kind)](**common, **made)


# -- one builder a kind --------------------------------------------------------------------------------------------


def _condition(value: Any) -> Condition:
    if isinstance(value, bool | int | float):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise InputRejected(f"{value!r} is not a condition", expected='for example "blocked == true"')
    return read_condition(value)


def _one(entry: Entry, key: str, default: str | None = None) -> str:
    value = entry.get(key, default)
    if not isinstance(value, str) or not value:
        raise InputRejected(f"there is no {key}", expected=f"{key}: a name")
    return value


def _several(entry: Entry, *keys: str) -> tuple[str, ...]:
    names: list[str] = []
    for key in keys:
        value = entry.get(key)
        items = value if isinstance(value, list) else [] if value is None else [value]
        for item in items:
            if not isinstance(item, str) or not item:
                raise InputRejected(f"{key}: {item!r} is not a name", expected=f"{key}: a name or a list of names")
            names.append(item)
    return tuple(dict.fromkeys(names))


def _direction(value: Any) -> Any:
    if value not in _DIRECTIONS:
        raise InputRejected(f"direction {value!r}", expected="increasing or decreasing")
    return value


def _order(entry: Entry) -> tuple[tuple[str, ...], ...]:
    value = entry.get("order")
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) < 2:
        raise InputRejected(f"order {value!r}", expected="labels from worst to best; a list inside for equal ones")
    return tuple(tuple(str(label) for label in (item if isinstance(item, list) else [item])) for item in value)


def _monotone(entry: Entry) -> dict[str, Any]:
    return {
        "field": _one(entry, "field"),
        "outcome": _one(entry, "outcome", "limit"),
        "direction": _direction(entry.get("direction")),
        "order": _order(entry),
    }


def _veto(entry: Entry) -> dict[str, Any]:
    if entry.get("when") is None:
        raise InputRejected("a veto needs a condition", expected='when: "blocked == true"')
    values = entry.get("values", entry.get("value", "decline"))
    values = values if isinstance(values, list) else [values]
    return {"outcome": _one(entry, "outcome", "decision"), "values": tuple(values)}


def _cap(entry: Entry) -> dict[str, Any]:
    factor = entry.get("factor", entry.get("multiple"))
    if entry.get("bound") is not None:
        bound = _condition(entry["bound"])
    elif entry.get("field") is not None and isinstance(factor, int | float) and not isinstance(factor, bool):
        bound = read_condition(f"{factor!r} * `{_one(entry, 'field')}`")
    else:
        raise InputRejected("a cap needs a bound", expected='bound: "0.25 * verified_inflow_year", or field and factor')
    return {"outcome": _one(entry, "outcome", "limit"), "bound": bound}


def _dominance(entry: Entry) -> dict[str, Any]:
    axes = entry.get("axes")
    found: list[tuple[str, Any]] = []
    if isinstance(axes, Mapping):
        found += [(str(name), _direction(direction)) for name, direction in axes.items()]
    elif axes is not None:
        raise InputRejected("axes is not a mapping", expected="axes: {verified_income: increasing, ...}")
    found += [(name, "increasing") for name in _several(entry, "higher")]
    found += [(name, "decreasing") for name in _several(entry, "lower")]
    if not found:
        raise InputRejected("a dominance needs axes", expected="axes: {verified_income: increasing, ...}")
    return {"axes": tuple(found), "outcome": _one(entry, "outcome", "limit"), "order": _order(entry)}


def _invariance(entry: Entry) -> dict[str, Any]:
    swapped = _several(entry, "field", "fields")
    if not swapped:
        raise InputRejected("there is no field", expected="field: a name, or fields: a list")
    return {"swapped": swapped, "judged": _several(entry, "outcome", "outcomes")}


def _evidence(entry: Entry) -> dict[str, Any]:
    parts = {key: str(entry.get(key) or "") for key in ("field", "source", "contradiction")}
    if (not parts["source"] and not parts["contradiction"]) or (parts["field"] and not parts["source"]):
        raise InputRejected(
            "an evidence axiom needs field and source, source alone, or contradiction",
            expected="for example field: stated_income, source: income_source",
        )
    direction = _direction(entry.get("direction", "increasing"))
    return {**parts, "outcome": _one(entry, "outcome", "limit"), "direction": direction, "order": _order(entry)}


def _consistency(entry: Entry) -> dict[str, Any]:
    return {
        "permuted": _several(entry, "permute"),
        "listed": _several(entry, "lists"),
        "modality": _several(entry, "field", "fields", "modality"),
        "separator": str(entry.get("separator", ";")),
        "judged": _several(entry, "outcome", "outcomes"),
    }


def _reason_truth(entry: Entry) -> dict[str, Any]:
    states, flips = entry.get("reasons") or {}, entry.get("flips") or {}
    if not isinstance(states, Mapping) or not isinstance(flips, Mapping):
        raise InputRejected("reasons and flips are mappings", expected='reasons: {low-income: "income < 5000"}')
    bare = not states and not flips and "named" not in entry and "required" not in entry
    return {
        "judged": _one(entry, "outcome", "reasons"),
        "states": tuple((str(code), _condition(text)) for code, text in states.items()),
        "flips": tuple((str(code), str(name)) for code, name in flips.items()),
        "named": bool(entry.get("named", bare)),
        "required": bool(entry.get("required", bare)),
        "outcome": str(entry.get("improves") or ""),
    }


_BUILDERS: dict[str, tuple[set[str], Callable[[Entry], dict[str, Any]]]] = {
    Monotone.kind: ({"field", "outcome", "direction", "order"}, _monotone),
    Veto.kind: ({"outcome", "value", "values"}, _veto),
    Cap.kind: ({"outcome", "bound", "field", "factor", "multiple"}, _cap),
    Dominance.kind: ({"axes", "higher", "lower", "outcome", "order"}, _dominance),
    Invariance.kind: ({"field", "fields", "outcome", "outcomes"}, _invariance),
    Evidence.kind: ({"field", "source", "contradiction", "outcome", "direction", "order"}, _evidence),
    Consistency.kind: (
        {"permute", "lists", "field", "fields", "modality", "separator", "outcome", "outcomes"},
        _consistency,
    ),
    ReasonTruth.kind: ({"reasons", "flips", "named", "required", "outcome", "improves"}, _reason_truth),
}
