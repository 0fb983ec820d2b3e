"""What breaks an axiom of each kind, and what does not; conditions and their three values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.credit.axioms.readers import axioms_from, default_axioms, read_axiom, read_axioms
from brambling.credit.axioms.rules import judge, judge_pair, rank, read_condition
from brambling.kit.errors import InputRejected

MONOTONE = {"name": "m", "kind": "monotone", "field": "income", "direction": "increasing", "reason": "r"}


def one(**entry: Any) -> Any:
    return read_axiom({"name": "a", "reason": "r"} | entry)


@pytest.mark.parametrize(
    ("text", "facts", "value"),
    [
        ("blocked == true", {"blocked": True}, True),
        ("blocked == true", {"blocked": 1}, True),
        ("blocked == true", {"blocked": None}, None),
        ("blocked", {"blocked": False}, False),
        ("not blocked", {}, None),
        ("a > 1 or b > 1", {"a": None, "b": 2}, True),
        ("a > 1 and b > 1", {"a": None, "b": 0}, False),
        ("1 < a <= 3", {"a": 3}, True),
        ("region in ['A', 'B']", {"region": "b "}, True),
        ("region not in ['A']", {"region": "B"}, True),
        ("income == null", {"income": None}, True),
        ("income != null", {"income": 0}, True),
        ("decision == decline", {"decision": "Decline"}, True),
        ("`monthly income` / 2 >= 5", {"monthly income": 10}, True),
        ("a / b > 1", {"a": 1, "b": 0}, None),
        ("月收入 > 3", {"月收入": 4}, True),
        ("a - -1 == 3", {"a": 2}, True),
    ],
)
def test_a_condition_has_three_values(text: str, facts: dict[str, Any], value: bool | None) -> None:
    assert read_condition(text).value(facts) is value


@pytest.mark.parametrize(
    "text", ["open('x')", "a.b == 1", "a ==", "[x for x in y]", "a is 1", "lambda: 1", "a in b", "f'{a}'", "a ** 9"]
)
def test_nothing_but_conditions_is_read(text: str) -> None:
    with pytest.raises(InputRejected):
        read_condition(text)


@given(a=st.none() | st.integers(-3, 3), b=st.none() | st.integers(-3, 3))
def test_a_condition_and_its_opposite_never_both_hold(a: int | None, b: int | None) -> None:
    facts = {"a": a, "b": b}
    for text in ("a > b", "a == b", "a > 0 and b > 0", "a > 0 or b > 0", "a in [1, 2]"):
        holds, opposite = read_condition(text).holds(facts), read_condition(f"not ({text})").holds(facts)
        assert not (holds and opposite)
        assert holds or opposite or a is None or b is None


def pair(axiom: Any, a: dict[str, Any], fa: dict[str, Any], b: dict[str, Any], fb: dict[str, Any]) -> bool:
    forth, back = judge_pair(axiom, a, fa, b, fb), judge_pair(axiom, b, fb, a, fa)
    assert (forth is None) == (back is None)  # the order in which a pair is told says nothing
    return forth is not None


def test_more_income_must_not_lower_the_limit() -> None:
    axiom = read_axiom(MONOTONE)
    assert pair(axiom, {"income": 1}, {"limit": 9}, {"income": 2}, {"limit": 8})
    assert not pair(axiom, {"income": 1}, {"limit": 9}, {"income": 2}, {"limit": 9 - 1e-12})
    assert not pair(axiom, {"income": 1}, {"limit": 9}, {"income": None}, {"limit": 8})
    assert pair(axiom, {"income": 1}, {"limit": "9.00"}, {"income": 2}, {"limit": "8.00"})
    assert pair(axiom, {"income": 1}, {"decision": "approve", "limit": 9}, {"income": 2}, {"decision": "decline"})
    assert pair(axiom, {"income": 1}, {"limit": 9}, {"income": 2}, {"limit": float("nan")})


def test_the_order_of_decisions_can_be_stated() -> None:
    strict = read_axiom(MONOTONE | {"outcome": "decision"})
    lenient = read_axiom(MONOTONE | {"outcome": "decision", "order": ["decline", ["refer", "approve"]]})
    a, b = ({"income": 1}, {"decision": "approve"}), ({"income": 2}, {"decision": "refer"})
    assert pair(strict, *a, *b)
    assert not pair(lenient, *a, *b)


def test_a_price_is_compared_between_offers_only() -> None:
    axiom = one(kind="monotone", field="risk", direction="increasing", outcome="rate_annual")
    offer, no = {"decision": "approve", "rate_annual": 0.1}, {"decision": "decline", "rate_annual": 0}
    assert not pair(axiom, {"risk": 1}, offer, {"risk": 2}, no)
    assert pair(axiom, {"risk": 1}, offer, {"risk": 2}, {"decision": "approve", "rate_annual": 0.09})


def test_dominance_compares_only_who_is_better_everywhere() -> None:
    axiom = one(kind="dominance", axes={"income": "increasing", "debt": "decreasing"})
    less = ({"income": 1, "debt": 5}, {"limit": 9})
    assert pair(axiom, *less, {"income": 2, "debt": 5}, {"limit": 8})
    assert pair(axiom, *less, {"income": 2, "debt": 4}, {"limit": 8})
    assert not pair(axiom, *less, {"income": 2, "debt": 6}, {"limit": 8})


def test_a_swap_must_change_nothing_but_what_names_a_call() -> None:
    axiom = one(kind="invariance", field="gender")
    a, b = {"gender": "F"}, {"gender": "M"}
    assert pair(axiom, a, {"limit": 1, "reasons": ["x"]}, b, {"limit": 1, "reasons": ["y"]})
    assert not pair(
        axiom, a, {"limit": 1, "decision_id": 1, "gender": "F"}, b, {"limit": 1.0, "decision_id": 2, "gender": "M"}
    )
    assert not pair(axiom, a, {"limit": float("nan")}, b, {"limit": float("nan")})


def test_evidence_in_its_three_forms() -> None:
    unsourced = one(kind="evidence", field="income", source="proof")
    assert pair(unsourced, {"income": 1, "proof": ""}, {"limit": 1}, {"income": 2, "proof": "none"}, {"limit": 2})
    assert not pair(unsourced, {"income": 1, "proof": "tax"}, {"limit": 1}, {"income": 2, "proof": "tax"}, {"limit": 2})
    contradiction = one(kind="evidence", contradiction="clashes")
    assert pair(contradiction, {"clashes": 0}, {"limit": 1}, {"clashes": 1}, {"limit": 2})
    alone = one(kind="evidence", source="documents")
    assert judge(alone, {"documents": 0}, {"limit": 5})
    assert not judge(alone, {"documents": 2}, {"limit": 5})


def test_veto_cap_and_reasons_judge_single_answers() -> None:
    veto = one(kind="veto", when="blocked == true")
    assert judge(veto, {"blocked": True}, {"decision": "refer"})
    assert not judge(veto, {"blocked": True}, {"decision": "rejected"})
    assert not judge(veto, {"blocked": None}, {"decision": "approve"})
    cap = one(kind="cap", field="inflow", factor=0.5)
    assert judge(cap, {"inflow": 10}, {"limit": 5.01})
    assert not judge(cap, {"inflow": 10}, {"limit": 5})
    assert judge(cap, {"inflow": 10}, {"limit": float("inf")})
    truth = one(kind="reason-truth", reasons={"poor": "income < 5"}, required=True)
    assert judge(truth, {"income": 9}, {"decision": "decline", "reasons": ["poor"]})
    assert judge(truth, {"income": 9}, {"decision": "decline", "reasons": []})
    assert not judge(truth, {"income": 2}, {"decision": "decline", "reason_1": "poor", "reason_2": None})


@pytest.mark.parametrize(
    ("value", "place"),
    [("decline", 0), ("REFER", 1), (" approve", 2), ("12.50", 12.5), (True, 1), ("?", None), (None, None)],
)
def test_outcomes_have_a_place(value: Any, place: float | None) -> None:
    assert rank(value) == place


# -- files ---------------------------------------------------------------------------------------------------------


def test_the_default_set_has_a_ground_for_each_of_its_axioms() -> None:
    axioms = default_axioms()
    assert len(axioms) >= 20
    assert {axiom.kind for axiom in axioms} == {
        "monotone",
        "veto",
        "cap",
        "dominance",
        "invariance",
        "evidence",
        "consistency",
        "reason-truth",
    }
    assert all(len(axiom.reason) > 20 for axiom in axioms)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"kind": "magic"}, "unknown kind 'magic'"),
        ({"kind": "monotone", "field": "x"}, "direction None"),
        ({"kind": "monotone", "field": "x", "direction": "up"}, "direction 'up'"),
        ({"kind": "monotone", "direction": "increasing"}, "no field"),
        ({"kind": "veto"}, "needs a condition"),
        ({"kind": "veto", "when": "blocked ="}, "is not a condition"),
        ({"kind": "cap"}, "needs a bound"),
        ({"kind": "dominance"}, "needs axes"),
        ({"kind": "invariance"}, "no field"),
        ({"kind": "evidence", "field": "x"}, "needs field and source"),
        ({"kind": "veto", "when": "a", "colour": 1}, "unknown key 'colour'"),
    ],
)
def test_an_axiom_that_is_none_is_told_by_name(entry: dict[str, Any], told: str) -> None:
    with pytest.raises(InputRejected, match="axiom 'a'") as error:
        read_axiom({"name": "a", "reason": "r"} | entry)
    assert told in str(error.value)


@pytest.mark.parametrize(
    "whole",
    [None, [], {"axioms": []}, "text", [{"kind": "veto"}], [MONOTONE, MONOTONE], {"axioms": [MONOTONE], "odd": 1}],
)
def test_a_set_that_is_none_is_told(whole: Any) -> None:
    with pytest.raises(InputRejected):
        axioms_from(whole)


def test_a_file_that_is_no_yaml_is_told_with_its_name(tmp_path: Any) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("- {name: x")
    with pytest.raises(InputRejected, match=r"a\.yaml"):
        read_axioms(path)


def test_the_version_is_that_of_the_content() -> None:
    assert axioms_from([MONOTONE]).version == axioms_from([dict(reversed(MONOTONE.items()))]).version
    assert axioms_from([MONOTONE]).version != axioms_from([MONOTONE | {"field": "inflow"}]).version
