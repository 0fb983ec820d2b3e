"""``brambling marketing audience``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, MapOption, OutFile, ReportFile, parse_map
from brambling.engine.doors.output import console, emit_json, print_table, warn
from brambling.kit.clock import SystemClock
from brambling.kit.files import write_table

app = typer.Typer(add_completion=False)


@app.command("audience")
def audience_command(
    need: Annotated[
        str,
        typer.Argument(
            metavar="NEED",
            help="A YAML file that describes a need, or a shipped one: idle-cash, payroll-gap, season-working-capital, spring-festival-stock, tax-month, tourism-loan.",
        ),
    ],
    customers: Annotated[
        Path, typer.Option("--customers", help="Customers: customer, gbt4754, region, and what else is known.")
    ],
    today: Annotated[
        datetime | None, typer.Option("--today", formats=["%Y-%m-%d"], help="The day asked about; today without it.")
    ] = None,
    out: OutFile = None,
    report: ReportFile = None,
    as_json: JsonFlag = False,
    lang: LangOption = "en",
    map_: MapOption = None,
) -> None:
    """Say who needs an offer now, who should wait and who is left alone, and why.

    Customers walk through a funnel: eligible, suitable, needs, timely, consents, rested, worth. Each gets the act
    (contact, hold, leave), the step it stopped at, a reason, the days on which a message is of use, and the values of
    contact and of doing nothing. What a file does not tell is not known, and holds. Credit is never offered to the
    over-indebted, the vulnerable, students or minors, whatever NEED says.

    Example: brambling marketing audience tourism-loan --customers CUSTOMERS.csv --out audience.csv --report audience.html
    """
    from brambling.marketing.needs import report as words
    from brambling.marketing.needs.service.audiences import audience

    day = today.date() if today is not None else SystemClock().today()
    made = audience(need, customers, today=day, mapping=parse_map(map_))
    for name in made.replaced:
        warn(f"column {name!r} of the file is replaced by the result of that name")
    if out is not None:
        write_table(words.audience_table(made, lang), out)
    if report is not None:
        words.audience_report(made, lang).write(report)
    if as_json:
        emit_json(words.audience_plain(made, lang, rows=out is None))
        return
    for line in words.audience_lines(made, lang):
        console().print(line, markup=False)
    print_table(console(), words.funnel_table(made, lang))
