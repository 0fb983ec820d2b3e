"""``brambling marketing uplift fit | score | calls`` and ``brambling marketing allocate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, OutFile, ReportFile, Seed, parse_map
from brambling.engine.doors.output import console, emit_json, print_table, progress, warn
from brambling.kit.clock import SystemClock
from brambling.kit.errors import InputRejected
from brambling.kit.files import write_table
from brambling.kit.i18n import Lang
from brambling.kit.money import Money
from brambling.marketing.uplift.rules import Note

app = typer.Typer(add_completion=False)

ExcludeOption = Annotated[
    list[str] | None, typer.Option("--exclude", help="A column that is no feature. Repeat for several.")
]
TreatedOption = Annotated[
    list[str] | None, typer.Option("--treated", help="Value of the treated arm. Repeat for several.")
]
ControlOption = Annotated[
    str, typer.Option("--control", help="Value of the control arm; with it alone all others are treated.")
]
PropensityOption = Annotated[
    str, typer.Option("--propensity", help="Column with the probability of being treated, where it is known.")
]
KeepOption = Annotated[
    list[str] | None, typer.Option("--keep", help="A column to hold in though it looks known only afterwards.")
]


@app.callback()
def uplift() -> None:
    """What contact changes, and for whom."""


@app.command("fit")
def fit_command(
    sends: Annotated[Path, typer.Argument(metavar="SENDS", help="Past sends: treatment, outcome, features.")],
    treatment: Annotated[str, typer.Option("--treatment", help="Column that says what was sent.")],
    outcome: Annotated[str, typer.Option("--outcome", help="Column that says what came of it: 0/1, or an amount.")],
    treated: TreatedOption = None,
    control: ControlOption = "",
    propensity: PropensityOption = "",
    exclude: ExcludeOption = None,
    keep: KeepOption = None,
    out: OutFile = None,
    report: ReportFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Learn from past sends what contact changed, and whether customers differ in it.

    Seven learners are compared on rows they had not seen, blended, and shrunk to the average effect. The verdict
    "no-evidence" is a result: treat by the average effect and the cost.

    Example: brambling marketing uplift fit SENDS.csv --treatment segment --outcome visit --control "No E-Mail" --out model.json --report uplift.html
    """
    from brambling.engine.learn import write_artefact
    from brambling.marketing.uplift import report as words
    from brambling.marketing.uplift.service import fit

    if out is not None and out.suffix.lower() != ".json":
        raise InputRejected(f"cannot write a model to {out.name!r}", expected="a name ending in .json")
    with progress(quiet=as_json) as display:
        task = display.add_task("fit", total=None)
        made = fit(
            sends,
            treatment,
            outcome,
            treated=treated or (),
            control=control,
            propensity=propensity,
            exclude=exclude or (),
            keep=keep or (),
            mapping=parse_map(map_),
            seed=seed,
            said=lambda done, total: display.update(task, completed=done, total=total),
        )
    _warn(made.notes, lang)
    if out is not None:
        write_artefact(made.artefact("brambling marketing uplift fit", SystemClock().now()), out)
    if report is not None:
        words.fit_report(made, lang).write(report)
    if as_json:
        emit_json(words.fit_plain(made, lang))
        return
    _print(words.fit_lines(made, lang))
    print_table(console(), words.candidates_table(made, lang))


@app.command("score")
def score_command(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="What uplift fit wrote.")],
    customers: Annotated[Path, typer.Argument(metavar="CUSTOMERS", help="Customers with the model's features.")],
    value: Annotated[
        str, typer.Option("--value", help="What one outcome is worth, in yuan (one yuan of an amount).")
    ] = "1.00",
    cost: Annotated[str, typer.Option("--cost", help="What one contact costs, in yuan.")] = "0.00",
    out: OutFile = None,
    report: ReportFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    map_: MapOption = None,
) -> None:
    """Say for each customer what contact would change, and whether to contact.

    Adds row, uplift, lower, upper (95 % interval of the mean effect of customers who score alike) and act: whether the
    uplift is above cost / value.

    Example: brambling marketing uplift score model.json CUSTOMERS.csv --value 120 --cost 0.5 --out scored.csv
    """
    from brambling.marketing.uplift import report as words
    from brambling.marketing.uplift.service import load, score

    loaded = load(model)
    scored, notes = score(loaded, customers, value=Money.of(value), cost=Money.of(cost), mapping=parse_map(map_))
    _warn(notes, lang)
    summary = words.score_summary(scored, loaded)
    if out is not None:
        write_table(scored, out)
    if report is not None:
        words.score_report(scored, summary, lang).write(report)
    if as_json:
        emit_json(words.score_plain(scored, summary, rows=out is None))
        return
    _print(words.score_lines(summary, lang))


