"""The brief as a page that opens offline: the band, the low point, and every figure with its table."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from brambling.cfo.report import words
from brambling.cfo.report.terminal import compare_table, late_table, weeks_table
from brambling.cfo.shapes import Brief
from brambling.credit.underwriting.report import ceiling_name, ceilings_table, schedule_table
from brambling.credit.underwriting.rules import Offer
from brambling.engine.doors import charts
from brambling.engine.doors.report import Figure, Report
from brambling.kit.calendar import holiday_name
from brambling.kit.i18n import Lang, show_date, show_money, translator
from brambling.kit.money import Money
from brambling.kit.reasons import show_share
from brambling.wealth.advice.report import plan_lines, plan_table

HISTORY_DAYS = 91
WORDS_APART_DAYS = 40  # two words side by side need so much of the half year that is drawn, at phone width


def brief_page(brief: Brief, lang: Lang, *, synthetic: bool = False) -> Report:
    """The report; ``synthetic`` marks data that nobody's bank wrote."""
    _ = translator(lang)
    title = _("Your cash, {first} to {last}").format(
        first=show_date(brief.forecast[0].date, lang), last=show_date(brief.forecast[-1].date, lang)
    )
    report = Report(title, lang, lead=words.lead(brief, lang), synthetic=synthetic)
    part = report.section("")
    part.paragraphs += words.warnings(brief, lang)
    part.figures += figures(brief, lang)
    part = report.section(_("13 weeks of cash"))
    part.paragraphs.append(_("Half of all futures lie in the dark band, 80 % of them in the light one."))
    part.charts.append(forecast(brief, lang))
    part.tables.append(weeks_table(brief, lang))
    part = report.section(_("Who pays late"))
    if brief.late_payers:
        part.tables.append(late_table(brief, lang))
    else:
        part.paragraphs.append(_("Nobody pays later than usual."))
    part = report.section(_("Idle cash"), *plan_lines(brief.plan, lang))
    if brief.plan.lines:
        part.tables.append(plan_table(brief.plan, brief.shelf, lang))
    part = report.section(_("A loan"), words.loan_headline(brief, lang))
    part.paragraphs += [*words.loan_reasons(brief, lang), *words.loan_questions(brief, lang)]
    changes = words.loan_changes(brief, lang)
    if changes:
        part.paragraphs += [_("What would change it:"), *(f"· {change}" for change in changes)]
    if brief.offer is not None:
        part.charts.append(ceilings(brief.offer, lang))
        part.tables.append(schedule_table(brief.offer, lang))
    part = report.section(_("Borrow or wait"), words.advice_text(brief.compare, lang, brief.currency))
    part.tables.append(compare_table(brief, lang))
    part.paragraphs.append(words.assumption_text(brief, lang))
    for part in report.sections:  # an amount is not broken at the end of a line
        part.paragraphs = [text.replace("¥ ", "¥\u00a0") for text in part.paragraphs]
    report.lead = report.lead.replace("¥ ", "¥\u00a0")
    report.footer = "Brambling 燕雀 · " + " · ".join(f"{name} {value}" for name, value in brief.versions.items())
    return report


def today_title(brief: Brief, lang: Lang) -> str:
    """What the balance is called that the forecast starts from."""
    _ = translator(lang)
    return _("Balance today") if brief.twin.statement_until == brief.as_of else _("Last known balance")


def _today_below(brief: Brief, lang: Lang) -> str:
    """Where it comes from: of an older statement there is what has come into accounts here since."""
    day = show_date(brief.twin.statement_until, lang)
    if brief.twin.statement_until == brief.as_of:
        return day
    return translator(lang)("{day}, with accounts here").format(day=day)


def figures(brief: Brief, lang: Lang) -> list[Figure]:
    """Balance today, lowest balance, chance of running short, idle cash, what could be borrowed: in this order."""
    _ = translator(lang)
    low, offer, plan = brief.lowest, brief.offer, brief.plan
    risk = low.probability_below_zero
    tone = (
        "good"
        if risk <= brief.policy.bands[0].probability_max
        else "bad"
        if risk > brief.policy.bands[-1].probability_max
        else "watch"
    )
    lowest = Figure(
        _("Lowest balance") if brief.balance_known else _("Lowest change from today"),
        show_money(low.amount, lang, short=True),
        _("most often on {day}").format(day=show_date(low.date, lang)),
    )
    if brief.balance_known:
        today = show_money(Money(brief.twin.start_balance_minor, brief.currency), lang, short=True)
        first = Figure(today_title(brief, lang), today, _today_below(brief, lang))
        chance = Figure(_("Chance of running short"), show_share(risk), _("within 13 weeks"), tone)
    else:
        first = Figure(_("Balance today"), _("not known"), _("amounts are changes from today"), "watch")
        chance = Figure(_("Chance of running short"), "-", _("needs the balance"))
    until = _("free until {day}").format(day=show_date(plan.until, lang)) if plan.until else _("nothing to place")
    idle = Figure(_("Idle cash"), show_money(plan.amount, lang, short=True), until, "good" if plan.lines else "plain")
    if offer is None:
        loan = Figure(_("You could borrow"), show_money(Money.zero(brief.currency), lang), _("not at present"))
    else:
        below = _("at {rate} a year, {days} days").format(rate=offer.rate_annual.shown(), days=offer.tenor_days)
        loan = Figure(_("You could borrow"), show_money(offer.limit, lang, short=True), below)
    return [first, lowest, chance, idle, loan]


