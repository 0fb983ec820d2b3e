"""``brambling wealth forecast``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, OutFile, ReportFile, Seed, parse_map
from brambling.engine.doors.output import console, emit_json, note, progress, warn
from brambling.kit.errors import InputRejected
from brambling.kit.files import write_table
from brambling.kit.i18n import Lang
from brambling.wealth.flows.features import CalendarName
from brambling.wealth.flows.shapes import Forecast

app = typer.Typer(add_completion=False)

FlowsFile = Annotated[
    Path,
    typer.Argument(metavar="FLOWS", help="date, product, subscription, redemption; more columns are covariates."),
]
Horizon = Annotated[int, typer.Option("--horizon", help="Days to forecast after the last day of the file.")]
CalendarOption = Annotated[
    CalendarName,
    typer.Option("--calendar", help="CN knows Chinese holidays and make-up workdays; none knows weekdays only."),
]
SalesPlan = Annotated[
    Path | None, typer.Option("--sales-plan", help="Planned sales: date, product, channel, quota, price.")
]
Hierarchy = Annotated[
    str, typer.Option("--hierarchy", help="Columns from the whole to the part, e.g. company>product>channel.")
]
PathsFile = Annotated[
    Path | None,
    typer.Option("--paths", help="Write joint paths here (.parquet): path, date, product, subscription, redemption."),
]

PATHS_KEPT = 500
WARNINGS_SHOWN = 20


@app.callback()
def flows() -> None:
    """Subscriptions and redemptions, forecast."""


@app.command("forecast")
def forecast_command(
    flows_file: FlowsFile,
    horizon: Horizon,
    calendar: CalendarOption = "CN",
    sales_plan: SalesPlan = None,
    hierarchy: Hierarchy = "",
    paths: PathsFile = None,
    out: OutFile = None,
    engine: Annotated[
        str, typer.Option("--engine", help="local, or dask: parts of a large panel on all cores or a cluster.")
    ] = "local",
    report: ReportFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Forecast daily subscriptions, redemptions and net flow of every product, with bands.

    The forecast is a blend chosen on earlier origins only; where nothing beats last week's days it is those, and says
    so. Sums over a hierarchy are exact.

    Example: brambling wealth forecast flows.csv --horizon 30 --out forecast.csv --report forecast.html
    """
    from brambling.wealth.flows import report as words
    from brambling.wealth.flows.service import forecast

    if engine not in ("local", "dask"):
        raise InputRejected(f"--engine {engine}", expected="local or dask")
    if paths is not None and paths.suffix.lower() not in {".parquet", ".csv"}:
        raise InputRejected(f"cannot write paths to {paths.name!r}", expected="a name ending in .parquet or .csv")
    with progress(quiet=as_json) as display:
        task = display.add_task("forecast", total=None)
        made = forecast(
            flows_file,
            horizon,
            calendar=calendar,
            sales_plan=sales_plan,
            hierarchy=hierarchy,
            mapping=parse_map(map_),
            paths=PATHS_KEPT if paths is not None else 0,
            seed=seed,
            engine="dask" if engine == "dask" else "local",
            said=lambda done, total: display.update(task, completed=done, total=total),
        )
    _warn(made, lang)
    if out is not None:
        write_table(made.table, out)
    if paths is not None and made.paths is not None:
        write_table(made.paths.frame(), paths)
    if report is not None:
        words.report(made, lang).write(report)
    if as_json:
        emit_json(words.to_plain(made, lang))
        return
    for text in words.lines(made, lang):
        console().print(text)


def _warn(made: Forecast, lang: Lang) -> None:
    from brambling.wealth.flows.report import note_text

    for line in made.notes[:WARNINGS_SHOWN]:
        warn(note_text(line, lang))
    if len(made.notes) > WARNINGS_SHOWN:
        note(f"... {len(made.notes) - WARNINGS_SHOWN} more notes are in --json")
