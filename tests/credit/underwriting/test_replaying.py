"""A credit capsule: it carries nobody's name, and no figure in it can be changed without the replay saying so.

A forger may seal a file anew and chain its hash anew. Then only what can be computed again speaks: this file goes
through every leaf of a decision that way, and lists by name what a forged file alone cannot show.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shops import SHOP, open_shop, shop_rows

from brambling.bank import decisions
from brambling.bank.decisions import ReplayReport
from brambling.bank.decisions.capsules import Capsule, open_capsule
from brambling.bank.decisions.rules import Draft, sealed
from brambling.credit.underwriting import UnderwritingReplayer, apply, export_capsule
from brambling.credit.underwriting.features import Held
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.errors import InputRejected
from brambling.kit.money import Money
from brambling.perception.cashflow import Statement, load_statement, twin
from brambling.perception.cashflow.masking import masked

REPLAYERS = {"credit": UnderwritingReplayer()}

# What a file that was sealed and chained anew can say otherwise without a word from the replay, and why.
BEYOND_RECOMPUTATION = {
    "subject": "whom it was about",
    "number": "its place in the chain",
    "previous_hash": "the decision before it",
    "actor": "who decided",
    "at": "the time of the day (the day itself is compared)",
    "features.trade": "what the bank knew of the business, where no rule turned on it",
    "features.blocked_reason": "the same",
}


@pytest.fixture
def statement_and_capsule(db: Database, clock: FixedClock) -> tuple[Statement, bytes]:
    held = Held(Money.of("1000.00"), Money.of("120.50"))
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "credit")
        found = apply(session, SHOP.id, clock, requested=Money.of("50000.00"), held=lambda *_: held)
        return load_statement(session, SHOP.id), export_capsule(session, found.decision_id)


def test_a_capsule_holds_nobodys_name(statement_and_capsule: tuple[Statement, bytes]) -> None:
    statement, data = statement_and_capsule
    text = data.decode("utf-8")
    names = {name for column in ("counterparty", "memo") for name in statement.rows[column].unique() if name}
    assert len(names) > 5 and "星河贸易有限公司" in names
    assert [name for name in names if name in text] == []
    assert decisions.replay(data, REPLAYERS).same


def test_a_twin_of_a_masked_statement_is_the_same_to_the_last_bit(
    statement_and_capsule: tuple[Statement, bytes],
) -> None:
    from dataclasses import replace

    statement, _ = statement_and_capsule
    hidden = statement.rows.with_columns(masked(statement.rows)["counterparty"], masked(statement.rows)["memo"])
    one, other = twin(statement, seed=3), twin(replace(statement, rows=hidden), seed=3)
    assert (one.net_paths == other.net_paths).all()
    assert one.versions == other.versions and len(one.recurring) == len(other.recurring)


texts = st.text(st.sampled_from("ab1 月租"), max_size=3) | st.none()


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=12))
def test_tokens_keep_sameness_and_order_and_are_masked_once(pairs: list[tuple[str | None, str | None]]) -> None:
    rows = pl.DataFrame(pairs, schema={"counterparty": pl.String, "memo": pl.String}, orient="row").with_columns(
        pl.lit("2026-01-01").str.to_date().alias("date"),
        pl.lit(1, pl.Int64).alias("amount_minor"),
        pl.lit("x").alias("category"),
    )
    once = masked(rows)
    names, tokens = rows["counterparty"].fill_null("").to_list(), once["counterparty"].to_list()
    for i in range(len(names)):
        for j in range(len(names)):
            assert (names[i] < names[j]) == (tokens[i] < tokens[j])
            assert (names[i] == names[j]) == (tokens[i] == tokens[j])
    again = masked(once)
    assert again["counterparty"].to_list() == tokens and again["memo"].to_list() == once["memo"].to_list()


def ways(value: Any, at: str = "") -> Iterator[str]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [way for key, item in inner for way in ways(item, f"{at}.{key}" if at else str(key))]
    yield from found or [at]


def changed(content: dict[str, Any], way: str) -> dict[str, Any]:
    copy = json.loads(json.dumps(content))
    *path, last = way.split(".")
    holder: Any = copy
    for key in path:
        holder = holder[int(key)] if isinstance(holder, list) else holder[key]
    key: Any = int(last) if isinstance(holder, list) else last
    holder[key] = other(holder[key])
    return copy


def other(value: Any) -> Any:
    """Another value that the rules can read: an amount a yuan away, a day or a hash that is not the one, ..."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if value is None:
        return "12.00"
    if isinstance(value, list | dict):
        return [*value, "x"] if isinstance(value, list) else {**value, "x": 1}
    try:
        return str(Decimal(value) + (1 if abs(Decimal(value)) >= 1 else Decimal("0.001")))
    except ArithmeticError:
        return value[:-1] + ("1" if value[-1:] != "1" else "2")


