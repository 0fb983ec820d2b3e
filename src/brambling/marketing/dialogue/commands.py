"""``brambling dialogue fit | route``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, OutFile, ReportFile, Seed, parse_map
from brambling.engine.doors.output import console, emit_json, print_table, progress, warn
from brambling.kit.clock import SystemClock
from brambling.kit.errors import InputRejected
from brambling.kit.files import write_table
from brambling.kit.i18n import Lang
from brambling.marketing.dialogue.rules import KEPT, RIGHT, Note

app = typer.Typer(add_completion=False)


@app.callback()
def dialogue() -> None:
    """Questions routed, answered, handed over."""


@app.command("fit")
def fit_command(
    intents: Annotated[Path, typer.Argument(metavar="INTENTS", help="Examples: text, intent.")],
    unknown: Annotated[
        str, typer.Option("--unknown", help="The intent that means none of the others; oos and out_of_scope are known.")
    ] = "",
    embeddings: Annotated[
        bool, typer.Option("--embeddings/--no-embeddings", help="Look at meaning too, or at words alone.")
    ] = True,
    right: Annotated[float, typer.Option("--right", help="Share of answers that must be right.")] = RIGHT,
    kept: Annotated[float, typer.Option("--kept", help="Share of known questions not to be handed over.")] = KEPT,
    out: OutFile = None,
    report: ReportFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Learn intents from examples, and when a question is none of them.

    Thresholds come from texts left out of training: known ones one by one, unknown ones by leaving a third of the
    intents out at a time.

    Example: brambling dialogue fit INTENTS.csv --out dialogue.json --report dialogue.html
    """
    from brambling.engine.learn import write_artefact
    from brambling.marketing.dialogue import report as words
    from brambling.marketing.dialogue.service import artefact, fit

    if out is not None and out.suffix.lower() != ".json":
        raise InputRejected(f"cannot write a model to {out.name!r}", expected="a name ending in .json")
    with progress(quiet=as_json) as display:
        tasks = {what: display.add_task(what, total=None, visible=what == "fit") for what in ("embed", "fit")}
        made = fit(
            intents,
            unknown=unknown,
            embeddings=embeddings,
            right_min=right,
            kept_min=kept,
            mapping=parse_map(map_),
            seed=seed,
            said=lambda what, done, total: display.update(tasks[what], completed=done, total=total, visible=True),
        )
    _warn(made.notes, lang)
    if out is not None:
        write_artefact(artefact(made, "brambling dialogue fit", SystemClock().now()), out)
    if report is not None:
        words.fit_report(made, lang).write(report)
    if as_json:
        emit_json(words.fit_plain(made, lang))
        return
    for text in words.fit_lines(made, lang):
        console().print(text)
    print_table(console(), words.intents_table(made, lang))


@app.command("route")
def route_command(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="What dialogue fit wrote.")],
    texts: Annotated[Path, typer.Argument(metavar="TEXTS", help="Questions: text, and what else is to be kept.")],
    out: OutFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    map_: MapOption = None,
) -> None:
    """Say for each text whether to answer, ask back or hand over; the intent is the best guess whatever the action.

    Adds row, action (answer, clarify, handover), intent and confidence: the probability that the guess is right.

    Example: brambling dialogue route dialogue.json TEXTS.csv --out routed.csv
    """
    from brambling.marketing.dialogue import report as words
    from brambling.marketing.dialogue.service import route

    with progress(quiet=as_json) as display:
        task = display.add_task("route", total=None)
        made = route(
            model,
            texts,
            mapping=parse_map(map_),
            said=lambda what, done, total: display.update(task, completed=done, total=total),
        )
    _warn(made.notes, lang)
    if out is not None:
        write_table(made.table, out)
    if as_json:
        emit_json(words.route_plain(made, rows=out is None))
        return
    for text in words.route_lines(made, lang):
        console().print(text)
    if out is None:
        print_table(console(), words.routed_table(made, lang))


def _warn(notes: Iterable[Note], lang: Lang) -> None:
    from brambling.marketing.dialogue.report import note_text

    for note in notes:
        warn(note_text(note, lang))
