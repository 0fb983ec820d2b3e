"""Policies are data: a YAML file read strictly into a frozen dataclass, exact in decimal, known by its hash.

The dataclass is the schema. ``Decimal``, ``Money`` and ``Rate`` are read from their text and never through a float;
an unknown key, a missing one, a key written twice or a value of another kind is one clear rejection. ``load`` and
``dump`` turn such a dataclass into a plain mapping and back without loss, so that a replay capsule can hold it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from brambling.kit.errors import BramblingError, InputRejected
from brambling.kit.money import Money, Rate

T = TypeVar("T")


def read_policy(path: Path, shape: type[T]) -> T:
    """The policy in the YAML file ``path`` as ``shape``; its ``currency`` key, CNY without one, is that of its amounts.

    Raises InputRejected, naming file and key, for anything that does not fit ``shape`` exactly.
    """
    import yaml

    from brambling.kit.files import read_text

    try:
        values = yaml.load(read_text(path, bytes_max=1 << 20), Loader=_loader())  # noqa: S506 (a SafeLoader)
    except yaml.YAMLError as error:
        problem = str(error).replace("\n", " ")
        raise InputRejected(f"is not a policy file ({problem[:160]})", file=path, expected="YAML") from None
    if not isinstance(values, Mapping):
        raise InputRejected("is not a policy file", file=path, expected="a mapping of keys to values")
    return load(shape, values, currency=str(values.get("currency", "CNY")), file=path)


@cache
def _loader() -> type[Any]:
    """A safe YAML loader that leaves numbers as text (no float is ever made) and refuses a key written twice."""
    import yaml

    class ExactLoader(yaml.SafeLoader):
        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]
            for key in keys:
                if keys.count(key) > 1:
                    raise yaml.constructor.ConstructorError(None, None, f"key {key!r} stands twice", node.start_mark)
            return super().construct_mapping(node, deep)

    number = ("tag:yaml.org,2002:float", "tag:yaml.org,2002:int", "tag:yaml.org,2002:timestamp")
    ExactLoader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in number]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return ExactLoader


def load(
    shape: type[T], values: Mapping[str, Any], *, currency: str = "CNY", file: Path | None = None, at: str = ""
) -> T:
    """``values`` as the frozen dataclass ``shape``; amounts are of ``currency``.

    Fields may be str, bool, int, Decimal, date, Money, Rate, a dataclass, a tuple or a dict (by text) of those, or one of
    them or None.
    Raises InputRejected that names the key (``at`` is the way down to it).
    """
    hints = get_type_hints(shape)
    fields = {field.name: field for field in dataclasses.fields(shape)}  # type: ignore[arg-type]
    for key in values:
        if key not in fields:
            raise InputRejected(f"unknown key {at}{key}", file=file, expected=f"one of {', '.join(fields)}")
    found = {}
    for name, field in fields.items():
        if name in values:
            found[name] = _value(hints[name], values[name], currency, file, f"{at}{name}")
        elif field.default is dataclasses.MISSING:
            raise InputRejected(f"no key {at}{name}", file=file, expected=_said(hints[name]))
    try:
        return shape(**found)
    except InputRejected as error:
        raise InputRejected(f"{at}{error.problem}", file=file, expected=error.expected) from None


def _value(kind: Any, value: Any, currency: str, file: Path | None, at: str) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = next(choice for choice in get_args(kind) if choice is not type(None))
        return None if value is None else _value(inner, value, currency, file, at)
    if origin is tuple:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise InputRejected(f"{at} is not a list", file=file, expected=_said(kind))
        return tuple(_value(get_args(kind)[0], item, currency, file, f"{at}[{i}]") for i, item in enumerate(value))
    if origin is dict:
        if not isinstance(value, Mapping):
            raise InputRejected(f"{at} is not a mapping", file=file, expected=_said(kind))
        inner = get_args(kind)[1]
        return {str(key): _value(inner, item, currency, file, f"{at}.{key}") for key, item in value.items()}
    if dataclasses.is_dataclass(kind) and kind not in (Money, Rate):
        if not isinstance(value, Mapping):
            raise InputRejected(f"{at} is not a mapping", file=file, expected=_said(kind))
        return load(kind, value, currency=currency, file=file, at=f"{at}.")  # type: ignore[arg-type]
    try:
        return _scalar(kind, value, currency)
    except (BramblingError, InvalidOperation, ValueError):
        raise InputRejected(f"{at}: {value!r} does not fit", file=file, expected=_said(kind)) from None


def _scalar(kind: Any, value: Any, currency: str) -> Any:
    if kind is bool and isinstance(value, bool):
        return value
    if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal | date):
        raise ValueError
    if kind is str and isinstance(value, str):
        return value
    if kind is int:
        return int(value)  # type: ignore[arg-type]
    if kind is Decimal:
        number = Decimal(value)  # type: ignore[arg-type]
        if not number.is_finite():
            raise ValueError
        return number
    if kind is Money:
        return Money.of(value, currency)  # type: ignore[arg-type]
    if kind is Rate:
        return Rate.of(str(value))
    if kind is date:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    raise ValueError


_SAID = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    Decimal: "a decimal number such as 0.05",
    Money: "an amount such as 10000.00",
    Rate: "a rate a year such as 4.35% or 0.0435",
    date: "a date such as 2026-11-24",
}


def _said(kind: Any) -> str:
    return _SAID.get(kind, "a list" if get_origin(kind) is tuple else "a mapping")


def dump(value: Any) -> Any:
    """``value`` as plain mappings, lists, text, whole numbers and flags, such that ``load`` gives it back."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Money | Rate):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): dump(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [dump(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: dump(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"no plain form for {type(value).__name__}")


def fingerprint(value: Any) -> str:
    """The sha256 of ``value`` in plain form: the same content has the same fingerprint, whatever the file looked like."""
    text = json.dumps(dump(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
