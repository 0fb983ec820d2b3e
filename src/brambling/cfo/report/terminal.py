"""The brief on a terminal: a page of aligned figures and plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from brambling.cfo.report import words
from brambling.cfo.shapes import Brief
from brambling.engine.doors.output import console, print_table
from brambling.engine.doors.report import Table
from brambling.kit.i18n import Lang, show_date, show_money, translator
from brambling.kit.money import Money
from brambling.kit.reasons import show_share
from brambling.wealth.advice.report import plan_lines, plan_table

if TYPE_CHECKING:
    from rich.console import Console


def print_brief(brief: Brief, lang: Lang) -> None:
    """Print the brief on standard output."""
    _ = translator(lang)
    out = console()
    _head(out, _("13 weeks of cash, from {day}").format(day=show_date(brief.as_of, lang)))
    _lines(out, [words.lead(brief, lang)])
    _lines(out, words.warnings(brief, lang), style="yellow")
    print_table(out, weeks_table(brief, lang))
    _head(out, _("Who pays late"))
    if brief.late_payers:
        print_table(out, late_table(brief, lang))
    else:
        _lines(out, [_("Nobody pays later than usual.")])
    _head(out, _("Idle cash"))
    _lines(out, plan_lines(brief.plan, lang))
    if brief.plan.lines:
        print_table(out, plan_table(brief.plan, brief.shelf, lang))
    _head(out, _("A loan"))
    _lines(out, [words.loan_headline(brief, lang)])
    _points(out, [*words.loan_reasons(brief, lang), *words.loan_questions(brief, lang)])
    changes = words.loan_changes(brief, lang)
    if changes:
        _lines(out, [_("What would change it:")])
        _points(out, changes)
    _head(out, _("Borrow or wait"))
    _lines(out, [words.advice_text(brief.compare, lang, brief.currency)])
    print_table(out, compare_table(brief, lang))
    _lines(out, [words.assumption_text(brief, lang)], style="dim")


def weeks_table(brief: Brief, lang: Lang) -> Table:
    """The forecast at the end of each week."""
    _ = translator(lang)
    what = _("Balance") if brief.balance_known else _("Change from today")
    columns = (
        _("Week ending"),
        _("{what}: low (10 %)").format(what=what),
        _("middle"),
        _("high (90 %)"),
        _("Chance of having run short"),
    )
    chances = brief.twin.shortfall_by_day() if brief.balance_known else None
    rows = []
    for i in range(6, len(brief.forecast), 7):
        day = brief.forecast[i]
        chance = show_share(round(float(chances[i]), 6)) if chances is not None else "-"
        rows.append(
            (show_date(day.date, lang), *(show_money(amount, lang) for amount in (day.low, day.mid, day.high)), chance)
        )
    return Table(columns, tuple(rows), numeric=columns[1:])


def late_table(brief: Brief, lang: Lang) -> Table:
    """Late payers, the one furthest behind first."""
    _ = translator(lang)
    columns = (_("Payer"), _("Last paid"), _("Days since"), _("Usual gap, days"), _("Usual amount"))
    rows = [
        (
            payer.counterparty,
            show_date(payer.last_paid, lang),
            payer.gap_days,
            payer.usual_days,
            show_money(payer.usual_amount, lang),
        )
        for payer in brief.late_payers
    ]
    return Table(columns, tuple(rows), numeric=columns[2:])


def compare_table(brief: Brief, lang: Lang) -> Table:
    """Borrowing beside waiting."""
    _ = translator(lang)
    columns = (
        "",
        _("Amount"),
        _("Interest in 13 weeks"),
        _("Expected cost of running short"),
        _("Together"),
        _("Chance of running short"),
    )

    def amount(value: Money | None) -> str:
        return "-" if value is None else show_money(value, lang)

    rows = []
    for name, way in ((_("Borrow"), brief.compare.borrow), (_("Wait"), brief.compare.wait)):
        if way is not None:
            chance = way.probability_below_zero
            rows.append(
                (
                    name,
                    *(amount(value) for value in (way.amount, way.interest, way.shortfall_cost, way.cost)),
                    "-" if chance is None else show_share(chance),
                )
            )
    return Table(columns, tuple(rows), numeric=columns[1:])


def _head(out: Console, text: str) -> None:
    out.print()
    out.print(text, style="bold", markup=False)


def _lines(out: Console, lines: Sequence[str], style: str = "") -> None:
    for line in lines:
        out.print(f"  {line}", style=style, markup=False)


def _points(out: Console, lines: Sequence[str]) -> None:
    for line in lines:
        out.print(f"  · {line}", markup=False)
