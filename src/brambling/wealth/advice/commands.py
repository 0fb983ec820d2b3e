"""``brambling wealth advise``: idle cash of one statement."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, OutFile, ReportFile, Seed, parse_map

app = typer.Typer(help="What to do with idle cash.", no_args_is_help=True, add_completion=False)


@app.callback()
def _room() -> None:
    """What to do with idle cash."""


@app.command("advise")
def advise_command(
    statement: Annotated[Path, typer.Argument(help="Bank statement: CSV, OFX, camt.053, WeChat or Alipay bill.")],
    *,
    balance: Annotated[
        str | None, typer.Option("--balance", help="Balance after the last row, where the file has none: 12,345.67")
    ] = None,
    shelf: Annotated[Path | None, typer.Option("--shelf", help="Your own shelf of products (YAML).")] = None,
    currency: Annotated[str, typer.Option("--currency", help="Currency of the statement.")] = "CNY",
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
    from brambling.kit.money import Money
    from brambling.perception.cashflow import read_statement, twin
    from brambling.wealth.advice.readers import shelf_from, shipped_shelf
    from brambling.wealth.advice.report import plan_json, plan_page, print_plan, write_plan
    from brambling.wealth.advice.service import plan

    products = shipped_shelf() if shelf is None else shelf_from(shelf)
    known = None if balance is None else Money.of(balance, currency)
    read = read_statement(statement, mapping=parse_map(map_) or None, currency=currency, balance=known)
    found = plan(twin(read, seed=seed), products)
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
