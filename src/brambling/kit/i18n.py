"""Two languages through gettext: English is the message id, Chinese comes from the compiled catalogue.

``_ = translator(lang)`` gives the function to call on every text a person sees; ``N_`` marks a text that is stored in
a table and translated later. Parameters are filled after translation: ``_("Lowest on {day}").format(day=day)``.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from brambling.kit.money import Money

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")

# A lone 1 before a countable in the plural; "11 days" and "0.1 days" stay.
_ONE = re.compile(
    r"(?<![\d.,])(1 (?:more )?(?:day|week|month|year|row|payment|instalment|movement|message|column|line|decision))s\b"
)
_FOLDER = Path(__file__).parents[1] / "locale"
_LOCALES = {"en": "en", "zh": "zh_CN"}


def N_(message: str) -> str:
    """Mark ``message`` for the catalogue and return it as it is."""
    return message


@cache
def translator(lang: Lang) -> Callable[[str], str]:
    """The translation function of ``lang``; texts without a translation come back in English."""
    return gettext.translation("brambling", _FOLDER, [_LOCALES[lang]], fallback=True).gettext


def show_money(amount: Money, lang: Lang, *, short: bool = False) -> str:
    """``¥ 1,234,567.80``; with ``short`` in Chinese also ``123.46 万``, in English ``¥ 1.23 M``, for large amounts."""
    sign = "¥ " if amount.currency == "CNY" else f"{amount.currency} "
    units = amount.decimal
    minus = "-" if units < 0 else ""
    size = abs(units)
    if short and lang == "zh" and size >= 100_000_000:
        return f"{minus}{sign}{size / 100_000_000:,.2f} 亿"
    if short and lang == "zh" and size >= 10_000:
        return f"{minus}{sign}{size / 10_000:,.2f} 万"
    if short and lang == "en" and size >= 1_000_000:
        return f"{minus}{sign}{size / 1_000_000:,.2f} M"
    return f"{minus}{sign}{abs(amount).grouped()}"


def show_date(day: date, lang: Lang) -> str:
    """ISO date in both languages: it sorts, and nobody misreads it."""
    return day.isoformat()


def singular(text: str) -> str:
    """English ``text`` with "1 days" as "1 day": sentences are written for many, and now and then there is one."""
    return _ONE.sub(r"\1", text)
