"""The capsule: opens only whole, and replays bit by bit where rules decide."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.bank.decisions import (
    Decision,
    Difference,
    Draft,
    capsule,
    environment,
    grid_money,
    grid_probability,
    open_capsule,
    replay,
    replay_lines,
)
from brambling.bank.decisions.rules import GENESIS, beyond_grid, canonical, differences, sealed
from brambling.kit.errors import InputRejected, InvariantBroken
from brambling.kit.money import Money


class Toy:
    """Lends a tenth of mean income when the chance of a gap is small."""

    def decide(self, decision: Decision) -> dict[str, Any]:
        return toy_rules(decision.features, decision.inputs)

    def recompute(self, decision: Decision, raw: dict[str, Any]) -> dict[str, Any]:
        return {"features": toy_features(raw)}


def toy_rules(features: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
    limit = Money.of(features["income"]).times(Decimal(inputs["policy"]["share"]))
    low = Decimal(features["probability"]) <= Decimal("0.05")
    return {"result": {"limit": str(limit if low else Money(0))}, "outcome": "offer" if low else "decline"}


def toy_features(raw: dict[str, Any]) -> dict[str, Any]:
    flows = raw["flows_minor"]
    below = sum(1 for flow in flows if flow < 0) / len(flows)
    return {"income": str(grid_money(sum(flows) / len(flows))), "probability": str(grid_probability(below))}


RAW = {"flows_minor": [100_001, 200_000, 150_000, 98_000] * 10 + [-5]}
TOY = {"toy": Toy()}


def decided() -> Decision:
    features, inputs = toy_features(RAW), {"policy": {"share": "0.1"}}
    found = toy_rules(features, inputs)
    draft = Draft(
        UUID(int=1), "toy", UUID(int=2), datetime(2026, 3, 10, tzinfo=UTC), "policy", found["outcome"], inputs, features,
        {"policy": "1"}, [], found["result"],
    )  # fmt: skip
    return sealed(draft, 1, GENESIS)[0]


def test_a_decision_replays_the_same(tmp_path: Path) -> None:
    path = tmp_path / "decision.json"
    path.write_bytes(capsule(decided(), RAW, environment()))
    report = replay(path, TOY)
    assert report.same and report.recomputed and not report.differences and not report.float_differences
    assert open_capsule(path).decision == decided() and open_capsule(path).raw == RAW and not report.altered
    assert "bit by bit" in replay_lines(report, "en")[0]
    assert report.environments["recorded"] == report.environments["replayed"] == environment()


def test_a_rule_that_changed_since_is_found() -> None:
    class Other(Toy):
        def decide(self, decision: Decision) -> dict[str, Any]:
            return {"outcome": "decline", "result": {"limit": "1.00", "more": [1]}}

    report = replay(capsule(decided(), None, {}), {"toy": Other()})
    assert not report.same and not report.recomputed
    assert [item.path for item in report.differences] == ["outcome", "result.limit", "result.more"]
    lines = replay_lines(report, "en")
    assert (
        "DIFFERENT" in lines[0]
        and "result.limit: recorded 133.66, now 1.00" in lines[2]
        and "no raw inputs" in lines[-1]
    )


def test_floats_that_moved_are_reported_with_both_environments() -> None:
    class Moved(Toy):
        def __init__(self, fen: int) -> None:
            self.fen = fen

        def recompute(self, decision: Decision, raw: dict[str, Any]) -> dict[str, Any]:
            found = toy_features(raw)
            return {"features": {**found, "income": str(Money.of(found["income"]) + Money(self.fen))}}

    data = capsule(decided(), RAW, {"python": "3.11.0"})
    assert replay(data, {"toy": Moved(1)}).float_differences == []
    report = replay(data, {"toy": Moved(2)})
    assert report.same
    assert report.float_differences == [Difference("income", "1336.59", "1336.61")]
    assert "python 3.11.0 -> " in replay_lines(report, "en")[-1]


def test_a_capsule_of_an_unknown_kind_says_which_are_known() -> None:
    with pytest.raises(InputRejected, match="kind 'toy' cannot be replayed here; expected one of: other"):
        replay(capsule(decided(), None, {}), {"other": Toy()})


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every leaf of a plain value; an empty list or mapping is a leaf too."""
    inner = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [way for key, item in inner for way in leaves(item, (*path, key))] if inner else [path]


def flipped(whole: Any, path: tuple[Any, ...]) -> Any:
    """A copy of ``whole`` with another value of the same kind at ``path``."""
    copy = json.loads(json.dumps(whole))
    holder = copy
    for key in path[:-1]:
        holder = holder[key]
    value = holder[path[-1]]
    if value is None or isinstance(value, bool | list | dict):
        holder[path[-1]] = {"NoneType": "other", "list": [1], "dict": {"x": 1}}.get(type(value).__name__, not value)
    elif isinstance(value, str):
        last = value[-1:]
        holder[path[-1]] = value[:-1] + ("1" if last != "1" else "2")
    else:
        holder[path[-1]] = value + 1
    return copy


