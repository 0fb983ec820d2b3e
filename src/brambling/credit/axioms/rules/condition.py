"""A small language for conditions and bounds: ``blocked == true and overdue_days > 90``, ``0.25 * inflow_year``.

Names are fields of the application or outcomes of the scorer (in backticks where they are no plain word); literals are
numbers, quoted text, ``true``, ``false`` and ``null``; operators are comparisons, ``in [...]``, ``and``, ``or``, ``not``
and the four kinds of arithmetic. Nothing can be called, so a file of axioms cannot do anything but compare.

Logic has three values (Kleene): a comparison with a missing value is unknown, and unknown never counts as true.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from brambling.kit.errors import InputRejected

WORDS = {"true": True, "false": False, "null": None, "none": None, "True": True, "False": False, "None": None}
LABELS = ("approve", "decline", "refer")  # may stand without quotes
CHARACTERS_MAX = 2_000

_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


@dataclass(frozen=True)
class Literal:
    """A number, a text, a truth value, nothing, or a tuple of those after ``in``."""

    value: Any


@dataclass(frozen=True)
class Name:
    """A field or an outcome."""

    name: str


@dataclass(frozen=True)
class Operation:
    """An operator and what it works on: a comparison, ``and``, ``or``, ``not`` or arithmetic."""

    operator: str
    parts: tuple[Node, ...]


Node = Literal | Name | Operation


@dataclass(frozen=True)
class Condition:
    """A condition or an amount, as text and as a tree."""

    text: str
    tree: Node

    def value(self, facts: Mapping[str, Any]) -> Any:
        """Its value on ``facts``; None is unknown."""
        return _value(self.tree, facts)

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Whether it is known to be true on ``facts``."""
        value = _value(self.tree, facts)
        return value is not None and value is not False and value != 0

    @property
    def names(self) -> tuple[str, ...]:
        """Every field or outcome it speaks of, once, in order."""
        return tuple(dict.fromkeys(node.name for node in walk(self.tree) if isinstance(node, Name)))

    def compared(self) -> Iterator[tuple[str, Any]]:
        """Each (name, literal) that stand in one comparison: where the condition may turn."""
        for node in walk(self.tree):
            if isinstance(node, Operation) and node.operator in _COMPARE.values():
                names = [inner.name for part in node.parts for inner in walk(part) if isinstance(inner, Name)]
                for part in node.parts:
                    for inner in walk(part):
                        if isinstance(inner, Literal):
                            values = inner.value if isinstance(inner.value, tuple) else (inner.value,)
                            yield from ((name, value) for name in names for value in values)

    def renamed(self, names: Mapping[str, str]) -> Condition:
        """The same with other names."""
        return Condition(self.text, _renamed(self.tree, names))


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    if isinstance(node, Operation):
        for part in node.parts:
            yield from walk(part)


def _renamed(node: Node, names: Mapping[str, str]) -> Node:
    if isinstance(node, Name):
        return Name(names.get(node.name, node.name))
    if isinstance(node, Operation):
        return Operation(node.operator, tuple(_renamed(part, names) for part in node.parts))
    return node


# -- reading -------------------------------------------------------------------------------------------------------


