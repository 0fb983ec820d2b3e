"""``brambling dialogue fit | route | chat``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, OutFile, ReportFile, Seed, parse_map
from brambling.engine.doors.output import console, emit_json, print_table, progress, warn
from brambling.kit.clock import SystemClock
from brambling.kit.errors import InputRejected
from brambling.kit.files import write_table
from brambling.kit.i18n import Lang
from brambling.marketing.dialogue.rules import KEPT, RIGHT, Note

if TYPE_CHECKING:
    from brambling.marketing.dialogue.service.talking import Talk

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


@app.command("chat")
def chat_command(
    messages: Annotated[
        list[str] | None, typer.Option("--say", help="Say this instead of asking for it; may be repeated.")
    ] = None,
    embeddings: Annotated[
        bool, typer.Option("--embeddings/--no-embeddings", help="Find texts by meaning too, or by words alone.")
    ] = False,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
) -> None:
    """Talk to the assistant: approved texts with their source, journeys, a person when it must be one.

    No business stands behind it, so it has no figures; brambling cfo chat has those of a statement. Nothing is kept.

    Example: brambling dialogue chat --say "what is the interest rate" --say "get me a person"
    """
    from brambling.engine.search import open_embedder
    from brambling.kit.settings import settings
    from brambling.marketing.dialogue.service.talking import Talk

    talk = Talk(SystemClock(), lang=lang, embedder=open_embedder(settings()) if embeddings else None)
    converse(talk, messages, as_json=as_json)


def converse(talk: Talk, messages: list[str] | None, *, as_json: bool) -> None:
    """Hold a conversation on the terminal, or the given messages of one; an empty line ends it."""
    from dataclasses import asdict

    said: list[dict[str, object]] = []

    def answer(text: str) -> None:
        words = talk.say(text)
        if as_json:
            said.append({"owner": text, "assistant": words, "acts": [asdict(act) for act in talk.acts]})
        else:
            console().print(words, markup=False, highlight=False)

    for text in messages or ():
        if not as_json:
            console().print(f"> {text}", markup=False, highlight=False)
        answer(text)
    while not messages and (text := typer.prompt("", default="", prompt_suffix="> ", show_default=False, err=True)):
        answer(text)
    if as_json:
        emit_json(said)


def _warn(notes: Iterable[Note], lang: Lang) -> None:
    from brambling.marketing.dialogue.report import note_text

    for note in notes:
        warn(note_text(note, lang))
