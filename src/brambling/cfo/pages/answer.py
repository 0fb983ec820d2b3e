"""The answer to one business, drawn: the band, the low point, late payers, idle cash, a loan, borrow or wait."""

from __future__ import annotations

from brambling.cfo.report import words
from brambling.cfo.report.page import ceilings, figures, forecast
from brambling.cfo.report.terminal import compare_table, late_table, weeks_table
from brambling.cfo.report.why import trails
from brambling.cfo.shapes import Brief
from brambling.credit.underwriting.report import schedule_table
from brambling.engine.doors import console as c
from brambling.kit.i18n import Lang, translator
from brambling.wealth.advice.report import plan_lines, plan_table


def draw(brief: Brief, lang: Lang) -> None:
    """Everything the owner wants to know, the main thing first."""
    _ = translator(lang)
    c.says(words.lead(brief, lang))
    for line in words.warnings(brief, lang):
        c.paragraph(line)
    c.figures(figures(brief, lang), whys=trails(brief, lang), lang=lang)
    draw_forecast(brief, lang)
    c.section(_("Who pays late"))
    if brief.late_payers:
        c.report_table(late_table(brief, lang))
    else:
        c.empty(_("Nobody pays later than usual."))
    c.section(_("Idle cash"))
    for line in plan_lines(brief.plan, lang):
        c.paragraph(line)
    if brief.plan.lines:
        c.report_table(plan_table(brief.plan, brief.shelf, lang))
    _loan(brief, lang)
    c.section(_("Borrow or wait"))
    c.paragraph(words.advice_text(brief.compare, lang, brief.currency))
    c.report_table(compare_table(brief, lang))
    c.paragraph(words.assumption_text(brief, lang), muted=True)


def draw_forecast(brief: Brief, lang: Lang) -> None:
    """The band of 13 weeks, and its weeks one click away."""
    _ = translator(lang)
    c.section(_("13 weeks of cash"))
    c.chart(forecast(brief, lang), lang=lang, label=words.lead(brief, lang), name="forecast")
    with c.more(_("Week by week")):
        c.report_table(weeks_table(brief, lang))


def _loan(brief: Brief, lang: Lang) -> None:
    _ = translator(lang)
    c.section(_("A loan"))
    c.says(words.loan_headline(brief, lang))
    c.points([*words.loan_reasons(brief, lang), *words.loan_questions(brief, lang)])
    changes = words.loan_changes(brief, lang)
    if changes:
        c.paragraph(_("What would change it:"))
        c.points(changes)
    if brief.offer is not None:
        c.chart(ceilings(brief.offer, lang), lang=lang, label=words.loan_headline(brief, lang), name="limit")
        with c.more(_("Instalments")):
            c.report_table(schedule_table(brief.offer, lang))