def forecast(brief: Brief, lang: Lang) -> charts.Chart:
    """History in ink, the forecast with its 50 and 80 % bands, the lowest day in words, holidays ticked."""
    _ = translator(lang)
    past_days, past = _past(brief)
    bands = {q: np.round(values / 100, 2) for q, values in brief.twin.band((0.1, 0.25, 0.5, 0.75, 0.9)).items()}
    future_days = [day.date for day in brief.forecast]
    days = [*past_days, *future_days]
    before: list[float | None] = [None] * (len(past_days) - 1)
    joint = past[-1]

    def ahead(q: float) -> list[float | None]:
        return [*before, joint, *(float(value) for value in bands[q])]

    low = brief.lowest
    at = float(low.amount.decimal)
    option = charts.forecast_chart(
        [day.isoformat() for day in days],
        [*past, *([None] * len(future_days))],
        ahead(0.5),
        {_("80 % band"): (ahead(0.1), ahead(0.9)), _("50 % band"): (ahead(0.25), ahead(0.75))},
        unit=_("yuan") if brief.currency == "CNY" else brief.currency,
        history_name=_("so far"),
        mid_name=_("middle"),
        marks={brief.as_of.isoformat(): _("today"), **_holidays(future_days, lang)},
        label_at=(
            low.date.isoformat(),
            at,
            _("lowest: {amount}\n{day}").format(
                amount=show_money(low.amount, lang, short=True), day=low.date.isoformat()
            ),
        ),
    )
    _apart(option)
    _beside(option, early=(low.date - brief.as_of).days <= len(future_days) // 3)
    rows = tuple((day.date.isoformat(), str(day.low), str(day.mid), str(day.high)) for day in brief.forecast)
    return charts.Chart(option, (_("Day"), "10 %", "50 %", "90 %"), rows, 380)


def _apart(option: charts.Option) -> None:
    """Put the word of a day that comes soon after another one a line lower: at phone width they would overlap."""
    lower, before = False, None
    for mark in sorted(option["series"][-1]["markLine"]["data"], key=lambda mark: str(mark["xAxis"])):
        day = date.fromisoformat(mark["xAxis"])
        lower = before is not None and (day - before).days < WORDS_APART_DAYS and not lower
        if lower:
            mark["label"] = {"offset": [0, 15], "backgroundColor": charts.PAPER, "padding": [0, 2]}
        before = day


def _beside(option: charts.Option, *, early: bool) -> None:
    """Put the words of the lowest day beside its point, into the forecast and on paper: the history stays readable."""
    label = option["series"][-1]["markPoint"]["label"]
    label.update(
        position="right" if early else "left",
        offset=[4 if early else -4, 14],
        backgroundColor=charts.PAPER,
        padding=[2, 4],
        borderRadius=3,
        align="left" if early else "right",
        lineHeight=15,
    )


def _past(brief: Brief) -> tuple[list[date], list[float]]:
    """Days and balances up to today in whole units; changes from today where the balance is unknown."""
    history = brief.twin.history.tail(HISTORY_DAYS)
    net = history["net_minor"].to_numpy()
    after = np.concatenate([np.cumsum(net[::-1])[::-1][1:], [0]])  # what came after each day
    balance = (brief.twin.start_balance_minor - after) / 100
    return history["date"].to_list(), [float(value) for value in balance]


def _holidays(days: list[date], lang: Lang) -> dict[str, str]:
    """The first day of each holiday among ``days``."""
    _ = translator(lang)
    named = [(day, holiday_name(day)) for day in (days[0] - timedelta(days=1), *days)]
    return {
        day.isoformat(): _(words.HOLIDAY_NAMES[name])
        for (_day, before), (day, name) in pairwise(named)
        if name and name != before and name in words.HOLIDAY_NAMES
    }


def ceilings(offer: Offer, lang: Lang) -> charts.Chart:
    """The ceilings as bars, the one that sets the limit in accent."""
    _ = translator(lang)
    lines = list(reversed(offer.lines))
    bars = [
        {
            "value": float(line.amount.decimal),
            "itemStyle": {"color": charts.ACCENT if line.amount == offer.limit else charts.MUTED},
            "label": {"show": True, "position": "right", "formatter": show_money(line.amount, lang, short=True)},
        }
        for line in lines
    ]
    names = charts.category_axis([ceiling_name(line, lang) for line in lines])
    option = charts.base(
        xAxis=charts.value_axis(axisLabel={"show": False}),
        yAxis=names,
        series=[{"type": "bar", "data": bars, "barMaxWidth": 22}],
    )
    option["grid"] = {**option["grid"], "right": 120}
    table = ceilings_table(offer.lines, offer.limit, lang)
    return charts.Chart(option, table.columns, table.rows, 60 + 44 * len(lines))
