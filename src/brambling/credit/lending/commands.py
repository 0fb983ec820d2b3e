"""``brambling credit schedule``: the repayment table of a loan."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from brambling.engine.doors.options import JsonFlag, LangOption, OutFile, ReportFile

app = typer.Typer(add_completion=False)


class MethodName(StrEnum):
    """How a loan is paid back."""

    annuity = "annuity"
    equal_principal = "equal-principal"
    bullet = "bullet"


class DayCountName(StrEnum):
    """How days become shares of a year."""

    actual_365 = "actual/365"
    actual_360 = "actual/360"
    actual_actual = "actual/actual"
    thirty_360 = "30/360"


@app.callback()
def lending() -> None:
    """From an accepted offer to a repaid loan."""


@app.command("schedule")
def schedule_command(
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="What is borrowed: 100000")],
    *,
    rate: Annotated[str, typer.Option("--rate", help="Rate a year: 4.35% or 0.0435")],
    months: Annotated[int, typer.Option("--months", min=1, help="Tenor in months.")],
    start: Annotated[datetime, typer.Option("--start", formats=["%Y-%m-%d"], help="Day of the pay-out.")],
    every: Annotated[int, typer.Option("--every", min=1, help="Months between instalments.")] = 1,
    method: Annotated[
        MethodName, typer.Option("--method", help="Equal instalments, equal parts of the principal, or interest only.")
    ] = MethodName.annuity,
    day_count: Annotated[
        DayCountName, typer.Option("--day-count", help="Share of a year that a period is.")
    ] = DayCountName.actual_365,
    currency: Annotated[str, typer.Option("--currency", help="Currency of the loan.")] = "CNY",
    json: JsonFlag = False,
    out: OutFile = None,
    report: ReportFile = None,
    lang: LangOption = "en",
) -> None:
    """The repayment table of a loan: each due date with principal, interest, instalment and what is owed after it.

    Example: brambling credit schedule 100000 --rate 4.35% --months 12 --start 2026-12-01 --out plan.csv
    """
    from brambling.credit.lending import report as words
    from brambling.credit.lending.dated import monthly_dates, repayment_table
    from brambling.engine.doors.output import console, emit_json, note, print_table
    from brambling.kit.errors import InputRejected, MoneyRejected
    from brambling.kit.money import Money, Rate

    try:
        principal, yearly = Money.of(amount, currency), Rate.of(rate)
    except MoneyRejected as error:
        raise InputRejected(str(error)) from None
    begun = start.date()
    plan = repayment_table(principal, yearly, begun, monthly_dates(begun, months, every), method.value, day_count.value)
    if out is not None:
        words.write_repayments(plan, out)
        note(f"schedule written to {out}")
    if report is not None:
        words.repayment_page(plan, principal, yearly, method.value, day_count.value, lang).write(report)
        note(f"report written to {report}")
    if json:
        emit_json(words.repayments_json(plan, principal, yearly, begun, method.value, day_count.value))
    elif out is None:
        print_table(console(), words.repayments_table(plan, lang))
