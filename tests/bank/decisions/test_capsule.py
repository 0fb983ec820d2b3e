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

    def decide(self, features: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
        limit = Money.of(features["income"]).times(Decimal(inputs["policy"]["share"]))
        low = Decimal(features["probability"]) <= Decimal("0.05")
        return {"limit": str(limit if low else Money(0)), "outcome": "offer" if low else "decline"}

    def recompute(self, raw: dict[str, Any]) -> dict[str, Any]:
        flows = raw["flows_minor"]
        below = sum(1 for flow in flows if flow < 0) / len(flows)
        return {"income": str(grid_money(sum(flows) / len(flows))), "probability": str(grid_probability(below))}


RAW = {"flows_minor": [100_001, 200_000, 150_000, 98_000] * 10 + [-5]}
TOY = {"toy": Toy()}


def decided() -> Decision:
    features, inputs = Toy().recompute(RAW), {"policy": {"share": "0.1"}}
    result = Toy().decide(features, inputs)
    draft = Draft(
        UUID(int=1), "toy", UUID(int=2), datetime(2026, 3, 10, tzinfo=UTC), "policy", result["outcome"], inputs, features,
        {"policy": "1"}, [], {"limit": result["limit"]},
    )  # fmt: skip
    return sealed(draft, 1, GENESIS)[0]


def test_a_decision_replays_the_same(tmp_path: Path) -> None:
    path = tmp_path / "decision.json"
    path.write_bytes(capsule(decided(), RAW, environment()))
    report = replay(path, TOY)
    assert report.same and report.recomputed and not report.differences and not report.float_differences
    assert open_capsule(path).decision == decided() and open_capsule(path).raw == RAW
    assert "bit by bit" in replay_lines(report, "en")[0]
    assert report.environments["recorded"] == report.environments["replayed"] == environment()


def test_a_rule_that_changed_since_is_found() -> None:
    class Other(Toy):
        def decide(self, features: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
            return {**super().decide(features, inputs), "limit": "1.00", "outcome": "decline", "more": [1]}

    report = replay(capsule(decided(), None, {}), {"toy": Other()})
    assert not report.same and not report.recomputed
    assert [item.path for item in report.differences] == ["outcome", "limit", "more"]
    lines = replay_lines(report, "en")
    assert "DIFFERENT" in lines[0] and "limit: recorded 133.66, now 1.00" in lines[2] and "no raw inputs" in lines[-1]


def test_floats_that_moved_are_reported_with_both_environments() -> None:
    class Moved(Toy):
        def __init__(self, fen: int) -> None:
            self.fen = fen

        def recompute(self, raw: dict[str, Any]) -> dict[str, Any]:
            found = super().recompute(raw)
            return {**found, "income": str(Money.of(found["income"]) + Money(self.fen))}

    data = capsule(decided(), RAW, {"python": "3.11.0"})
    assert replay(data, {"toy": Moved(1)}).float_differences == []
    report = replay(data, {"toy": Moved(2)})
    assert report.same
    assert report.float_differences == [Difference("income", "1336.59", "1336.61")]
    assert "python 3.11.0 -> " in replay_lines(report, "en")[-1]


def test_a_capsule_of_an_unknown_kind_says_which_are_known() -> None:
    with pytest.raises(InputRejected, match="kind 'toy' cannot be replayed here; expected one of: other"):
        replay(capsule(decided(), None, {}), {"other": Toy()})


@given(st.data())
def test_a_capsule_that_was_touched_does_not_open(data: st.DataObject) -> None:
    whole = json.loads(capsule(decided(), RAW, {"python": "3.11"}))
    place = data.draw(st.sampled_from(["decision", "raw", "environment", "sha256"]))
    if place == "sha256":
        whole["sha256"] = "0" * 64
    elif place == "decision":
        key = data.draw(
            st.sampled_from(["outcome", "result", "features", "versions", "hash", "previous_hash", "number"])
        )
        whole["decision"][key] = 7 if key == "number" else {"x": 1}
    else:
        whole[place]["more"] = 1
    with pytest.raises(InputRejected):
        open_capsule(json.dumps(whole).encode())


def test_a_rewritten_decision_with_a_fitting_file_hash_does_not_open_either() -> None:
    forged = replace(decided(), outcome="decline")
    with pytest.raises(InputRejected, match="was changed"):
        open_capsule(capsule(forged, None, {}))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a replay capsule"),
        (b"[1]", "not a replay capsule"),
        (b"\xff\xfe", "not a replay capsule"),
        (b"[" * 200_000, "not a replay capsule"),
        (b'{"capsule": "brambling-decision-capsule", "format": 2}', "format 2; expected format 1"),
        (b'{"capsule": "brambling-decision-capsule", "format": 1}', "not a whole capsule"),
        (b'{"capsule": "brambling-decision-capsule", "format": 1, "x": NaN}', "not a whole capsule"),
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
    assert beyond_grid(Difference("x", one, other)) is beyond
