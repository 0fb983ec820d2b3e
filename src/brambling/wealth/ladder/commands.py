"""``brambling wealth ladder`` and ``brambling wealth backtest``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, OutFile, ReportFile, Seed, parse_map
from brambling.engine.doors.output import console, emit_json, print_table, progress, warn
from brambling.kit.errors import Finding
from brambling.kit.files import write_table
from brambling.kit.i18n import Lang
from brambling.kit.money import Money
from brambling.wealth.ladder.shapes import Ladder

app = typer.Typer(add_completion=False)

FlowsFile = Annotated[Path, typer.Argument(metavar="FLOWS", help="date, product, subscription, redemption by day.")]
HoldingsFile = Annotated[
    Path,
    typer.Argument(
        metavar="HOLDINGS",
        help="instrument, kind, amount, maturity_date, yield_annual, rating, issuer, liquid_days.",
    ),
]
CurveFile = Annotated[Path, typer.Option("--curve", help="date, then tenors in percent a year (0d 1m 3m 6m 1y ...).")]
Rules = Annotated[
    str, typer.Option("--rules", help="cn-cash, cn-open, cn-mmf, us-2a7, eu-mmf, or a rule file (.yaml).")
]
HoldersFile = Annotated[Path | None, typer.Option("--holders", help="product, holder, share (a fraction).")]
MarketFile = Annotated[
    Path | None, typer.Option("--market", help="Your own spreads, costs, haircuts and stresses (.yaml).")
]
WARNINGS_SHOWN = 10


@app.callback()
def room() -> None:
    """Assets against liabilities."""


@app.command("ladder")
def ladder_command(
    flows: FlowsFile,
    holdings: HoldingsFile,
    *,
    curve: CurveFile,
    rules: Rules = "cn-cash",
    holders: HoldersFile = None,
    confidence: Annotated[
        float, typer.Option("--confidence", help="Share of the paths that all days together must hold on.")
    ] = 0.99,
    horizon: Annotated[int, typer.Option("--horizon", help="Days after the last day of the flows.")] = 30,
    product: Annotated[
        str | None, typer.Option("--product", help="Which product of the flows; all added up without it.")
    ] = None,
    market: MarketFile = None,
    lot: Annotated[str | None, typer.Option("--lot", help="Buy whole lots of this amount, such as 10000.00.")] = None,
    trades: Annotated[Path | None, typer.Option("--trades", help="Write what to buy and sell here.")] = None,
    out: OutFile = None,
    report: ReportFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Gaps by day, rule lights, stress, and what to buy and sell so that no gap opens and no rule breaks.

    --out is the gap ladder by day. Exit status 1: a rule is broken today, or no plan holds everything.

    Example: brambling wealth ladder flows.csv holdings.csv --curve curve.csv --rules cn-cash --report ladder.html
    """
    from brambling.wealth.ladder.report import ladder as words
    from brambling.wealth.ladder.service.ladder import ladder

    made = ladder(
        flows,
        holdings,
        curve=curve,
        rules=rules,
        holders=holders,
        confidence=confidence,
        horizon=horizon,
        product=product,
        market=market,
        lot=None if lot is None else Money.of(lot),
        mapping=parse_map(map_),
        seed=seed,
    )
    _write(made, lang, out, trades, report, as_json)
    if made.breach:
        raise Finding(words.headline(made, lang))


def _write(made: Ladder, lang: Lang, out: Path | None, trades: Path | None, report: Path | None, as_json: bool) -> None:
    import polars as pl

    from brambling.wealth.ladder.report import ladder as words

    for item in words.to_plain(made, lang)["notes"][:WARNINGS_SHOWN]:
        warn(item["text"])
    if out is not None:
        write_table(made.table(), out)
    if trades is not None:
        write_table(pl.DataFrame(words.trade_rows(made), schema_overrides={"issuers": pl.Int64}), trades)
    if report is not None:
        words.report(made, lang).write(report)
    if as_json:
        emit_json(words.to_plain(made, lang))
    else:
        for text in words.lines(made, lang):
            console().print(text)
        print_table(console(), words.lights_table(made, lang))
        if made.trades:
            print_table(console(), words.trades_table(made, lang))


@app.command("backtest")
def backtest_command(
    flows: FlowsFile,
    *,
    curve: CurveFile,
    days: Annotated[int, typer.Option("--days", help="How many of the last days of the flows are replayed.")] = 122,
    every: Annotated[int, typer.Option("--every", help="Forecast anew every so many days; 7 is faster.")] = 1,
    align: Annotated[
        str, typer.Option("--align", help="same: flows meet the curve by date; roll: once each quarter of the curve.")
    ] = "roll",
    out: OutFile = None,
    report: ReportFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Replay real flows on a real curve: a forecast-driven ladder against 10 % cash and a 90-day ladder.

    Yield, cash drag, days with a rule broken and forced sales, at one and two times the flows; term apart from cash.

    Example: brambling wealth backtest flows.csv --curve curve.csv --out backtest.csv --report backtest.html
    """
    from brambling.wealth.ladder.report import backtest as words
    from brambling.wealth.ladder.service.backtest import backtest

    with progress(quiet=as_json) as display:
        task = display.add_task("forecasts", total=None)
        made = backtest(
            flows,
            curve=curve,
            days=days,
            every=every,
            align=align,
            mapping=parse_map(map_),
            seed=seed,
            said=lambda done, total: display.update(task, completed=done, total=total),
        )
    for text in words.notes(made, lang)[:WARNINGS_SHOWN]:
        warn(text)
    if out is not None:
        write_table(made.table, out)
    if report is not None:
        words.report(made, lang).write(report)
    if as_json:
        emit_json(words.to_plain(made, lang))
        return
    for text in words.lines(made, lang):
        console().print(text)
    print_table(console(), words.policies_table(made, lang))
