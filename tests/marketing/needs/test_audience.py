"""An audience: who needs it now, who waits for what is not known, who is left alone; credit never reaches some."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from brambling.kit.calendar import spring_festival
from brambling.kit.errors import InputRejected
from brambling.kit.i18n import translator
from brambling.kit.money import Money
from brambling.marketing.needs import audience, read_spec, shipped_specs
from brambling.marketing.needs.commands import app
from brambling.marketing.needs.report import WHY, audience_plain, audience_report, audience_table
from brambling.marketing.needs.rules.audience import STEPS, stand
from brambling.marketing.needs.rules.conditions import Condition, holds
from brambling.marketing.needs.rules.protection import TELLING
from brambling.marketing.needs.rules.seasons import Season, next_season
from brambling.marketing.needs.service.audiences import funnel, shipped_framework

TODAY = date(2026, 5, 25)
RESTAURANT: dict[str, Any] = {
    "customer": "A",
    "gbt4754": "6210",
    "region": "330109",
    "opened_on": "2019-03-01",
    "scenic_area": "yes",
    "gap_probability": "0.42",
    "stock_up_amount": "30000",
    "debt_service_share": "0.10",
    "over_indebted": "no",
    "vulnerable": "no",
    "student": "no",
    "owner_age": "41",
    "consent_marketing": "yes",
    "refused": None,
    "last_contact_on": "2026-01-05",
    "contacts_90d": "0",
}


def table(*changes: dict[str, Any]) -> pl.DataFrame:
    """Restaurants like the first one but for the changes; a value of ... drops the column."""
    rows = [{**RESTAURANT, "customer": f"C{i}", **change} for i, change in enumerate(changes)]
    frame = pl.DataFrame([{k: v for k, v in row.items() if v is not ...} for row in rows], infer_schema_length=None)
    return frame.with_columns(pl.all().cast(pl.String))


def stands(*changes: dict[str, Any], need: Any = "tourism-loan", today: date = TODAY) -> list[tuple[str, str]]:
    """(act, reason code) of each."""
    made = audience(need, table(*changes), today=today)
    return [(one.act, one.reason.code) for one in made.stands]


def test_the_restaurant_in_the_scenic_area_needs_it_and_the_repair_shop_next_door_does_not() -> None:
    found = stands({}, {"gbt4754": "8129"}, {"scenic_area": "no"}, {"gap_probability": "0.05", "stock_up_amount": "0"})
    assert found == [
        ("contact", "needs-ahead"),
        ("leave", "not-eligible"),
        ("leave", "not-eligible"),
        ("leave", "no-need"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"over_indebted": "yes"},
        {"debt_service_share": "0.51"},
        {"vulnerable": "yes"},
        {"student": "yes"},
        {"owner_age": "17"},
        {"age": "16"},
        {"minor": "yes"},
        {"over_indebted": "no", "debt_service_share": "0.9"},
    ],
)
@pytest.mark.parametrize("need", [name for name in shipped_specs() if read_spec(name).offer == "credit"])
def test_credit_never_targets_the_protected(need: str, change: dict[str, str]) -> None:
    made = audience(need, table(change), today=TODAY)
    assert made.contacts == 0


def test_no_description_can_turn_the_protection_off(tmp_path: Path) -> None:
    bare = {"gbt4754": "6210", "consent_marketing": "yes", "refused": "", "contacts_90d": "0"}
    text = """
