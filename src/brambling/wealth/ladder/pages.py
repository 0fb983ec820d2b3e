"""The liquidity page: drop flows, holdings and a curve, see gaps, rule lights, the forecast band and what to do."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from nicegui import ui
from nicegui.events import UploadEventArguments
from starlette.responses import Response

from brambling.engine.doors import charts
from brambling.engine.doors import console as c
from brambling.engine.doors.charts import Chart
from brambling.engine.doors.console import Visit
from brambling.engine.doors.context import Context
from brambling.kit.errors import InputRejected
from brambling.kit.files import write_bytes
from brambling.kit.i18n import Lang, translator
from brambling.wealth.flows.shapes import Forecast
from brambling.wealth.ladder.report.ladder import (
    binding_text,
    gap_chart,
    gap_text,
    headline,
    lights_table,
    note_lines,
    stress_lines,
    stress_table,
    summary_figures,
    trades_table,
)
from brambling.wealth.ladder.shapes import Ladder

BOOKS = ("cn-cash", "cn-open", "cn-mmf", "us-2a7", "eu-mmf")
PARTS = ("flows", "holdings", "curve")
HISTORY_SHOWN_DAYS, HORIZON_DAYS = 60, 30


@dataclass
class _Desk:
    """What a visitor has dropped so far; it lives as long as the page."""

    folder: Path
    files: dict[str, Path] = field(default_factory=dict)
    book: str = BOOKS[0]


def pages(context: Context) -> None:
    """Register ``/liquidity``."""

    @c.page("/liquidity", context, act="read", thing="fund")
    async def liquidity_page(visit: Visit) -> Response | None:
        folder = tempfile.TemporaryDirectory(prefix="brambling-")
        visit_client = ui.context.client
        visit_client.on_delete(folder.cleanup)
        _draw(visit, _Desk(Path(folder.name)))
        return None


def _draw(visit: Visit, desk: _Desk) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.frame(_("Liquidity"), visit, active="/liquidity"):
        c.heading(
            _("Liquidity"),
            lead=_(
                "What may be asked for by each day, what will be there, which rules hold, and what to buy and sell."
            ),
        )
        names = {"flows": _("Daily flows"), "holdings": _("Holdings"), "curve": _("Yield curve")}
        kinds = {
            "flows": "date, product, subscription, redemption",
            "holdings": "instrument, kind, amount, maturity_date, yield_annual ...",
            "curve": "date, 0d 1m 3m 6m 1y ...",
        }
        results = ui.element("div").classes("b-full")
        with results:
            c.empty(_("Drop the three files; nothing of them is kept after you leave the page."))
        status = ui.element("div").classes("b-full").props("aria-live=polite")
        for part in PARTS:
            c.drop_zone(
                names[part],
                kinds[part],
                _taker(visit, desk, part, status, names),
                visit.context.settings.upload_bytes_max,
            )
        with ui.element("div").classes("b-actions"):
            chosen = ui.select(list(BOOKS), value=desk.book, label=_("Rules")).classes("b-field").props("outlined")

        async def lay() -> None:
            desk.book = str(chosen.value)
            await _lay(visit, desk, results, names)

        with ui.element("div").classes("b-actions"):
            c.main_button(_("Lay assets against liabilities"), lay)


def _taker(
    visit: Visit, desk: _Desk, part: str, status: ui.element, names: dict[str, str]
) -> Callable[[UploadEventArguments], Any]:
    async def take(event: UploadEventArguments) -> None:
        path = desk.folder / f"{part}-{Path(event.file.name).name}"
        data = await event.file.read()
        await c.in_thread(write_bytes, path, data)
        desk.files[part] = path
        status.clear()
        with status:
            c.paragraph(", ".join(f"{names[key]}: {found.name.partition('-')[2]}" for key, found in desk.files.items()))

    return take


async def _lay(visit: Visit, desk: _Desk, results: ui.element, names: dict[str, str]) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.told(lang):
        missing = [names[part] for part in PARTS if part not in desk.files]
        if missing:
            raise InputRejected(_("still missing: {files}").format(files=", ".join(missing)))
        results.clear()
        with results:
            c.skeleton(320)
        try:
            found = await c.in_thread(_ladders, desk)
        except BaseException:
            results.clear()
            with results:
                c.empty(_("Nothing was computed; the files are still here."))
            raise
        results.clear()
        with results:
            _draw_products(found, lang)


def _ladders(desk: _Desk) -> tuple[Forecast, Ladder]:
    from brambling.wealth.flows.service import forecast
    from brambling.wealth.ladder.service.ladder import ladder

    made = forecast(desk.files["flows"], HORIZON_DAYS)
    laid = ladder(desk.files["flows"], desk.files["holdings"], curve=desk.files["curve"], rules=desk.book)
    return made, laid


def _draw_products(found: tuple[Forecast, Ladder], lang: Lang) -> None:
    made, laid = found
    _ = translator(lang)
    c.says(headline(laid, lang))
    c.figures(summary_figures(laid, lang), lang=lang)
    for text in note_lines(laid, lang):
        c.paragraph(text, muted=True)
    c.section(_("Gap ladder"))
    c.paragraph(gap_text(lang), muted=True)
    c.chart(gap_chart(laid, lang), lang=lang, label=headline(laid, lang), name="gaps")
    c.section(_("Rule lights"))
    c.report_table(lights_table(laid, lang))
    if laid.plan is not None and laid.trades:
        c.section(_("What to buy and sell"))
        c.report_table(trades_table(laid, lang))
    c.section(_("Stress"))
    c.report_table(stress_table(laid, lang))
    for text in stress_lines(laid, lang):
        c.paragraph(text)
    if laid.binding:
        c.section(_("What binds"))
        for item in laid.binding:
            c.paragraph(binding_text(item, _))
    c.section(_("Products"))
    for product in made.history.products:
        with c.more(product):
            c.chart(band_chart(made, product, lang), lang=lang, label=product, name="forecast")


def band_chart(made: Forecast, product: str, lang: Lang) -> Chart:
    """Net flow of one product: the last days, and the forecast with its 80 % and 95 % bands, in yuan."""
    import polars as pl

    _ = translator(lang)
    place = made.history.products.index(product)
    net = (made.history.subscription - made.history.redemption)[place, -HISTORY_SHOWN_DAYS:] / 100
    past = [str(day) for day in made.history.days[-HISTORY_SHOWN_DAYS:]]
    rows = made.table.filter((pl.col("product") == product) & (pl.col("side") == "net")).sort("date")
    ahead = [str(day) for day in rows["date"]]
    before: list[float | None] = [None] * len(past)
    known = [None if np.isnan(value) else float(value) for value in net]

    def column(name: str) -> list[float | None]:
        return [*before, *(float(value) for value in rows[name])]

    option = charts.forecast_chart(
        [*past, *ahead],
        [*known, *([None] * len(ahead))],
        column("mean"),
        {"95 %": (column("q0.025"), column("q0.975")), "80 %": (column("q0.10"), column("q0.90"))},
        unit=_("yuan"),
        history_name=_("net flow"),
        mid_name=_("forecast"),
    )
    names = ("date", "mean", "q0.025", "q0.10", "q0.90", "q0.975")
    table = tuple(tuple(str(row[name]) for name in names) for row in rows.iter_rows(named=True))
    return Chart(option, names, table)