WHOLE = json.loads(capsule(decided(), RAW, {"python": "3.11"}))


@pytest.mark.parametrize("path", leaves(WHOLE), ids=str)
def test_no_leaf_of_a_capsule_changes_unnoticed(path: tuple[Any, ...]) -> None:
    data = json.dumps(flipped(WHOLE, path)).encode()
    if path in (("capsule",), ("format",)):
        with pytest.raises(InputRejected):
            replay(data, TOY)
        return
    report = replay(data, TOY)
    named = ".".join(path[:2]) if path[0] == "decision" else path[1] if path[0] == "seals" else path[0]
    assert not report.same and report.altered == (named,)
    assert f"  {named}: changed after the capsule was written" in replay_lines(report, "en")


@given(st.data())
def test_a_capsule_of_other_parts_does_not_open(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([(name,) for name in WHOLE] + [("decision", name) for name in WHOLE["decision"]]))
    way = data.draw(st.sampled_from(["missing", "more", "other kind"]))
    whole = json.loads(json.dumps(WHOLE))
    holder = whole if len(path) == 1 else whole["decision"]
    if way == "missing":
        del holder[path[-1]]
    elif way == "more":
        holder["more"] = 1
    else:
        holder[path[-1]] = True
    with pytest.raises(InputRejected) as caught:
        replay(json.dumps(whole).encode(), TOY)
    assert "\n" not in str(caught.value)


def test_a_rewritten_decision_with_fitting_seals_is_told_by_its_hash() -> None:
    forged = replace(decided(), versions={"policy": "2"})
    assert replay(capsule(forged, None, {}), TOY).altered == ("decision.hash",)


def test_a_decision_forged_with_hash_and_all_is_told_by_the_hash_of_the_chain() -> None:
    own = decided()
    forged = sealed(replace(own, subject=UUID(int=9)), own.number, own.previous_hash)[0]
    data = capsule(forged, RAW, environment())
    assert replay(data, TOY).same  # nothing in the file speaks of whom it was about
    report = replay(data, TOY, own_hash=own.hash)
    assert not report.same and [item.path for item in report.differences] == ["hash"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a replay capsule"),
        (b"[1]", "not a replay capsule"),
        (b"\xff\xfe", "not a replay capsule"),
        (b"[" * 200_000, "not a replay capsule"),
        (b'{"capsule": "brambling-decision-capsule", "format": 1}', "format '1'; expected format 2"),
        (b'{"capsule": "brambling-decision-capsule", "format": [1]}', "format '.1.'; expected format 2"),
        (b'{"capsule": "brambling-decision-capsule", "format": 2}', "not a whole capsule"),
        (b'{"capsule": "brambling-decision-capsule", "format": 2, "x": NaN}', "not a whole capsule"),
    ],
)
def test_what_is_no_capsule_is_said_in_one_line(data: bytes, said: str) -> None:
    with pytest.raises(InputRejected, match=said) as caught:
        open_capsule(data)
    assert "\n" not in str(caught.value)


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(plain_values, plain_values)
def test_differences_are_empty_exactly_when_the_canonical_texts_are_equal(one: Any, other: Any) -> None:
    assert differences(one, one) == []
    assert json.loads(canonical(one)) == one
    assert (differences(one, other) == []) == (canonical(one) == canonical(other))


@given(st.floats(0, 1))
def test_the_probability_grid_is_idempotent_and_near(value: float) -> None:
    once = grid_probability(value)
    assert grid_probability(float(once)) == once and abs(float(once) - value) <= 5.000001e-7


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), float("inf")])
def test_what_is_no_probability_never_enters_rules(value: float) -> None:
    with pytest.raises(InvariantBroken):
        grid_probability(value)
    with pytest.raises(InvariantBroken):
        grid_money(float("nan"))


@pytest.mark.parametrize(
    ("one", "other", "beyond"),
    [
        (100, 101, False), (100, 102, True), ("1.00", "1.01", False), ("1.00", "1.02", True),
        ("0.100000", "0.100001", False), ("0.100000", "0.100002", True), (0.5, 0.5000011, True), (0.5, 0.5000009, False),
        ("a", "b", True), (None, 1, True), (True, False, True), ("NaN", "1", True),
    ],
)  # fmt: skip
def test_one_step_of_the_grid_is_agreement(one: Any, other: Any, beyond: bool) -> None:
    assert beyond_grid(Difference("cash_minor", one, other)) is beyond


def test_a_count_is_exact() -> None:
    assert beyond_grid(Difference("history_days", 100, 101)) and not beyond_grid(Difference("history_days", 100, 100))
