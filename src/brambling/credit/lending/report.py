"""Loans in the reader's words: states, methods, why a pay-out waits, and the schedule as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from brambling.credit.lending.dated import Repayment
from brambling.credit.lending.rules import Due, Method, State
from brambling.engine.doors import charts
from brambling.engine.doors.report import Report, Table, table_of
from brambling.kit.files import write_table
from brambling.kit.i18n import N_, Lang, show_date, show_money, translator
from brambling.kit.money import Money, Rate

_STATES: Mapping[State, str] = {
    "accepted": N_("accepted, not yet paid out"),
    "stopped": N_("pay-out stopped, waits for a person"),
    "cancelled": N_("cancelled"),
    "paid": N_("paid out"),
    "active": N_("running"),
    "settled": N_("paid back"),
}
_METHODS: Mapping[Method, str] = {
    "annuity": N_("equal instalments"),
    "equal-principal": N_("equal parts of the principal"),
    "bullet": N_("interest first, the principal at the end"),
}
TASK_REASONS: Mapping[str, str] = {
    "payout-refused": N_("The loan was accepted, but its pay-out was refused: {why}"),
    "accept-on-behalf": N_("The customer asked for it, in these words: {why}"),
}


def state_name(state: State, lang: Lang) -> str:
    """The state of a loan."""
    return translator(lang)(_STATES[state])


def method_name(method: Method, lang: Lang) -> str:
    """The way a loan is paid back."""
    return translator(lang)(_METHODS[method])


def dues_table(dues: Sequence[Due], lang: Lang) -> Table:
    """The instalments of a loan with their dates and what is still open."""
    _ = translator(lang)
    columns = (_("No."), _("Due on"), _("Principal"), _("Interest"), _("Instalment"), _("Still open"))
    rows = [
        (
            due.number,
            show_date(due.due_on, lang)
            if due.due_on
            else _("day {day} after the pay-out").format(day=due.instalment.due_day),
            show_money(due.instalment.principal, lang),
            show_money(due.instalment.interest, lang),
            show_money(due.instalment.total, lang),
            show_money(due.open, lang),
        )
        for due in dues
    ]
    return table_of(columns, rows, numeric=columns[2:])


# -- repayment tables -------------------------------------------------------------------------------------------------


def repayments_table(plan: Sequence[Repayment], lang: Lang) -> Table:
    """A repayment table with its sums in the last line."""
    _ = translator(lang)
    columns = (_("No."), _("Due on"), _("Principal"), _("Interest"), _("Instalment"), _("Owed after it"))
    rows: list[tuple[object, ...]] = [
        (
            line.number,
            show_date(line.due_on, lang),
            *(show_money(amount, lang) for amount in (line.principal, line.interest, line.instalment, line.balance)),
        )
        for line in plan
    ]
    principal, interest = _sums(plan)
    sums = (show_money(amount, lang) for amount in (principal, interest, principal + interest))
    rows.append(("", _("In all"), *sums, ""))
    return table_of(columns, rows, numeric=columns[2:])


def repayments_json(
    plan: Sequence[Repayment], principal: Money, rate_annual: Rate, start: date, method: Method, day_count: str
) -> dict[str, Any]:
    """A repayment table as JSON: amounts as text with two decimals."""
    return {
        "principal": str(principal),
        "currency": principal.currency,
        "rate_annual": str(rate_annual),
        "start": start.isoformat(),
        "method": method,
        "day_count": day_count,
        "interest": str(_sums(plan)[1]),
        "schedule": _rows(plan),
    }


def write_repayments(plan: Sequence[Repayment], path: Path) -> None:
    """Write a repayment table as CSV, Parquet or JSON."""
    import polars as pl

    write_table(pl.DataFrame(_rows(plan)), path)


def repayment_page(
    plan: Sequence[Repayment], principal: Money, rate_annual: Rate, method: Method, day_count: str, lang: Lang
) -> Report:
    """A repayment table as a page that opens offline."""
    _ = translator(lang)
    title = _("Repayment of {amount} at {rate} a year").format(
        amount=show_money(principal, lang), rate=rate_annual.shown()
    )
    text = _("{method}, {count} instalments, interest by {day_count}: {interest} in all.").format(
        method=method_name(method, lang),
        count=len(plan),
        day_count=day_count,
        interest=show_money(_sums(plan)[1], lang),
    )
    page = Report(title, lang, lead=text)
    part = page.section("")
    shares = {_("Principal"): [float(line.principal.decimal) for line in plan]}
    shares[_("Interest")] = [float(line.interest.decimal) for line in plan]
    option = charts.bar_chart([line.due_on.isoformat() for line in plan], shares, unit=principal.currency, stacked=True)
    part.charts.append(charts.Chart(option))
    part.tables.append(repayments_table(plan, lang))
    return page


def _sums(plan: Sequence[Repayment]) -> tuple[Money, Money]:
    nothing = Money.zero(plan[0].principal.currency)
    return sum((line.principal for line in plan), nothing), sum((line.interest for line in plan), nothing)


def _rows(plan: Sequence[Repayment]) -> list[dict[str, Any]]:
    return [
        {
            "number": line.number,
            "due_on": line.due_on.isoformat(),
            "principal": str(line.principal),
            "interest": str(line.interest),
            "instalment": str(line.instalment),
            "balance": str(line.balance),
        }
        for line in plan
    ]
