"""The commands: files out, lines out, exit status; the verbs as a library."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.wealth.ladder.conftest import curve, flows, holdings

from brambling.app.main import main
from brambling.kit.errors import InputRejected
from brambling.kit.money import Money
from brambling.wealth.ladder import ladder
from brambling.wealth.ladder.report import ladder as words
from brambling.wealth.ladder.rules import check


def command(files: dict[str, Path], *more: str) -> list[str]:
    return ["wealth", "ladder", str(files["flows"]), str(files["holdings"]), "--curve", str(files["curve"]), *more]


def test_a_sound_portfolio_exits_0_and_writes_everything(
    files: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, page, trades = tmp_path / "l.csv", tmp_path / "l.html", tmp_path / "t.csv"
    done = main(command(files, "--out", str(out), "--report", str(page), "--trades", str(trades), "--json"))
    assert done == 0
    result = json.loads(capsys.readouterr().out)
    assert result["breach"] is False and result["conflict"] == [] and result["assets"] == "100000000.00"
    table = pl.read_csv(out)
    assert table.height == 30 and table.columns[:4] == ["date", "workday", "need", "need_stress"]
    assert (table["gap_plan"] >= 0).all() and (table["gap_stress_plan"] >= 0).all()
    bought = pl.read_csv(trades)
    assert set(bought["side"]) <= {"buy", "sell"}
    assert "echarts" in page.read_text(encoding="utf-8").lower()


def test_the_plan_keeps_every_rule_and_money_does_not_vanish(files: dict[str, Path]) -> None:
    made = ladder(flows(), holdings(), curve=curve(), rules="cn-cash")
    assert made.plan is not None
    after = made.plan.positions
    assert sum(p.amount_minor for p in after) == made.assets_minor - made.cost_minor
    assert not [light for light in check(after, made.book.in_force(None)) if light.status == "breach"]
    assert made.plan.stress.coverage["base"] >= 1
    assert made.gained_bp >= 0  # today is feasible, so the best plan is no worse


def test_a_breach_that_the_plan_mends_exits_1_and_names_the_clause(
    files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    holdings().with_columns(
        pl.when(pl.col("instrument") == "F1").then(pl.lit("AA+")).otherwise(pl.col("rating")).alias("rating")
    ).write_csv(files["holdings"])
    assert main(command(files)) == 1
    assert "cn-cash-issuer-below-aaa" in capsys.readouterr().err


def test_what_cannot_be_sold_is_a_conflict_and_a_minimal_one(files: dict[str, Path]) -> None:
    stuck = pl.DataFrame(
        [("D1", "deposit", 30_000_000, "2024-12-20", 0.021, "AAA", "Bank Z", None)],
        schema=holdings().schema,
        orient="row",
    )
    made = ladder(flows(), pl.concat([holdings(), stuck]), curve=curve(), rules="cn-cash")
    assert made.breach and made.plan is None
    # alone each of these is broken by a deposit of 23 % that nobody can sell
    assert made.conflict in (("cn-cash-restricted",), ("cn-cash-bank",))
    assert "cn-cash-restricted" in {light.clause for light in made.today.breaches}


def test_rules_that_no_portfolio_can_keep_exit_2_with_the_conflict(
    files: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    limit = "{{clause: {0}, article: a, metric: {1}, sense: {2}, bound: {3}, source: s, source_date: 2024-01-01}}"
    lines = [
        limit.format("much-cash", "government", "min", "0.80"),
        limit.format("long", "wam", "max", "300"),
        limit.format("little-cash", "government", "max", "0.20"),
    ]
    own = tmp_path / "own.yaml"
    own.write_text(
        "version: own-1\nname_en: own\nname_zh: own\ncurrency: CNY\nverify: own\n"
        "limits:\n" + "".join(f"  - {line}\n" for line in lines),
        encoding="utf-8",
    )
    assert main(command(files, "--rules", str(own))) == 2
    said = capsys.readouterr().err
    assert "little-cash, much-cash conflict" in said and "long" not in said


def test_holders_bring_their_limits(files: dict[str, Path], tmp_path: Path) -> None:
    owners = pl.DataFrame({"product": ["a"] * 3, "holder": ["x", "y", "z"], "share": [0.3, 0.2, 0.1]})
    made = ladder(flows(), holdings(), curve=curve(), holders=owners)
    assert "cn-cash-top50-wam" in {light.clause for light in made.today.lights}
    assert made.plan is not None and made.plan.wam_days <= 60


def test_lots(files: dict[str, Path]) -> None:
    made = ladder(flows(), holdings(), curve=curve(), lot=Money.of("1000000.00"))
    assert made.plan is not None
    for trade in made.trades:
        assert (
            trade.side == "sell"
            or abs(trade.amount_minor / 100_000_000 - round(trade.amount_minor / 100_000_000)) < 1e-6
        )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"confidence": 1.5}, "a confidence of 1.5"),
        ({"rules": "cn-bond"}, "no rules 'cn-bond'"),
        ({"product": "b"}, "no product 'b'"),
        ({"horizon": 0}, "a horizon of 0 days"),
    ],
)
def test_options_that_make_no_sense(change: dict[str, object], words: str) -> None:
    options: dict[str, object] = {"curve": curve(), **change}
    with pytest.raises(InputRejected, match=words):
        ladder(flows(), holdings(), **options)  # type: ignore[arg-type]


def test_a_product_that_closed_and_a_negative_flow() -> None:
    gone = flows(product="b").filter(pl.col("date") < date(2024, 5, 1))
    with pytest.raises(InputRejected, match="'b' has no rows after 2024-04-30"):
        ladder(pl.concat([flows(), gone]), holdings(), curve=curve(), product="b")
    with pytest.raises(InputRejected, match="negative"):
        ladder(flows().with_columns(-pl.col("redemption")), holdings(), curve=curve())


def test_unusable_input_writes_nothing(
    files: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    curve().drop("3m").write_csv(files["curve"])
    out = tmp_path / "l.csv"
    assert main(command(files, "--out", str(out))) == 2
    assert not out.exists()
    assert "curve.csv: no tenor 3m" in capsys.readouterr().err


def test_chinese(files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command(files, "--lang", "zh")) == 0
    assert "条款" in capsys.readouterr().out


@pytest.mark.parametrize("rules", ["cn-cash", "cn-mmf", "us-2a7"])
def test_flows_that_are_all_zero_leave_a_plan_that_can_be_paid(rules: str) -> None:
    nothing = flows().with_columns(pl.lit(0.0).alias("subscription"), pl.lit(0.0).alias("redemption"))
    made = ladder(nothing, holdings(), curve=curve(), rules=rules)
    assert made.plan is not None
    assert all(position.amount_minor >= 0 for position in made.plan.positions)
    assert sum(p.amount_minor for p in made.plan.positions) == made.assets_minor - made.cost_minor


def test_a_lot_of_nothing_is_rejected() -> None:
    with pytest.raises(InputRejected, match=r"a lot of -5\.00; expected an amount above 0"):
        ladder(flows(), holdings(), curve=curve(), lot=Money.of("-5.00"))


def test_names_go_to_the_file_that_has_them() -> None:
    theirs = curve().rename({"date": "交易日"})
    made = ladder(flows(), holdings(), curve=theirs, mapping={"date": "交易日"})
    assert made.gained_bp == ladder(flows(), holdings(), curve=curve()).gained_bp


def test_a_purchase_says_over_how_many_issuers_it_is_spread() -> None:
    made = ladder(flows(), holdings(), curve=curve())
    bought = next(trade for trade in made.trades if trade.side == "buy" and trade.issuers > 1)
    assert f"in equal parts of {bought.issuers} issuers" in words.instrument_text(bought, "en")
    assert f"等分于 {bought.issuers} 个发行人" in words.instrument_text(bought, "zh")


def test_bars_with_sales_reach_the_stress_that_the_plan_withstands() -> None:
    made = ladder(flows(), holdings(), curve=curve())
    due, sold, _need, stressed = (one["data"] for one in words.gap_chart(made, "en").option["series"])
    assert all(one + more >= need - 0.01 for one, more, need in zip(due, sold, stressed, strict=True))
    assert words.stress_lines(made, "zh") and words.stress_table(made, "zh").rows
