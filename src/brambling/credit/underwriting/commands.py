"""``brambling credit backtest``: one policy against another on the same applications."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, OutFile, ReportFile, parse_map

app = typer.Typer(add_completion=False)

PolicyFile = Annotated[Path, typer.Argument(metavar="OLD", help="The policy at work, a YAML file.")]


@app.callback()
def underwriting() -> None:
    """How much is lent, at what price, and why."""


@app.command("backtest")
def backtest_command(
    old: PolicyFile,
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The policy that may take its place.")],
    applications: Annotated[
        Path, typer.Argument(metavar="APPLICATIONS", help="One application a row, in the words of the axioms.")
    ],
    outcome: Annotated[str | None, typer.Option("--outcome", help="Column of what came of it, where known.")] = None,
    bad: Annotated[list[str] | None, typer.Option("--bad", help="An outcome that is bad. Repeat for several.")] = None,
    segment: Annotated[str | None, typer.Option("--segment", help="Column of segments to tell apart.")] = None,
    out: OutFile = None,
    report: ReportFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    map_: MapOption = None,
) -> None:
    """Who would come in and who would go out under another policy, and how those fared: the swap set.

    Reads what the file has of probability_default, p_shortfall, requested, verified_inflow_year, outflow_year,
    existing_debt_monthly, capacity_instalment, gap, idle, owed_here, history_days, statement_age_days, consent,
    blocked, balance_known, trade; what is not there decides nothing, and is told.

    Example: brambling credit backtest old.yaml new.yaml applications.csv --outcome defaulted --report swap.html
    """
    from brambling.credit.underwriting.report import backtest as words
    from brambling.credit.underwriting.service.backtesting import backtest
    from brambling.engine.doors.output import console, emit_json, note, print_table, progress, warn
    from brambling.kit.files import read_frame, write_table

    with progress(quiet=as_json) as display:
        task = display.add_task("backtest", total=None)
        found = backtest(
            old,
            new,
            applications,
            outcome=outcome,
            bad=bad or (),
            segment=segment,
            mapping=parse_map(map_),
            said=lambda done, total: display.update(task, completed=done, total=total),
        )
    for text in words.notes(found, lang):
        warn(text)
    if out is not None:
        frame, taken = words.rows_frame(found, read_frame(applications))
        for name in taken:
            warn(f"the column {name} of the input is replaced")
        write_table(frame, out)
        note(f"{len(found.decided)} rows written to {out}")
    if report is not None:
        words.report(found, lang).write(report)
        note(f"report written to {report}")
    if as_json:
        emit_json(words.to_plain(found, lang))
        return
    screen = console()
    for text in words.lines(found, lang):
        screen.print(text, markup=False)
    if found.changes:
        print_table(screen, words.differences_table(found.changes, lang))
    print_table(screen, words.sides_table(found.whole, lang))
    print_table(screen, words.swap_table(found.whole.groups, lang))
    print_table(screen, words.moved_table(found, lang))
    if found.segments:
        print_table(screen, words.segments_table(found, lang))
