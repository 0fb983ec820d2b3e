"""Rules name what words give away, the model learns from them and from the user, and late payers are found."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.perception.cashflow.convert import BERKA_CATEGORIES, berka_accounts, berka_statement

from brambling.kit.calendar import holiday_name
from brambling.perception.cashflow import CATEGORIES, Correction, categorise, features, late_payers, read_statement
from brambling.perception.cashflow.model import CategoryModel
from brambling.perception.cashflow.report import CATEGORY_NAMES, category_name


def rows(*movements: tuple[int, str, str]) -> pl.DataFrame:
    return pl.DataFrame(movements, schema=["amount_minor", "counterparty", "memo"], orient="row")


@pytest.mark.parametrize(
    ("amount", "counterparty", "memo", "category"),
    [
        (100, "甲公司", "货款", "sales"),
        (100, "财付通支付科技有限公司", "", "sales"),
        (-100, "乙食品有限公司", "", "supplier"),
        (-100, "李四", "进货", "supplier"),
        (-100, "", "代发1月工资", "payroll"),
        (-100, "某市社会保险中心", "社保费", "payroll"),
        (-100, "国家金库某支库", "增值税", "tax"),
        (-100, "", "实时缴税", "tax"),
        (100, "国家金库某支库", "增值税退税", "other"),
        (-100, "王五", "三月房租", "rent"),
        (-100, "国网某供电公司", "电费", "other"),
        (5000, "某银行", "贷款发放", "loan"),
        (-100, "某银行", "归还贷款本息", "loan"),
        (100, "", "结息", "other"),
        (-100, "", "网银手续费", "other"),
        (5000, "张老板", "股东投资款", "owner"),
        (-500, "微信", "零钱提现", "transfer"),
        (-500, "", "transfer to savings own account", "transfer"),
        (-100, "ACME Ltd", "invoice 12", "supplier"),
        (-100, "Jane", "monthly salary", "payroll"),
        (-100, "张三", "", "other"),
    ],
)
def test_words_that_give_a_category_away(amount: int, counterparty: str, memo: str, category: str) -> None:
    assert categorise(rows((amount, counterparty, memo)))["category"].to_list() == [category]


@given(
    st.lists(st.tuples(st.integers(-(10**9), 10**9), st.text(max_size=8), st.text(max_size=8)), min_size=1, max_size=12)
)
@settings(deadline=None)
def test_every_row_gets_one_category_and_nothing_else_changes(movements: list[tuple[int, str, str]]) -> None:
    frame = rows(*movements)
    out = categorise(frame)
    assert out.drop("category").equals(frame)
    assert set(out["category"]) <= set(CATEGORIES)


def test_money_of_the_same_name_is_a_transfer() -> None:
    frame = rows((100, "某某（商行）", "网银"), (100, "别人", "网银"))
    assert categorise(frame, holder="某某(商行)")["category"].to_list() == ["transfer", "sales"]


def test_opposite_legs_in_two_own_accounts_are_a_transfer_and_each_leg_is_used_once() -> None:
    frame = pl.DataFrame(
        {
            "date": [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 2), date(2026, 1, 20)],
            "amount_minor": [-5000, 5000, 5000, 5000],
            "counterparty": ["", "", "", ""],
            "memo": ["网银", "网银", "网银", "网银"],
            "account": ["A", "B", "B", "B"],
        }
    )
    assert categorise(frame)["category"].to_list() == ["transfer", "transfer", "sales", "sales"]


def test_a_word_of_the_user_overrules_a_rule_and_a_later_one_the_earlier() -> None:
    frame = rows((-100, "王五", "三月房租"), (-100, "赵六", "三月房租"))
    first = Correction("owner", counterparty="王五")
    assert categorise(frame, [first])["category"].to_list() == ["owner", "rent"]
    later = Correction("supplier", memo="房租")
    assert categorise(frame, [first, later])["category"].to_list() == ["supplier", "supplier"]


def test_the_model_carries_a_word_of_the_user_to_similar_memos() -> None:
    frame = rows(
        *[(-50_000 - i, "", f"冷链仓储 {i}号库") for i in range(6)],
        *[(-50_000 - i, "", f"代发工资 {i}月") for i in range(6)],
        *[(90_000 + i, "甲公司", "货款") for i in range(6)],
    )
    told = categorise(frame, [Correction("rent", memo="冷链仓储 0号库")])
    assert told["category"].to_list()[:6] == ["rent"] * 6
    assert told["category"].to_list()[6:12] == ["payroll"] * 6


def test_the_model_keeps_silent_where_it_cannot_tell() -> None:
    model = CategoryModel().fit([("a", "b"), ("c", "d")], ["rent", "tax"])
    assert model.predict([("x", "y")]) == [None]
    assert model.predict([("a", "b")]) == ["rent"]
    assert CategoryModel().fit([("a",)], ["rent"]).predict([("a",)]) == [None]
    chances = model.predict_proba([("a", "d"), ("a",)])
    assert chances.sum(axis=1) == pytest.approx([1, 1])


def test_the_model_does_not_call_money_in_an_expense() -> None:
    model = CategoryModel().fit([("a", "b"), ("c", "d")], ["supplier", "sales"])
    assert model.predict([("a", "b")], 0.0, [False]) == ["supplier"]
    assert model.predict([("a", "b")], 0.8, [True]) == [None]


def test_on_a_real_bank_the_model_beats_the_commonest_answer_on_accounts_it_has_not_seen(shared_data: Path) -> None:
    """Czech words are in none of our rules; the bank's symbols of half of the accounts teach, the others are asked. The
    memo has only the kind of operation, so amount and rhythm must tell."""
    frames = []
    for account in berka_accounts(shared_data)[:400]:
        frame = berka_statement(shared_data, account, purpose=False).with_columns(
            pl.col("amount").str.replace(".", "", literal=True).cast(pl.Int64).alias("amount_minor"),
            pl.col("k_symbol").replace_strict(BERKA_CATEGORIES, default=None).alias("truth"),
            pl.lit(account).alias("account"),
        )
        frames.append(frame)
    known = pl.concat(frames).filter(pl.col("truth").is_not_null() & (pl.col("amount_minor") < 0))
    taught, asked = known.filter(pl.col("account") % 2 == 0), known.filter(pl.col("account") % 2 == 1)
    model = CategoryModel().fit(features.words(taught), taught["truth"].to_list())
    right = (pl.Series(model.predict(features.words(asked), 0.0)) == asked["truth"]).mean()
    commonest = asked["truth"].value_counts()["count"].max() / asked.height  # type: ignore[operator]
    assert right > commonest + 0.15  # type: ignore[operator]


START = date(2025, 6, 1)


def paying(*gaps: int, until: int, name: str = "甲公司") -> list[tuple[date, str, str, str]]:
    """Payments with these gaps, then silence of ``until`` days closed by another payer's row."""
    day, made = START, [(START, "100.00", name, "货款")]
    for gap in gaps:
        day += timedelta(days=gap)
        made.append((day, "100.00", name, "货款"))
    return [*made, (day + timedelta(days=until), "5.00", "别人", "货款")]


