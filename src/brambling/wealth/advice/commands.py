"""``brambling wealth advise``: idle cash of one statement."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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

app = typer.Typer(help="What to do with idle cash.", no_args_is_help=True, add_completion=False)


@app.callback()
def _room() -> None:
    """What to do with idle cash."""


@app.command("advise")
def advise_command(
    statement: StatementFile,
    *,
    balance: BalanceOption = None,
    shelf: Annotated[Path | None, typer.Option("--shelf", help="Your own shelf of products (YAML).")] = None,
    currency: CurrencyOption = "CNY",
    date_order: DateOrderOption = None,
    json: JsonFlag = False,
    out: OutFile = None,
    report: ReportFile = None,
    lang: LangOption = "en",
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """What is idle and where it can be placed until when, above a floor for payroll, tax, rent and loans.

    Example: brambling wealth advise statement.csv --balance 352,300.00 --report plan.html
    """
    from brambling.engine.doors.output import emit_json, note
    from brambling.kit.errors import about_file
    from brambling.perception.cashflow import read_statement, twin
    from brambling.wealth.advice.readers import shelf_from, shipped_shelf
    from brambling.wealth.advice.report import plan_json, plan_page, print_plan, write_plan
    from brambling.wealth.advice.service import plan

    products = shipped_shelf() if shelf is None else shelf_from(shelf)
    known = parse_money("--balance", balance, currency)
    with about_file(statement):
        read = read_statement(
            statement, mapping=parse_map(map_) or None, currency=currency, balance=known, date_order=date_order
        )
        made = twin(read, seed=seed)
    found = plan(made, products)
    if out is not None:
        write_plan(found, out)
        note(f"plan written to {out}")
    if report is not None:
        plan_page(found, products, lang).write(report)
        note(f"report written to {report}")
    if json:
        emit_json(plan_json(found, products, lang))
    else:
        print_plan(found, products, lang)
