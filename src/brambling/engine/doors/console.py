"""The frame of every console page: type, colours, header, language; helpers for figures, charts and tables.

One product, calm paper, black ink, one accent, numbers that line up. Pages are built inside ``with frame(...)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Request
from nicegui import app, ui

from brambling.engine.doors.charts import Chart
from brambling.engine.doors.report import Figure
from brambling.kit.i18n import Lang, translator

STYLE = (Path(__file__).parent / "templates" / "console.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Link:
    """A word of the header and where it leads; ``roles`` may see it (empty: everybody)."""

    text: str
    path: str
    roles: tuple[str, ...] = ()


# Filled by app/build.py once; a page asks only for the frame.
LINKS: list[Link] = []


def language(request: Request | None = None) -> Lang:
    """The language of this visitor: what was chosen, else what the browser asks for, else English."""
    chosen = app.storage.user.get("lang")
    if chosen in ("en", "zh"):
        return "zh" if chosen == "zh" else "en"
    wanted = request.headers.get("accept-language", "") if request is not None else ""
    return "zh" if wanted.lower().startswith("zh") else "en"


def signed_in() -> dict[str, Any]:
    """Who is signed in: ``{"name": ..., "roles": [...], "token": ...}``, empty when nobody is."""
    found = app.storage.user.get("who")
    return found if isinstance(found, dict) else {}


@contextmanager
def frame(title: str, *, lang: Lang, narrow: bool = False, active: str = "") -> Iterator[None]:
    """The page around a room's content; ``narrow`` is the owner's one column."""
    _ = translator(lang)
    ui.add_css(STYLE)
    ui.page_title(f"{title} · Brambling 燕雀")
    ui.query("html").props(f"lang={'zh-CN' if lang == 'zh' else 'en'}")
    who = signed_in()
    with ui.element("header").classes("b-header"):
        with ui.link(target="/").classes("b-mark"):
            ui.html("<b>燕雀</b> Brambling", sanitize=False)
        with ui.element("nav").classes("b-nav"):
            for link in LINKS:
                if not link.roles or set(link.roles) & set(who.get("roles", ())):
                    ui.link(_(link.text), link.path).classes("b-link" + (" b-active" if link.path == active else ""))
        with ui.element("div").classes("b-tools"):
            other: Lang = "en" if lang == "zh" else "zh"
            ui.link("English" if other == "en" else "中文", f"/language/{other}").classes("b-link")
            if who:
                ui.label(str(who.get("name", ""))).classes("b-muted b-who")
                ui.link(_("Sign out"), "/sign-out").classes("b-link")
            else:
                ui.link(_("Sign in"), "/sign-in").classes("b-link")
    with ui.element("main").classes("b-main" + (" b-narrow" if narrow else "")):
        yield


def heading(text: str, *, lead: str = "", synthetic: bool = False, lang: Lang = "en") -> None:
    """The page's heading, its sentence, and the hatched tag where data are synthetic."""
    with ui.element("div").classes("b-heading"):
        ui.label(text).classes("b-h1").props("role=heading aria-level=1")
        if synthetic:
            ui.label(translator(lang)("synthetic")).classes("b-tag")
    if lead:
        ui.label(lead).classes("b-lead")


def section(text: str) -> None:
    """A heading inside the page, over a hairline."""
    ui.label(text).classes("b-h2").props("role=heading aria-level=2")


def figures(items: Sequence[Figure]) -> None:
    """Key figures in a row that becomes a column on a phone."""
    with ui.element("div").classes("b-figures"):
        for item in items:
            with ui.element("div").classes(f"b-figure b-{item.tone}"):
                ui.label(item.label).classes("b-label")
                ui.label(item.value).classes("b-value")
                if item.below:
                    ui.label(item.below).classes("b-below")


def chart(item: Chart, *, lang: Lang, label: str) -> None:
    """A chart with its table and download one click away."""
    _ = translator(lang)
    drawn = ui.echart(item.option, renderer="svg").classes("b-chart").style(f"height:{item.height_px}px")
    drawn.props(f'role=img aria-label="{label}"')
    if item.rows:
        with ui.expansion(_("Table behind the chart")).classes("b-behind").props("dense"):
            table(item.columns, item.rows)
            text = "\n".join(",".join(str(cell) for cell in row) for row in (item.columns, *item.rows))
            ui.button(_("Download CSV"), on_click=lambda: ui.download(text.encode("utf-8"), "chart.csv")).props(
                "flat dense no-caps"
            )


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    numeric: Sequence[str] = (),
    links: Sequence[str | None] = (),
    empty: str = "",
) -> None:
    """A plain table: numbers set right and tabular; a row may lead somewhere; without rows, a sentence that teaches."""
    if not rows:
        ui.label(empty).classes("b-empty")
        return
    with ui.element("div").classes("b-wide"), ui.element("table").classes("b-table"):
        with ui.element("thead"), ui.element("tr"):
            for column in columns:
                with ui.element("th").classes("b-n" if column in numeric else ""):
                    ui.label(column)
        with ui.element("tbody"):
            for index, row in enumerate(rows):
                with ui.element("tr"):
                    for place, cell in enumerate(row):
                        target = links[index] if place == 0 and index < len(links) else None
                        with ui.element("td").classes("b-n" if columns[place] in numeric else ""):
                            text = "" if cell is None else str(cell)
                            if target:
                                ui.link(text, target)
                            else:
                                ui.label(text)


def empty(text: str) -> None:
    """What stands where nothing waits: a sentence that teaches."""
    ui.label(text).classes("b-empty")


def main_button(text: str, on_click: Callable[..., Any]) -> ui.button:
    """The one thing to do on the page."""
    return ui.button(text, on_click=on_click).classes("b-main-button").props("no-caps unelevated")
