"""Two languages: English is the message, Chinese the catalogue."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from brambling.kit.i18n import N_, show_date, show_money, singular, translator
from brambling.kit.money import Money

LOCALE = Path(__file__).parents[2] / "src" / "brambling" / "locale"
PARTS = sorted(LOCALE.glob("zh_CN/*.po"))


def test_a_text_without_translation_comes_back_as_it_is() -> None:
    for lang in ("en", "zh"):
        assert translator(lang)("nobody ever translated this") == "nobody ever translated this"
    assert N_("stored") == "stored"


@pytest.mark.parametrize("part", PARTS, ids=[part.stem for part in PARTS])
def test_translations_keep_the_parameters(part: Path) -> None:
    with part.open("rb") as handle:
        for message in read_po(handle, locale="zh_CN"):
            if message.id and message.string:
                field = re.compile(r"\{(\w*)[^}]*\}")
                assert sorted(field.findall(message.id)) == sorted(field.findall(message.string)), message.id


@pytest.mark.parametrize(
    ("amount", "lang", "short", "shown"),
    [
        ("1234567.8", "en", False, "¥ 1,234,567.80"),
        ("1234567.8", "zh", True, "¥ 123.46 万"),
        ("1234567.8", "en", True, "¥ 1.23 M"),
        ("123456789", "zh", True, "¥ 1.23 亿"),
        ("-9999.99", "zh", True, "-¥ 9,999.99"),
    ],
)
def test_amounts_for_people(amount: str, lang, short: bool, shown: str) -> None:
    assert show_money(Money.of(amount), lang, short=short) == shown


def test_other_currencies_and_dates() -> None:
    assert show_money(Money.of("5", "EUR"), "en") == "EUR 5.00"
    assert show_date(date(2026, 3, 10), "zh") == "2026-03-10"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The statement covers 1 days.", "The statement covers 1 day."),
        ("Bring 1 more days and 21 days", "Bring 1 more day and 21 days"),
        ("1 rows and 11 rows, 0.1 days, 1,001 rows", "1 row and 11 rows, 0.1 days, 1,001 rows"),
        ("共 1 天", "共 1 天"),
    ],
)
def test_one_is_no_plural(text: str, said: str) -> None:
    assert singular(text) == said
