"""Repayment tables on calendar days: exact to the fen, by every method and day count, and beside a peer's figures."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from brambling.credit.lending.commands import app
from brambling.credit.lending.dated import DAY_COUNTS, monthly_dates, repayment_table, year_share
from brambling.credit.lending.rules import METHODS
from brambling.kit.errors import InputRejected
from brambling.kit.money import Money, Rate

START = date(2026, 1, 31)


@given(
    st.integers(1, 10**11),
    st.integers(0, 3600),
    st.integers(1, 60),
    st.sampled_from(METHODS),
    st.sampled_from(DAY_COUNTS),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
)
def test_every_table_is_exact_and_settles(
    minor: int, basis_points: int, months: int, method: str, count: str, start: date
) -> None:
    rate, dues = Rate(Decimal(basis_points).scaleb(-4)), monthly_dates(start, months)
    plan = repayment_table(Money(minor), rate, start, dues, method, count)  # type: ignore[arg-type]
    assert sum(line.principal.minor for line in plan) == minor
    assert plan[-1].balance == Money.zero()
    owed, before = minor, start
    for line in plan:
        exact = Fraction(owed) * Fraction(rate.annual) * year_share(before, line.due_on, count)  # type: ignore[arg-type]
        assert abs(line.interest.minor - exact) <= Fraction(1, 2)
        owed, before = owed - line.principal.minor, line.due_on
        assert line.balance.minor == owed
    if method == "annuity":
        assert len({line.instalment for line in plan[:-1] if line.balance.minor}) <= 1
    if method == "bullet":
        assert {line.principal.minor for line in plan[:-1]} <= {0}
    if method == "equal-principal":
        parts = [line.principal.minor for line in plan]
        assert max(parts) - min(parts) <= 1


def test_due_dates_fall_on_the_last_day_of_a_short_month() -> None:
    assert monthly_dates(START, 3) == (date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30))
    assert monthly_dates(START, 6, 3) == (date(2026, 4, 30), date(2026, 7, 31))
    with pytest.raises(InputRejected):
        monthly_dates(START, 7, 3)


def test_day_counts_by_hand() -> None:
    first, last = date(2023, 12, 12), date(2024, 1, 12)
    assert year_share(first, last, "actual/365") == Fraction(31, 365)
    assert year_share(first, last, "actual/360") == Fraction(31, 360)
    assert year_share(first, last, "30/360") == Fraction(30, 360)
    assert year_share(first, last, "actual/actual") == Fraction(20, 365) + Fraction(11, 366)
    assert year_share(date(2024, 1, 31), date(2024, 3, 31), "30/360") == Fraction(60, 360)


PEER = {
    ("DAYS_365", "ACTUAL"): "actual/365",
    ("DAYS_360", "DAYS_30"): "30/360",
    ("ACTUAL", "ACTUAL"): "actual/actual",
    ("DAYS_360", "INVALID"): "actual/360",
}


def test_a_peers_vectors_of_plain_loans_agree(shared_data: Path) -> None:
    """Of 17 vectors four are of what is supported: one pay-out, plain dates, one of the four day counts.

    Left out: nine with several pay-outs, changed rates, corrections or early payments, one with moved dates, one whose
    periods overlap, two weekly ones on a year of 364 days.
    """
    vectors = json.loads((shared_data / "credit/fineract/emi_vectors.json").read_text(encoding="utf-8"))["vectors"]
    agreed = 0
    for vector in vectors:
        periods = [(date.fromisoformat(p["from"]), date.fromisoformat(p["due"])) for p in vector["periods"]]
        count = PEER.get((vector["days_in_year"], vector["days_in_month"]))
        given = [step for step in vector["steps"] if step["op"] != "check"]
        plain = all(a[1] == b[0] for a, b in pairwise(periods))
        if count is None or len(given) != 1 or not plain or "reschedule" in vector["name"]:
            continue
        amount, rate = Money.of(given[0]["args"][1]), Rate(Decimal(vector["annual_rate_pct"]) / 100)
        plan = repayment_table(amount, rate, periods[0][0], [due for _, due in periods], "annuity", count)  # type: ignore[arg-type]
        for step in vector["steps"]:
            if step["op"] == "check":
                line = plan[step["period"]]
                told = (line.instalment, line.interest, line.principal, line.balance)
                names = ("emi", "due_interest", "due_principal", "balance")
                assert told == tuple(Money.of(step[name]) for name in names), (vector["name"], step)
        agreed += 1
    assert agreed == 4


run = CliRunner()


def test_the_command_prints_writes_and_reports(tmp_path: Path) -> None:
    out, page = tmp_path / "plan.csv", tmp_path / "plan.html"
    plain = ["schedule", "100000", "--rate", "4.35%", "--months", "12", "--start", "2026-01-31"]
    result = run.invoke(app, [*plain, "--json", "--out", str(out), "--report", str(page)])
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert len(answer["schedule"]) == 12
    assert answer["schedule"][0]["due_on"] == "2026-02-28"
    assert pl.read_csv(out, infer_schema=False)["principal"].to_list() == [
        line["principal"] for line in answer["schedule"]
    ]
    assert "4.35" in page.read_text(encoding="utf-8")
    told = run.invoke(app, [*plain, "--lang", "zh", "--method", "bullet"])
    assert "还后余额" in told.stdout


@pytest.mark.parametrize(
    "options",
    [
        ["0", "--rate", "4%", "--months", "3"],
        ["much", "--rate", "4%", "--months", "3"],
        ["5", "--rate", "-1%", "--months", "3"],
    ],
)
def test_what_makes_no_table_is_rejected_in_one_line(options: list[str]) -> None:
    result = run.invoke(app, ["schedule", *options, "--start", "2026-01-31"])
    assert isinstance(result.exception, InputRejected)
    assert "\n" not in str(result.exception)
