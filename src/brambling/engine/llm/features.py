"""Numbers of an answer found again in the source, or dropped.

Small models have turned 300,000 into 30,000. So a number that a model gives counts only where code finds the same
value in the text the model was given, in whatever form it is written there (``30万``, ``叁拾万元``, ``300,000.00``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from brambling.kit.errors import InputRejected, MoneyRejected
from brambling.kit.text import find_numbers, parse_amount, parse_number

# What a whole text may be, tried in this order.
_WHOLE: tuple[Callable[[str], Decimal], ...] = (parse_number, lambda text: parse_amount(text).decimal)


@dataclass(frozen=True)
class Grounded:
    """Numbers that stand in the source, and those that do not."""

    kept: tuple[Decimal, ...]
    dropped: tuple[Decimal, ...]


def grounded(numbers: Iterable[Decimal | int], source: str) -> Grounded:
    """Split ``numbers`` by whether their value stands in ``source``; the sign is read from words, so it is not compared."""
    known = _values(source)
    kept: list[Decimal] = []
    dropped: list[Decimal] = []
    for number in numbers:
        value = Decimal(number)
        (kept if abs(value) in known else dropped).append(value)
    return Grounded(tuple(kept), tuple(dropped))


def drop_ungrounded(answer: Mapping[str, Any], source: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """``answer`` with every value that holds a number which does not stand in ``source`` set to None; and their paths.

    Values are JSON numbers and texts: a text that is an amount counts as one, a sentence is kept only when every
    number in it stands in the source. A single Chinese digit inside a sentence is mostly a word (``统一``) and is let
    pass. Flags and None stay.
    """
    known = _values(source)
    dropped: list[str] = []

    def checked(value: Any, path: str) -> Any:
        if isinstance(value, Mapping):
            return {key: checked(item, f"{path}.{key}" if path else str(key)) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [checked(item, f"{path}[{i}]") for i, item in enumerate(value)]
        if all(abs(number) in known for number in _numbers(value)):
            return value
        dropped.append(path)
        return None

    return checked(answer, ""), tuple(dropped)


def _values(source: str) -> set[Decimal]:
    found = find_numbers(source)
    # 5% may come back as 0.05 or as 5: both stand there
    percent = {abs(number.value) * 100 for number in found if number.words.rstrip()[-1:] in "%％"}
    return {abs(number.value) for number in found} | percent


def _numbers(value: Any) -> list[Decimal]:
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int | float | Decimal):
        return [Decimal(str(value))]
    for parse in _WHOLE:
        with suppress(InputRejected, MoneyRejected):
            return [parse(str(value))]
    return [found.value for found in find_numbers(str(value)) if len(found.words) > 1 or found.words.isascii()]
