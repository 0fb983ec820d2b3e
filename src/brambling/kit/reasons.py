"""Reasons are codes with parameters; the words come later, in the reader's language.

Rules return :class:`Reason` and know no language, so a replay does not depend on one. A room's ``report`` keeps one
sentence for each code and lets :func:`tell` fill it: ``"an instalment of {instalment:money} a month"``.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from brambling.kit.errors import InvariantBroken
from brambling.kit.i18n import Lang, show_money, singular, translator
from brambling.kit.money import Money, Rate


@dataclass(frozen=True)
class Reason:
    """A reason: its code and its parameters, all text (amounts ``1234.50``, rates and shares as fractions of one)."""

    code: str
    params: dict[str, str] = field(default_factory=dict)


def tell(reason: Reason, sentences: Mapping[str, str], lang: Lang, currency: str = "CNY") -> str:
    """The sentence for ``reason`` from ``sentences`` (English by code), translated, then filled.

    A place may say how its parameter is shown: ``{x:money}``, ``{x:rate}`` (percent a year), ``{x:share}`` (percent).
    Raises InvariantBroken for a code without a sentence: a reason nobody can read is a fault of ours.
    """
    sentence = sentences.get(reason.code)
    if sentence is None:
        raise InvariantBroken(f"reason {reason.code!r} has no words")
    text: str = _Filler(lang, currency).vformat(translator(lang)(sentence), (), reason.params)
    return singular(text) if lang == "en" else text


def show_share(share: Decimal | float) -> str:
    """A probability for people: ``12 %``; one that was counted as never or always is ``< 0.1 %`` or ``> 99.9 %``."""
    percent = Decimal(str(share)) * 100
    if percent < Decimal("0.1"):
        return "< 0.1 %"
    if percent > Decimal("99.9"):
        return "> 99.9 %"
    return f"{percent:.1f} %" if percent < 1 or percent > 99 else f"{percent:.0f} %"


class _Filler(string.Formatter):
    def __init__(self, lang: Lang, currency: str) -> None:
        self._lang, self._currency = lang, currency

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "money":
            return show_money(Money.of(value, self._currency), self._lang)
        if format_spec == "rate":
            return Rate.of(value).shown()
        if format_spec == "share":
            return show_share(Decimal(value))
        text: str = super().format_field(value, format_spec)
        return text
