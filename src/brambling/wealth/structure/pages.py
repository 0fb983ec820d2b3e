"""The nature of the money in the console: products, and one product today, yesterday and a quarter ago.

People of the bank see each evening and the customers' trades behind an alert. A manager of a wealth company sees the
figures that were released for his own company's products, and never a customer. Every look is in the audit trail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from nicegui import ui
from sqlalchemy.engine import RowMapping
from starlette.responses import Response

from brambling.engine.doors import console as c
from brambling.engine.doors.charts import Chart, bar_chart
from brambling.engine.doors.console import Visit
from brambling.engine.doors.context import Context
from brambling.engine.doors.report import Figure
from brambling.kit.i18n import Lang, show_date, show_money, translator
from brambling.kit.money import Money
from brambling.kit.reasons import show_share
from brambling.wealth.structure.report import (  # fmt: skip
    COLORS,
    alert_text,
    contest_text,
    kind_name,
    ladder_text,
    runoff_chart,
    times_table,
)
from brambling.wealth.structure.rules.kinds import KINDS
from brambling.wealth.structure.rules.releasing import Group
from brambling.wealth.structure.service.companies import look, structure_of
from brambling.wealth.structure.service.structure import QUARTER_DAYS
from brambling.wealth.structure.shapes import Structure
from brambling.wealth.structure.store import companies as store
from brambling.wealth.structure.store import releases

FLOWS_SHOWN = 60


@dataclass(frozen=True)
class _Seen:
    """What a look showed of one product; ``whole`` is for people of the bank alone."""

    product: RowMapping
    company: UUID | None
    cells: Mapping[date, Mapping[Group, int]]
    flows: Sequence[RowMapping]
    whole: Structure | None


def pages(context: Context) -> None:
    """Register ``/structure`` and ``/structure/{product}``."""

    @c.page("/structure", context, act="read", thing="structure")
    async def list_page(visit: Visit) -> Response | None:
        assert visit.user is not None
        user = visit.user

        def load() -> tuple[Sequence[RowMapping], dict[str, Sequence[date]]]:
            with look(context.db, user, context.clock) as seen:
                products = store.products(seen.session)
                return products, {row["code"]: releases.newest_days(seen.session, row["code"]) for row in products}

        _draw_list(visit, *await c.in_thread(load))
        return None

    @c.page("/structure/{product}", context, act="read", thing="structure")
    async def product_page(visit: Visit, product: str) -> Response | None:
        assert visit.user is not None
        user = visit.user

        def load() -> _Seen | None:
            with look(context.db, user, context.clock, product) as seen:
                found = next((row for row in store.products(seen.session) if row["code"] == product), None)
                if found is None:
                    return None
                cells, flows = releases.cells_of(seen.session, product), store.flows_of(seen.session, product)
                whole = structure_of(seen.session, product) if seen.company is None and flows else None
                return _Seen(found, seen.company, cells, flows, whole)

        _draw_product(visit, product, await c.in_thread(load))
        return None


def _draw_list(visit: Visit, products: Sequence[RowMapping], days: Mapping[str, Sequence[date]]) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.frame(_("Money's nature"), visit, active="/structure"):
        lead = _("What kind of money each product holds, how long it stays, and what changed.")
        c.heading(
            _("The nature of the money"), lead=lead, synthetic=any(row["synthetic"] for row in products), lang=lang
        )
        rows = [
            (row["code"], row["name"], show_date(days[row["code"]][0], lang) if days[row["code"]] else "-")
            for row in products
        ]
        links = [f"/structure/{row['code']}" for row in products]
        empty = _("There are no products yet. The bank adds a wealth company and imports its customers' trades.")
        c.table((_("Product"), _("Company"), _("Last release")), rows, links=links, empty=empty)


def _draw_product(visit: Visit, product: str, seen: _Seen | None) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.frame(product, visit, active="/structure"):
        if seen is None:
            c.heading(product)
            c.empty(_("There is no product of this name among yours."))
            return
        c.heading(product, lead=seen.product["name"], synthetic=seen.product["synthetic"], lang=lang)
        if seen.whole is not None:
            _draw_whole(seen.whole, lang)
        if seen.company is not None or seen.cells:
            _draw_released(seen, lang)
        _draw_flows(seen.flows, lang)
        with ui.element("div").classes("b-actions"):
            c.quiet_button(_("All products"), lambda: ui.navigate.to("/structure"))


def _draw_whole(made: Structure, lang: Lang) -> None:
    """What people of the bank see: today, yesterday, a quarter ago; alerts with the trades behind them."""
    _ = translator(lang)
    if not made.products:
        c.empty(_("Nobody holds anything on the last day"))
        return
    one = made.products[0]
    c.says(ladder_text(one, lang, made.currency))
    c.figures(
        [
            Figure(
                _("Held"), show_money(Money(one.held_minor, made.currency), lang, short=True), show_date(one.day, lang)
            ),
            Figure(_("Stable"), show_share(one.stable_minor / one.held_minor), _("expected to be there in 30 days")),
            Figure(_("Hot"), show_share(one.by_kind["hot"] / one.held_minor), _("came for a yield")),
            Figure(_("Stay"), _("{days:.0f} days").format(days=one.stay_days), _("counted up to a year")),
        ],
        lang=lang,
    )
    c.section(_("What changed, and the trades behind it"))
    if not made.alerts:
        c.empty(_("No change that is told on the last five weeks"))
    for trace in made.alerts:
        c.paragraph(alert_text(trace.alert, lang))
        rows = [
            (customer[:8], show_date(day, lang), show_money(Money(amount, made.currency), lang))
            for customer, day, amount in trace.trades
        ]
        if rows:
            c.table((_("customer"), _("day"), _("amount")), rows, numeric=(_("amount"),))
    c.section(_("Today, yesterday, a quarter ago"))
    c.report_table(times_table(one, made, lang))
    c.section(_("Run-off of today's money"))
    c.chart(runoff_chart(one, lang), lang=lang, label=_("Share of today's money still there"), name="runoff")
    c.paragraph(contest_text(made.contest, lang), muted=True)


def released_times(cells: Mapping[date, Mapping[Group, int]]) -> list[tuple[str, date]]:
    """Which releases stand for today, yesterday and a quarter ago: the newest, the one before it, and the newest that
    is a quarter older than the newest."""
    days = sorted(cells, reverse=True)
    if not days:
        return []
    found = [("today", days[0])]
    if len(days) > 1:
        found.append(("before", days[1]))
    old = next((day for day in days if day <= days[0] - timedelta(days=QUARTER_DAYS)), None)
    return found if old is None else [*found, ("quarter", old)]


def _draw_released(seen: _Seen, lang: Lang) -> None:
    """What a wealth company sees: groups of kinds with at least twenty customers, by release."""
    _ = translator(lang)
    c.section(_("Released to the company"))
    times = released_times(seen.cells)
    c.paragraph(
        _("Kinds are told in groups of at least 20 customers; a day is left out where it would tell of fewer."),
        muted=True,
    )
    if not times:
        c.empty(_("Nothing is released yet: a product needs 20 customers, and none with more than half of a group."))
        return
    words = {"today": _("newest"), "before": _("the one before"), "quarter": _("a quarter ago")}
    heads = (_("kinds"), *(f"{words[name]} ({show_date(day, lang)})" for name, day in times))
    groups = sorted(
        {group for _name, day in times for group in seen.cells[day]}, key=lambda group: KINDS.index(group[0])
    )
    totals = {day: sum(seen.cells[day].values()) for _name, day in times}
    rows = [
        (
            kind_name(group, lang),
            *(
                f"{seen.cells[day][group] / totals[day] * 100:.1f} %" if group in seen.cells[day] else "-"
                for _n, day in times
            ),
        )
        for group in groups
    ]
    c.table(heads, rows, numeric=heads[1:])
    names = [show_date(day, lang) for _name, day in reversed(times)]
    shares = {
        kind_name(group, lang): [
            seen.cells[day].get(group, 0) / totals[day] * 100 for _name, day in reversed(times)
        ]
        for group in groups
    }  # fmt: skip
    chart_rows = tuple((name, *(f"{values[n]:.1f}" for values in shares.values())) for n, name in enumerate(names))
    option = bar_chart(names, shares, unit="%", colors=COLORS, stacked=True)
    c.chart(
        Chart(option, (_("day"), *shares), chart_rows), lang=lang, label=_("Kinds of money by release"), name="kinds"
    )


def _draw_flows(flows: Sequence[RowMapping], lang: Lang) -> None:
    _ = translator(lang)
    c.section(_("Flows by day"))
    columns = (_("day"), _("subscription"), _("redemption"))
    rows = [
        (
            show_date(row["day"], lang),
            show_money(Money(row["subscription_minor"]), lang),
            show_money(Money(row["redemption_minor"]), lang),
        )
        for row in reversed(flows[-FLOWS_SHOWN:])
    ]
    c.table(columns, rows, numeric=columns[1:], empty=_("No trades were imported yet."))
