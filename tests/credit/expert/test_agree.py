"""Agreement: figures against independent ways, labels read strictly, words and files."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.app.main import main
from brambling.credit.expert import agree
from brambling.credit.expert.report.agreement import report, to_plain
from brambling.credit.expert.rules.agreement import (
    Counts,
    agreement,
    kappa,
    rows_against_baseline,
    rows_for_precision,
    share,
    sign_test,
    within,
)
from brambling.kit.errors import InputRejected

COUNTS = st.builds(Counts, *[st.integers(0, 60)] * 4)


@given(COUNTS)
def test_kappa_is_that_of_scikit_learn(counts: Counts) -> None:
    from sklearn.metrics import cohen_kappa_score

    pairs = (
        [(1, 1)] * counts.both_approve
        + [(0, 0)] * counts.both_decline
        + [(0, 1)] * counts.lenient
        + [(1, 0)] * counts.strict
    )
    person, machine = [a for a, _ in pairs], [b for _, b in pairs]
    found = kappa(counts)
    if found is None:
        assert not pairs or len(set(person) | set(machine)) == 1
    else:
        assert found.value == pytest.approx(cohen_kappa_score(person, machine), abs=1e-12)
        assert found.low <= found.value <= found.high


def test_the_interval_of_kappa_covers_as_it_says() -> None:
    """Naive: many samples of one known table."""
    draw = random.Random(4)
    cells, weights = ((1, 1), (0, 0), (0, 1), (1, 0)), (0.6, 0.2, 0.08, 0.12)
    truth = kappa(Counts(6_000, 2_000, 800, 1_200))
    assert truth is not None
    inside = 0
    for _ in range(600):
        sample = draw.choices(cells, weights, k=300)
        found = kappa(Counts(*(sample.count(cell) for cell in cells)))
        assert found is not None
        inside += found.low <= truth.value <= found.high
    assert 0.92 <= inside / 600 <= 0.98


@given(part=st.integers(0, 40), more=st.integers(0, 40))
def test_the_interval_of_a_share_holds_it_and_stays_a_share(part: int, more: int) -> None:
    found = share(part, part + more)
    if found is not None:
        assert 0 <= found.low <= found.value + 1e-12
        assert found.value - 1e-12 <= found.high <= 1


@given(right=st.integers(0, 30), wrong=st.integers(0, 30))
def test_the_sign_test_is_the_binomial_sum(right: int, wrong: int) -> None:
    from math import comb

    n = right + wrong
    exact = min(Fraction(1), 2 * Fraction(sum(comb(n, i) for i in range(min(right, wrong) + 1)), 2**n))
    assert sign_test(right, wrong) == pytest.approx(float(exact))


def test_rows_needed() -> None:
    assert rows_for_precision(0.5, 0.05) == 385  # the textbook case
    assert rows_for_precision(1.0, 0.02) >= 1
    assert rows_against_baseline(Counts(80, 0, 10, 10)) is None
    few, many = rows_against_baseline(Counts(50, 40, 5, 5)), rows_against_baseline(Counts(80, 10, 5, 5))
    assert few is not None and many is not None
    assert few < many


def test_amounts_are_compared_exactly() -> None:
    assert within(100, 110, 10)
    assert not within(100, 111, 10)
    assert within(100, 90, 10)
    assert within(10**15, 11 * 10**14, 10)


TABLE = pl.DataFrame(
    {
        "officer": ["approve", "approve", "decline", "decline", "approve", "refer", "approve", None],
        "model": ["approve", "decline", "decline", "approve", "refer", "refer", "approve", "approve"],
        "limit": ["100.00", "200.00", "0.00", "0.00", "50.00", None, "1000.00", "5.00"],
        "model_limit": ["105.00", "0.00", "0.00", "900.00", None, None, "600.00", "5.00"],
        "outcome": ["good", "bad", None, "good", None, None, "bad", "good"],
        "region": ["n", "n", "s", "s", "s", "n", "n", "n"],
        "date": [
            "2026-01-03",
            "2026-01-09",
            "2026-02-01",
            "2026-02-02",
            "2026-02-03",
            "2026-02-05",
            "2026-03-01",
            "2026-03-02",
        ],
    }
)


def whole() -> Any:
    return agree(
        TABLE, "officer", "model", human_limit="limit", ai_limit="model_limit", outcome="outcome", segment="region"
    )


def test_everything_that_is_told_of_a_small_table() -> None:
    found = whole()
    counts = found.whole.counts
    assert (counts.both_approve, counts.both_decline, counts.lenient, counts.strict) == (2, 1, 1, 1)
    assert found.left_out == 1
    assert agreement(counts).value == pytest.approx(3 / 5)  # type: ignore[union-attr]
    assert found.whole.always_approve == pytest.approx(3 / 5)
    assert found.agreement_all.value == pytest.approx(4 / 7)
    assert found.auto_decided.value == pytest.approx(5 / 7)
    assert {bound: figure.value for bound, figure in found.limits.within.items()} == {10: 0.5, 20: 0.5, 30: 0.5}
    assert [(part.name, part.counts.total) for part in found.segments] == [("n", 3), ("s", 2)]
    assert [(part.name, part.counts.total) for part in found.periods] == [
        ("2026-01", 2),
        ("2026-02", 2),
        ("2026-03", 1),
    ]
    assert (found.outcomes.machine_right, found.outcomes.person_right) == (2, 0)
    assert [pair.row for pair in found.worst] == [4, 2, 5, 7]  # opposed by amount, then referred, then limits apart


def test_without_a_date_time_is_the_order_of_rows() -> None:
    found = agree(TABLE.drop("date"), "officer", "model")
    assert found.periods_by == ""
    assert [part.name for part in found.periods] == ["1-1", "2-2", "3-3", "4-4", "5-5", "6-6", "7-7"]


def test_json_and_report_hold_it_all() -> None:
    plain = to_plain(whole(), "zh")
    assert plain["confusion"]["human_decline_ai_approve"] == 1
    assert plain["limits"]["within_10"]["value"] == 0.5
    assert "一致" in plain["words"][0]
    html = report(whole(), "en").html()
    assert "Who was right" in html
    assert "rubber stamp" in html


@pytest.mark.parametrize(
    ("values", "options", "approvals"),
    [
        (["Approved", "REJECTED", "manual review"], {}, 1),
        (["批准", "拒绝", "转人工"], {}, 1),
        ([1, 0, 1], {}, 2),
        ([True, False, False], {}, 1),
        (["A", "D", "A"], {"approve": ["a"]}, 2),
        (["A", "D", "R"], {"approve": ["A"], "decline": ["D"], "refer": ["R"]}, 1),
        (["no", "yes", "no"], {"approve": ["no"]}, 2),
        (["x", "A", "A"], {"decline": ["x"]}, 2),
    ],
)
def test_labels_are_read(values: list[Any], options: dict[str, Any], approvals: int) -> None:
    found = agree(pl.DataFrame({"h": values, "m": values}, strict=False), "h", "m", **options)
    assert found.whole.counts.both_approve == approvals
    assert found.whole.counts.agreed == found.whole.counts.total


def test_yes_in_a_column_called_deny_is_a_decline() -> None:
    found = agree(pl.DataFrame({"deny": ["yes", "no"], "model": ["decline", "approve"]}), "deny", "model")
    assert found.whole.counts.agreed == 2
    assert found.notes


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            ["approve", "looks fine to me, small shop"],
            "row 2, column 'h': 'looks fine to me, small shop' is no decision",
        ),
        (["approve", "maybe"], "is no decision"),
        ([None, None], "no decision in it"),
    ],
)
def test_free_text_is_refused_with_its_place(values: list[Any], told: str) -> None:
    with pytest.raises(InputRejected) as error:
        agree(pl.DataFrame({"h": values, "m": ["approve", "decline"]}, strict=False), "h", "m")
    assert told in str(error.value)


def test_what_is_missing_is_told() -> None:
    for options in (
        {"human_limit": "limit"},
        {"segment": "nowhere"},
        {"outcome": "region"},
        {"outcome": "outcome", "bad": ["lost"]},
        {"precision": 0.7},
        {"approve": ["x"], "decline": ["x"]},
        {"human_limit": "region", "ai_limit": "limit"},
    ):
        with pytest.raises(InputRejected):
            agree(TABLE, "officer", "model", **options)  # type: ignore[arg-type]
    with pytest.raises(InputRejected):
        agree(TABLE, "officer", "officer")


def test_the_command(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "decisions.csv"
    TABLE.write_csv(path)
    common = ["credit", "agree", str(path), "--human", "officer", "--ai", "model"]
    more = ["--human-limit", "limit", "--ai-limit", "model_limit", "--outcome", "outcome", "--segment", "region"]
    assert (
        main([*common, *more, "--report", str(tmp_path / "r.html"), "--out", str(tmp_path / "r.json"), "--json"]) == 0
    )
    out = json.loads(capsys.readouterr().out)
    assert out["agreement"]["value"] == pytest.approx(0.6)
    assert out == json.loads((tmp_path / "r.json").read_text())
    assert "echarts" in (tmp_path / "r.html").read_text()
    assert main([*common, "--lang", "zh"]) == 0
    assert "一致" in capsys.readouterr().out
    assert main([*common[:-1], "region"]) == 2
    assert "is no decision" in capsys.readouterr().err


def test_officers_of_boston_against_always_approving(shared_data: Path) -> None:
    """A machine that approves everyone agrees in 88 of 100, and kappa says that it knows nothing."""
    frame = pl.read_csv(shared_data / "credit" / "boston_hmda.csv").with_columns(pl.lit("approve").alias("machine"))
    found = agree(frame, "deny", "machine", segment="afam")
    assert found.whole.agreement is not None and found.whole.kappa is not None
    assert found.whole.agreement.value == pytest.approx(found.whole.always_approve)
    assert found.whole.agreement.value == pytest.approx(0.88, abs=0.005)
    assert found.whole.kappa.value == pytest.approx(0, abs=1e-12)
    assert found.rows_against_baseline is None
