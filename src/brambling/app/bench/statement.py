"""Reading a statement of 100,000 rows, and keeping statements of many customers; synthetic rows."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from brambling.app.bench.measure import Bench, Measure, percentile, times_ms

if TYPE_CHECKING:
    import polars as pl

ROWS = 100_000
RUNS = 5


def run(bench: Bench) -> list[Measure]:
    """Import of a 100,000-row CSV: read, ordered, checked against its balance, categorised; beside Polars' bare parse."""
    from brambling.perception.cashflow import read_statement

    bench.say(f"statement: reading {ROWS:,} rows")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statement.csv"
        printed(ROWS, bench.seed).write_csv(path)
        ours = times_ms(lambda: read_statement(path), runs=RUNS, warm=1)
        bare = times_ms(lambda: _bare(path), runs=RUNS, warm=1)
    return [
        Measure(
            "import of a 100,000-row statement, read, checked and categorised (median)",
            percentile(ours, 0.5) / 1000,
            "s",
            peer="polars.read_csv of the same file, no check",
            peer_value=percentile(bare, 0.5) / 1000,
            aim="<= 3",
            synthetic=True,
        )
    ]


def _bare(path: Path) -> None:
    import polars as pl

    pl.read_csv(path)


def printed(rows: int, seed: int) -> pl.DataFrame:
    """A made-up statement as a bank prints it: two columns of amounts, a running balance, 500 counterparties."""
    import polars as pl

    rng = np.random.default_rng(seed)
    amounts = rng.integers(-50_000, 52_000, rows)
    balances = 10_000_000 + amounts.cumsum()
    memos = np.array(["货款", "工资", "房租", "转账", "税款", "网银往来", "二维码收款"])
    frame = pl.DataFrame(
        {
            "day": np.arange(rows) * 1_800 // rows,
            "amount": amounts,
            "balance": balances,
            "who": rng.integers(1, 500, rows),
            "memo": memos[rng.integers(0, memos.size, rows)],
        }
    )
    yuan = [pl.col(name).cast(pl.Decimal(18, 2)) / 100 for name in ("amount", "balance")]
    return frame.select(
        (pl.lit(date(2021, 1, 1)) + pl.duration(days=pl.col("day"))).alias("交易日期"),
        pl.when(pl.col("amount") < 0).then(-yuan[0]).alias("借方发生额"),
        pl.when(pl.col("amount") >= 0).then(yuan[0]).alias("贷方发生额"),
        yuan[1].alias("余额"),
        ("客户" + pl.col("who").cast(pl.String) + "公司").alias("对方户名"),
        pl.col("memo").alias("摘要"),
    )
