"""Negotiation on files: what is agreed calms the flows, feeds the forecast, and is laid beside what came."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from brambling.kit.errors import InputRejected
from brambling.wealth.flows import forecast
from brambling.wealth.negotiation import kept, negotiate
from brambling.wealth.negotiation.commands import app
from brambling.wealth.negotiation.report import headline, report
from brambling.wealth.negotiation.shapes import Negotiation


def test_the_agreed_plan_calms_the_flows(flows: pl.DataFrame, plan: pl.DataFrame, limits: Path) -> None:
    made = negotiate(flows, plan, limits)
    assert made.state == "accepted"
    assert made.agreed is not None
    first = made.effects[1]  # what the platform proposed
    agreed, without = made.effects[made.agreed.number], made.effects[0]
    assert agreed.volatility_bp < first.volatility_bp
    assert agreed.p_breach <= without.p_breach
    assert agreed.fee_bp > 0
    assert agreed.yield_bp == pytest.approx(220 - agreed.drag_bp - agreed.fee_bp)
    table = made.table(made.agreed)
    assert table["quota"].sum() >= 3_000_000
    assert table["price"].min() >= 0.0015  # type: ignore[operator]
    assert table["price"].max() <= 0.003  # type: ignore[operator]
    again = negotiate(flows, plan, limits)
    assert again.agreed is not None
    assert again.table(again.agreed).equals(table)
    for lang in ("en", "zh"):
        assert headline(made, lang)  # type: ignore[arg-type]
        assert "<html" in report(made, lang).html()  # type: ignore[arg-type]


def test_the_agreed_plan_is_a_covariate_of_the_forecast(flows: pl.DataFrame, plan: pl.DataFrame, limits: Path) -> None:
    made = negotiate(flows, plan, limits)
    assert made.agreed is not None
    table = made.table(made.agreed)
    plain = forecast(flows, 14)
    planned = forecast(flows, 14, sales_plan=table)
    side = pl.col("side") == "subscription"
    gained = planned.table.filter(side)["mean"].sum() - plain.table.filter(side)["mean"].sum()
    assert float(gained) == pytest.approx(float(table["quota"].sum()), abs=1)


def test_a_promise_is_laid_beside_what_came(flows: pl.DataFrame, plan: pl.DataFrame, limits: Path) -> None:
    made = negotiate(flows, plan, limits)
    assert made.agreed is not None
    table = made.table(made.agreed)
    rng = np.random.default_rng(9)
    start = flows["date"][-1]
    days = [start + timedelta(days=n + 1) for n in range(14)]
    quota = dict(table.group_by("date").agg(pl.col("quota").sum().cast(pl.Float64)).iter_rows())
    later = pl.DataFrame({
        "date": days, "product": ["fund"] * 14,
        "subscription": [round(400_000 * float(np.exp(rng.normal(0, 0.05))) + 0.7 * quota.get(day, 0), 2) for day in days],
        "redemption": [300_000.0] * 14,
    })  # fmt: skip
    found = kept(table, pl.concat([flows, later]))
    assert str(found.promised) == f"{table['quota'].sum()}"
    assert 0.5 < found.share < 0.9
    assert found.low <= found.came <= found.high
    with pytest.raises(InputRejected, match="before the plan"):
        kept(table, flows)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quota": pl.lit(-10_000.0)}, "is no quota"),
        ({"quota": pl.lit(15_000.0)}, "whole lots"),
        ({"price": pl.lit(1.5)}, "is no price"),
        ({"channel": pl.lit("app")}, "stand twice"),
        ({"product": pl.lit("other")}, "no product 'other'"),
        ({"date": pl.col("date") - pl.duration(days=40)}, "still to come"),
    ],
)
def test_plans_that_cannot_be_used(
    flows: pl.DataFrame, plan: pl.DataFrame, limits: Path, change: dict[str, pl.Expr], words: str
) -> None:
    with pytest.raises(InputRejected, match=words):
        negotiate(flows, plan.with_columns(**change), limits)


def test_the_command(flows: pl.DataFrame, plan: pl.DataFrame, limits: Path, tmp_path: Path) -> None:
    flows.write_csv(tmp_path / "flows.csv")
    plan.write_csv(tmp_path / "plan.csv")
    asked = [
        "negotiate", str(tmp_path / "flows.csv"), "--plan", str(tmp_path / "plan.csv"), "--limits", str(limits),
        "--out", str(tmp_path / "agreed.csv"), "--report", str(tmp_path / "talk.html"),
    ]  # fmt: skip
    ran = CliRunner().invoke(app, asked)
    assert ran.exit_code == 0, ran.output
    assert "Agreed in version" in ran.output
    assert pl.read_csv(tmp_path / "agreed.csv").columns == ["date", "product", "channel", "quota", "price"]
    assert (tmp_path / "talk.html").exists()


def test_a_name_goes_to_the_file_that_has_it(flows: pl.DataFrame, plan: pl.DataFrame, limits: Path) -> None:
    there = plan.rename({"date": "日期", "quota": "额度"})
    made = negotiate(flows, there, limits, mapping={"date": "日期", "quota": "额度"})
    assert made.agreed is not None and made.agreed.offer.total == _total(negotiate(flows, plan, limits))
    ours = flows.rename({"date": "交易日", "redemption": "赎回"})
    made = negotiate(ours, plan, limits, mapping={"date": "交易日", "redemption": "赎回"})
    assert made.agreed is not None
    with pytest.raises(InputRejected, match="no column '天'"):
        negotiate(flows, plan, limits, mapping={"date": "天"})


def _total(made: Negotiation) -> int:
    assert made.agreed is not None
    return made.agreed.offer.total