version: x-1
name: anything
title: A loan for whoever wants one
offer: credit
need: [{column: student, flag: true}]
worth: {met: "1000.00", cost: "0", nuisance: "0", strength: 1, answer: 1, anyway: 0}
rest: {days_since_contact_min: 0, contacts_90d_max: 99}
valid_days: 5
"""
    path = tmp_path / "any.yaml"
    path.write_text(text, encoding="utf-8")
    assert stands({**bare, "student": "yes"}, need=path) == [("leave", "protected")]
    path.write_text(text.replace("offer: credit", "offer: service"), encoding="utf-8")
    with pytest.raises(InputRejected, match=r"any\.yaml: .*speaks of lending"):
        read_spec(path)


@given(
    st.fixed_dictionaries(
        {
            "over_indebted": st.sampled_from([True, False, None]),
            "debt_service_share": st.sampled_from([None, Decimal("0.1"), Decimal("0.6")]),
            "vulnerable": st.sampled_from([True, False, None]),
            "student": st.sampled_from([True, False, None]),
            "minor": st.sampled_from([True, False, None]),
            "owner_age": st.sampled_from([None, Decimal(16), Decimal(40)]),
        }
    ),
    st.sets(st.sampled_from(sorted(column for group in TELLING.values() for column in group))),
)
@settings(max_examples=300, deadline=None)
def test_a_contact_about_credit_means_that_every_protection_is_known_to_be_needless(
    signs: dict[str, Any], gone: set[str]
) -> None:
    spec = read_spec("tourism-loan")
    facts: dict[str, Any] = {
        "gbt4754": "6210", "scenic_area": True, "years_open": Decimal(7), "gap_probability": Decimal("0.4"),
        "season_on": TODAY + timedelta(days=30), "consent_marketing": True, "refused": None,
        "last_contact_on": None, "contacts_90d": Decimal(0),
    }  # fmt: skip
    facts |= {name: value for name, value in signs.items() if name not in gone}
    found = stand(facts, spec, TODAY)
    over = facts.get("over_indebted") is True or (facts.get("debt_service_share") or 0) > Decimal("0.5")
    young = facts.get("minor") is True or (facts.get("owner_age") or 99) < 18
    if over or young or facts.get("vulnerable") is True or facts.get("student") is True:
        assert (found.act, found.reason.code) == ("leave", "protected")
    if found.act == "contact":
        for group in TELLING.values():
            assert any(facts.get(column) is not None for column in group)


def test_what_the_file_does_not_tell_holds_and_is_named() -> None:
    made = audience("idle-cash", pl.DataFrame({"customer": ["a"], "gbt4754": ["6210"], "region": ["1"]}), today=TODAY)
    (one,) = made.stands
    assert (one.act, one.step, one.reason.code) == ("hold", "suitable", "not-known")
    assert made.missing[:3] == ("gap_ahead", "gap_probability", "idle_amount")
    for column, step in (
        ("vulnerable", "suitable"),
        ("student", "suitable"),
        ("consent_marketing", "consents"),
        ("refused", "consents"),
        ("last_contact_on", "rested"),
        ("contacts_90d", "rested"),
    ):
        made = audience("tourism-loan", table({column: ...}), today=TODAY)
        assert [(one.act, one.step) for one in made.stands] == [("hold", step)], column
        assert column in made.missing
    assert audience("tourism-loan", table({}), today=TODAY).missing == ()


def test_the_offer_comes_before_its_moment_and_dies_with_it() -> None:
    season = date(2026, 7, 1)
    for days, expected in ((61, "too-early"), (60, "needs-ahead"), (15, "needs-ahead"), (14, "passed")):
        made = audience("tourism-loan", table({"season_on": season.isoformat()}), today=season - timedelta(days=days))
        (one,) = made.stands
        assert one.reason.code == expected
        if one.act == "contact":
            assert one.not_after is not None
            assert one.not_after <= season - timedelta(days=15)
        if expected == "too-early":
            assert one.not_before == season - timedelta(days=60)
    assert stands({"season_on": None}) == [("leave", "no-moment")]


def test_a_no_binds_in_whatever_words_and_another_topic_does_not() -> None:
    words = ["credit", "all", "marketing", "是", "别再给我打电话了", "wealth, credit", "wealth", "no", "", None]
    acts = [act for act, _code in stands(*({"refused": word} for word in words))]
    assert acts == ["leave"] * 6 + ["contact"] * 4
    assert stands({"consent_marketing": "no"}) == [("leave", "no-consent")]


def test_rest_is_kept() -> None:
    found = stands({"last_contact_on": "2026-04-25"}, {"last_contact_on": "2026-04-26"}, {"contacts_90d": "2"})
    assert found == [("contact", "needs-ahead"), ("leave", "contacted-lately"), ("leave", "contacted-often")]


def test_doing_nothing_has_a_value_and_wins_where_it_is_worth_more() -> None:
    made = audience("tourism-loan", table({}, {"gap_probability": "0.21"}), today=TODAY)
    first = made.stands[0]
    # 800 x .42 = 336; x .35 - .50 - 12 x .58 = 110.14; without us 10 % of 336
    assert (first.contact, first.nothing) == (Money.of("110.14"), Money.of("33.60"))
    dear = table({"need_answer": "0.10"}, {"need_answer": "0.9"})
    found = audience("tourism-loan", dear, today=TODAY)
    assert [(one.act, one.reason.code) for one in found.stands] == [("leave", "not-worth"), ("contact", "needs-ahead")]
    plain = audience_plain(made, rows=True)
    assert plain["do_nothing"]["value"] == Money.of("50.40")
    assert plain["gain"] == made.value_contact - made.value_nothing


def test_the_same_customer_twice_is_one_contact() -> None:
    assert stands({"customer": "same"}, {"customer": "same"}) == [("contact", "needs-ahead"), ("leave", "twice")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"gap_probability": "1.5"}, r"row 1, column 'gap_probability': 1\.5 is no share; expected 0 to 1"),
        ({"consent_marketing": "perhaps"}, r"row 1, column 'consent_marketing': 'perhaps' does not fit"),
        ({"last_contact_on": "soon"}, r"row 1, column 'last_contact_on': 'soon' does not fit"),
        ({"customer": None}, r"row 1, column 'customer': nothing there"),
    ],
)
def test_a_bad_value_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputRejected, match=said):
        audience("tourism-loan", table(change), today=TODAY)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("at_least: 20000", "at_lest: 20000", "unknown key need.0..at_lest|unknown key"),
        ("at_least: 20000", "at_least: plenty", "does not fit"),
        ("{column: idle_amount, at_least: 20000}", "{column: idle_amount}", "cannot be used"),
        ("{column: idle_amount, at_least: 20000}", "{column: gender, one_of: [male]}", "may not decide"),
        ("offer: wealth", "offer: gold", "offer 'gold' is unknown"),
        ("answer: 0.35", "answer: 1.35", "is no share"),
        ("valid_days: 7", "valid_days: 0", "valid_days 0"),
        ("need:", "needs:", "unknown key needs"),
    ],
)
def test_a_fault_in_a_description_is_named(tmp_path: Path, before: str, after: str, said: str) -> None:
    import brambling.marketing.needs as room

    text = (Path(room.__file__).parent / "audiences" / "idle-cash.yaml").read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(InputRejected, match=said) as caught:
        read_spec(path)
    assert str(caught.value).startswith("mine.yaml: ")


def test_three_values() -> None:
    yes, no = Condition(column="a", flag=True), Condition(column="b", at_least=Decimal(2), at_most=Decimal(3))
    assert holds(Condition(either=(yes, no)), {"a": None, "b": Decimal(3)}) is True
    assert holds(Condition(either=(yes, no)), {"b": Decimal(4)}) is None
    assert holds(Condition(either=(yes, no)), {"a": False, "b": Decimal(4)}) is False
    assert holds(Condition(column="a", starts_with=("61", "62")), {"a": "6210"}) is True
    assert holds(Condition(column="a", none_of=("x",)), {"a": "x"}) is False


def test_seasons_belong_to_trade_and_place() -> None:
    assert next_season(shipped_framework("6210"), True, TODAY) == (date(2026, 7, 1), True)
    ahead = spring_festival(2027) - timedelta(days=10)
    assert next_season(shipped_framework("6210"), False, TODAY) == (ahead, True)
    assert next_season(shipped_framework("6110"), None, TODAY) == (None, False)
    assert next_season(shipped_framework("8129"), None, TODAY) == (None, True)
    assert next_season((Season("62", "x", "05-25"),), None, TODAY) == (TODAY, True)


def test_every_row_is_told_once_and_the_funnel_adds_up() -> None:
    frame = table({}, {"gbt4754": "8129"}, {"student": "yes"}, {"vulnerable": None}, {"refused": "all"}, {"act": "x"})
    made = audience("tourism-loan", frame, today=TODAY)
    out = audience_table(made, "zh")
    assert made.replaced == ("act",)
    assert out["customer"].to_list() == frame["customer"].to_list()
    assert out["row"].to_list() == list(range(1, 7))
    assert made.contacts + made.held + made.left == frame.height
    entered = frame.height
    for step, name in zip(made.steps, STEPS, strict=True):
        assert (step.step, step.entered) == (name, entered)
        assert step.entered == step.passed + step.left + step.held
        assert sum(count for _code, count in step.reasons) == step.left + step.held
        entered = step.passed
    assert entered == made.contacts
    assert funnel(())[0].entered == 0
    assert all(translator("zh")(sentence) != sentence for sentence in WHY.values())
    assert "<script" in audience_report(made).html()


def test_the_command_writes_csv_report_and_json(tmp_path: Path) -> None:
    file, out, page = tmp_path / "c.csv", tmp_path / "audience.csv", tmp_path / "a.html"
    table({}, {"student": "yes"}).rename({"gbt4754": "行业"}).write_csv(file)
    arguments = ["tourism-loan", "--customers", str(file), "--today", "2026-05-25", "--map", "gbt4754=行业"]
    made = CliRunner().invoke(app, [*arguments, "--json", "--out", str(out), "--report", str(page)])
    assert made.exit_code == 0
    told = json.loads(made.stdout)
    assert told["contact"] == {"customers": 1, "value": "110.14"}
    assert [step["step"] for step in told["funnel"]] == list(STEPS)
    assert pl.read_csv(out)["act"].to_list() == ["contact", "leave"]
    assert page.stat().st_size > 10_000
    assert CliRunner().invoke(app, arguments).exit_code == 0
