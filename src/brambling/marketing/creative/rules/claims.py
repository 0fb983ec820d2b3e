"""Every number of a text as a claim of some kind, so that 90 days cannot pass as 90 yuan. Pure.

Numerals are read by code in either script (``20万元``, ``二十万元``, ``¥ 200,000``). Dates are taken first, then each
number gets its kind from the words around it; a number before "to" has the kind of the one after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from brambling.kit.text import find_numbers, narrow
from brambling.kit.text.numerals import Found


@dataclass(frozen=True, order=True)
class Claim:
    """A number that a text states. ``kind``: date, rate, money, days, months, years, times or number; ``value`` as text."""

    kind: str
    value: str


_DATE = re.compile(r"(\d{4})(?:-(\d{2})-(\d{2})|年(\d{1,2})月(\d{1,2})日)|(?<!\d)(\d{1,2})月(\d{1,2})日")
_GAP = re.compile(r"(?<=[\d.])\s+(?=[万亿])")
_BEFORE_MONEY = re.compile(r"(?:[¥￥$]|CNY|RMB|人民币)\s*$", re.IGNORECASE)
_AFTER = (
    ("money", re.compile(r"^\s*(?:元|块|yuan|cny|rmb)", re.IGNORECASE)),
    ("months", re.compile(r"^\s*(?:个月|months?\b)", re.IGNORECASE)),
    ("days", re.compile(r"^[\s-]*(?:天|日|days?\b)", re.IGNORECASE)),
    ("years", re.compile(r"^\s*(?:年|years?\b)", re.IGNORECASE)),
    ("times", re.compile(r"^\s*(?:倍|折|成|小时|分钟|秒|times\b|hours?\b|minutes?\b|seconds?\b)", re.IGNORECASE)),
)
_LINKED = re.compile(r"^\s*(?:至|到|~|～|–|—|-|to|and|or|或|、)\s*[¥￥]?\s*$")


def claims_of(text: str) -> tuple[Claim, ...]:
    """The claims of ``text``, in order. A single Chinese digit without a unit is a word (``一起``) and no claim."""
    plain = _GAP.sub("", narrow(text))
    found: list[tuple[int, Claim]] = []

    def dated(match: re.Match[str]) -> str:
        year, month, day, month_zh, day_zh, month_only, day_only = match.groups()
        if year:
            value = f"{year}-{int(month or month_zh):02d}-{int(day or day_zh):02d}"
        else:
            value = f"{int(month_only):02d}-{int(day_only):02d}"
        found.append((match.start(), Claim("date", value)))
        return "·" * (match.end() - match.start())

    rest = _DATE.sub(dated, plain)
    found += _numbers(rest)
    return tuple(claim for _at, claim in sorted(found, key=lambda item: item[0]))


def _numbers(text: str) -> Iterator[tuple[int, Claim]]:
    numbers = find_numbers(text)
    kinds = [_kind(text, number) for number in numbers]
    for i in range(len(numbers) - 2, -1, -1):
        between = text[numbers[i].end : numbers[i + 1].start]
        if kinds[i] == "number" and _LINKED.match(between):
            kinds[i] = kinds[i + 1]
    for number, kind in zip(numbers, kinds, strict=True):
        if kind == "number" and len(number.words) == 1 and not number.words.isascii():
            continue
        yield number.start, Claim(kind, _said(abs(number.value)))


def _kind(text: str, number: Found) -> str:
    if number.words.rstrip()[-1:] in "%‰" or number.words.startswith("百分之"):
        return "rate"
    if _BEFORE_MONEY.search(text[: number.start]):
        return "money"
    after = text[number.end : number.end + 12]
    return next((kind for kind, pattern in _AFTER if pattern.match(after)), "number")


def _said(value: Decimal) -> str:
    return f"{value.normalize():f}"
