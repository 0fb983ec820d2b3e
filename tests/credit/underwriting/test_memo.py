"""The credit memo: from the record alone, each line with its source, in two languages, and never more than the record."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.shops import SHOP, open_shop, shop_rows

from brambling.credit.underwriting import apply, shipped_policy
from brambling.credit.underwriting.agent import holds, retold
from brambling.credit.underwriting.features.ratios import ratios_of
from brambling.credit.underwriting.report.memo import html_of, to_plain
from brambling.credit.underwriting.service import opinions
from brambling.credit.underwriting.service.memos import memo
from brambling.credit.underwriting.shapes.memo import Memo
from brambling.engine.llm import Budget, Door, StubModel
from brambling.engine.llm.stub import Mode
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.i18n import Lang
from brambling.kit.money import Money
from brambling.perception.cashflow import read_statement

CLOCK = FixedClock(datetime(2026, 3, 10, 4, 0, tzinfo=UTC))
FIFTY = Money.of("50000.00")


@pytest.fixture(scope="module")
def healthy() -> pl.DataFrame:
    return shop_rows()


def made(db: Database, clock: FixedClock, frame: pl.DataFrame, lang: Lang = "en", **more: Any) -> Memo:
    with db.write("li") as session:
        open_shop(session, clock, frame, "credit")
        found = apply(session, SHOP.id, clock, requested=FIFTY)
        opinions.say(session, found.decision_id, "approve", FIFTY, "王小明 vouches", actor="li", now=clock.now())
        return memo(session, found.decision_id, lang, **more)


def test_every_line_has_a_source_and_the_same_record_gives_the_same_page(
    db: Database, clock: FixedClock, healthy: pl.DataFrame
) -> None:
    told = made(db, clock, healthy)
    lines = [line for part in told.parts for line in part.lines]
    assert len(lines) > 25
    assert {line.source for line in lines} == set(told.sources)
    page = html_of(told)
    assert set(re.findall(r'href="#(s\d+)"', page)) == set(re.findall(r'id="(s\d+)"', page)) == set(told.sources)
    assert "http" not in page
    assert "size: A4" in page
    with db.read() as session:
        assert html_of(memo(session, told.decision_id, "en")) == page
        chinese = memo(session, told.decision_id, "zh")
    assert [len(part.lines) for part in chinese.parts] == [len(part.lines) for part in told.parts]
    assert "信贷" in chinese.title
    assert to_plain(told)["parts"][0]["lines"][0]["value"] == SHOP.name


def test_the_limit_is_derived_line_by_line_and_its_least_is_the_limit(
    db: Database, clock: FixedClock, healthy: pl.DataFrame
) -> None:
    told = made(db, clock, healthy)
    (part,) = [part for part in told.parts if part.heading == "How the limit comes about"]
    values = {line.label: line.value for line in part.lines}
    assert values["What was asked for"] == values["The limit: the least of them"] == "¥ 50,000.00"
    turnover, amount = re.findall(r"¥ ([\d,.]+)", values["What sales support"])
    exact = Money.of(turnover.replace(",", "")).minor // 4
    assert Money.of(amount.replace(",", "")).minor == exact // 100_000 * 100_000  # a quarter, in whole thousands


def test_what_other_rooms_tell_stands_in_it_and_who_was_not_asked_is_said(
    db: Database, clock: FixedClock, healthy: pl.DataFrame
) -> None:
    told = made(db, clock, healthy, place=lambda session, customer, lang: [("Buys from", "mills", "chain of trades")])
    headings = {part.heading: part for part in told.parts}
    assert headings["Place in the chain of trades"].lines[0].value == "mills"
    assert "chain of trades" in told.sources.values()
    assert "not asked" in headings["Evidence and contradictions"].sentences[0]


def test_a_decline_tells_what_stands_against_it_and_what_would_change_it(
    db: Database, clock: FixedClock, healthy: pl.DataFrame
) -> None:
    with db.write("li") as session:
        open_shop(session, clock, healthy, "credit")
        strict = replace(shipped_policy(), version="strict", history_days_min=9_000)
        found = apply(session, SHOP.id, clock, requested=FIFTY, policy=strict)
        told = memo(session, found.decision_id)
    (part,) = [part for part in told.parts if part.heading == "What stands against a limit"]
    assert part.sentences[1].startswith("Bring a statement that covers")


def test_ratios_are_those_of_counting_by_hand(healthy: pl.DataFrame) -> None:
    statement = read_statement(healthy)
    found = ratios_of(statement)
    rows = [row for row in statement.rows.iter_rows(named=True) if row["category"] not in ("transfer", "loan", "owner")]
    last = max(row["date"] for row in statement.rows.iter_rows(named=True))
    year = [row for row in rows if row["amount_minor"] > 0 and (last - row["date"]).days < 365]
    sums: dict[str, int] = {}
    for row in year:
        sums[row["counterparty"]] = sums.get(row["counterparty"], 0) + row["amount_minor"]
    assert found.largest == pytest.approx(max(sums.values()) / sum(sums.values()))
    now = sum(row["amount_minor"] for row in rows if row["amount_minor"] > 0 and (last - row["date"]).days < 91)
    then = [row for row in rows if row["amount_minor"] > 0 and 365 <= (last - row["date"]).days < 365 + 91]
    assert found.trend == pytest.approx(now / sum(row["amount_minor"] for row in then) - 1)
    assert found.trend_by_year


# -- a language model ---------------------------------------------------------------------------------------------------


def door(stub: StubModel, folder: Path) -> Door:
    return Door(base_url=stub.base_url, model="stub", budget=Budget(folder, 100_000), clock=CLOCK, api_key=None)


def test_a_model_tells_it_in_other_words_and_never_sees_the_name(
    db: Database, clock: FixedClock, healthy: pl.DataFrame, tmp_path: Path
) -> None:
    told, seen = made(db, clock, healthy), []

    def truth(message: str) -> dict[str, Any]:
        seen.append(message)
        return {"sentences": ["[[1]] can have ¥ 50,000.00.", "It asked for ¥ 60,000.00.", "Evergreen Trading vouches."]}

    with StubModel("good", truth) as stub:
        other = retold(told, door(stub, tmp_path))
    assert other.retold is not None
    assert other.retold.sentences == (f"{SHOP.name} can have ¥ 50,000.00.",)
    assert other.retold.dropped == 2
    assert SHOP.name not in seen[0]
    assert "王小明" not in seen[0]
    assert other.summary == told.summary
    assert "language model" in html_of(other)


@pytest.mark.parametrize("mode", ["lies", "obeys", "broken_json", "dies"])
def test_a_model_that_lies_obeys_or_breaks_leaves_no_number_of_its_own(
    db: Database, clock: FixedClock, healthy: pl.DataFrame, tmp_path: Path, mode: Mode
) -> None:
    told = made(db, clock, healthy)
    with StubModel(mode, lambda message: {"sentences": ["[[1]] can have ¥ 50,000.00."]}) as stub:
        other = retold(told, door(stub, tmp_path))
    assert other.retold is None or all(holds(one, told.text, "en") for one in other.retold.sentences)
    assert other.parts == told.parts


@pytest.mark.parametrize(
    ("sentence", "lang", "good"),
    [
        ("The limit is ¥ 50,000.00 over 182 days.", "en", True),
        ("The limit is ¥ 51,000.00 over 182 days.", "en", False),
        ("The limit is 50 thousand.", "en", False),
        ("It was vouched for by Hanson Mills.", "en", False),
        ("额度为 ¥ 50,000.00，期限 182 天。", "zh", True),
        ("额度为五万一千元。", "zh", False),
        ("由长江贸易公司担保。", "zh", False),
        ("该公司可借 ¥ 50,000.00。", "zh", True),
        ("[[7]] owes it.", "en", False),
    ],
)
def test_the_checker_lets_pass_only_what_stands_in_the_record(sentence: str, lang: Lang, good: bool) -> None:
    source = "The limit of [[1]] is ¥ 50,000.00 at 4.35 % over 182 days. 额度 ¥ 50,000.00，期限 182 天。"
    assert holds(sentence, source, lang) is good
