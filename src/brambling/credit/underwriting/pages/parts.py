"""A report on a page: the same sections that its offline file has."""

from __future__ import annotations

from brambling.engine.doors import console as c
from brambling.engine.doors.report import Report
from brambling.kit.i18n import Lang


def draw_report(report: Report, lang: Lang) -> None:
    """Every section of ``report``: paragraphs, figures, charts with their tables, tables."""
    for number, section in enumerate(report.sections):
        c.section(section.heading)
        for text in section.paragraphs:
            c.paragraph(text)
        if section.figures:
            c.figures(section.figures, lang=lang)
        for place, chart in enumerate(section.charts):
            c.chart(chart, lang=lang, label=section.heading, name=f"chart-{number}-{place}")
        for table in section.tables:
            c.report_table(table)
