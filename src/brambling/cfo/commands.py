"""``brambling cfo``: the expert on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brambling.engine.doors.options import (
    JsonFlag,
    LangOption,
    MapOption,
    OutFile,
    ReportFile,
    Seed,
    parse_map,
    parse_money,
)
from brambling.perception.cashflow.options import BalanceOption, CurrencyOption, DateOrderOption, StatementFile

if TYPE_CHECKING:
    from brambling.cfo.agent import Retelling
    from brambling.cfo.shapes import Brief
    from brambling.kit.i18n import Lang

app = typer.Typer(help="The one-to-one expert for one business.", no_args_is_help=True, add_completion=False)


@app.callback()
def _room() -> None:
    """The one-to-one expert for one business."""


@app.command("brief")
def brief_command(
    statement: StatementFile,
    *,
    balance: BalanceOption = None,
    amount: Annotated[str | None, typer.Option("--amount", help="What you would like to borrow: 50000")] = None,
    currency: CurrencyOption = "CNY",
    date_order: DateOrderOption = None,
    json: JsonFlag = False,
    out: OutFile = None,
    report: ReportFile = None,
    lang: LangOption = "en",
    seed: Seed = 7,
    map_: MapOption = None,
    retell: Annotated[
        bool, typer.Option("--retell", help="Say it in other words too, where a language model is configured.")
    ] = False,
) -> None:
    """13 weeks of cash: the band, the lowest day, who pays late, what is idle, what could be borrowed and whether to.

    Example: brambling cfo brief statement.csv --balance 52,300.00 --report brief.html
    """
    from brambling.cfo.report import brief_json, brief_page, print_brief
    from brambling.cfo.service import brief
    from brambling.engine.doors.output import console, emit_json, note
    from brambling.kit.clock import SystemClock

    found = brief(
        statement,
        balance=parse_money("--balance", balance, currency),
        mapping=parse_map(map_) or None,
        currency=currency,
        requested=parse_money("--amount", amount, currency),
        date_order=date_order,
        seed=seed,
        today=SystemClock().today(),
    )
    if out is not None:
        _write_forecast(found, out)
        note(f"forecast written to {out}")
    if report is not None:
        brief_page(found, lang).write(report)
        note(f"report written to {report}")
    told = _retold(found, lang) if retell else None
    if json:
        emit_json(brief_json(found, lang) | ({"retelling": told} if retell else {}))
    else:
        print_brief(found, lang)
        if told is not None:
            note("")
            console().print(" ".join(told.sentences))


@app.command("chat")
def chat_command(
    statement: StatementFile,
    *,
    balance: BalanceOption = None,
    currency: CurrencyOption = "CNY",
    date_order: DateOrderOption = None,
    messages: Annotated[
        list[str] | None, typer.Option("--say", help="Say this instead of asking for it; may be repeated.")
    ] = None,
    json: JsonFlag = False,
    lang: LangOption = "en",
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Ask about one's own statement: balance, lowest day, idle cash, what could be borrowed, what instalments cost.

    Figures come from the brief of the statement, everything else from approved texts. Nothing is kept or sent.

    Example: brambling cfo chat statement.csv --say "will I run out of cash?" --say "how much could I borrow"
    """
    from brambling.cfo.service import brief
    from brambling.cfo.tools import tools_of
    from brambling.kit.clock import SystemClock
    from brambling.marketing.dialogue import Talk
    from brambling.marketing.dialogue.commands import converse

    clock = SystemClock()
    found = brief(
        statement,
        balance=parse_money("--balance", balance, currency),
        mapping=parse_map(map_) or None,
        currency=currency,
        date_order=date_order,
        seed=seed,
        today=clock.today(),
    )
    converse(Talk(clock, tools_of(found), lang=lang), messages, as_json=json)


def _retold(found: Brief, lang: Lang) -> Retelling | None:
    """The brief in a language model's words; None, with a note, where there are none that hold."""
    from brambling.cfo.agent import retell
    from brambling.cfo.report import words
    from brambling.engine.doors.output import note
    from brambling.engine.llm import Door
    from brambling.kit.clock import SystemClock
    from brambling.kit.settings import settings

    lines = [words.lead(found, lang), words.loan_headline(found, lang), *words.loan_reasons(found, lang)]
    lines.append(words.advice_text(found.compare, lang, found.currency))
    names = [payer.counterparty for payer in found.late_payers]
    told = retell(lines, names, lang, Door.open(settings(), SystemClock()))
    if told is None:
        note("no other words: there is no language model, or nothing it said holds")
    return told


def _write_forecast(found: Brief, out: Path) -> None:
    import polars as pl

    from brambling.kit.files import write_table

    rows = [
        {"date": day.date, "low": str(day.low), "mid": str(day.mid), "high": str(day.high)} for day in found.forecast
    ]
    write_table(pl.DataFrame(rows), out)