@app.command("calls")
def calls_command(
    past: Annotated[Path, typer.Argument(metavar="CALLS", help="Past calls in time order: outcome, features.")],
    outcome: Annotated[str, typer.Option("--outcome", help="Column that says what came of it: yes/no or 0/1.")],
    attempts: Annotated[
        str, typer.Option("--attempts", help="Column with the calls made to each row's customer.")
    ] = "",
    exclude: ExcludeOption = None,
    learnt: Annotated[float, typer.Option("--learnt", help="Share of the file that is learnt from at first.")] = 0.8,
    keep: Annotated[float, typer.Option("--keep", help="Share of outcomes the stop rule must keep.")] = 0.95,
    out: OutFile = None,
    report: ReportFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Walk through past calls in time: who to call first, refitted as time goes on, and when to stop calling.

    Example: brambling marketing uplift calls CALLS.csv --outcome y --attempts campaign --exclude duration --out plan.csv
    """
    from brambling.marketing.uplift import report as words
    from brambling.marketing.uplift.service import calls

    with progress(quiet=as_json) as display:
        task = display.add_task("calls", total=None)
        made = calls(
            past,
            outcome,
            attempts=attempts,
            exclude=exclude or (),
            share_learnt=learnt,
            keep=keep,
            mapping=parse_map(map_),
            seed=seed,
            said=lambda done, total: display.update(task, completed=done, total=total),
        )
    _warn(made.notes, lang)
    if out is not None:
        write_table(made.table, out)
    if report is not None:
        words.calls_report(made, lang).write(report)
    if as_json:
        emit_json(words.calls_plain(made, lang))
        return
    _print(words.calls_lines(made, lang))


@app.command("allocate")
def allocate_command(
    scored: Annotated[
        Path,
        typer.Argument(
            metavar="SCORED", help="A row an offer: uplift; customer, offer, channel, need, value, cost, nuisance."
        ),
    ],
    budget: Annotated[str, typer.Option("--budget", help="What all contacts may cost, in yuan.")] = "",
    capacity: Annotated[
        list[str] | None,
        typer.Option("--capacity", help="Contacts of a channel (sms=20000) or of all (20000). Repeat for several."),
    ] = None,
    value: Annotated[
        str, typer.Option("--value", help="Worth of one outcome in yuan, where the file has no column value.")
    ] = "",
    cost: Annotated[
        str, typer.Option("--cost", help="Cost of a contact in yuan, where the file has no column cost.")
    ] = "0.00",
    nuisance: Annotated[
        str, typer.Option("--nuisance", help="What a contact annoys, in yuan, where the file has no such column.")
    ] = "0.00",
    contacts_max: Annotated[int, typer.Option("--contacts-max", help="Contacts a customer, at most.")] = 1,
    out: OutFile = None,
    report: ReportFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    map_: MapOption = None,
) -> None:
    """Spend a budget and channel capacities where contact changes most, and leave the others alone.

    The plan's value is shown beside a bound that no plan can pass, and the price of each limit: what one more yuan or
    contact would earn.

    Example: brambling marketing allocate scored.csv --value 120 --cost 0.5 --nuisance 0.2 --budget 10000 --capacity 5000 --out plan.csv
    """
    from brambling.marketing.uplift import report as words
    from brambling.marketing.uplift.service import Terms, allocate

    terms = Terms(Money.of(value) if value else None, Money.of(cost), Money.of(nuisance))
    made = allocate(
        scored,
        budget=Money.of(budget) if budget else None,
        capacity=_capacity(capacity),
        terms=terms,
        contacts_max=contacts_max,
        mapping=parse_map(map_),
    )
    _warn(made.notes, lang)
    if out is not None:
        write_table(made.table, out)
    if report is not None:
        words.allocation_report(made, lang).write(report)
    if as_json:
        emit_json(words.allocation_plain(made))
        return
    _print(words.allocation_lines(made, lang))
    print_table(console(), words.limits_table(made, lang))


def _capacity(given: list[str] | None) -> dict[str, int]:
    from brambling.marketing.uplift.model.grid import ALL_CHANNELS

    out: dict[str, int] = {}
    for text in given or []:
        channel, sign, count = text.rpartition("=")
        if not count.strip().isdigit() or (sign and not channel.strip()):
            raise InputRejected(f"--capacity {text!r}", expected="a whole number, or CHANNEL=NUMBER like sms=20000")
        out[channel.strip() if sign else ALL_CHANNELS] = int(count)
    return out


def _warn(notes: Any, lang: Lang) -> None:
    from brambling.marketing.uplift.report import note_text

    for note in notes:
        assert isinstance(note, Note)
        warn(note_text(note, lang))


def _print(lines: list[str]) -> None:
    for text in lines:
        console().print(text)
