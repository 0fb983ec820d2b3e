"""Words for people: findings, relations, kinds of evidence, and the tables of every answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from brambling.engine.doors.report import Report, Table, table_of
from brambling.kit.i18n import N_, Lang, show_money, translator
from brambling.perception.industry.rules import EventKind, Finding, Relation
from brambling.perception.industry.shapes import Alert, Exposure, Imported, Node, Placing, Standing, Step

if TYPE_CHECKING:
    import polars as pl

FINDINGS: Mapping[str, str] = {
    "self_loop": N_("relations of a thing to itself, left out"),
    "duplicate_edge": N_("relations that stand twice, kept once"),
    "cycle": N_("rings, in which a thing is made of itself; kept"),
    "orphan_code": N_("codes or names that no other file of the folder knows; kept"),
    "code_2011": N_("codes that only the 2011 edition of GB/T 4754 has"),
    "same_name": N_("names that several companies share; told apart by code"),
    "encoding": N_("files of one folder in different encodings; each read in its own"),
    "odd_weight": N_("shares of revenue below zero or above one; kept as they are"),
    "isolated": N_("companies without any relation; kept"),
    "unknown_code": N_("codes that the imported classification does not know"),
}
RELATIONS: Mapping[Relation, str] = {
    "made_of": N_("is made of"),
    "includes": N_("includes"),
    "upstream": N_("buys from"),
    "sells": N_("sells"),
    "in_industry": N_("is in the industry"),
    "part_of": N_("is a part of"),
    "represents": N_("legally represents"),
    "pays": N_("pays"),
}
EVENTS: Mapping[EventKind, str] = {
    "price_up": N_("price rises"),
    "price_down": N_("price falls"),
    "policy_curb": N_("curbed by policy"),
    "policy_support": N_("supported by policy"),
    "default": N_("defaults"),
}
SYSTEMS: Mapping[str, str] = {
    "gbt4754": N_("GB/T 4754 class"),
    "industry": N_("industry of the chain"),
    "product": N_("product of the chain"),
}


def finding_text(finding: Finding, lang: Lang) -> str:
    """One line: where, how many, what, and examples."""
    words = translator(lang)(FINDINGS[finding.code])
    examples = "; ".join(finding.examples)
    return f"{finding.file}: {finding.count:,} {words} ({examples})"


def import_lines(done: Iterable[Imported], lang: Lang) -> list[str]:
    """What was imported, a line each; findings after it."""
    _ = translator(lang)
    told = []
    for each in done:
        state = _("imported") if each.changed else _("already there, unchanged")
        nodes = ", ".join(f"{kind} {count:,}" for kind, count in each.nodes.items())
        edges = ", ".join(f"{relation} {count:,}" for relation, count in each.edges.items())
        told.append(f"{each.dataset}: {state}; {_('nodes')}: {nodes}; {_('edges')}: {edges}")
        told += [f"  {finding_text(finding, lang)}" for finding in each.findings]
    return told


def placing_table(placing: Placing, lang: Lang) -> Table:
    """Places by system, best first."""
    _ = translator(lang)
    rows = [
        (_(SYSTEMS[found.system]), found.code, found.name, f"{found.confidence:.2f}", " ".join(found.words))
        for found in placing.places
    ]
    columns = (_("system"), _("code"), _("name"), _("confidence"), _("words that led there"))
    return table_of(columns, rows, numeric=(columns[3],))


def none_lines(placing: Placing, lang: Lang) -> list[str]:
    """A line for each system in which nothing fits."""
    _ = translator(lang)
    return [_("{system}: none fits").format(system=_(SYSTEMS[system])) for system in placing.none]


def standing_table(standings: Sequence[Standing], lang: Lang) -> Table:
    """Suppliers or customers, nearest first."""
    _ = translator(lang)
    rows = [
        (each.product, each.hops, " > ".join(each.path), "、".join(each.companies), f"{each.origin} {each.as_of}")
        for each in standings
    ]
    return table_of((_("product"), _("hops"), _("path"), _("sold by"), _("source")), rows)


def path_lines(first: Node, steps: Sequence[Step], lang: Lang) -> list[str]:
    """The way, a step a line, each read in the direction in which its relation stands."""
    _ = translator(lang)
    told, at = [], first
    for step in steps:
        one, other = (step.to, at) if step.backwards else (at, step.to)
        told.append(f"{one.name} {_(RELATIONS[step.relation])} {other.name}")
        at = step.to
    return told or [_("{name} is itself").format(name=first.name)]


def exposure_table(exposure: Exposure, lang: Lang) -> Table:
    """What a portfolio hangs on, largest first."""
    _ = translator(lang)
    rows = [
        (
            line.node,
            line.hops,
            show_money(line.amount, lang),
            f"{line.share:.1%}",
            line.customers,
            " > ".join(line.path),
        )
        for line in exposure.lines
    ]
    columns = (_("hangs on"), _("hops"), _("amount"), _("share"), _("customers"), _("path"))
    return table_of(columns, rows, numeric=(columns[2], columns[3]))


def exposure_report(exposure: Exposure, lang: Lang) -> Report:
    """The exposure as a page with a chart."""
    from brambling.engine.doors.charts import Chart, bar_chart

    _ = translator(lang)
    page = Report(_("What the portfolio hangs on"), lang)
    part = page.section(_("Largest first"))
    top = exposure.lines[:15]
    amounts = {_("amount"): [float(line.amount.decimal) for line in top]}
    part.charts.append(Chart(bar_chart([line.node for line in top], amounts, unit="CNY")))
    part.tables.append(exposure_table(exposure, lang))
    return page


def alert_table(alerts: Sequence[Alert], lang: Lang) -> Table:
    """The morning list: whom an event reaches, how, when, and what they owe."""
    _ = translator(lang)
    rows = [
        (
            alert.customer,
            alert.effect.event,
            alert.effect.day.isoformat(),
            f"{alert.effect.size:+.2f}",
            " > ".join(alert.effect.path),
            show_money(alert.amount, lang),
            show_money(alert.at_risk, lang),
        )
        for alert in alerts
    ]
    columns = (_("customer"), _("event"), _("felt from"), _("effect"), _("path"), _("amount"), _("weighed by effect"))
    return table_of(columns, rows, numeric=(columns[3], columns[5], columns[6]))


def write_rows(table: Table, path: Path) -> None:
    """A table as a file, by suffix."""
    from brambling.kit.files import write_table

    write_table(frame_of(table), path)


def frame_of(table: Table) -> pl.DataFrame:
    """A table as a frame of text and numbers."""
    import polars as pl

    return (
        pl.DataFrame([list(row) for row in table.rows], schema=list(table.columns), orient="row")
        if table.rows
        else (pl.DataFrame(schema=dict.fromkeys(table.columns, pl.String)))
    )
