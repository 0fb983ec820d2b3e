"""The card as an ONNX graph, written in protobuf's own bytes: nothing but ONNX Runtime is needed to use it.

Inputs: a double tensor [rows] for each number (NaN is missing), a string tensor [rows] for each label (empty is
missing; codes of a fixed width with their leading zeros), and for codes with prefixes one more string input for each
length, ``naics[:3]``. Lines that are made of columns are made in the graph. Outputs: ``score_hundredths`` (int64, exact), ``score`` and ``probability_default`` (double).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

from brambling.credit.scorecard.rules import (
    DIFFERENT,
    LEAST,
    MISSING_WORDS,
    MOST,
    SAME,
    Calibration,
    Card,
    Characteristic,
)

_INT64, _STRING, _BOOL, _DOUBLE = 7, 8, 9, 11


def onnx(card: Card) -> bytes:
    """The bytes of the model."""
    graph = _Graph()
    bins = [_bin_of(graph, item, f"c{i}") for i, item in enumerate(card.characteristics)]
    total = graph.ints("base", [card.base])
    for i, item in enumerate(card.characteristics):
        points = graph.node("Gather", [graph.ints(f"p{i}", item.points), bins[i]])
        total = graph.node("Add", [total, points])
    for k, pair in enumerate(card.pairs):
        width = graph.ints(f"w{k}", [len(card.characteristics[pair.second].points)])
        place = graph.node("Add", [graph.node("Mul", [bins[pair.first], width]), bins[pair.second]])
        cells = graph.ints(f"q{k}", [point for row in pair.points for point in row])
        total = graph.node("Add", [total, graph.node("Gather", [cells, place])])
    graph.node("Identity", [total], name="score_hundredths")
    real = graph.node("Cast", [total], attributes={"to": _DOUBLE})
    graph.node("Div", [real, graph.reals("hundred", [100.0])], name="score")
    _probability(graph, card.calibration, total, real)
    outputs = [("score_hundredths", _INT64), ("score", _DOUBLE), ("probability_default", _DOUBLE)]
    return graph.model(outputs)


def _bin_of(graph: _Graph, item: Characteristic, tag: str) -> str:
    if item.kind == "number":
        return _bin_number(graph, item, tag)
    if item.made and item.made.how == "same":
        return _same(graph, item, tag)
    column = item.columns[0]
    place = _encode(graph, graph.input(column, _STRING), item.labels or {}, item.missing, -1)
    for length, bins in item.prefixes:
        other = _encode(graph, graph.input(f"{column}[:{length}]", _STRING), bins, item.missing, -1)
        known = graph.node("GreaterOrEqual", [place, graph.ints(f"{tag}z{length}", [0])])
        place = graph.node("Where", [known, place, other])
    known = graph.node("GreaterOrEqual", [place, graph.ints(f"{tag}z", [0])])
    return graph.node("Where", [known, place, graph.ints(f"{tag}u", [item.unseen])])


def _same(graph: _Graph, item: Characteristic, tag: str) -> str:
    one, two = (graph.input(name, _STRING) for name in item.columns)
    bins = (graph.ints(f"{tag}y", [item.bin_of(SAME)]), graph.ints(f"{tag}n", [item.bin_of(DIFFERENT)]))
    place = graph.node("Where", [graph.node("Equal", [one, two]), *bins])
    nothing = [_encode(graph, name, {}, 1, 0) for name in (one, two)]
    some = graph.node("Greater", [graph.node("Add", nothing), graph.ints(f"{tag}z", [0])])
    return graph.node("Where", [some, graph.ints(f"{tag}m", [item.missing]), place])


def _value(graph: _Graph, item: Characteristic, tag: str) -> str:
    """The number that a line's bins are of: a column, or a quotient (NaN where it does not exist)."""
    first = graph.input(item.columns[0], _DOUBLE)
    if item.made is None:
        return first
    other = graph.input(item.columns[1], _DOUBLE)
    if item.made.how == "per":
        other = graph.node("Add", [other, graph.reals(f"{tag}o", [1.0])])
    size = graph.node("Abs", [first])
    least, most, nought = (graph.reals(f"{tag}{k}", [v]) for k, v in (("l", LEAST), ("h", MOST), ("n", 0.0)))

    def between(value: str) -> str:
        return graph.node(
            "And", [graph.node("GreaterOrEqual", [value, least]), graph.node("LessOrEqual", [value, most])]
        )

    whole = graph.node("Or", [graph.node("Equal", [first, nought]), between(size)])
    there = graph.node("And", [between(other), whole])
    return graph.node("Where", [there, graph.node("Div", [first, other]), graph.reals(f"{tag}q", [float("nan")])])


def _encode(graph: _Graph, values: str, bins: Mapping[str, int], missing: int, default: int) -> str:
    words = {**dict.fromkeys(MISSING_WORDS, missing), **bins}
    attributes = {"keys_strings": list(words), "values_int64s": list(words.values()), "default_int64": default}
    return graph.node("LabelEncoder", [values], attributes=attributes, domain="ai.onnx.ml")


