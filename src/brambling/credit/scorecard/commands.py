"""``brambling credit scorecard fit | score | export | monitor``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, OutFile, ReportFile, Seed, parse_map
from brambling.engine.doors.output import console, emit_json, note, print_table, progress, warn
from brambling.kit.errors import Finding, InputRejected
from brambling.kit.files import write_bytes, write_table
from brambling.kit.i18n import Lang
from brambling.kit.reasons import Reason

if TYPE_CHECKING:
    from brambling.credit.scorecard.shapes import Fitted

app = typer.Typer(add_completion=False)

CardFile = Annotated[Path, typer.Argument(metavar="CARD", help="The card that scorecard fit wrote.")]
Weight = Annotated[str | None, typer.Option("--weight", help="Column of row weights, for a sample that is not even.")]
Time = Annotated[
    str | None,
    typer.Option("--time", help="Column of the decision's date, month or year: the newest rows are held out."),
]
WARNINGS_SHOWN = 20


class Monotone(StrEnum):
    """Which numbers keep a direction."""

    sensible = "sensible"
    all = "all"
    none = "none"


class Form(StrEnum):
    """What the score is a sum of."""

    auto = "auto"
    additive = "additive"
    pairs = "pairs"


class Teller(StrEnum):
    """Whose probability is told."""

    auto = "auto"
    card = "card"
    challenger = "challenger"


class To(StrEnum):
    """The engine to export to."""

    sql = "sql"
    json = "json"
    onnx = "onnx"


@app.callback()
def scorecard() -> None:
    """Scorecards that pass review."""


@app.command("fit")
def fit_command(
    loans: Annotated[Path, typer.Argument(metavar="LOANS", help="Loans with known outcomes, one row each.")],
    target: Annotated[str, typer.Option("--target", help="Column of the outcome.")],
    bad: Annotated[str, typer.Option("--bad", help="Its value that means default.")],
    weight: Weight = None,
    time: Time = None,
    exclude: Annotated[list[str] | None, typer.Option("--exclude", help="Never look at this column. Repeat.")] = None,
    keep: Annotated[
        list[str] | None, typer.Option("--keep", help="Use this column whatever the leakage guard says. Repeat.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="Declined applications, for the reject-inference band.")
    ] = None,
    monotone: Annotated[
        Monotone,
        typer.Option("--monotone", help="Numbers that keep a direction: sensible leaves plainly bent ones free."),
    ] = Monotone.sensible,
    form: Annotated[
        Form, typer.Option("--form", help="additive: one table a column; pairs: tables of two columns too.")
    ] = Form.auto,
    derived: Annotated[
        bool,
        typer.Option(
            "--derived/--no-derived",
            help="Lines made of columns where they help: a = b, a / b, the start of a code, how often a label comes.",
        ),
    ] = True,
    out: OutFile = None,
    report: ReportFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Fit a scorecard on loans with known outcomes.

    Columns that know the outcome are named and left out. Figures are of rows held out: the newest by --time, else a
    random quarter; the card written is then fitted on all rows.

    Example: brambling credit scorecard fit loans.csv --target status --bad default --time year --out card.json
    """
    from brambling.credit.scorecard.report import fit_report
    from brambling.credit.scorecard.service import fit
    from brambling.engine.learn import write_artefact

    with progress(quiet=as_json) as display:
        display.add_task("fit", total=None)
        fitted = fit(
            loans,
            target,
            bad,
            weight=weight,
            time=time,
            exclude=exclude or (),
            keep=keep or (),
            rejects=rejects,
            monotone=monotone.value,
            form=None if form is Form.auto else ("additive" if form is Form.additive else "pairs"),
            derived=derived,
            mapping=parse_map(map_),
            seed=seed,
        )
    if out is not None:
        write_artefact(fitted.artefact, out)
    if report is not None:
        fit_report(fitted, lang).write(report)
    _show_fit(fitted, as_json, lang)


def _show_fit(fitted: Fitted, as_json: bool, lang: Lang) -> None:
    from brambling.credit.scorecard import report as words

    _warn(fitted.notes, lang)
    for name, reason in fitted.left_out:
        note(words.left_out_text(name, reason, lang))
    if as_json:
        emit_json(words.fit_to_plain(fitted, lang))
        return
    for line in words.fit_lines(fitted, lang):
        console().print(line)
    print_table(console(), words.figures_table(fitted, lang))


