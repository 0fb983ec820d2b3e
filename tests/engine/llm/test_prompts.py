"""Prompts are files with exact fields, and numbers of an answer are found in the source again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import brambling.engine.llm as room
from brambling.engine.llm import Budget, Prompt, drop_ungrounded, grounded, load_prompt
from brambling.kit.errors import InputRejected, LimitExceeded, NotFound


def test_each_prompt_file_is_there_and_has_words() -> None:
    folder = Path(room.__file__).parent / "prompts"
    names = [path.stem for path in folder.glob("*.md")]
    assert names == ["frame"]
    for name in names:
        assert len(load_prompt(folder, name).words) > 40
    with pytest.raises(NotFound):
        load_prompt(folder, "nothing")


def test_a_prompt_takes_exactly_its_values() -> None:
    prompt = Prompt("p", "Dear {{name}}, {{ day }}.")
    assert prompt.filled({"name": "A", "day": "Monday"}) == "Dear A, Monday."
    for values in ({}, {"name": "A"}, {"name": "A", "day": "x", "more": "y"}):
        with pytest.raises(InputRejected, match="values do not fit"):
            prompt.filled(values)
    assert prompt.version != Prompt("p", "Dear {{name}}, {{day}}!").version


def test_a_value_cannot_bring_fields_of_its_own() -> None:
    assert Prompt("p", "{{a}} {{b}}").filled({"a": "{{b}}", "b": "x"}) == "{{b}} x"


def test_numbers_that_stand_in_the_source_in_any_form_are_kept() -> None:
    source = "货款叁拾万元整，首付３０％，尾款210,000.00元，账期六十天，去年亏损-5万"
    result = grounded([300000, Decimal("0.3"), 30, 210000, 60, 50000, 30000, 90], source)
    assert result.kept == (300000, Decimal("0.3"), 30, 210000, 60, 50000)
    assert result.dropped == (30000, 90)


def test_an_answer_keeps_its_words_and_loses_its_inventions() -> None:
    answer = {
        "buyer": "青禾食品",
        "lines": [{"amount": "30万", "rate": 0.07}],
        "signed": True,
        "note": None,
        "days": 60,
    }
    data, dropped = drop_ungrounded(answer, "青禾食品 三十万元 账期60天")
    assert data == {
        "buyer": "青禾食品",
        "lines": [{"amount": "30万", "rate": None}],
        "signed": True,
        "note": None,
        "days": 60,
    }
    assert dropped == ("lines[0].rate",)


def test_a_sentence_with_an_invented_number_is_dropped_whole() -> None:
    source = "统一采购，货款30万元"
    assert drop_ungrounded({"why": "货款三十万元，统一支付"}, source) == ({"why": "货款三十万元，统一支付"}, ())
    for invented in ("约900万元", "3e+06元", "货款30万元，利息2万元"):
        assert drop_ungrounded({"why": invented}, source) == ({"why": None}, ("why",))


def test_a_budget_is_shared_and_takes_nothing_when_it_is_not_left(tmp_path: Path) -> None:
    day = date(2026, 3, 10)
    one, two = Budget(tmp_path, 100), Budget(tmp_path, 100)
    one.spend(day, 60)
    with pytest.raises(LimitExceeded, match="40 are left, 50 needed"):
        two.spend(day, 50)
    two.spend(day, 40)
    one.settle(day, -500)
    assert two.used(day) == 0
