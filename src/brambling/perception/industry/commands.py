"""``brambling industry``: the chain on the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, OutFile, ReportFile, Seed, parse_map
from brambling.engine.doors.output import console, emit_json, note, print_table, warn
from brambling.kit.errors import InputRejected
from brambling.kit.i18n import Lang

app = typer.Typer(help="The chain of trades: who makes what from what.", no_args_is_help=True, add_completion=False)

Top = Annotated[int, typer.Option("--top", help="How many to give.", min=1)]
Hops = Annotated[int, typer.Option("--hops", help="How far along the chain, 1 to 3.", min=1, max=3)]
Product = Annotated[str, typer.Argument(help="A product or industry of the chain.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="A day like 2026-03-10; today without it.")]


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputRejected(f"--as-of {text!r}", expected="a day like 2026-03-10") from None


@app.command("import")
def import_command(
    *,
    chain: Annotated[
        list[Path] | None, typer.Option("--chain", help="Folder of a chain (CSV files); repeat for several.")
    ] = None,
    gbt: Annotated[Path | None, typer.Option("--gbt", help="GB/T 4754 table: code, name, parent, level.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Take the small chain of one county that ships.")] = False,
    as_of: AsOf = None,
    json: JsonFlag = False,
    lang: LangOption = "en",
) -> None:
    """Read a chain and a classification into the database, with source and date on every edge.

    What is odd (rings, loops, doubles, orphan codes, names shared by companies) is told, never silently dropped.
    Importing the same again changes nothing.

    Example: brambling industry import --chain chain/ --gbt gbt4754_2017.csv
    """
    from brambling.perception.industry.report import import_lines
    from brambling.perception.industry.service.importing import import_

    done = import_(chain or [], gbt, demo=demo, as_of=_day(as_of))
    if json:
        emit_json(done)
        return
    for line in import_lines(done, lang):
        console().print(line, markup=False)


@app.command("place")
def place_command(
    *,
    text: Annotated[str, typer.Option("--text", help="Business scope, products or invoice lines.")],
    top: Top = 5,
    json: JsonFlag = False,
    out: OutFile = None,
    lang: LangOption = "en",
) -> None:
    """GB/T 4754 classes, industries and products that a business stands on, and the words that led there.

    Example: brambling industry place --text "电子连接器、线束的生产和销售" --top 5
    """
    from brambling.perception.industry.report import none_lines, placing_table, write_rows
    from brambling.perception.industry.service.placing import place

    placing = place(text, top=top)
    table = placing_table(placing, lang)
    if out is not None:
        write_rows(table, out)
    if json:
        emit_json(placing)
        return
    print_table(console(), table)
    for line in none_lines(placing, lang):
        console().print(line, markup=False)


@app.command("suppliers")
def suppliers_command(
    product: Product,
    *,
    top: Top = 10,
    hops: Hops = 1,
    json: JsonFlag = False,
    out: OutFile = None,
    lang: LangOption = "en",
) -> None:
    """What a product is made of, with companies that sell it.

    Example: brambling industry suppliers 连接器 --top 10 --hops 2
    """
    _standing("suppliers", product, top, hops, json, out, lang)


@app.command("customers")
def customers_command(
    product: Product,
    *,
    top: Top = 10,
    hops: Hops = 1,
    json: JsonFlag = False,
    out: OutFile = None,
    lang: LangOption = "en",
) -> None:
    """What is made of a product, with companies that sell it.

    Example: brambling industry customers 铜材 --top 10
    """
    _standing("customers", product, top, hops, json, out, lang)


def _standing(
    side: Literal["suppliers", "customers"], product: str, top: int, hops: int, json: bool, out: Path | None, lang: Lang
) -> None:
    from brambling.perception.industry.report import standing_table, write_rows
    from brambling.perception.industry.service import walking

    found = (walking.suppliers if side == "suppliers" else walking.customers)(product, top=top, hops=hops)
    table = standing_table(found, lang)
    if out is not None:
        write_rows(table, out)
    if json:
        emit_json(found)
        return
    print_table(console(), table)


@app.command("path")
def path_command(
    one: Annotated[str, typer.Argument(metavar="A", help="A product, industry, company or person.")],
    other: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    *,
    json: JsonFlag = False,
    lang: LangOption = "en",
) -> None:
    """The shortest way between two nodes of the chain.

    Example: brambling industry path 铜材 手机
    """
    from brambling.perception.industry.report import path_lines
    from brambling.perception.industry.service.walking import path

    first, steps = path(one, other)
    if json:
        emit_json({"first": first, "steps": steps})
        return
    for line in path_lines(first, steps, lang):
        console().print(line, markup=False)


@app.command("complete")
def complete_command(
    queries: Annotated[Path, typer.Argument(metavar="QUERIES", help="A table with a column name.")],
    *,
    kind: Annotated[Literal["product", "industry"], typer.Option("--kind", help="What the names are.")] = "product",
    relation: Annotated[str, typer.Option("--relation", help="Which edges are missing: upstream.")] = "upstream",
    top: Top = 10,
    json: JsonFlag = False,
    out: OutFile = None,
    lang: LangOption = "en",
    seed: Seed = 7,
    map_: MapOption = None,
) -> None:
    """Edges that are likely there although nobody has written them down, with probability and evidence.

    Learns from the imported chain alone: the first run on a large chain takes some minutes, later ones
    less. Columns of
    the result: name, rank, candidate, probability, evidence.

    Example: brambling industry complete queries.csv --kind product --relation upstream --top 10 --out out.csv
    """
    from brambling.engine.doors.report import table_of
    from brambling.kit.files import write_table
    from brambling.perception.industry.service.completing import complete

    made = complete(queries, kind=kind, relation=relation, top=top, mapping=parse_map(map_), seed=seed, said=note)
    for name in made.unknown:
        warn(f"the chain has no {kind} {name!r}")
    if out is not None:
        write_table(made.table, out)
        note(f"written to {out}")
    if json:
        emit_json({"suggestions": made.table.to_dicts(), "unknown": made.unknown})
    elif out is None:
        print_table(console(), table_of(made.table.columns, made.table.rows()))


@app.command("exposure")
def exposure_command(
    portfolio: Annotated[
        Path, typer.Argument(metavar="PORTFOLIO", help="customer, amount, and product, industry or gbt4754.")
    ],
    *,
    top: Top = 20,
    hops: Annotated[int, typer.Option("--hops", help="How far up the chain, 1 to 3.", min=1, max=3)] = 2,
    json: JsonFlag = False,
    out: OutFile = None,
    report: ReportFile = None,
    lang: LangOption = "en",
    map_: MapOption = None,
) -> None:
    """What a portfolio hangs on along the chain, the largest amount first.

    Example: brambling industry exposure portfolio.csv --hops 2 --report exposure.html
    """
    from brambling.perception.industry.report import exposure_report, exposure_table, finding_text, write_rows
    from brambling.perception.industry.service.exposing import exposure

    found = exposure(portfolio, top=top, hops=hops, mapping=parse_map(map_))
    for row, word in found.unplaced[:20]:
        warn(f"row {row}: the chain has no place for {word!r}")
    if len(found.unplaced) > 20:
        warn(f"{len(found.unplaced) - 20} more rows without a place are in --json")
    for finding in found.findings:
        warn(finding_text(finding, lang))
    table = exposure_table(found, lang)
    if out is not None:
        write_rows(table, out)
    if report is not None:
        exposure_report(found, lang).write(report)
    if json:
        emit_json(found)
        return
    print_table(console(), table)


@app.command("alerts")
def alerts_command(
    events: Annotated[Path, typer.Argument(metavar="EVENTS", help="date, kind, node; id and size optional.")],
    portfolio: Annotated[
        Path, typer.Argument(metavar="PORTFOLIO", help="customer, amount, and product, industry or gbt4754.")
    ],
    *,
    as_of: AsOf = None,
    json: JsonFlag = False,
    out: OutFile = None,
    lang: LangOption = "en",
    map_: MapOption = None,
) -> None:
    """The morning list: customers that the events of up to yesterday reach along the chain, and by which path.

    Kinds of event: price_up, price_down, policy_curb, policy_support, default.

    Example: brambling industry alerts events.csv portfolio.csv --as-of 2026-03-10
    """
    from brambling.perception.industry.report import alert_table, write_rows
    from brambling.perception.industry.service.exposing import alerts

    found = alerts(events, portfolio, as_of=_day(as_of), mapping=parse_map(map_))
    table = alert_table(found, lang)
    if out is not None:
        write_rows(table, out)
    if json:
        emit_json(found)
        return
    print_table(console(), table)