def late(*movements: tuple[date, str, str, str]) -> list[str]:
    frame = pl.DataFrame(movements, schema=["date", "amount", "counterparty", "memo"], orient="row")
    return [payer.counterparty for payer in late_payers(read_statement(frame.sort("date")))]


def test_a_payer_is_late_beyond_the_90th_percentile_of_its_own_gaps() -> None:
    # gaps 10, 20, 30: the 90th percentile is 28
    assert late(*paying(10, 20, 30, until=28)) == []
    assert late(*paying(10, 20, 30, until=29)) == ["甲公司"]
    assert late(*paying(10, 20, until=300)) == []  # three payments are no habit


def test_late_payers_tell_what_was_usual() -> None:
    frame = pl.DataFrame(paying(10, 20, 30, until=40), schema=["date", "amount", "counterparty", "memo"], orient="row")
    [payer] = late_payers(read_statement(frame))
    assert (payer.gap_days, payer.usual_days, payer.p90_days, payer.payments) == (40, 20, 28, 4)
    assert str(payer.usual_amount) == "100.00"
    assert payer.last_paid == date(2025, 7, 31)


@given(st.lists(st.integers(1, 60), min_size=3, max_size=20), st.integers(0, 90))
@settings(deadline=None)
def test_late_payers_agree_with_a_naive_count(gaps: list[int], until: int) -> None:
    def p90(values: list[int]) -> float:
        ordered = sorted(values)
        place = 0.9 * (len(ordered) - 1)
        low = int(place)
        return ordered[low] + (place - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low]) + 1e-9

    day, worked = START, []
    for gap in [*gaps, until]:
        passed = [day + timedelta(days=i + 1) for i in range(gap)]
        worked.append(sum(holiday_name(one) != "spring-festival" for one in passed))
        day += timedelta(days=gap)
    is_late = until > p90(gaps) and worked[-1] > p90(worked[:-1])
    assert late(*paying(*gaps, until=until)) == (["甲公司"] if is_late else [])


def test_spring_festival_is_no_delay() -> None:
    """A weekly payer is silent over the holiday of 2026 (15 to 23 February) and in the week before it pays again."""
    week = [(date(2026, 2, 9) - timedelta(days=7 * back), "100.00", "甲公司", "货款") for back in range(8)]
    assert late(*week, (date(2026, 2, 24), "5.00", "别人", "货款")) == []
    assert late(*week, (date(2026, 2, 27), "5.00", "别人", "货款")) == ["甲公司"]


def test_every_category_has_a_name() -> None:
    assert set(CATEGORY_NAMES) == set(CATEGORIES)
    assert category_name("tax", "en") == "tax"
