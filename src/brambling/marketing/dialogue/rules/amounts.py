"""Amounts, tenors and ways to repay out of an owner's words, by code: what is said, and what may be meant twice. Pure.

Numerals of Chinese and mixed writing are read by ``kit.text``; English number words are read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from brambling.kit.text import find_numbers

TENORS_MONTHS = (3, 6, 9, 12)
AMOUNT_MAX = Decimal(10) ** 12

_SMALL = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_BIG = {"hundred": 100, "thousand": 1000, "k": 1000, "grand": 1000, "million": 10**6, "mln": 10**6, "m": 10**6}
_WORD = "|".join(sorted([*_SMALL, *_TENS, "hundred", "thousand", "grand", "million", "mln"], key=len, reverse=True))
_ENGLISH = re.compile(
    rf"(?<![\w.])(?:(?P<half>half a million|a quarter of a million|half a thousand)"
    rf"|(?P<digits>\d[\d,]*(?:\.\d+)?)\s?(?P<scale>k|m|grand|thousand|million|mln|hundred thousand)\b"
    rf"|(?P<words>(?:an? )?(?:{_WORD})(?:(?:[\s-]+(?:and )?)(?:{_WORD}))*))(?![\w])"
)
_HAN = "〇零一二两三四五六七八九十"
_MONTHS_ZH = re.compile(rf"([{_HAN}]+|\d+(?:\.\d+)?)\s?个?月(?!\d|[{_HAN}]*[日号])(?!供|还|付|息)(?:期|份)?")
_YEARS_ZH = re.compile(rf"(?<!每)(半|[{_HAN}]{{1,3}}|\d+(?:\.\d+)?)\s?(?:年|周年)(半)?(?!化|利|级|底|初|前|来|后)")
_TERMS_ZH = re.compile(rf"(?:分(?:成)?)?([{_HAN}]{{1,3}}|\d{{1,2}})\s?期(?!款|限)")
_QUARTERS_ZH = re.compile(rf"([{_HAN}]|\d)?\s?个?季度")
_NUM_EN = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eighteen|twenty[- ]four|twenty|\d+)"
_MONTHS_EN = re.compile(rf"(?<!me )(?<!cost )(?<!payment )\b({_NUM_EN})[\s-]*(?:months?|mths?|mos?)\b")
_YEARS_EN = re.compile(rf"\b(half an?|an? half|{_NUM_EN})[\s-]*(?:years?|yrs?)\b(?P<more>\s+and\s+a\s+half)?")
_QUARTERS_EN = re.compile(r"\b(?:a|one) quarter\b(?! (?:of|past|to))")
_ROUGH = re.compile(
    r"\d+[千百]\d{2}(?!\d)|[十百千]?几[十百千万]|[一二两三四五六七八九][二三四五六七八九]十?[万千百]"
    r"|\d+(?:万|千|k)?\s?(?:或者?|还是|到|至|-|~|—|or|to)\s?\d+\s?(?:万|千|k|thousand|元|块)"
    r"|[一二两三四五六七八九十]+万?(?:或者?|还是|到|至)[一二两三四五六七八九十]+万"
    rf"|\b(?:{_WORD})(?: or | to |-or-)(?:{_WORD})\b|\b(?:a few|several|some|a couple of) (?:hundred|thousand|million)"
)
_RELATIVE = re.compile(
    r"再加|加上|增加|多(?:借|贷|要)|减(?:去|掉|少)?|少(?:借|贷|要)|\b(?:add|plus|extra|another|on top|minus)\b|\d ?k? (?:more|less)\b"
)
_NOT_MONEY = re.compile(
    r"\s?(?:个?月|年|期|天|日|号|点|时|周|%|％|折|岁|次|笔|家|人|分钟|小时|个|位|days?|weeks?|am|pm|:)"
)
_MONEY = re.compile(r"\s?(?:元|块|圆|万|千|亿|rmb|cny|yuan|k\b)")
_METHODS = (
    ("equal-principal", re.compile(r"等额本金|equal[- ]principal|fixed principal|falling instal")),
    (
        "bullet",
        re.compile(
            r"先息后本|到期还本|一次性还本|bullet|interest[- ](?:only|first)|principal (?:at|on) the (?:end|last)"
        ),
    ),
    ("annuity", re.compile(r"等额本息|等本等息|annuity|equal instal|level payment")),
)


@dataclass(frozen=True)
class Said:
    """What a message says of a loan: the last amount and tenor named, and whether either may mean two things.

    ``tenor_months`` may be one that is not lent for; ``rest`` is the message without the tenors.
    """

    amount: Decimal | None = None
    tenor_months: int | None = None
    method: str = ""
    unclear: bool = False
    rest: str = ""


def said(text: str, *, bare: bool = False) -> Said:
    """What ``text`` (lower case, widths folded, personal numbers taken out) says of amount, tenor and method.

    ``bare``: a number alone is an amount, as in an answer to the question for it; else it needs a unit, a currency sign
    or the size of a loan.
    """
    rest, tenors = _tenors(text)
    unclear = _ROUGH.search(rest) is not None
    amounts = [] if unclear else _amounts(rest, bare=bare)
    method = next((name for name, pattern in _METHODS if pattern.search(text)), "")
    return Said(amounts[-1] if amounts else None, tenors[-1] if tenors else None, method, unclear, rest)


def _tenors(text: str) -> tuple[str, list[int]]:
    """The months that are named, in order, and the text without them."""
    found: list[tuple[int, int]] = []

    def take(months: int | None, match: re.Match[str]) -> str:
        if months is None:
            return match.group()
        found.append((match.start(), months))
        return " " * len(match.group())

    text = _YEARS_ZH.sub(lambda m: take(_years(m[1], bool(m[2])), m), text)
    text = _MONTHS_ZH.sub(lambda m: take(_whole(m[1]), m), text)
    text = _TERMS_ZH.sub(lambda m: take(_whole(m[1]), m), text)
    text = _QUARTERS_ZH.sub(lambda m: take(3 * (_whole(m[1] or "1") or 1), m), text)
    text = _YEARS_EN.sub(lambda m: take(_years(m[1], m["more"] is not None), m), text)
    text = _MONTHS_EN.sub(lambda m: take(_whole(m[1]), m), text)
    text = _QUARTERS_EN.sub(lambda m: take(3, m), text)
    return text, [months for _, months in sorted(found)]


def _years(word: str, and_half: bool) -> int | None:
    if word.startswith("half") or word.endswith("half") or word == "半":
        return 6
    whole = _whole(word, scale=12)
    # 二〇二六年 is a date
    return None if whole is None or whole > 600 else whole + (6 if and_half else 0)


def _whole(word: str, scale: int = 1) -> int | None:
    if word in ("a", "an"):
        return scale
    if word[0].isascii() and word[0].isalpha():
        value = _english_value(re.split(r"[\s-]+", word))
        return int(value * scale)
    numbers = find_numbers(word)
    if len(numbers) != 1:
        return None
    months = numbers[0].value * scale
    return int(months) if months == int(months) else None


def _amounts(text: str, *, bare: bool) -> list[Decimal]:
    found: list[tuple[int, Decimal]] = []
    for match in _ENGLISH.finditer(text):
        value = _english(match)
        if value is not None and (value >= 1000 or bare) and not _NOT_MONEY.match(text, match.end()):
            found.append((match.start(), value))
    taken = [match.span() for match in _ENGLISH.finditer(text) if match["digits"]]
    for number in find_numbers(text):
        if any(start <= number.start < end for start, end in taken):
            continue
        signed = text[max(0, number.start - 2) : number.start].rstrip().endswith(("¥", "$", "币", "y"))
        unit = signed or _MONEY.match(text, number.end) or re.search("[万萬千仟亿百佰]", number.words)
        if _NOT_MONEY.match(text, number.end) or number.words.endswith(("%", "‰", "成")):
            continue
        if unit or number.value >= 1000 or (bare and len(number.words) > 0 and not text[number.end :].strip(" .。!")):
            found.append((number.start, number.value))
    fine = [value for _, value in sorted(found) if value < AMOUNT_MAX]
    return [value.quantize(Decimal("0.01")) for value in fine]


def _english(match: re.Match[str]) -> Decimal | None:
    if match["half"]:
        return Decimal({"half a million": 500_000, "half a thousand": 500}.get(match["half"], 250_000))
    if match["digits"]:
        scale = 100_000 if match["scale"] == "hundred thousand" else _BIG[match["scale"]]
        return Decimal(match["digits"].replace(",", "")) * scale
    return _english_value(re.split(r"[\s-]+", match["words"]))


def _english_value(words: list[str]) -> Decimal:
    """``two hundred and fifty thousand``: hundreds multiply what stands before them, thousands close a section."""
    total = section = 0
    for word in words:
        if word in ("and", "a", "an"):
            continue
        if word == "hundred":
            section = (section or 1) * 100
        elif word in _BIG:
            total += (section or 1) * _BIG[word]
            section = 0
        elif word in _SMALL:
            section += _SMALL[word]
        elif word in _TENS:
            section += _TENS[word]
        elif word.isdigit():
            section += int(word)
    return Decimal(total + section)


def is_relative(text: str) -> bool:
    """Whether an amount is one to add or take away: what it comes to is for the owner to say."""
    return _RELATIVE.search(text) is not None


def amount_text(value: Decimal) -> str:
    """An amount as slots hold it: yuan with two decimals."""
    return f"{value:.2f}"
