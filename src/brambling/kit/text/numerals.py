"""Numerals read by code: Arabic, Chinese, financial capitals, and the mixtures people write.

A numeral is a sum of sections: ``三亿五千万`` is 3 x 10^8 plus 5,000 x 10^4. Inside a section the units fall
(thousand, hundred, ten, one). Speech drops the last unit: ``三万五`` is 35,000, ``三千五`` is 3,500, but ``三千零五``
is 3,005. Runs of digits without units are read by position (``二〇二六``). What is only roughly a number (``三五百``,
``十几万``) is rejected, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Literal, NamedTuple

from brambling.kit.errors import InputRejected
from brambling.kit.text.normal import narrow

_DIGITS = {
    **dict(zip("〇零一二三四五六七八九", [0, *range(10)], strict=True)),
    **dict(zip("○壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    **dict(zip("弌貳參肆伍陸柒捌玖", range(1, 10), strict=True)),
    "两": 2,
    "兩": 2,
    "叄": 3,
    "参": 3,
    "幺": 1,
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIGS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_TENS = {"廿": 20, "卅": 30}
_POINTS = "点點"

_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_CHINESE = "".join([*_DIGITS, *_UNITS, *_BIGS, *_TENS, *_POINTS])
_TOKEN = re.compile(f"({_ARABIC})|([{_CHINESE}])")
_NUMERAL = rf"(?:{_ARABIC}|[{_CHINESE}])+"
_FRACTIONS = {"百分之": 100, "千分之": 1000, "万分之": 10000}
_CANDIDATE = re.compile(rf"(?:{'|'.join(_FRACTIONS)})?(?<![\d.])[负-]?{_NUMERAL}\s?[%‰成]?")
_LENGTH_MAX = 64  # characters; whoever writes more of them has not written a number
_MARKS = {"%": Decimal(100), "‰": Decimal(1000), "成": Decimal(10)}


class _Token(NamedTuple):
    kind: Literal["number", "digit", "zero", "unit", "big", "tens", "point"]
    value: Decimal


@dataclass(frozen=True, slots=True)
class Found:
    """A number in a text: its value, the words, and where they stand (``text[start:end]``)."""

    value: Decimal
    words: str
    start: int
    end: int


def parse_number(text: str) -> Decimal:
    """The number that ``text`` is, exact: ``三十万``, ``1.5万``, ``3千5``, ``两千零五十``, ``百分之五``, ``５％``.

    Percent, per mille and tenths (``三成``) come back as fractions of one. Raises InputRejected for anything that is
    not one whole number.
    """
    words = re.sub(r"\s", "", narrow(text))
    value = _parse(words)
    if value is None:
        quoted = repr(text if len(text) <= 60 else f"{text[:57]}...")
        raise InputRejected(f"{quoted} is not a number", expected="a number such as 三十万, 1.5万 or 1,234.50")
    return value


def find_numbers(text: str) -> list[Found]:
    """Every number in ``text``, in order, with its place. A run that is no numeral is split at its Arabic parts."""
    found: list[Found] = []
    for match in _CANDIDATE.finditer(narrow(text)):
        found += _read_run(match.group(), match.start(), text)
    return found


def _read_run(run: str, start: int, text: str) -> Iterator[Found]:
    words = run.rstrip()
    value = _parse(re.sub(r"\s", "", words))
    if value is not None:
        end = start + len(words)
        yield Found(value, text[start:end], start, end)
        return
    for part in re.finditer(rf"-?(?:{_ARABIC})", run):
        at = start + part.start()
        yield Found(Decimal(part.group().replace(",", "")), text[at : at + len(part.group())], at, start + part.end())


def _parse(words: str) -> Decimal | None:
    if len(words) > _LENGTH_MAX:
        return None
    with localcontext(prec=4 * _LENGTH_MAX):  # enough for every product of so few characters to be exact
        return _signed(words)


def _signed(words: str) -> Decimal | None:
    sign = Decimal(1)
    divisor = Decimal(1)
    if words[:1] in ("负", "負", "-", "+"):
        sign = Decimal(1) if words[0] == "+" else Decimal(-1)
        words = words[1:]
    for opening, parts in _FRACTIONS.items():
        if words.startswith(opening):
            divisor, words = Decimal(parts), words[len(opening) :]
            break
    else:
        if words[-1:] in _MARKS:
            divisor, words = _MARKS[words[-1]], words[:-1]
    value = _numeral(words)
    return None if value is None else sign * value / divisor


def _tokens(words: str) -> list[_Token] | None:
    tokens, at = [], 0
    for match in _TOKEN.finditer(words):
        if match.start() != at:
            return None
        at = match.end()
        tokens.append(_token(match.group(1), match.group(2)))
    return tokens if at == len(words) and tokens else None


def _token(arabic: str | None, char: str) -> _Token:
    if arabic is not None:
        return _Token("number", Decimal(arabic.replace(",", "")))
    if char in _DIGITS:
        value = _DIGITS[char]
        return _Token("digit" if value else "zero", Decimal(value))
    if char in _UNITS:
        return _Token("unit", Decimal(_UNITS[char]))
    if char in _BIGS:
        return _Token("big", Decimal(_BIGS[char]))
    if char in _TENS:
        return _Token("tens", Decimal(_TENS[char]))
    return _Token("point", Decimal(0))


def _numeral(words: str) -> Decimal | None:
    tokens = _tokens(words)
    if tokens is None:
        return None
    if all(token.kind in ("digit", "zero") for token in tokens):
        return Decimal("".join(str(token.value) for token in tokens))  # by position: 二〇二六
    if any(token.kind == "number" for token in tokens) and any(token.kind == "point" for token in tokens):
        return None  # 3点5 is a time of day as likely as a number
    return _Reader().read(tokens)


class _Reader:
    """Sums sections. ``False`` from a step, and None at the end, mean: this is no numeral."""

    def __init__(self) -> None:
        self.total = Decimal(0)  # closed by 万 or 亿
        self.section = Decimal(0)  # closed by 千, 百 or 十
        self.digit: Decimal | None = None  # waits for its unit
        self.unit = Decimal(10**4)  # the last unit of the section
        self.big = Decimal(10**12)  # the last 万 or 亿
        self.scale: Decimal | None = None  # what a last digit without a unit counts, as speech drops it
        self.fraction = False  # the section has digits after a point
        self.empty = True  # nothing in the section yet
        self.zero = False  # 零 was read last
        self.done = False  # 1.5万 takes no more digits

    def read(self, tokens: list[_Token]) -> Decimal | None:
        steps = {"digit": self._digit, "number": self._digit, "tens": self._tens, "unit": self._unit, "big": self._big}
        at = 0
        while at < len(tokens):
            kind, value = tokens[at]
            if kind == "point":
                taken = self._point(tokens[at + 1 :])
                if not taken:
                    return None
                at += taken
            elif kind == "zero":
                # 零 opens a numeral only before a point: 零点五
                if not self._zero(opens=at == 0 and len(tokens) > 1 and tokens[1].kind == "point"):
                    return None
            elif not steps[kind](value):
                return None
            at += 1
        return self._end()

    def _digit(self, value: Decimal) -> bool:
        whole = value == value.to_integral_value()
        if self.digit is not None or self.fraction or self.done:
            return False
        if not (self.empty and not self.total) and not (whole and value < self.unit):
            return False
        self.digit, self.empty, self.fraction = value, False, not whole
        return True

    def _tens(self, value: Decimal) -> bool:
        if self.digit is not None or self.fraction or self.done or self.unit <= 10:
            return False
        self.section += value
        self.unit, self.scale, self.empty, self.zero = Decimal(10), None, False, False
        return True

    def _zero(self, *, opens: bool) -> bool:
        if self.digit is not None or self.fraction or self.zero or self.done:
            return False
        self.zero, self.scale = True, None
        return opens or not self.empty or bool(self.total)

    def _unit(self, value: Decimal) -> bool:
        if self.done or value >= self.unit:
            return False
        if self.fraction:  # 1.5千, and nothing but 万 or 亿 after it
            self.section = (self.section + (self.digit or 0)) * value
            self.digit, self.unit = None, Decimal(1)
            return self.section < 10 * value
        if self.digit is None and not self.empty and value != 10:
            return False
        self.section += (1 if self.digit is None else self.digit) * value
        self.digit, self.unit, self.empty, self.zero = None, value, False, False
        self.scale = value / 10 if value >= 100 else None
        return True

    def _big(self, value: Decimal) -> bool:
        section = self.section + (self.digit or 0)
        if self.empty:
            if not (0 < self.total < value > self.big) or self.zero:
                return False
            self.total *= value  # 三万亿
        elif self.total < value > self.big:
            self.total = (self.total + section) * value  # 三万五千亿
        elif value < self.big and section * value < self.big:
            self.total += section * value
        elif not self.total:
            self.total = section * value  # 1,000,000万亿 has no section above it
        else:
            return False
        self.section, self.digit, self.unit = Decimal(0), None, Decimal(10**4)
        self.big, self.scale = value, value / 10
        self.done = self.done or self.fraction
        self.empty, self.fraction, self.zero = True, False, False
        return True

    def _point(self, following: list[_Token]) -> int:
        """Reads the digits after a point; returns how many, 0 when there are none or none may stand here."""
        digits = []
        for token in following:
            if token.kind not in ("digit", "zero"):
                break
            digits.append(str(token.value))
        if not digits or self.fraction or self.done or (self.empty and not self.zero):
            return 0
        self.section += (self.digit or 0) + Decimal("0." + "".join(digits))
        self.digit, self.fraction, self.empty, self.zero = None, True, False, False
        return len(digits)

    def _end(self) -> Decimal | None:
        if self.zero and self.digit is None:
            return None
        digit = self.digit or Decimal(0)
        if self.scale is None or self.zero or digit >= self.scale:
            return self.total + self.section + digit  # 三千零五, 3千500
        if digit >= 10:
            return None  # 3千50 may be 3,050 or two numbers
        return self.total + self.section + digit * self.scale  # 三千五