def read_condition(text: str) -> Condition:
    """The condition in ``text``; raises InputRejected for anything outside the language."""
    if len(text) > CHARACTERS_MAX:
        raise InputRejected(f"a condition of {len(text)} characters", expected=f"at most {CHARACTERS_MAX}")
    quoted: list[str] = []

    def stand_in(found: re.Match[str]) -> str:
        quoted.append(found.group(1))
        return f"__name_{len(quoted) - 1}__"

    plain = re.sub(r"`([^`]+)`", stand_in, text)
    try:
        body = ast.parse(plain.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InputRejected(
            f"{text!r} is not a condition", expected='for example "blocked == true and overdue_days > 90"'
        ) from None
    return Condition(text, _node(body, text, quoted))


def _node(node: ast.AST, text: str, quoted: list[str]) -> Node:
    def below(part: ast.AST) -> Node:
        return _node(part, text, quoted)

    if isinstance(node, ast.BoolOp):
        return Operation("and" if isinstance(node.op, ast.And) else "or", tuple(below(part) for part in node.values))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return Operation("not", (below(node.operand),))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = below(node.operand)
        if isinstance(inner, Literal) and isinstance(inner.value, int | float):
            return Literal(-inner.value)
        return Operation("-", (Literal(0), inner))
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        return Operation(_ARITHMETIC[type(node.op)], (below(node.left), below(node.right)))
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        links = [
            _comparison(op, below(a), below(b), text) for op, a, b in zip(node.ops, sides, sides[1:], strict=False)
        ]
        return links[0] if len(links) == 1 else Operation("and", tuple(links))
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float | str | bool):
        return Literal(node.value)
    if isinstance(node, ast.Name):
        return _word(node.id, quoted)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        members = [below(item) for item in node.elts]
        if all(isinstance(member, Literal) for member in members):
            return Literal(tuple(member.value for member in members if isinstance(member, Literal)))
    raise InputRejected(
        f"{ast.unparse(node)!r} in {text!r} is outside the language",
        expected="names, numbers, quoted text, comparisons, and, or, not, + - * /",
    )


def _word(word: str, quoted: list[str]) -> Node:
    stand_in = re.fullmatch(r"__name_(\d+)__", word)
    if stand_in:
        return Name(quoted[int(stand_in.group(1))])
    if word in WORDS:
        return Literal(WORDS[word])
    return Literal(word) if word in LABELS else Name(word)


def _comparison(op: ast.cmpop, left: Node, right: Node, text: str) -> Node:
    operator = _COMPARE.get(type(op))
    if operator is None:
        raise InputRejected(f"'is' in {text!r} is outside the language", expected="== or !=")
    if operator in ("in", "not in") and not (isinstance(right, Literal) and isinstance(right.value, tuple)):
        raise InputRejected(f"'{operator}' in {text!r} needs a list", expected='for example region in ["A", "B"]')
    return Operation(operator, (left, right))


# -- values --------------------------------------------------------------------------------------------------------


def _value(node: Node, facts: Mapping[str, Any]) -> Any:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Name):
        return facts.get(node.name)
    operator = node.operator
    if operator in ("and", "or"):
        return _joined(operator, [_truth(_value(part, facts)) for part in node.parts])
    if operator == "not":
        truth = _truth(_value(node.parts[0], facts))
        return None if truth is None else not truth
    left, right = (_value(part, facts) for part in node.parts)
    if operator in ("==", "!="):
        return _equal(left, right, node.parts, operator)
    if left is None or right is None:
        return None
    if operator in ("in", "not in"):
        return any(same(left, member) for member in right) is (operator == "in")
    try:
        return _OPERATE[operator](left, right)
    except (TypeError, ZeroDivisionError):
        return None


_OPERATE: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


def _truth(value: Any) -> bool | None:
    return None if value is None else bool(value)


def _joined(operator: str, truths: list[bool | None]) -> bool | None:
    decisive = operator == "or"
    if decisive in truths:
        return decisive
    return None if None in truths else not decisive


def _equal(left: Any, right: Any, parts: tuple[Node, ...], operator: str) -> bool | None:
    asks_missing = any(isinstance(part, Literal) and part.value is None for part in parts)
    if asks_missing:
        equal = left is None and right is None
    elif left is None or right is None:
        return None
    else:
        equal = same(left, right)
    return equal if operator == "==" else not equal


def same(left: Any, right: Any) -> bool:
    """Equality as axioms mean it: 1 is 1.0 and true; text without regard to case at its ends or letters."""
    if isinstance(left, str) and isinstance(right, str):
        return left.strip().casefold() == right.strip().casefold()
    return bool(left == right)
