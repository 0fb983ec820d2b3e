"""Amounts of money in words: read from what people and documents write, written in capitals as cheques need them."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext

from brambling.kit.errors import InputRejected, MoneyRejected
from brambling.kit.money import Money
from brambling.kit.text.normal import narrow
from brambling.kit.text.numerals import parse_number

_YUAN, _JIAO, _FEN = "元圆圓块塊", "角毛", "分"
_AMOUNT = re.compile(
    rf"^(?P<whole>[^{_YUAN}{_JIAO}{_FEN}]+?)?(?P<yuan>[{_YUAN}]钱?)?"
    rf"(?:零?(?P<jiao>[^{_YUAN}{_JIAO}{_FEN}])[{_JIAO}])?(?:零?(?P<fen>[^{_YUAN}{_JIAO}{_FEN}])(?P<cent>{_FEN})?)?$"
)
_OPENING = re.compile(r"^(?:人民币|RMB|CNY|¥|(?P<minus>[负負-])|\+|[:：])", re.IGNORECASE)
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"


def parse_amount(text: str, currency: str = "CNY") -> Money:
    """The exact amount that ``text`` names.

    ``三十万``, ``1.5万``, ``叁拾万元整``, ``壹佰贰拾叁元肆角伍分``, ``人民币1,234.50元``, ``3块5``, ``五角``,
    ``（200.00）``, full-width digits too. Raises MoneyRejected for text that is not one amount, for a rate, and for
    more digits than the currency has.
    """
    words = re.sub(r"\s", "", narrow(text))
    negative = False
    if words.startswith("(") and words.endswith(")"):
        negative, words = True, words[1:-1]
    signs = 0
    while opening := _OPENING.match(words):
        signs += opening.group("minus") is not None
        words = words[opening.end() :]
    if signs > 1 or (signs and negative):
        raise _no_amount(text)
    words = re.sub(rf"(?<=[{_YUAN}{_JIAO}{_FEN}])[整正]$", "", words)
    with localcontext(prec=300):  # Money.of says what is too much; nothing is rounded on the way to it
        value = _units(words, text)
    money = Money.of(value, currency)
    return -money if negative or signs else money


def _units(words: str, text: str) -> Decimal:
    match = _AMOUNT.match(words)
    if match is None or words[-1:] in "%‰成":
        raise _no_amount(text)
    whole, yuan, jiao, fen = match["whole"], match["yuan"], match["jiao"], match["fen"]
    try:
        if whole is None and yuan is None and (jiao or match["cent"]):
            value = Decimal(0)
        elif whole is not None and (yuan is not None or not (jiao or fen)):
            value = parse_number(whole)
        else:
            return _without_yuan(words, text)
        value += _small(jiao) / 10
        # 3块5: after 块 a single digit is 角; 3块5毛2 goes on one lower; with 分 it says so itself
        value += _small(fen) / (100 if match["cent"] or jiao else 10)
    except InputRejected:
        raise _no_amount(text) from None
    return value


def _without_yuan(words: str, text: str) -> Decimal:
    """A bare number whose last character the pattern took for a small unit's digit."""
    if any(mark in words for mark in _YUAN + _JIAO + _FEN):
        raise _no_amount(text)
    return parse_number(words)


def _small(digit: str | None) -> Decimal:
    return parse_number(digit) if digit else Decimal(0)


def _no_amount(text: str) -> MoneyRejected:
    words = repr(text if len(text) <= 60 else f"{text[:57]}...")
    return MoneyRejected(f"{words} is not an amount; expected text like 1,234.50, 三十万元 or 壹佰元整")


def to_capitals(amount: Money) -> str:
    """The amount in capitals, as the rules for filling in bills and settlement vouchers ask: ``壹仟零伍元零柒分``.

    Only CNY and less than 10^16 yuan; raises MoneyRejected otherwise. :func:`parse_amount` reads it back exactly.
    """
    if amount.currency != "CNY" or abs(amount.minor) >= 10**18:
        raise MoneyRejected(f"cannot write {amount} {amount.currency} in capitals")
    yuan, cents = divmod(abs(amount.minor), 100)
    jiao, fen = divmod(cents, 10)
    text = "负" if amount.minor < 0 else ""
    if yuan or not cents:
        text += f"{_capitals(yuan)}元"
    if not cents:
        return text + "整"
    if jiao:
        text += f"{_CAPITALS[jiao]}角"
    elif yuan:
        text += "零"
    return text + (f"{_CAPITALS[fen]}分" if fen else "整")


def _capitals(value: int) -> str:
    if value == 0:
        return _CAPITALS[0]
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if value >= size:
            high, low = divmod(value, size)
            gap = _CAPITALS[0] if 0 < low < size // 10 else ""
            return _capitals(high) + name + gap + (_capitals(low) if low else "")
    text = ""
    for size, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = value // size % 10
        if digit:
            text += _CAPITALS[digit] + name
        elif text and not text.endswith(_CAPITALS[0]) and value % size:
            text += _CAPITALS[0]
    return text
