"""2,000 messages: no wrong number, no forbidden claim, no refused product, hardly two alike; and who is left alone."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.engine.llm import Budget, Door, StubModel
from brambling.engine.llm.stub import MODES
from brambling.kit.clock import FixedClock
from brambling.kit.i18n import Lang
from brambling.kit.money import Money
from brambling.marketing.creative import one, shipped_rulebook, shipped_sheets, write
from brambling.marketing.creative.agent import Voice
from brambling.marketing.creative.report import messages_plain, messages_table, why
from brambling.marketing.creative.rules import NEEDS, Facts, check, claims_of, shown_name
from brambling.marketing.creative.service import proven
from brambling.marketing.creative.shapes import Message

TODAY = date(2026, 11, 25)
LOAN = shipped_sheets()["working-capital"]
NAMES = (
    "春风小吃店",
    "大河超市",
    "老张汽修",
    "青山茶场",
    "云来民宿",
    "顺达货运部",
    "锦绣制衣厂",
    "Golden Wok",
    "第一百货",
    "7天便利店",
)
TRADES = ("6210", "5212", "8111", "0164", "6110", "5431", "1819", "", "5012", "6513", "F5251")


def people(count: int, seed: int = 3) -> list[Facts]:
    """Synthetic customers; every fifth has refused something."""
    draw = random.Random(seed)
    return [
        Facts(
            customer=f"c{i}",
            name=draw.choice(NAMES),
            gbt4754=draw.choice(TRADES),
            region="320500",
            need=draw.choice(NEEDS),
            amount=Money(draw.randrange(1_000_000, 80_000_000)) if draw.random() < 0.9 else None,
            day=TODAY + timedelta(days=draw.randrange(35, 120)) if draw.random() < 0.9 else None,
            refused=frozenset({draw.choice(("credit", "wealth", "marketing", "all"))} if i % 5 == 0 else ()),
        )
        for i in range(count)
    ]


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    """2,000 messages in two languages about the five shipped products."""
    sheets = list(shipped_sheets().values())
    made: list[Message] = []
    for i, facts in enumerate(people(4200)):
        sheet = sheets[0] if facts.need == "idle-cash" else LOAN
        if facts.need == "idle-cash":
            sheet = sheets[i % 4] if sheets[i % 4].kind == "cash" else sheets[0]
        made.append(one(sheet, facts, "zh" if i % 2 else "en", today=TODAY))
    written = [message for message in made if message.status == "written"]
    assert len(written) >= 2000
    return made


def plain_numbers(text: str) -> list[Decimal]:
    """An independent reader of figures: digits with separators, times ten thousand before 万."""
    without_dates = re.sub(r"\d{4}-\d{2}-\d{2}", " ", text)
    found = re.findall(r"(\d[\d,]*(?:\.\d+)?)\s*(万?)", without_dates)
    return [Decimal(digits.replace(",", "")) * (10_000 if unit else 1) for digits, unit in found]


def naive_facts(message: Message) -> set[Decimal]:
    """What the sheet and the customer say, written out by hand: not from the code that fills the slots."""
    sheet, facts = shipped_sheets()[message.product], message.facts
    known = {sheet.amount_min.decimal, Decimal(sheet.tenor_min), Decimal(sheet.tenor_max), Decimal(30), Decimal(0)}
    known |= {sheet.rate_annual_min.annual * 100, sheet.rate_annual_max.annual * 100}
    known |= {Decimal(digits) for digits in re.findall(r"\d+", sheet.name.zh + sheet.name.en)}
    if sheet.amount_max is not None:
        known.add(sheet.amount_max.decimal)
    if facts.amount is not None:
        known.add(facts.amount.decimal)
    if sheet.kind == "loan":
        thousands = -(-(facts.amount.decimal if facts.amount else sheet.amount_min.decimal * 10) // 1000)
        assert sheet.amount_max is not None
        used = max(sheet.amount_min.decimal, min(sheet.amount_max.decimal, -(-thousands // 1) * 1000))
        if facts.amount is not None and facts.amount.decimal % 1000:
            used = max(
                sheet.amount_min.decimal, min(sheet.amount_max.decimal, (facts.amount.decimal // 1000 + 1) * 1000)
            )
        known.add(used)
        for rate in (sheet.rate_annual_min.annual, sheet.rate_annual_max.annual):
            known.add((used * rate * 30 / 365).quantize(Decimal("0.01")))
    return known


def test_no_wrong_number(messages: list[Message]) -> None:
    for message in messages:
        text = message.text.replace(message.facts.name, " ")
        wrong = [number for number in plain_numbers(text) if number not in naive_facts(message)]
        assert not wrong, (wrong, message.text)
        days = set(re.findall(r"\d{4}-\d{2}-\d{2}", text))
        allowed = {shipped_sheets()[message.product].valid_until.isoformat(), str(message.facts.day)}
        assert days <= allowed, message.text


def test_no_forbidden_claim_and_no_rejection(messages: list[Message]) -> None:
    rules = shipped_rulebook()
    for message in messages:
        assert message.status != "rejected", why(message, "en")
    for message in messages[::5]:  # once more from the outside, with the name taken out of the finished text
        if message.status == "written":
            sheet = shipped_sheets()[message.product]
            text = message.text.replace(message.facts.name, "·")
            assert check(text, message.lang, sheet, proven(sheet, message.facts, message.lang), rules) == ()


def test_no_refused_product(messages: list[Message]) -> None:
    for message in messages:
        topic = shipped_sheets()[message.product].topic
        if message.facts.refused & {topic, "marketing", "all"}:
            assert message.status == "silent"
            assert message.text == ""


def test_hardly_two_messages_are_alike(messages: list[Message]) -> None:
    written = [message for message in messages if message.status == "written"][:2000]
    assert len({message.text for message in written}) >= 0.95 * len(written)
    bare = {re.sub(r"[\d,.]+", "#", message.text.replace(message.facts.name, "@")) for message in written}
    assert len(bare) >= 0.9 * len(written)  # also with names and figures taken out


def test_the_same_seed_writes_the_same_words_and_another_seed_others() -> None:
    some = people(40)
    texts = [[message.text for message in write(LOAN, some, today=TODAY, seed=seed)] for seed in (1, 1, 2)]
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]


FULL = Facts("c1", "春风小吃店", "6210", "320500", "gap-ahead", Money.of("63481.27"), date(2026, 12, 10))
CASH = replace(FULL, need="idle-cash", day=date(2027, 3, 1))


@pytest.mark.parametrize(
    ("facts", "code", "product"),
    [
        (replace(FULL, refused=frozenset({"credit"})), "creative-refused", "working-capital"),
        (replace(FULL, refused=frozenset({"marketing"})), "creative-refused", "working-capital"),
        (replace(FULL, consent=False), "creative-no-consent", "working-capital"),
        (replace(FULL, act="leave"), "creative-act", "working-capital"),
        (CASH, "creative-need", "working-capital"),
        (replace(FULL, day=None), "creative-need", "term-30"),
        (replace(FULL, gbt4754="J6639"), "creative-trade", "working-capital"),
        (replace(FULL, day=date(2026, 11, 24)), "creative-late", "working-capital"),
        (replace(FULL, amount=Money.of("3000000")), "creative-amount", "working-capital"),
        (replace(CASH, day=date(2026, 12, 10)), "creative-tenor", "term-30"),
        (replace(CASH, amount=Money.of("9000")), "creative-amount", "term-30"),
    ],
)
def test_silence_has_its_reason(facts: Facts, code: str, product: str) -> None:
    message = one(shipped_sheets()[product], facts, "zh", today=TODAY)
    assert message.status == "silent"
    assert [reason.code for reason in message.reasons] == [code]
    assert why(message, "zh") != why(message, "en") != ""


def test_whoever_keeps_refusals_is_asked_before_a_word_is_written() -> None:
    asked = []

    def refused(customer: str, topic: str) -> bool:
        asked.append((customer, topic))
        return True

    assert one(LOAN, FULL, "zh", today=TODAY, refused=refused).status == "silent"
    assert asked == [("c1", "credit")]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("春风小吃店🍜✨", "春风小吃店"),
        ("  春风\u200b小吃店\n分店 ", "春风小吃店分店"),
        ("www.win.example 领奖", ""),
        ("🍜🍜", ""),
        ("{name} & Co. 50%", "(name) & Co. 50%"),
        ("店" * 80, "店" * 59 + "…"),
    ],
)
def test_a_name_is_shown_as_a_name(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@given(st.text(max_size=80))
def test_no_name_breaks_a_message(name: str) -> None:
    message = one(LOAN, replace(FULL, name=name), "zh", today=TODAY)
    assert message.status == "written"
    assert "\n" not in message.text
    assert "\ue000" not in message.text


def test_a_template_of_the_bank_passes_the_same_check(tmp_path: Path) -> None:
    words = "【{issuer}】{name}，{why}{product}，{limits}，{rate_name}{rate}，{fees}。{risk}{stop}{legal}"
    path = tmp_path / "words.txt"
    path.write_text(words, encoding="utf-8")
    (good,) = write(LOAN, [FULL], today=TODAY, template=path)
    assert good.status == "written"
    path.write_text(words + "限时办理，额度 500 万元", encoding="utf-8")
    (bad,) = write(LOAN, [FULL], today=TODAY, template=path)
    assert {finding.code for finding in bad.findings} == {"urgency", "number-unproven"}
    assert "第十一条" in why(bad, "en")
    assert bad.text == ""


def test_the_table_keeps_order_and_says_why() -> None:
    made = list(write(LOAN, people(30), today=TODAY, langs=("zh", "en")))
    table = messages_table(made)
    assert table["customer"].to_list() == [f"c{i}" for i in range(30) for _ in range(2)]
    assert ((table["text"] == "") == (table["reason"] != "")).all()
    assert messages_plain(made, rows=True)["messages"] == 60


# -- a language model -----------------------------------------------------------------------------------------------------


def marks(message: str) -> Mapping[str, Any]:
    """Other words with the same marks, as a good model says them."""
    found = dict(re.findall(r"^(why|invite): (.*)$", message, re.M))
    return {
        role: " ".join(re.findall(r"\[\[\d+\]\]", text)) + ("，请留意。" if role == "why" else "，供参考。")
        for role, text in found.items()
    }


def boast(message: str) -> Mapping[str, Any]:
    return {role: f"{text}全市最好！" for role, text in marks(message).items()}


def voice(stub: StubModel, folder: Path, clock: FixedClock, timeout_s: float = 20.0) -> Voice:
    door = Door(base_url=stub.base_url, model="stub", api_key=None, budget=Budget(folder, 10**7), clock=clock)
    return Voice(door, timeout_s=timeout_s)


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "stalls"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_model_changes_words_and_never_a_number(mode: Any, lang: Lang, tmp_path: Path, clock: FixedClock) -> None:
    plain = one(LOAN, FULL, lang, today=TODAY)
    with StubModel(mode, marks) as stub:
        said = one(LOAN, FULL, lang, today=TODAY, voice=voice(stub, tmp_path, clock))
    assert said.status == "written"
    assert sorted(claims_of(said.text)) == sorted(claims_of(plain.text))
    if mode in ("good", "obeys"):  # what a document says cannot reach it: none is shown to it
        assert said.by == "stub"
        assert said.text != plain.text
        assert "春风" not in str(stub.requests)  # neither name nor figure leaves the house
        assert "63,481" not in str(stub.requests)
    else:
        assert said.by == "template"
        assert said.text == plain.text


def test_a_model_that_does_not_answer_is_asked_once(tmp_path: Path, clock: FixedClock) -> None:
    with StubModel("stalls", marks) as stub:
        made = list(write(LOAN, people(12), today=TODAY, voice=voice(stub, tmp_path, clock, timeout_s=0.5)))
        assert len(stub.requests) <= 1
    assert [message.text for message in made] == [message.text for message in write(LOAN, people(12), today=TODAY)]


def test_a_model_that_boasts_is_not_heard(tmp_path: Path, clock: FixedClock) -> None:
    with StubModel("good", boast) as stub:
        said = one(LOAN, FULL, "zh", today=TODAY, voice=voice(stub, tmp_path, clock))
    assert said.by == "template"
    assert said.text == one(LOAN, FULL, "zh", today=TODAY).text
