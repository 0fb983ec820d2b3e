"""``brambling credit agree`` and ``brambling credit expert fit | decide``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, OutFile, ReportFile, Seed, parse_map
from brambling.engine.doors.output import console, emit_json, note, print_table, progress, to_json, warn
from brambling.kit.errors import InputRejected
from brambling.kit.files import write_table, write_text
from brambling.kit.i18n import Lang

if TYPE_CHECKING:
    from brambling.engine.llm import Door

app = typer.Typer(add_completion=False)

DecisionsFile = Annotated[
    Path, typer.Argument(metavar="DECISIONS", help="A table with a person's and a machine's decisions.")
]
Labels = list[str] | None
Agreed = Annotated[
    float, typer.Option("--agreement", help="The dial: decide without a person what people agree with so often.")
]


class StageName(StrEnum):
    """The stages beyond axioms; those not named are not tried."""

    supervised = "supervised"
    enlarged = "enlarged"
    curriculum = "curriculum"
    reinforcement = "reinforcement"


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
    from brambling.credit.expert.report import agreement as words
    from brambling.credit.expert.service.agreeing import agree

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


@app.command("fit")
def fit_command(
    decisions: Annotated[Path, typer.Argument(metavar="DECISIONS", help="Applications that people decided.")],
    decision: Annotated[str, typer.Option("--decision", help="Column of the person's decision.")],
    approve: Annotated[list[str], typer.Option("--approve", help="Its value that means approve. Repeat for several.")],
    limit: Annotated[str | None, typer.Option("--limit", help="Column of the limit that was granted.")] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", help="Column of the later outcome, where known.")] = None,
    bad: Annotated[Labels, typer.Option("--bad", help="An outcome that is bad.")] = None,
    protected: Annotated[
        Labels, typer.Option("--protected", help="A protected attribute: audited, never an input. Repeat.")
    ] = None,
    exclude: Annotated[Labels, typer.Option("--exclude", help="Never look at this column. Repeat.")] = None,
    keep: Annotated[Labels, typer.Option("--keep", help="Use this column though it knows the decision.")] = None,
    axioms: Annotated[
        str, typer.Option("--axioms", help="A YAML file of axioms, or default as far as its fields are there.")
    ] = "default",
    stage: Annotated[
        list[StageName] | None,
        typer.Option("--stage", help="Try this stage; enlarged and curriculum when none is named. Repeat."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Take the stages named though they do not help.")] = False,
    agreement: Agreed = 0.94,
    ratio: Annotated[
        float, typer.Option("--ratio", help="Least ratio of approval rates between protected groups, where one can be.")
    ] = 0.87,
    holdout: Annotated[
        float, typer.Option("--holdout", help="Share of rows on which the stages are told; 0 tells none.")
    ] = 0.25,
    draft: Annotated[
        bool, typer.Option("--draft", help="Let the configured language model draft for the stage enlarged.")
    ] = False,
    out: OutFile = None,
    report: ReportFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Learn a policy from people's decisions, under axioms, in stages that each have to help.

    Example: brambling credit expert fit decisions.csv --decision officer --approve yes --out expert.json
    """
    from brambling.credit.expert.report import policy as words
    from brambling.credit.expert.service.fitting import fit
    from brambling.credit.expert.shapes.policy import TRIED_BY_DEFAULT
    from brambling.engine.learn import write_artefact

    if out is not None and out.suffix.lower() != ".json":
        raise InputRejected(f"cannot write an expert to {out.name!r}", expected="a name ending in .json")
    drafts = _drafts(seed) if draft else None
    with progress(quiet=as_json) as display:
        task = display.add_task("fit", total=None)
        fitted = fit(
            decisions,
            decision,
            approve,
            limit=limit,
            outcome=outcome,
            bad=bad or (),
            protected=protected or (),
            exclude=exclude or (),
            keep=keep or (),
            axioms=axioms,
            stages=TRIED_BY_DEFAULT if stage is None else [one.value for one in stage],
            forced=force,
            target=agreement,
            ratio_min=ratio,
            holdout=holdout,
            drafts=drafts,
            mapping=parse_map(map_),
            seed=seed,
            said=lambda text: display.update(task, description=text),
        )
    for text in words.notes(fitted.notes, lang):
        warn(text)
    for text in words.left_out(fitted, lang):
        note(text)
    if drafts is not None and drafts.missing:
        warn(words.missing_text(drafts.missing, lang))
    if out is not None:
        write_artefact(fitted.artefact, out)
    if report is not None:
        words.report(fitted, lang).write(report)
    if as_json:
        emit_json(words.to_plain(fitted, lang))
        return
    screen = console()
    for text in words.lines(fitted, lang):
        screen.print(text, markup=False)
    if fitted.stages:
        print_table(screen, words.stages_table(fitted, lang))
    if fitted.held_out is not None and fitted.held_out.ratios:
        print_table(screen, words.ratios_table(fitted.held_out.ratios, lang))
    print_table(screen, words.rungs_table(fitted.dial, lang))


@app.command("decide")
def decide_command(
    expert_file: Annotated[Path, typer.Argument(metavar="EXPERT", help="The file that expert fit wrote.")],
    applications: Annotated[Path, typer.Argument(metavar="APPLICATIONS", help="Applications, one row each.")],
    agreement: Annotated[
        float | None, typer.Option("--agreement", help="Turn the dial to another agreement than that of the fit.")
    ] = None,
    decide_all: Annotated[bool, typer.Option("--decide-all", help="Refer nothing but what an axiom refers.")] = False,
    opinion: Annotated[
        bool,
        typer.Option("--opinion", help="Let the configured language model write an opinion; it may refer, no more."),
    ] = False,
    out: OutFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    map_: MapOption = None,
) -> None:
    """Decide applications: approve, decline or refer, with the confidence that a person would agree, and reasons.

    Example: brambling credit expert decide expert.json applications.csv --out decided.csv
    """
    from brambling.credit.expert.report import policy as words
    from brambling.credit.expert.service.deciding import decide

    if agreement is not None and decide_all:
        raise InputRejected("--agreement and --decide-all say different things", expected="one of them")
    found = decide(expert_file, applications, target=agreement, all_decided=decide_all, mapping=parse_map(map_))
    for text in words.notes(found.notes, lang):
        warn(text)
    table = _with_opinions(found.table, lang) if opinion else found.table
    if out is not None:
        write_table(table, out)
    if as_json:
        emit_json(table.to_dicts())
        return
    counts = {name: int((table["decision"] == name).sum()) for name in ("approve", "decline", "refer")}
    console().print(words.decided_text(counts, lang), markup=False)


def _drafts(seed: int) -> Any:
    from brambling.credit.expert.agent import Drafts

    return Drafts(_door(), seed=seed)


def _door() -> Door:
    from brambling.engine.llm import Door
    from brambling.kit.clock import SystemClock
    from brambling.kit.settings import settings

    return Door.open(settings(), SystemClock())


def _with_opinions(table: Any, lang: Lang) -> Any:
    from brambling.credit.expert.report.policy import missing_text
    from brambling.credit.expert.service.deciding import with_opinions

    with progress() as display:
        task = display.add_task("opinions", total=table.height)
        found, missing = with_opinions(table, _door(), lang=lang, said=lambda: display.advance(task))
    for code in missing:
        warn(missing_text(code, lang))
    return found
