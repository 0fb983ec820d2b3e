"""What a decision is, how decisions are chained, and what a difference between two of them is. Pure.

A decision is written down as one canonical JSON text (keys sorted, no spaces, amounts and decimals as text). Its hash
is the SHA-256 of the hash before it and of that text, so no decision can be changed, taken out of the middle or put
between others without every later hash being wrong. The scheme is that of a hash chain (Haber and Stornetta, 1991).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from brambling.engine.doors.output import plain
from brambling.kit.errors import InvariantBroken
from brambling.kit.money import Money

GENESIS = "0" * 64
PROBABILITY_STEP = Decimal("0.000001")
_MONEY_STEP = Decimal("0.01")


@dataclass(frozen=True)
class Draft:
    """A decision before it is recorded.

    ``inputs`` what was asked and under which policy, ``features`` the numbers that entered the rules (on their grid),
    ``versions`` of every model and policy, ``reasons`` a list of ``{"code": ..., "params": {...}}``, ``result`` what the
    rules returned. All are what JSON knows, or Money, Decimal, dates and dataclasses, which become text. No personal
    number belongs in any of them: they are kept in clear for ever.
    """

    id: UUID
    kind: str
    subject: UUID
    at: datetime
    actor: str
    outcome: str
    inputs: dict[str, Any]
    features: dict[str, Any]
    versions: dict[str, Any]
    reasons: list[dict[str, Any]]
    result: dict[str, Any]

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise InvariantBroken(f"decision {self.id} has a time without zone")
        if not self.versions:
            raise InvariantBroken(f"decision {self.id} names no versions")


@dataclass(frozen=True)
class Decision(Draft):
    """A recorded decision: ``number`` counts from 1 in the bank's one chain."""

    previous_hash: str
    hash: str
    number: int


@dataclass(frozen=True)
class Difference:
    """A place where two results differ. ``path`` is like ``offer.schedule[2].principal``; None stands for nothing."""

    path: str
    recorded: Any
    found: Any


def canonical(value: Any) -> str:
    """The one JSON text of ``value``; equal values give equal texts on every machine. Raises ValueError for NaN."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sealed(draft: Draft, number: int, previous_hash: str) -> tuple[Decision, str]:
    """The decision that ``draft`` becomes as ``number`` after ``previous_hash``, and its canonical text."""
    content = {field.name: getattr(draft, field.name) for field in fields(Draft)}
    body = canonical({**content, "at": draft.at.astimezone(UTC), "number": number})
    return unsealed(body, previous_hash, chain_hash(previous_hash, body)), body


def unsealed(body: str, previous_hash: str, own_hash: str) -> Decision:
    """The decision whose canonical text is ``body``."""
    content = json.loads(body)
    content |= {name: UUID(content[name]) for name in ("id", "subject")}
    return Decision(
        **{**content, "at": datetime.fromisoformat(content["at"])}, previous_hash=previous_hash, hash=own_hash
    )


def chain_hash(previous_hash: str, body: str) -> str:
    """SHA-256 over the hash before and the canonical text, in hexadecimal."""
    return hashlib.sha256(f"{previous_hash}\n{body}".encode()).hexdigest()


# -- the grid -----------------------------------------------------------------------------------------------------------


def grid_probability(value: float) -> Decimal:
    """A probability on the grid of 1e-6, half to even: what enters rules is the same on every machine.

    Raises InvariantBroken for anything that is no probability.
    """
    if not math.isfinite(value) or not 0 <= value <= 1:
        raise InvariantBroken(f"{value!r} is no probability")
    return Decimal(repr(float(value))).quantize(PROBABILITY_STEP, rounding=ROUND_HALF_EVEN)


def grid_money(value_minor: float, currency: str = "CNY") -> Money:
    """An amount in smallest units that a model estimated, on the grid of one unit, half to even."""
    if not math.isfinite(value_minor):
        raise InvariantBroken(f"{value_minor!r} is no amount")
    return Money(round(value_minor), currency)


# -- differences --------------------------------------------------------------------------------------------------------


def differences(recorded: Any, found: Any, path: str = "") -> list[Difference]:
    """Every place where two plain values differ, in order; empty when they are the same to the last digit.

    Numbers are compared with their kind: 1, 1.0 and "1" are three things.
    """
    if isinstance(recorded, Mapping) and isinstance(found, Mapping):
        names = [*recorded, *(key for key in found if key not in recorded)]
        here, there, step = recorded, found, f"{path}." if path else ""
        places = [(name, f"{step}{name}") for name in names]
    elif isinstance(recorded, list) and isinstance(found, list):
        here, there = dict(enumerate(recorded)), dict(enumerate(found))
        places = [(i, f"{path}[{i}]") for i in range(max(len(recorded), len(found)))]
    else:
        same = type(recorded) is type(found) and canonical(recorded) == canonical(found)
        return [] if same else [Difference(path, recorded, found)]
    different: list[Difference] = []
    for name, place in places:
        if name in here and name in there:
            different += differences(here[name], there[name], place)
        else:
            different.append(Difference(place, here.get(name), there.get(name)))
    return different


def beyond_grid(difference: Difference) -> bool:
    """Whether two recomputed numbers are further apart than one step of the grid.

    Rounding to a grid can turn a difference in the last bit into one whole step, so one step is agreement. The step is
    1 for whole numbers called ``*_minor``, 0.01 for texts with two decimals, 0.000001 for all others; other whole numbers
    are counts, in which no step is forgiven; whatever is no number differs.
    """
    pair = (difference.recorded, difference.found)
    if any(isinstance(value, bool) or not isinstance(value, int | float | str) for value in pair):
        return True
    try:
        numbers = [Decimal(str(value)) for value in pair]
    except InvalidOperation:
        return True
    if not all(number.is_finite() for number in numbers):
        return True
    is_money = difference.path.endswith("_minor")
    steps = [_step(value, number, is_money) for value, number in zip(pair, numbers, strict=True)]
    return abs(numbers[0] - numbers[1]) > max(steps)


def _step(value: Any, number: Decimal, is_money: bool) -> Decimal:
    if isinstance(value, int):
        return Decimal(1) if is_money else Decimal(0)
    if isinstance(value, str) and number.as_tuple().exponent == -2:
        return _MONEY_STEP
    return PROBABILITY_STEP
