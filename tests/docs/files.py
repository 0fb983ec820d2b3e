"""The files that README speaks of, made up: small, but enough for each command to do its real work."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from brambling.world import Town, build, statement_csv


def write_files(folder: Path) -> None:
    """Write STATEMENT, FLOWS, HOLDINGS, CURVE, LOANS, DECISIONS, SENDS and INTENTS as CSV."""
    town = build(Town(businesses=4, months=14))
    (folder / "STATEMENT.csv").write_bytes(statement_csv(town, 1, "contract"))
    flows = town.funds.select("date", "product", "subscription", "redemption")
    flows = flows.filter(pl.col("product") == flows["product"].first())
    last = flows["date"].max()
    assert isinstance(last, date)
    size = float(flows["redemption"].cast(pl.Float64).mean() or 0) * 200  # type: ignore[arg-type]
    frames = {"FLOWS": flows, "HOLDINGS": holdings(last, size), "CURVE": curve(last)}
    random = np.random.default_rng(7)
    frames |= {"LOANS": loans(random), "DECISIONS": decisions(random), "SENDS": sends(random), "INTENTS": intents()}
    for name, frame in frames.items():
        frame.write_csv(folder / f"{name}.csv")


def holdings(last: date, size: float) -> pl.DataFrame:
    """A mix that keeps the rules of Chinese cash-management products."""
    rows = [
        ("cash", "cash", 0.12, None, 0.0035, "", "Bank", 0),
        ("T1", "treasury", 0.14, 80, 0.017, "", "MOF", 0),
        ("P1", "policy_bond", 0.20, 110, 0.018, "", "CDB", 1),
        ("P2", "policy_bond", 0.18, 50, 0.0178, "", "ADB", 1),
        ("C1", "cd", 0.09, 65, 0.02, "AAA", "Bank A", 1),
        ("C2", "cd", 0.09, 120, 0.0205, "AAA", "Bank B", 1),
        ("C3", "cd", 0.09, 25, 0.0195, "AAA", "Bank C", 1),
        ("F1", "credit", 0.09, 165, 0.023, "AAA", "Firm D", 2),
    ]
    names = ["instrument", "kind", "amount", "maturity_date", "yield_annual", "rating", "issuer", "liquid_days"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_columns(
        (pl.col("amount") * size).round(2),
        pl.Series("maturity_date", [None if row[3] is None else last + timedelta(days=row[3]) for row in rows]),
    )


def curve(last: date) -> pl.DataFrame:
    """A rising curve in percent, the same on the last five workdays."""
    days = [last - timedelta(days=back) for back in range(6, -1, -1)]
    days = [day for day in days if day.weekday() < 5]
    levels = {"0d": 1.2, "1m": 1.5, "3m": 1.6, "6m": 1.65, "1y": 1.7, "3y": 2.0}
    return pl.DataFrame({"date": days} | {name: [level] * len(days) for name, level in levels.items()})


def loans(random: np.random.Generator) -> pl.DataFrame:
    """600 loans whose outcome follows margin and age of the firm."""
    margin, years = random.normal(0.12, 0.08, 600), random.integers(0, 20, 600)
    bad = random.random(600) < 1 / (1 + np.exp(1 + 12 * (margin - 0.1) + 0.1 * years))
    trade = random.choice(["shop", "maker", "carrier"], 600)
    return pl.DataFrame(
        {"margin": margin.round(3), "years": years, "trade": trade, "STATUS": np.where(bad, "BAD", "GOOD")}
    )


def decisions(random: np.random.Generator) -> pl.DataFrame:
    """300 applications that two judges mostly see alike."""
    human = random.random(300) < 0.6
    ai = np.where(random.random(300) < 0.1, ~human, human)
    return pl.DataFrame({name: np.where(way, "approve", "decline") for name, way in (("HUMAN", human), ("AI", ai))})


def sends(random: np.random.Generator) -> pl.DataFrame:
    """4,000 customers, half of them written to, which helps the idle ones."""
    sent, idle = random.random(4000) < 0.5, random.random(4000)
    bought = random.random(4000) < 0.05 + 0.15 * sent * (idle > 0.6)
    return pl.DataFrame({"idle": idle.round(3), "SENT": sent.astype(int), "BOUGHT": bought.astype(int)})


def intents() -> pl.DataFrame:
    """Twelve ways each of asking three things."""
    asked = {
        "rate": ("what is the rate", "how much interest", "利率是多少"),
        "repay": ("when do I repay", "date of the instalment", "什么时候还款"),
        "stop": ("stop writing to me", "no more messages", "不要再发了"),
    }
    ends = ("", " please", " of my loan", " today")
    rows = [(text + end, name) for name, texts in asked.items() for text in texts for end in ends]
    return pl.DataFrame(rows, schema=["text", "intent"], orient="row")
