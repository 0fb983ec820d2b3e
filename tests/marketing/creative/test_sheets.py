"""Sheets, templates and customers that cannot be used end in one line; the shipped sheets say what the bank does."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from brambling.credit.underwriting import shipped_policy
from brambling.kit.errors import InputRejected
from brambling.marketing.creative import read_customers, read_sheet, shipped_rulebook, shipped_sheets
from brambling.marketing.creative.readers import read_template
from brambling.wealth.advice import shipped_shelf

TODAY = date(2026, 11, 25)
SHEET = Path(__file__).parents[3] / "src/brambling/marketing/creative/sheets/working-capital.yaml"


def changed(tmp_path: Path, pattern: str, by: str) -> Path:
    text, count = re.subn(pattern, by, SHEET.read_text(encoding="utf-8"), flags=re.M)
    assert count
    path = tmp_path / "sheet.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("pattern", "by", "said"),
    [
        (r"^rate_annual_min.*\n", "", "no key rate_annual_min"),
        (r"^stop:.*\n", "", "no key stop"),
        (r"^stop:.*$", 'stop: {zh: "", en: ""}', "stop.zh is empty; expected a line that says how to end"),
        (r"^valid_until.*$", "valid_until: 2026-06-30", "expired on 2026-06-30"),
        (r"^valid_from.*$", "valid_from: 2026-12-01", "holds only from 2026-12-01"),
        (r"^rate_annual_max.*$", "rate_annual_max: 3%", "rate_annual_min and rate_annual_max do not fit"),
        (r"^link:.*$", "link: http://bank.example", "link is no address"),
        (r"^kind:.*$", "kind: gift", "'gift' is no kind"),
        (r"^needs:.*$", "needs: [idle-cash]", "'idle-cash' is no need of a loan"),
        (r"^fees:.*$", "fees: {zh: 全国最低收费, en: no fees}", "fees.zh: '最' may not be said (superlative; 中华人民共和国广告法 第九条（三）)"),
        (r"^who:.*$", "who: {zh: 商户, en: everyone qualifies}", "who.en: 'everyone qualifies' may not be said"),
    ],
)  # fmt: skip
def test_a_sheet_that_cannot_be_used_ends_in_one_line(tmp_path: Path, pattern: str, by: str, said: str) -> None:
    with pytest.raises(InputRejected) as caught:
        read_sheet(changed(tmp_path, pattern, by), TODAY, shipped_rulebook())
    assert said in str(caught.value)
    assert str(caught.value).startswith("sheet.yaml: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{issuer} {product} {rate_name} {rate} {fees} {risk} {legal}", "lacks a stop line (中华人民共和国广告法 第四十三条)"),
        ("{issuer} {product} {rate} {stop} {risk} {legal} {rate_name}", "lacks the line 'fees'"),
        ("{issuer} {bonus} {stop}", "unknown slot 'bonus'"),
        ("{issuer", "is no phrase"),
    ],
)  # fmt: skip
def test_a_template_that_loses_a_line_of_the_law_is_rejected(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "words.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputRejected) as caught:
        read_template(path)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("a,gap\n", "row 1, column 'need': 'gap' is no need"),
        ("a,tax\na,tax\n", "row 2, column 'customer': 'a' stands twice"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, rows: str, said: str) -> None:
    path = tmp_path / "c.csv"
    path.write_text("customer,need\n" + rows, encoding="utf-8")
    with pytest.raises(InputRejected) as caught:
        read_customers(path)
    assert said in str(caught.value)


def test_an_amount_of_nothing_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("customer,amount\na,0.00\n", encoding="utf-8")
    with pytest.raises(InputRejected, match="amount is not above zero"):
        read_customers(path)


def test_the_loan_sheet_says_what_the_credit_policy_does() -> None:
    sheet, policy = shipped_sheets()["working-capital"], shipped_policy()
    assert (sheet.amount_min, sheet.amount_max) == (policy.limit_min, policy.limit_max)
    assert sheet.rate_annual_min == min(band.rate_annual for band in policy.bands)
    assert sheet.rate_annual_max == max(band.rate_annual for band in policy.bands)
    assert (sheet.tenor_min, sheet.tenor_max) == (min(policy.tenor_months), max(policy.tenor_months))
    assert sheet.trades_excluded == policy.trades_excluded


def test_the_cash_sheets_say_what_the_shelf_does() -> None:
    shelf = {product.code: product for product in shipped_shelf().products}
    sheets = {code: sheet for code, sheet in shipped_sheets().items() if sheet.kind == "cash"}
    assert set(sheets) == set(shelf)
    for code, sheet in sheets.items():
        product = shelf[code]
        assert sheet.rate_annual_min == sheet.rate_annual_max == product.rate_annual
        assert (sheet.tenor_min, sheet.tenor_max) == (product.tenor_days, product.tenor_days)
        assert sheet.amount_min == product.amount_min
        assert sheet.name.zh == product.name_zh
        assert sheet.name.en == product.name_en
