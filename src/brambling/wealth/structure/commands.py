"""``brambling wealth structure``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, OutFile, ReportFile, Seed, parse_map
from brambling.engine.doors.output import console, emit_json, print_table, warn
from brambling.kit.files import write_table

app = typer.Typer(add_completion=False)


@app.callback()
def room() -> None:
    """The nature of the money."""


@app.command("structure")
def structure_command(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="TRADES|STATEMENTS",
            help="date, customer, product, subscription, redemption (or a signed amount); or statements of one customer each.",
        ),
    ],
    *,
    holders: Annotated[
        Path | None, typer.Option("--holders", help="product, holder, share: who holds what the trades do not show.")
    ] = None,
    yields: Annotated[
        Path | None, typer.Option("--yields", help="date, product, yield_annual, rival_yield_annual: tells hot money.")
    ] = None,
    points: Annotated[
        float, typer.Option("--points", help="Tell when hot money rises by so many points within five days.")
    ] = 5.0,
    encoder: Annotated[
        bool, typer.Option("--encoder", help="Let the sequence encoder compete too (extra train; slower).")
    ] = False,
    cohorts: Annotated[
        Path | None, typer.Option("--cohorts", help="Write how long each month's money stayed, by product.")
    ] = None,
    synthetic: Annotated[bool, typer.Option("--synthetic", help="Mark the results: the data are made up.")] = False,
    out: OutFile = None,
    report: ReportFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Split customers' money into operating, payroll, tax, seasonal, idle and hot, and say how long it stays.

    --out has a row for each customer and product. The report adds run-off, concentration, drift and alerts.

    Example: brambling wealth structure trades.csv --yields yields.csv --out structure.csv --report structure.html
    """
    from brambling.wealth.structure import report as words
    from brambling.wealth.structure.service.structure import structure

    made = structure(
        *sources, holders=holders, yields=yields, mapping=parse_map(map_), points=points, encoder=encoder,
        synthetic=synthetic, seed=seed,
    )  # fmt: skip
    for item in words.notes(made, lang):
        warn(item)
    if out is not None:
        write_table(made.customers, out)
    if cohorts is not None:
        write_table(made.cohorts, cohorts)
    if report is not None:
        words.report(made, lang).write(report)
    if as_json:
        emit_json(words.to_plain(made, lang))
        return
    for text in words.lines(made, lang):
        console().print(text)
    print_table(console(), words.kinds_table(made, lang))
