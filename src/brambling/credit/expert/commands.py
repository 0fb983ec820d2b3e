"""``brambling credit agree``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, OutFile, ReportFile, parse_map
from brambling.engine.doors.output import console, emit_json, print_table, to_json, warn
from brambling.kit.errors import InputRejected
from brambling.kit.files import write_text

app = typer.Typer(add_completion=False)

DecisionsFile = Annotated[
    Path, typer.Argument(metavar="DECISIONS", help="A table with a person's and a machine's decisions.")
]
Labels = list[str] | None


@app.callback()
def expert() -> None:
    """A policy that learns from people, and agreement told honestly."""


@app.command("agree")
def agree_command(
    decisions: DecisionsFile,
    human: Annotated[str, typer.Option("--human", help="Column of the person's decision.")],
    ai: Annotated[str, typer.Option("--ai", help="Column of the machine's decision.")],
    human_limit: Annotated[str | None, typer.Option("--human-limit", help="Column of the person's limit.")] = None,
    ai_limit: Annotated[str | None, typer.Option("--ai-limit", help="Column of the machine's limit.")] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", help="Column of the outcome, where it is known.")] = None,
    segment: Annotated[str | None, typer.Option("--segment", help="Column of segments to tell apart.")] = None,
    time: Annotated[
        str | None, typer.Option("--time", help="Column of the day of decision; one called date or month is found.")
    ] = None,
    approve: Annotated[
        Labels, typer.Option("--approve", help="A label that means approve. Repeat for several.")
    ] = None,
    decline: Annotated[Labels, typer.Option("--decline", help="A label that means decline.")] = None,
    refer: Annotated[Labels, typer.Option("--refer", help="A label that leaves it to a person.")] = None,
    bad: Annotated[Labels, typer.Option("--bad", help="An outcome that is bad.")] = None,
    precision: Annotated[
        float, typer.Option("--precision", help="Half-width of the interval for which the rows needed are told.")
    ] = 0.02,
    out: OutFile = None,
    report: ReportFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    map_: MapOption = None,
) -> None:
    """How far a machine's decisions agree with a person's: beyond chance, by direction, by segment, over time.

    Example: brambling credit agree decisions.csv --human officer --ai model --segment region --report agree.html
    """
    from brambling.credit.expert import report as words
    from brambling.credit.expert.service import agree

    if out is not None and out.suffix.lower() != ".json":
        raise InputRejected(f"cannot write the result to {out.name!r}", expected="a name ending in .json")
    found = agree(
        decisions,
        human,
        ai,
        human_limit=human_limit,
        ai_limit=ai_limit,
        outcome=outcome,
        segment=segment,
        time=time,
        approve=approve or (),
        decline=decline or (),
        refer=refer or (),
        bad=bad or (),
        precision=precision,
        mapping=parse_map(map_),
    )
    for text in words.notes(found, lang):
        warn(text)
    if out is not None:
        write_text(out, to_json(words.to_plain(found, lang)) + "\n")
    if report is not None:
        words.report(found, lang).write(report)
    if as_json:
        emit_json(words.to_plain(found, lang))
        return
    screen = console()
    for text in words.lines(found, lang):
        screen.print(text, markup=False)
    print_table(screen, words.confusion_table(found, lang))
    if found.segments:
        print_table(screen, words.parts_table(found.segments, segment or "", lang))
    print_table(screen, words.worst_table(found.worst, lang))
