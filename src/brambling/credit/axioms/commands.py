"""``brambling credit axioms check`` and ``consistent``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, OutFile, ReportFile, Seed, parse_map
from brambling.engine.doors.output import console, emit_json, note, progress, to_json, warn
from brambling.kit.errors import Finding, InputRejected
from brambling.kit.files import write_text

app = typer.Typer(add_completion=False)

AxiomsFile = Annotated[
    str, typer.Argument(metavar="AXIOMS", help="A YAML file of axioms, or the word default for the set that ships.")
]
ScorerName = Annotated[
    str, typer.Option("--scorer", help="card.json, expert.json, python:module:function or http://host/path.")
]
ApplicationsFile = Annotated[
    Path, typer.Option("--applications", help="A table of applications: what is searched in and around.")
]
Cases = Annotated[
    int | None, typer.Option("--cases", min=1, help="Questions asked an axiom; 20,000, and 300 behind an address.")
]


@app.callback()
def axioms() -> None:
    """Invariants that every credit decision must satisfy."""


@app.command("check")
def check_command(
    axioms_file: AxiomsFile,
    scorer: ScorerName,
    applications: ApplicationsFile,
    cases: Cases = None,
    out: OutFile = None,
    report: ReportFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Search a scorer for decisions that break an axiom, and prove the axioms where its form allows.

    A broken axiom is shown as the smallest pair of applications that breaks it, and the exit status is 1.

    Example: brambling credit axioms check default --scorer python:my_scorer:decide --applications applications.csv
    """
    from brambling.credit.axioms import report as words
    from brambling.credit.axioms.service import check

    if out is not None and out.suffix.lower() != ".json":
        raise InputRejected(f"cannot write the result to {out.name!r}", expected="a name ending in .json")
    with progress(quiet=as_json) as display:
        task = display.add_task("axioms", total=None)
        checked = check(
            axioms_file,
            scorer,
            applications,
            cases=cases,
            mapping=parse_map(map_),
            seed=seed,
            said=lambda done, total, name: display.update(
                task, completed=done, total=total, description=name or "axioms"
            ),
        )
    if out is not None:
        write_text(out, to_json(words.to_plain(checked, lang)) + "\n")
    if report is not None:
        words.report(checked, lang).write(report)
    if as_json:
        emit_json(words.to_plain(checked, lang))
        for text in words.notes(checked, lang):
            warn(text)
    else:
        for text in words.lines(checked, lang):
            console().print(text, markup=False)
    if not checked.ok:
        raise Finding(words.summary(checked, lang))


@app.command("consistent")
def consistent_command(
    axioms_file: AxiomsFile = "default",
    as_json: JsonFlag = False,
    lang: LangOption = "en",
) -> None:
    """Prove that a set of axioms has a model: that some scorer can satisfy all of it.

    A set that contradicts itself cannot be used: the two axioms and an application are shown, exit status 2.

    Example: brambling credit axioms consistent axioms.yaml
    """
    from brambling.credit.axioms.report import consistent_lines
    from brambling.credit.axioms.service import consistent

    result = consistent(axioms_file)
    text = consistent_lines(result, lang)
    if as_json:
        emit_json({"consistent": result.conflict is None and result.decided, "words": text, **result.plain()})
    else:
        for line in text:
            console().print(line, markup=False)
    if result.conflict is not None:
        raise InputRejected(text[0], file=Path(axioms_file), expected="axioms that some scorer can satisfy")
    if not result.decided:
        note(text[0])
