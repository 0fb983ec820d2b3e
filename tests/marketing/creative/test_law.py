"""What may not be said is found with its clause, what must be said is missed, and no number passes unproven."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.kit.i18n import Lang
from brambling.kit.money import Money
from brambling.marketing.creative.readers import shipped_phrases, shipped_rulebook, shipped_sheet, shipped_sheets
from brambling.marketing.creative.rules import Claim, Facts, check, claims_of, draft, sheet_findings
from brambling.marketing.creative.rules.law import REQUIRED
from brambling.marketing.creative.rules.sheet import FITS

RULES = shipped_rulebook()
LOAN, CASH = shipped_sheet("working-capital"), shipped_sheet("term-30")
FACTS = Facts("c1", "春风小吃店", "6210", "320500", "gap-ahead", Money.of("63481.27"), date(2026, 12, 10))


def codes(text: str, lang: Lang = "zh", sheet: object = LOAN) -> set[str]:
    return {finding.code for finding in check(text, lang, sheet, frozenset(), RULES, whole=False)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("我们的服务最好", "superlative"),
        ("全市第一的贷款", "superlative"),
        ("行业最 · 低的价格", "superlative"),
        ("保本又灵活", "guarantee-of-return"),
        ("我们保证收益", "guarantee-of-return"),
        ("零风险的选择", "guarantee-of-return"),
        ("申请秒批", "promise-of-approval"),
        ("人人可贷，不看征信", "promise-of-approval"),
        ("日息万三", "cost-hidden"),
        ("年化低至百分之四", "cost-hidden"),
        ("限时办理", "urgency"),
        ("名额有限，赶快申请", "urgency"),
        ("央行推荐的产品", "endorsement"),
        ("资金紧张？想借就借", "misleading-on-debt"),
        ("比其他银行更划算", "belittling-others"),
    ],
)
def test_forbidden_words_are_found_in_chinese(text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The BEST loan in town", "superlative"),
        ("Returns are guaranteed", "guarantee-of-return"),
        ("a risk-free product", "guarantee-of-return"),
        ("Instant approval", "promise-of-approval"),
        ("rates as low as you like", "cost-hidden"),
        ("Act now, this offer ends soon", "urgency"),
        ("A government-backed offer", "endorsement"),
        ("cheaper than other banks", "belittling-others"),
    ],
)
def test_forbidden_words_are_found_in_english(text: str, code: str) -> None:
    assert code in codes(text, "en")


@pytest.mark.parametrize("text", ["最近生意如何", "不保证收益", "本产品不保本", "最终以审批结果为准", "第一期还款"])
def test_plain_words_are_let_pass(text: str) -> None:
    assert not codes(text)


def test_a_placement_may_not_be_praised_for_its_return() -> None:
    assert "return-overstated" in codes("收益跑赢存款", sheet=CASH)
    assert "return-overstated" not in codes("收益跑赢存款")


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("年化 4.35% 至 12.00%", [("rate", "0.0435"), ("rate", "0.12")]),
        ("二十万元，分十二个月还", [("money", "200000"), ("months", "12")]),
        ("1 万元至 200 万元", [("money", "10000"), ("money", "2000000")]),
        ("¥ 64,000 for 30 days", [("money", "64000"), ("days", "30")]),
        ("3 to 12 months", [("months", "3"), ("months", "12")]),
        ("2026-12-10 前后，即 2026年12月10日", [("date", "2026-12-10"), ("date", "2026-12-10")]),
        ("一起看看，统一办理", []),
        ("三天到账", [("days", "3")]),
        ("90-day product", [("days", "90")]),
    ],
)
def test_numbers_are_claims_of_a_kind(text: str, claims: list[tuple[str, str]]) -> None:
    assert [(claim.kind, claim.value) for claim in claims_of(text)] == claims


def test_thirty_days_do_not_prove_thirty_yuan() -> None:
    assert codes("只要 30 天", sheet=CASH) == set()
    assert codes("只要 30 元", sheet=CASH) == {"number-unproven"}


def test_english_numbers_in_words_prove_nothing() -> None:
    assert "number-unproven" in codes("within two days", "en")


@given(st.integers(1, 10**8))
def test_an_amount_nobody_knows_is_never_let_pass(amount: int) -> None:
    known = {Claim("money", "10000"), Claim("money", "2000000")}
    expected = set() if Claim("money", str(amount)) in known else {"number-unproven"}
    assert codes(f"借款金额 {amount:,} 元") == expected
    assert codes(f"you may borrow ¥ {amount:,}", "en") == expected


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_required_line_is_missed_when_it_is_gone(lang: Lang) -> None:
    made = draft(LOAN, FACTS, "春风小吃店", shipped_phrases(lang), lang, 7)
    assert made.findings(LOAN, RULES) == ()
    words = {**LOAN.texts(lang), "rate": "12.00%"}
    for code in REQUIRED:
        found = check(made.marked.replace(words[code], ""), lang, LOAN, made.claims, RULES)
        assert code in {finding.code for finding in found}
        assert all(finding.clause and finding.source for finding in found)


def test_one_end_of_the_rate_is_not_enough() -> None:
    made = draft(LOAN, FACTS, "", shipped_phrases("zh"), "zh", 7)
    found = check(made.marked.replace(" 至 12.00%", " 起"), "zh", LOAN, made.claims, RULES)
    assert "rate" in {finding.code for finding in found}


def test_a_name_that_boasts_is_no_claim_of_the_bank() -> None:
    made = draft(LOAN, FACTS, "全市第一最佳超市 365", shipped_phrases("zh"), "zh", 7)
    assert made.findings(LOAN, RULES) == ()
    assert "全市第一最佳超市 365" in made.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_phrase_is_free_of_forbidden_words_and_of_numbers(lang: Lang) -> None:
    phrases = shipped_phrases(lang)
    for phrase in phrases.all():
        bare = phrase.replace("{", " ").replace("}", " ")
        for sheet in (LOAN, CASH):
            assert not check(bare, lang, sheet, frozenset(), RULES, whole=False), phrase


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_shipped_sheets_break_no_rule(lang: Lang) -> None:
    for sheet in shipped_sheets().values():
        assert sheet_findings(sheet, lang, RULES) == ()
        assert set(sheet.needs) <= set(FITS[sheet.kind])
