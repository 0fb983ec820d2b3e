"""``brambling import``: files into the bank of this installation. The same file again changes nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, parse_map, parse_money
from brambling.engine.doors.output import emit_json, note, progress
from brambling.kit.settings import settings
from brambling.perception.cashflow.options import BalanceOption, CurrencyOption, DateOrderOption, StatementFile

if TYPE_CHECKING:
    import polars as pl

    from brambling.app.build import Bank
    from brambling.bank.customers import Customer

app = typer.Typer(help="Files into the bank of this installation.", no_args_is_help=True, add_completion=False)
ACTOR = "command line"
BATCH = 500


@app.command("customers")
def customers_command(
    file: Annotated[Path, typer.Argument(help="CSV, Parquet or JSON: uscc, name, gbt4754, region; zone, opened_on.")],
    *,
    consents: Annotated[
        list[str] | None,
        typer.Option("--consent", help="A purpose all of them have agreed to in writing; repeat for several."),
    ] = None,
    json: JsonFlag = False,
    lang: LangOption = "en",
    map_: MapOption = None,
) -> None:
    """Bring businesses into the bank; one whose credit code is there already stays as it is.

    Example: brambling import customers customers.csv --consent statement --consent credit
    """
    from brambling.app.build import open_bank
    from brambling.kit.files import Column, read_table

    columns = (
        Column("uscc"),
        Column("name"),
        Column("gbt4754"),
        Column("region"),
        Column("zone", required=False, nullable=True),
        Column("opened_on", "date", required=False, nullable=True),
    )
    frame = read_table(file, columns, parse_map(map_) or None)
    with open_bank(settings(), launch=False) as bank:
        rows = _checked(frame, file, bank.clock.today())
        new = _bring(bank, rows, consents or [])
    _say({"new": new, "known": len(rows) - new}, json, f"{new} new customers, {len(rows) - new} known")


def _checked(frame: pl.DataFrame, file: Path, today: date) -> list[Customer]:
    """Every row as a customer before any is written: a bad row leaves nothing half-written."""
    from brambling.bank.customers import Customer
    from brambling.kit.errors import InputRejected
    from brambling.kit.ids import key_of

    rows = []
    for number, row in enumerate(frame.iter_rows(named=True), start=1):
        more: dict[str, Any] = {"zone": row["zone"]} if row.get("zone") else {}
        try:
            found = Customer(
                key_of("imported", row["uscc"]),
                row["uscc"],
                row["name"],
                row["gbt4754"],
                row["region"],
                opened_on=row.get("opened_on") or today,
                **more,
            )
        except InputRejected as error:
            raise InputRejected(
                error.problem, file=file, row=number, column=error.column, expected=error.expected
            ) from None
        rows.append(found)
    return rows


def _bring(bank: Bank, rows: list[Customer], purposes: list[str]) -> int:
    from brambling.bank import consent, customers
    from brambling.engine.access import record

    new, now = 0, bank.clock.now()
    with progress() as display, bank.db.write(ACTOR) as session:
        task = display.add_task("customers", total=len(rows))
        for row in rows:
            if customers.by_uscc(session, row.uscc) is None:
                customers.add(session, row, cipher=bank.cipher)
                for purpose in purposes:
                    consent.give(session, row.id, purpose, now, basis="letter", bus=bank.bus)
                new += 1
            display.advance(task)
        record(session, ACTOR, "import", "business", "customers", now=now, detail={"new": new, "rows": len(rows)})
    return new


@app.command("statement")
def statement_command(
    file: StatementFile,
    *,
    customer: Annotated[str, typer.Option("--customer", help="Credit code of the business.")],
    balance: BalanceOption = None,
    currency: CurrencyOption = "CNY",
    date_order: DateOrderOption = None,
    json: JsonFlag = False,
    lang: LangOption = "en",
    map_: MapOption = None,
) -> None:
    """Keep a statement of a business that has agreed to it; rows that are known are not kept twice.

    Example: brambling import statement statement.csv --customer 91110000600037341L
    """
    from brambling.app.build import open_bank
    from brambling.bank import consent, customers
    from brambling.kit.errors import NotAllowed, NotFound
    from brambling.perception.cashflow import import_statement, read_statement

    known = parse_money("--balance", balance, currency)
    found = read_statement(
        file, mapping=parse_map(map_) or None, currency=currency, balance=known, date_order=date_order
    )
    with open_bank(settings(), launch=False) as bank, bank.db.write(ACTOR) as session:
        who = customers.by_uscc(session, customer)
        if who is None:
            raise NotFound(f"no customer {customer}")
        if not consent.has(session, who.id, "statement", bank.clock.now()):
            raise NotAllowed("the business has not consented to its statements being kept")
        kept = import_statement(session, who.id, found, bank.clock, cipher=bank.cipher, bus=bank.bus)
    _say({"new": kept.new, "known": kept.known}, json, f"{kept.new} new rows, {kept.known} known")


@app.command("blocks")
def blocks_command(
    file: Annotated[Path, typer.Argument(help="CSV, Parquet or JSON: uscc, name or id_number; reason, expires_on.")],
    *,
    list_name: Annotated[str, typer.Option("--list", help="Name of the blocked list.")],
    whole: Annotated[bool, typer.Option("--whole", help="The file is the whole list: what it lacks ends.")] = False,
    json: JsonFlag = False,
    lang: LangOption = "en",
    map_: MapOption = None,
) -> None:
    """Import a blocked list; every customer and related person is screened against it before any decision.

    Example: brambling import blocks courts.csv --list courts --whole
    """
    from brambling.app.build import open_bank
    from brambling.bank import customers
    from brambling.bank.customers.routes import note_import

    with open_bank(settings(), launch=False) as bank, bank.db.write(ACTOR) as session:
        mapping, today = parse_map(map_) or None, bank.clock.today()
        count = customers.import_blocks(
            session, file, list_name, today, whole=whole, mapping=mapping, cipher=bank.cipher
        )
        note_import(session, list_name, count, whole, now=bank.clock.now())
    _say({"list": list_name, "entries": count}, json, f"{list_name}: {count} entries")


def _say(result: dict[str, Any], json: bool, words: str) -> None:
    if json:
        emit_json(result)
    else:
        note(words)
