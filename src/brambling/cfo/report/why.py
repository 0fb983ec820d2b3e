"""Why each key figure of the brief is what it is: computation, inputs, versions."""

from __future__ import annotations

import numpy as np

from brambling.cfo.report.page import today_title
from brambling.cfo.shapes import Brief
from brambling.credit.underwriting.report import ceilings_table, facts_table
from brambling.engine.doors.report import Section, Table, table_of
from brambling.kit.i18n import Lang, show_date, show_money, translator
from brambling.kit.money import Money
from brambling.kit.reasons import show_share
from brambling.wealth.advice.report import plan_lines


def trails(brief: Brief, lang: Lang) -> list[Section]:
    """One trail for each figure of ``figures``, in its order."""
    found = [_today(brief, lang), _lowest(brief, lang), _chance(brief, lang), _idle(brief, lang), _loan(brief, lang)]
    for trail in found:
        trail.tables.append(versions_table(brief, lang))
    return found


def versions_table(brief: Brief, lang: Lang) -> Table:
    """What computed the brief, so that anybody can compute it again."""
    _ = translator(lang)
    rows = [*brief.versions.items(), (_("seed"), str(brief.seed))]
    return table_of((_("Part"), _("Version")), rows)


def _today(brief: Brief, lang: Lang) -> Section:
    _ = translator(lang)
    twin, day = brief.twin, show_date(brief.twin.statement_until, lang)
    trail = Section(today_title(brief, lang))
    if brief.balance_known:
        trail.paragraphs.append(
            _("It is the balance after the last row of the statement, on {day}, with what is in accounts here.").format(
                day=day
            )
        )
    else:
        trail.paragraphs.append(
            _("The statement does not say it and none was given, so every amount is a change from {day}.").format(
                day=day
            )
        )
    rows = [
        (_("Days of history"), f"{twin.history_days}"),
        (_("Money in, a year"), show_money(Money(twin.inflow_year_minor, brief.currency), lang)),
        (_("Money out, a year"), show_money(Money(twin.outflow_year_minor, brief.currency), lang)),
        (_("Payments that come again and again"), f"{len(twin.recurring)}"),
    ]
    columns = (_("Read from the statement"), _("Figure"))
    trail.tables.append(table_of(columns, rows, numeric=(columns[1],)))
    return trail


def _lowest(brief: Brief, lang: Lang) -> Section:
    _ = translator(lang)
    minima = np.minimum(brief.twin.balance_paths().min(axis=1), brief.twin.start_balance_minor)
    text = _(
        "{paths} futures of {days} days were simulated from the statement. Each has a lowest point, today among them; shown is the middle one of these, and the day is the one on which most futures are lowest."
    )
    trail = Section(_("Lowest balance"), [text.format(paths=f"{minima.size:,}", days=brief.twin.horizon_days)])
    columns = (_("Share of futures whose lowest point is at most"), _("Amount"))
    values = np.rint(np.quantile(minima, (0.1, 0.25, 0.5, 0.75, 0.9)))
    rows = [
        (f"{share} %", show_money(Money(int(value), brief.currency), lang))
        for share, value in zip((10, 25, 50, 75, 90), values, strict=True)
    ]
    trail.tables.append(table_of(columns, rows, numeric=columns))
    return trail


def _chance(brief: Brief, lang: Lang) -> Section:
    _ = translator(lang)
    trail = Section(_("Chance of running short"))
    if not brief.balance_known:
        trail.paragraphs.append(_("Without the balance nobody can say when the account is empty."))
        return trail
    below = round(brief.twin.p_shortfall() * brief.twin.net_paths.shape[0])
    text = _("In {below} of {paths} simulated futures the balance falls below zero on some day of the 13 weeks.")
    trail.paragraphs.append(text.format(below=f"{below:,}", paths=f"{brief.twin.net_paths.shape[0]:,}"))
    columns = (_("Until"), _("Chance of having run short"))
    by_day = brief.twin.shortfall_by_day()
    rows = [
        (show_date(brief.forecast[i].date, lang), show_share(round(float(by_day[i]), 6)))
        for i in range(6, len(by_day), 14)
    ]
    trail.tables.append(table_of(columns, rows, numeric=(columns[1],)))
    return trail


def _idle(brief: Brief, lang: Lang) -> Section:
    _ = translator(lang)
    text = _(
        "Idle is what can leave the account today and still, in all but {share} of the simulated futures, is not missed before it comes back; {floor} always stays for payroll, tax, rent and loans."
    )
    if not brief.plan.floor:
        text = _(
            "Idle is what can leave the account today and still, in all but {share} of the simulated futures, is not missed before it comes back."
        )
    shown = text.format(share=show_share(brief.shelf.p_early_max), floor=show_money(brief.plan.floor, lang))
    return Section(_("Idle cash"), [shown, *plan_lines(brief.plan, lang)])


def _loan(brief: Brief, lang: Lang) -> Section:
    _ = translator(lang)
    trail = Section(_("You could borrow"))
    trail.paragraphs.append(
        _(
            "The limit is the least of several ceilings; the policy computes it from the figures below, no model sets it."
        )
    )
    if brief.offer is not None:
        trail.tables.append(ceilings_table(brief.offer.lines, brief.offer.limit, lang))
    trail.tables.append(facts_table(brief.facts, lang))
    return trail