def _bin_number(graph: _Graph, item: Characteristic, tag: str) -> str:
    value = _value(graph, item, tag)
    if item.edges:
        column = graph.node("Unsqueeze", [value, graph.ints(f"{tag}a", [1])])
        over = graph.node("GreaterOrEqual", [column, graph.reals(f"{tag}e", item.edges)])
        counted = graph.node("Cast", [over], attributes={"to": _INT64})
        place = graph.node("ReduceSum", [counted, graph.ints(f"{tag}x", [1])], attributes={"keepdims": 0})
    else:
        place = graph.node("Cast", [graph.node("IsNaN", [value])], attributes={"to": _INT64})
    for k, special in enumerate(item.specials):
        same = graph.node("Equal", [value, graph.reals(f"{tag}s{k}", [special])])
        place = graph.node("Where", [same, graph.ints(f"{tag}t{k}", [item.proper + k]), place])
    nothing = graph.node("Or", [graph.node("IsNaN", [value]), graph.node("IsInf", [value])])
    return graph.node("Where", [nothing, graph.ints(f"{tag}m", [item.missing]), place])


def _probability(graph: _Graph, line: Calibration, total: str, real: str) -> None:
    """Linear between the knots, then 1 / (1 + e^-x), to a millionth."""
    place = graph.ints("k0", [0])
    for i, knot in enumerate(line.scores[1:-1]):
        over = graph.node("GreaterOrEqual", [total, graph.ints(f"k{i + 1}", [knot])])
        place = graph.node("Add", [place, graph.node("Cast", [over], attributes={"to": _INT64})])
    if len(line.scores) == 2:
        place = graph.node("Mul", [total, place])  # zeros of the right length
    steps = list(zip(line.scores[:-1], line.scores[1:], line.log_odds[:-1], line.log_odds[1:], strict=True))
    low = graph.node("Gather", [graph.reals("low", [float(a) for a, _, _, _ in steps]), place])
    wide = graph.node("Gather", [graph.reals("wide", [float(b - a) for a, b, _, _ in steps]), place])
    start = graph.node("Gather", [graph.reals("odds", [odd for _, _, odd, _ in steps]), place])
    rise = graph.node("Gather", [graph.reals("rise", [then - odd for _, _, odd, then in steps]), place])
    part = graph.node("Div", [graph.node("Mul", [rise, graph.node("Sub", [real, low])]), wide])
    logit = graph.node("Add", [start, part])
    one = graph.reals("one", [1.0])
    p = graph.node("Div", [one, graph.node("Add", [one, graph.node("Exp", [graph.node("Neg", [logit])])])])
    million = graph.reals("million", [1e6])
    rounded = graph.node("Round", [graph.node("Mul", [p, million])])
    graph.node("Div", [rounded, million], name="probability_default")


class _Graph:
    """Nodes, constants and inputs of one ONNX graph (onnx.proto3: field numbers as there)."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []
        self._inputs: dict[str, bytes] = {}
        self._count = 0

    def input(self, name: str, kind: int) -> str:
        self._inputs.setdefault(name, _field(11, _typed(name, kind)))
        return name

    def ints(self, name: str, values: Sequence[int]) -> str:
        raw = struct.pack(f"<{len(values)}q", *values)
        self._constants.append(
            _field(5, _number(1, len(values)) + _number(2, _INT64) + _word(8, name) + _field(9, raw))
        )
        return name

    def reals(self, name: str, values: Sequence[float]) -> str:
        raw = struct.pack(f"<{len(values)}d", *values)
        self._constants.append(
            _field(5, _number(1, len(values)) + _number(2, _DOUBLE) + _word(8, name) + _field(9, raw))
        )
        return name

    def node(
        self,
        kind: str,
        inputs: Sequence[str],
        *,
        name: str = "",
        attributes: Mapping[str, Any] | None = None,
        domain: str = "",
    ) -> str:
        self._count += 1
        out = name or f"v{self._count}"
        body = b"".join(_word(1, one) for one in inputs) + _word(2, out) + _word(4, kind)
        body += b"".join(_field(5, _attribute(key, value)) for key, value in (attributes or {}).items())
        self._nodes.append(_field(1, body + (_word(7, domain) if domain else b"")))
        return out

    def model(self, outputs: Sequence[tuple[str, int]]) -> bytes:
        graph = (
            b"".join(self._nodes) + _word(2, "scorecard") + b"".join(self._constants) + b"".join(self._inputs.values())
        )
        graph += b"".join(_field(12, _typed(name, kind)) for name, kind in outputs)
        opsets = _field(8, _number(2, 19)) + _field(8, _word(1, "ai.onnx.ml") + _number(2, 2))
        return _number(1, 9) + _word(2, "brambling") + _field(7, graph) + opsets


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _field(field: int, body: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(body)) + body


def _word(field: int, text: str) -> bytes:
    return _field(field, text.encode())


def _attribute(name: str, value: Any) -> bytes:
    if isinstance(value, int):
        return _word(1, name) + _number(3, value) + _number(20, 2)
    if value and isinstance(value[0], str):
        return _word(1, name) + b"".join(_word(9, str(one)) for one in value) + _number(20, 8)
    return _word(1, name) + b"".join(_number(8, int(one)) for one in value) + _number(20, 7)


def _typed(name: str, kind: int) -> bytes:
    shape = _field(2, _field(1, _word(2, "rows")))
    return _word(1, name) + _field(2, _field(1, _number(1, kind) + shape))