def forge(data: bytes, way: str) -> ReplayReport | InputRejected:
    """Replay the capsule with one leaf changed, its hash chained and its parts sealed anew."""
    opened = open_capsule(data)
    whole = json.loads(data)
    content = changed({**whole["decision"], "raw": whole["raw"]}, way)
    raw = content.pop("raw")
    try:
        values = {field.name: content[field.name] for field in fields(Draft)}
        values |= {name: UUID(content[name]) for name in ("id", "subject")}
        draft = Draft(**{**values, "at": datetime.fromisoformat(content["at"])})
        decision = sealed(draft, content["number"], content["previous_hash"])[0]
        return decisions.replay(Capsule(decision, raw, opened.environment), REPLAYERS)
    except InputRejected as rejection:
        return rejection


def test_every_leaf_of_a_forged_decision_is_found_out_or_listed(
    statement_and_capsule: tuple[Statement, bytes],
) -> None:
    _, data = statement_and_capsule
    whole = json.loads(data)
    content = {key: value for key, value in whole["decision"].items() if key != "hash"}
    unnoticed = []
    for way in ways(content):
        try:
            found = forge(data, way)
        except ValueError:  # no id or no time at all any more: such a file does not open
            continue
        noticed = isinstance(found, InputRejected) or not found.same or bool(found.float_differences)
        if not noticed:
            unnoticed.append(way)
    assert [way for way in unnoticed if way not in BEYOND_RECOMPUTATION] == []


@pytest.mark.parametrize(
    "way", ["currency", "balance_known", "closing_balance_minor", *(f"rows.7.{i}" for i in range(5))]
)
def test_every_leaf_of_a_forged_statement_is_found_out(
    statement_and_capsule: tuple[Statement, bytes], way: str
) -> None:
    _, data = statement_and_capsule
    found = forge(data, f"raw.{way}")
    assert isinstance(found, InputRejected) or not found.same


def test_a_statement_cut_short_is_content_that_disagrees(statement_and_capsule: tuple[Statement, bytes]) -> None:
    _, data = statement_and_capsule
    whole = json.loads(data)
    del whole["raw"]["rows"][100:]
    report = decisions.replay(json.dumps(whole).encode(), REPLAYERS)
    assert report.altered == ("raw",)
    opened = open_capsule(data)
    report = decisions.replay(Capsule(opened.decision, whole["raw"], {}), REPLAYERS)
    assert "inputs.statement_sha256" in [item.path for item in report.differences]


@pytest.mark.parametrize("raw", [{"rows": []}, {"rows": [1]}, {"rows": None, "currency": "CNY"}, {"currency": 7}])
def test_a_statement_that_is_none_is_one_line(statement_and_capsule: tuple[Statement, bytes], raw: Any) -> None:
    opened = open_capsule(statement_and_capsule[1])
    with pytest.raises(InputRejected, match="its raw stage cannot be read") as caught:
        decisions.replay(Capsule(opened.decision, raw, {}), REPLAYERS)
    assert "\n" not in str(caught.value)
