"""The approved texts have both languages and a source, and their figures are those of the policies in force."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

import brambling.marketing.dialogue
from brambling.bank.contact.service import standard_policy
from brambling.credit.underwriting.readers import shipped_policy
from brambling.wealth.advice.readers import shipped_shelf

FOLDER = Path(brambling.marketing.dialogue.__file__).parent / "knowledge"
PATHS = sorted(FOLDER.glob("*.md"))
KEYS = {"id", "title_en", "title_zh", "source", "valid_from", "asks_en", "asks_zh"}


def read(path: Path) -> tuple[dict, str, str]:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    head, english, chinese = re.split(r"^## (?:en|zh)$", body, flags=re.MULTILINE)
    assert not head.strip()
    return yaml.safe_load(front), english.strip(), chinese.strip()


def words(topic: str) -> tuple[str, str]:
    return read(FOLDER / f"{topic}.md")[1:]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_text_is_whole(path):
    front, english, chinese = read(path)
    assert front.keys() == KEYS
    assert front["id"] == path.stem
    assert front["valid_from"] <= date(2026, 11, 24)
    assert front["source"] and front["asks_en"] and front["asks_zh"]
    assert len(english) > 40 and not re.search(r"[\u4e00-\u9fff]", english)
    assert len(chinese) > 15 and re.search(r"[\u4e00-\u9fff]", chinese)


def test_there_are_about_45_and_both_languages_ask_in_own_words():
    assert len(PATHS) >= 45
    asks = [ask for path in PATHS for ask in read(path)[0]["asks_en"] + read(path)[0]["asks_zh"]]
    assert len(set(asks)) == len(asks)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_both_languages_name_the_same_figures(path):
    _, english, chinese = read(path)

    def figures(text: str) -> set[str]:
        return set(re.findall(r"\d[\d,:.]*\d%?|\d%?", text.replace("CSV", "")))

    extra = {"T+0", "0", "1"}  # a product's name, and counts that English writes as words
    small = {str(number) for number in range(13)}
    assert figures(english) - figures(chinese) - small <= extra
    assert figures(chinese) - figures(english) - small <= extra


def test_loan_texts_agree_with_the_credit_policy():
    policy = shipped_policy()
    for text in words("loan-rate"):
        for band in policy.bands:
            assert f"{band.rate_annual.annual * 100:.2f}%" in text
    for text in words("loan-product"):
        assert f"{int(policy.limit_min.minor / 100):,}" in text
        assert f"{int(policy.limit_max.minor / 100):,}" in text
        assert all(str(months) in text for months in policy.tenor_months)
    for text in words("loan-offer"):
        assert str(policy.offer_valid_days) in text
    for text in words("loan-documents"):
        assert str(policy.history_days_min) in text
        assert str(policy.statement_age_days_max) in text
    for text in words("loan-review"):
        assert f"{int(policy.refer_above.minor / 100):,}" in text
        assert str(policy.refer_days) in text
    for text in words("loan-tenor"):
        assert all(str(band.tenor_months_max) in text for band in policy.bands)


def test_wealth_texts_agree_with_the_shelf():
    shelf = shipped_shelf()
    for text in words("cash-products"):
        for product in shelf.products:
            assert f"{product.rate_annual.annual * 100:.2f}%" in text
            assert f"{int(product.amount_min.minor / 100):,}" in text
    for text in words("cash-plan"):
        assert str(shelf.floor_days) in text


def test_contact_texts_agree_with_the_gate():
    policy = standard_policy()
    for text in words("contact-hours"):
        assert policy.quiet_start in text and policy.quiet_end in text
        for cap in policy.caps:
            if cap.counts == ("marketing",):
                assert cap.window_days == 1 or str(cap.window_days) in text
