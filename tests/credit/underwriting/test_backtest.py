"""One policy against another: the swap set, its bad rates, and what a file does not tell."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from brambling.credit.underwriting import backtest, offer, shipped_policy
from brambling.credit.underwriting.commands import app
from brambling.credit.underwriting.features.rows import facts_of_row
from brambling.credit.underwriting.readers.applications import read_applications
from brambling.credit.underwriting.rules import Facts, Offer, Policy, Span
from brambling.kit.errors import InputRejected
from brambling.kit.money import Money
from brambling.kit.policy import dump

OLD = shipped_policy()
STRICTER = replace(OLD, version="sme-2", bands=OLD.bands[:2])
WIDER = replace(OLD, version="sme-3", history_days_min=30, turnover_multiple=Decimal("0.5"))


def applications(rows: int = 60) -> pl.DataFrame:
    """Made applications; whoever has an odd number and a high probability went bad."""
    return pl.DataFrame(
        [
            {
                "probability_default": round(0.005 * i, 4),
                "verified_inflow_year": 200_000.0 + 40_000 * (i % 7),
                "requested": 60_000.0,
                "history_days": 40 if i % 10 == 0 else 400,
                "region": "east" if i % 2 else "west",
                "bad": None if i % 5 == 4 else ("yes" if i % 2 and i > 20 else "no"),
            }
            for i in range(rows)
        ]
    )


def test_the_same_policy_swaps_nobody() -> None:
    found = backtest(OLD, OLD, applications(), outcome="bad", bad=["yes"])
    assert found.whole.groups["in"].count == found.whole.groups["out"].count == 0
    assert found.raised == found.lowered == 0
    assert found.changes == ()
    assert found.whole.old == found.whole.new


def test_the_swap_set_is_what_counting_by_hand_gives() -> None:
    frame = applications()
    found = backtest(OLD, STRICTER, frame, outcome="bad", bad=["yes"], segment="region")
    lent = {"old": [], "new": []}  # type: dict[str, list[bool]]
    for row in frame.to_dicts():
        for side, worst in (("old", OLD.bands[-1]), ("new", STRICTER.bands[-1])):
            lent[side].append(row["probability_default"] <= float(worst.probability_max) and row["history_days"] >= 90)
    out = [i for i in range(frame.height) if lent["old"][i] and not lent["new"][i]]
    known = [frame["bad"][i] for i in out if frame["bad"][i] is not None]
    group = found.whole.groups["out"]
    assert group.count == len(out) > 0
    assert (group.known, group.bad) == (len(known), known.count("yes"))
    assert group.expected == pytest.approx(sum(frame["probability_default"][i] for i in out) / len(out))
    assert found.whole.groups["in"].count == 0
    assert sum(part.groups["out"].count for part in found.segments) == group.count
    assert sum(found.moved.values()) == frame.height
    n, k = len(known), known.count("yes")
    z = 1.959963984540054
    low = (k / n + z * z / 2 / n - z * math.sqrt(k / n * (1 - k / n) / n + z * z / 4 / n / n)) / (1 + z * z / n)
    assert group.bad_rate is not None
    assert group.bad_rate.low == pytest.approx(low)


def test_turning_the_two_round_turns_the_swap_set_round() -> None:
    one, other = backtest(OLD, WIDER, applications()), backtest(WIDER, OLD, applications())
    assert one.whole.groups["in"].count == other.whole.groups["out"].count > 0
    assert one.whole.groups["both"].count == other.whole.groups["both"].count
    assert (one.raised, one.lowered) == (other.lowered, other.raised)
    assert one.whole.new.limit_expected == other.whole.old.limit_expected


def test_the_expected_limit_is_the_sum_over_all_applications() -> None:
    found = backtest(OLD, WIDER, applications())
    limits = [one.new.limit.minor if isinstance(one.new, Offer) else 0 for one in found.decided]
    assert found.whole.new.limits.minor == sum(limits)
    assert found.whole.new.limit_expected.minor == sum(limits) // len(limits)


AMOUNT = st.integers(0, 900_000_00).map(Money)


@st.composite
def known_facts(draw: st.DrawFn) -> Facts:
    """Facts such as a decision records."""
    share = st.integers(0, 1_000_000).map(lambda n: Decimal(n).scaleb(-6))
    spans = tuple(
        Span(months, Money(1000_00 * draw(st.integers(1, 90)))) for months in OLD.tenor_months if draw(st.booleans())
    )
    return Facts(
        consent=draw(st.booleans()),
        blocked=draw(st.booleans()),
        blocked_reason="",
        trade=draw(st.sampled_from(["", "6210", "6632"])),
        history_days=draw(st.integers(0, 900)),
        statement_age_days=draw(st.integers(0, 90)),
        balance_known=draw(st.booleans()),
        inflow_year=draw(AMOUNT),
        outflow_year=draw(AMOUNT),
        existing_debt_monthly=draw(AMOUNT),
        capacity_instalment=draw(AMOUNT),
        gap=draw(AMOUNT),
        p_shortfall=draw(share),
        cash_for_risk=Money(0),
        idle=draw(AMOUNT),
        probability_default=draw(st.none() | share),
        requested=draw(st.none() | st.integers(1, 900_000_00).map(Money)),
        owed_here=draw(AMOUNT),
        spans=spans,
    )


@settings(max_examples=60)
@given(known_facts())
def test_facts_written_to_a_file_decide_as_they_did(facts: Facts) -> None:
    row: dict[str, Any] = {**dump(facts), "verified_inflow_year": str(facts.inflow_year)}
    row["spans"] = json.dumps(row["spans"])
    frame = pl.DataFrame([{name: row[name] for name in row if name not in ("inflow_year", "cash_for_risk")}])
    source = frame.select(column for column in frame.columns if frame[column][0] is not None)
    found = read_applications(source)
    before, after = offer(facts, OLD), offer(facts_of_row(found.rows[0], found.there, OLD), OLD)
    assert type(before) is type(after)
    assert [one.code for one in before.reasons] == [one.code for one in after.reasons]
    assert getattr(before, "limit", None) == getattr(after, "limit", None)


def test_what_the_file_does_not_tell_decides_nothing_and_is_told() -> None:
    found = backtest(OLD, OLD, pl.DataFrame({"probability_default": [0.01, 0.9], "requested": [50_000.0, 50_000.0]}))
    first, second = (one.new for one in found.decided)
    assert isinstance(first, Offer)
    assert str(first.limit) == "50000.00"
    assert second.reasons[0].code == "default-likely"
    assert {note.code for note in found.notes} >= {"no-turnover", "no-capacity", "no-paths"}


def test_thresholds_that_shape_facts_are_told() -> None:
    other = replace(OLD, version="x", p_miss_max=Decimal("0.05"))
    notes = backtest(OLD, other, applications()).notes
    assert [note.params["keys"] for note in notes if note.code == "facts-as-they-were"] == ["p_miss_max"]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pl.DataFrame({"requested": ["1"]}), "how risky"),
        (pl.DataFrame({"probability_default": [5.0]}), "5 is no probability"),
        (pl.DataFrame({"probability_default": ["low"]}), "'low' does not fit"),
    ],
)
def test_what_cannot_be_read_is_rejected(frame: pl.DataFrame, said: str) -> None:
    with pytest.raises(InputRejected, match=said):
        backtest(OLD, OLD, frame)


def _written(tmp_path: Path, policy: Policy, name: str) -> Path:
    path = tmp_path / name
    path.write_text(json.dumps(dump(policy)), encoding="utf-8")  # JSON is YAML
    return path


def test_the_command_writes_table_page_and_json(tmp_path: Path) -> None:
    old, new = _written(tmp_path, OLD, "old.yaml"), _written(tmp_path, STRICTER, "new.yaml")
    data, out, page = tmp_path / "a.csv", tmp_path / "out.csv", tmp_path / "page.html"
    applications().rename({"verified_inflow_year": "sales"}).write_csv(data)
    told = [str(old), str(new), str(data), "--outcome", "bad", "--bad", "yes", "--segment", "region"]
    told += ["--map", "verified_inflow_year=sales", "--out", str(out), "--report", str(page), "--json"]
    done = CliRunner().invoke(app, ["backtest", *told])
    assert done.exit_code == 0, done.output
    plain = json.loads(done.stdout)
    assert plain["all"]["swap_set"]["out"]["count"] > 0
    assert {change["key"] for change in plain["changes"]} >= {"version", "bands.D.probability_max"}
    written = pl.read_csv(out)
    assert written.columns[:3] == ["row", "swap", "old_decision"]
    assert (written["swap"] == "out").sum() == plain["all"]["swap_set"]["out"]["count"]
    assert "sme-2" in page.read_text(encoding="utf-8")