@app.command("score")
def score_command(
    card: CardFile,
    applications: Annotated[Path, typer.Argument(metavar="APPLICATIONS", help="Applications, one row each.")],
    points: Annotated[bool, typer.Option("--points", help="Also every part of the score, a column each.")] = False,
    model: Annotated[
        Teller, typer.Option("--model", help="Whose probability is told; auto: the one that fit found clearly better.")
    ] = Teller.auto,
    out: OutFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    map_: MapOption = None,
) -> None:
    """Score applications: probability of default, score, and up to four reasons (columns) for each row.

    A reason is a column that costs points against its typical value: put that value in its place and the score improves.

    Example: brambling credit scorecard score card.json applications.csv --out scores.csv
    """
    from brambling.credit.scorecard import report as words
    from brambling.credit.scorecard.service import score

    teller: Literal["auto", "card", "challenger"] = model.value
    scored = score(card, applications, points=points, model=teller, mapping=parse_map(map_))
    _warn(scored.notes, lang)
    if out is not None:
        write_table(scored.table, out)
    if as_json:
        emit_json(words.scored_to_plain(scored))
        return
    console().print(words.scored_line(scored, lang))
    print_table(console(), words.scored_table(scored))


@app.command("export")
def export_command(
    card: CardFile,
    to: Annotated[To, typer.Option("--to", help="sql for PostgreSQL and DuckDB, json, or onnx.")],
    table: Annotated[str, typer.Option("--table", help="The table that the SQL reads.")] = "applications",
    out: Annotated[
        Path | None, typer.Option("--out", help="Write it here; sql and json else go to standard output.")
    ] = None,
) -> None:
    """Write the card for another engine; it gives the same score to the last digit.

    Example: brambling credit scorecard export card.json --to sql --out card.sql
    """
    from brambling.credit.scorecard.service import export

    if to is To.onnx and out is None:
        raise InputRejected("ONNX is no text", expected="--out FILE.onnx")
    made = export(card, to.value, table=table)
    if out is None:
        typer.echo(made.decode(), nl=False)
        return
    write_bytes(out, made)
    note(f"{out.name}: {len(made):,} bytes")


@app.command("monitor")
def monitor_command(
    card: CardFile,
    newer: Annotated[Path, typer.Argument(metavar="NEWER", help="Newer applications; with --target, their outcomes.")],
    target: Annotated[str | None, typer.Option("--target", help="Column of the outcome, where it is known.")] = None,
    bad: Annotated[str | None, typer.Option("--bad", help="Its value that means default.")] = None,
    weight: Weight = None,
    time: Annotated[str | None, typer.Option("--time", help="Column of the decision's date, month or year.")] = None,
    recalibrate: Annotated[
        Path | None,
        typer.Option("--recalibrate", help="Write the card recalibrated on the newest matured window of NEWER here."),
    ] = None,
    out: OutFile = None,
    report: ReportFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Watch a card over newer applications: has the population moved, do the probabilities still hold?

    Exit status 1 at an alarm; 0 when the card was recalibrated in the same run.

    Example: brambling credit scorecard monitor card.json newer.csv --target status --bad default --time month
    """
    from brambling.credit.scorecard import report as words
    from brambling.credit.scorecard.service import monitor
    from brambling.engine.learn import write_artefact

    watched = monitor(
        card,
        newer,
        target=target,
        bad=bad,
        weight=weight,
        time=time,
        recalibrate=recalibrate is not None,
        mapping=parse_map(map_),
        seed=seed,
    )
    _warn(watched.notes, lang)
    if recalibrate is not None and watched.recalibrated is not None:
        write_artefact(watched.recalibrated, recalibrate)
    if out is not None:
        write_table(words.watch_frame(watched), out)
    if report is not None:
        words.watch_report(watched, lang).write(report)
    if as_json:
        emit_json(words.watch_to_plain(watched, lang))
    else:
        for table in words.watch_tables(watched, lang):
            print_table(console(), table)
    if watched.alarm and recalibrate is None:
        raise Finding(words.alarm_text(watched, lang))


def _warn(notes: tuple[Reason, ...], lang: Lang) -> None:
    from brambling.credit.scorecard.report import note_text

    for one in notes[:WARNINGS_SHOWN]:
        warn(note_text(one, lang))
    if len(notes) > WARNINGS_SHOWN:
        note(f"... {len(notes) - WARNINGS_SHOWN} more")
