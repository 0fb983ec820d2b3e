"""What pages are made of: words, figures with their trails, charts, tables, buttons, dialogs."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

from nicegui import run, ui
from nicegui.events import UploadEventArguments

from brambling.engine.doors import charts
from brambling.engine.doors.charts import Chart
from brambling.engine.doors.errors import error_text
from brambling.engine.doors.report import Figure, Section, Table
from brambling.kit.clock import BEIJING
from brambling.kit.errors import BramblingError, Rejection
from brambling.kit.i18n import Lang, translator

# Charts speak in fixed colours, which the offline report needs; on a page they follow the paper, light or dark.
_PAPER_COLOURS = {
    charts.PAPER: "var(--paper)",
    charts.INK: "var(--ink)",
    charts.MUTED: "var(--muted)",
    charts.HAIRLINE: "var(--hair)",
    charts.ACCENT: "var(--accent)",
    charts.TEAL: "var(--teal)",
    charts.BRICK: "var(--brick)",
    charts.AMBER: "var(--amber)",
}

T = TypeVar("T")


# -- work and what goes wrong -------------------------------------------------------------------------------------------


async def in_thread(work: Callable[..., T], *parts: Any) -> T:
    """Run ``work`` in the thread pool: whatever takes more than 5 ms must not stop the other visitors."""
    return await run.io_bound(work, *parts)  # type: ignore[return-value]


@contextmanager
def told(lang: Lang = "en") -> Iterator[None]:
    """Show a rejection of what is done inside as one line on top of the page."""
    try:
        yield
    except Rejection as error:
        ui.notify(error_text(error, lang), type="negative", position="top", timeout=8000, close_button=True)


def problem(error: BramblingError, lang: Lang, *, advice: str = "") -> None:
    """What went wrong in one line, and what to do next."""
    _ = translator(lang)
    text = error_text(error, lang)
    if not isinstance(error, Rejection):
        text = _("The bank could not do this; nothing was changed. Please try again.")
    with ui.element("div").classes("b-problem").props("role=alert"):
        ui.label(text)
        if advice:
            ui.label(advice).classes("b-muted")


async def confirm(title: str, lines: Sequence[str], verb: str, lang: Lang, *, reason: str = "") -> str | None:
    """Say what an action will do and ask; returns the person's reason (empty where none is asked for), None for no.

    ``reason`` is the label of the field for the reason; with one, the action needs some words.
    """
    _ = translator(lang)
    with ui.dialog() as dialog, ui.card().classes("b-dialog"):
        ui.label(title).classes("b-h2 b-bare")
        for line in lines:
            ui.label(line).classes("b-p")
        words = ui.textarea(reason).classes("b-field").props("outlined autogrow") if reason else None

        def answer() -> None:
            if words is not None and not str(words.value or "").strip():
                words.props(f'error error-message="{html.escape(_("A reason, in a few words"))}"')
                return
            dialog.submit(str(words.value).strip() if words is not None else "")

        with ui.element("div").classes("b-actions"):
            main_button(verb, answer)
            quiet_button(_("Cancel"), lambda: dialog.submit(None))
    result = await dialog
    dialog.delete()
    return result if isinstance(result, str) else None


# -- words and figures --------------------------------------------------------------------------------------------------


def heading(text: str, *, lead: str = "", synthetic: bool = False, lang: Lang = "en") -> None:
    """The page's heading, its sentence, and the hatched tag where data are synthetic."""
    with ui.element("div").classes("b-heading"):
        ui.label(text).classes("b-h1").props("role=heading aria-level=1")
        if synthetic:
            tag(lang)
    if lead:
        ui.label(lead).classes("b-lead")


def tag(lang: Lang) -> None:
    """The hatched tag that marks synthetic data."""
    _ = translator(lang)
    ui.label(_("synthetic")).classes("b-tag").props(f'title="{_("Made by a simulation; no real business")}"')


def section(text: str) -> None:
    """A heading inside the page, over a hairline."""
    ui.label(text).classes("b-h2").props("role=heading aria-level=2")


def paragraph(text: str, *, muted: bool = False) -> None:
    """A paragraph of plain text."""
    ui.label(_unbroken(text)).classes("b-p" + (" b-muted" if muted else ""))


def says(text: str) -> None:
    """The sentence that says it all, a step larger."""
    ui.label(_unbroken(text)).classes("b-say")


def _unbroken(text: str) -> str:
    """An amount does not part from its sign at the end of a line."""
    return text.replace("¥ ", "¥\u00a0")


@contextmanager
def more(text: str) -> Iterator[None]:
    """Something that most readers do not need, one click away."""
    with ui.expansion(text).classes("b-behind").props("dense"):
        yield


def points(lines: Sequence[str]) -> None:
    """A list of sentences."""
    items = "".join(f"<li>{html.escape(_unbroken(line))}</li>" for line in lines)
    ui.html(f'<ul class="b-points">{items}</ul>', sanitize=False)


def figures(items: Sequence[Figure], *, whys: Sequence[Section | None] = (), lang: Lang = "en") -> None:
    """Key figures in a row that becomes a column on a phone; one with a trail in ``whys`` can be asked "why"."""
    _ = translator(lang)
    with ui.element("div").classes("b-figures"):
        for i, item in enumerate(items):
            trail = whys[i] if i < len(whys) else None
            box = ui.element("button" if trail else "div").classes(f"b-figure b-{item.tone}")
            with box:
                with ui.element("span").classes("b-label"):
                    ui.label(item.label)
                    if trail:
                        ui.label(_("why?")).classes("b-why")
                ui.label(item.value).classes("b-value")
                if item.below:
                    ui.label(item.below).classes("b-below")
            if trail:
                box.props('type="button" aria-haspopup="dialog"')
                box.on("click", lambda _event, trail=trail: explain(trail, lang))


def explain(trail: Section, lang: Lang) -> None:
    """A dialog that answers "why": the computation, its inputs, the versions."""
    _ = translator(lang)
    with ui.dialog() as dialog, ui.card().classes("b-dialog"):
        ui.label(trail.heading).classes("b-h2 b-bare")
        for text in trail.paragraphs:
            ui.label(text).classes("b-p")
        for item in trail.tables:
            report_table(item)
        with ui.element("div").classes("b-actions"):
            quiet_button(_("Close"), dialog.close)
    dialog.on("hide", dialog.delete)
    dialog.open()


def show_moment(moment: datetime, now: datetime, lang: Lang) -> str:
    """Date and time in Beijing, and how long ago beside it: ``2026-11-24 10:00 · 3 days ago``."""
    _ = translator(lang)
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        beside = _("just now")
    elif minutes < 60:
        beside = _("{n} min ago").format(n=minutes)
    elif minutes < 48 * 60:
        beside = _("{n} h ago").format(n=minutes // 60)
    else:
        beside = _("{n} days ago").format(n=minutes // 1440)
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M} · {beside}"


def facts(rows: Sequence[tuple[str, str]]) -> None:
    """Names and what stands beside them, in two columns."""
    told = "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd>" for name, text in rows)
    ui.html(f'<dl class="b-facts">{told}</dl>', sanitize=False)


def entries(rows: Sequence[tuple[str, str, str | None, str]]) -> None:
    """A list of what happened or waits: words, a smaller line, where it leads (or None), and a tone (or nothing)."""
    items = []
    for text, below, target, tone in rows:
        words = html.escape(text)
        if target:
            words = f'<a href="{html.escape(target)}">{words}</a>'
        mark = f' class="b-{tone}"' if tone else ""
        items.append(
            f"<li{' data-row' if target else ''}><span{mark}>{words}</span><small>{html.escape(below)}</small></li>"
        )
    ui.html(f'<ul class="b-list">{"".join(items)}</ul>', sanitize=False).classes("b-full")


# -- charts and tables --------------------------------------------------------------------------------------------------


def chart(item: Chart, *, lang: Lang, label: str, name: str = "chart") -> None:
    """A chart with its table and download one click away."""
    _ = translator(lang)
    drawn = ui.echart(_on_paper(item.option, lang), renderer="svg").classes("b-chart")
    drawn.style(f"height:{item.height_px}px").props(f'role=img aria-label="{html.escape(label)}"')
    if item.rows:
        with more(_("Table behind the chart")):
            table(item.columns, item.rows, numeric=item.columns[1:])
            quiet_button(_("Download CSV"), lambda: ui.download(_csv(item.columns, item.rows), f"{name}.csv"))


def _on_paper(option: charts.Option, lang: Lang) -> charts.Option:
    """The option with colours that follow the paper and numbers written for the reader."""
    locale = "zh-CN" if lang == "zh" else "en"
    whole = f"v => v == null ? '' : new Intl.NumberFormat('{locale}', {{maximumFractionDigits: 2}}).format(v)"
    short = f"v => new Intl.NumberFormat('{locale}', {{notation: 'compact', maximumFractionDigits: 1}}).format(v)"
    drawn: charts.Option = _recoloured(option)
    tip = drawn.get("tooltip")
    if isinstance(tip, dict):
        paper = {"backgroundColor": "var(--card)", "borderColor": "var(--hair)", "textStyle": {"color": "var(--ink)"}}
        drawn["tooltip"] = {**tip, **paper, ":valueFormatter": whole}
    for axis in (drawn.get("xAxis"), drawn.get("yAxis")):
        if isinstance(axis, dict) and axis.get("type") == "value":
            axis["axisLabel"] = {**axis.get("axisLabel", {}), ":formatter": short, "hideOverlap": True}
    narrow = []
    for series in drawn.get("series", ()):
        series["emphasis"] = {"disabled": True}
        series["label"] = {"color": "var(--ink)", "textBorderWidth": 0, **series.get("label", {})}
        label = series.get("markPoint", {}).get("label", {})
        if label.get("position") == "right":  # beside its point there is no room on a phone
            narrow.append({"name": series["name"], "markPoint": {"label": {"position": "bottom", "offset": [0, 8]}}})
    if not narrow:
        return drawn
    return {"baseOption": drawn, "media": [{"query": {"maxWidth": 480}, "option": {"series": narrow}}]}


def _recoloured(value: Any) -> Any:
    if isinstance(value, str):
        return _PAPER_COLOURS.get(value, value)
    if isinstance(value, dict):
        return {key: _recoloured(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_recoloured(item) for item in value]
    return value


def _csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([columns, *rows])
    return out.getvalue().encode("utf-8-sig")  # the mark lets spreadsheets read Chinese


def report_table(item: Table) -> None:
    """A report's table on a page."""
    if item.caption:
        ui.label(item.caption).classes("b-caption")
    table(item.columns, item.rows, numeric=item.numeric)


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    numeric: Sequence[str] = (),
    links: Sequence[str | None] = (),
    empty: str = "",
) -> None:
    """A plain table: numbers set right and tabular; a row may lead somewhere; without rows, a sentence that teaches.

    On a phone each row becomes a short list, so that nothing has to be pushed sideways.
    """
    if not rows:
        ui.label(empty).classes("b-empty")
        return
    right = [' class="b-n"' if column in numeric else "" for column in columns]
    head = "".join(f"<th{right[i]}>{html.escape(column)}</th>" for i, column in enumerate(columns))
    stacked = " b-stacked" if len(columns) > 2 else ""
    body = []
    for number, row in enumerate(rows):
        target = links[number] if number < len(links) else None
        cells = "".join(_cell(columns[i], cell, right[i], target if i == 0 else None) for i, cell in enumerate(row))
        body.append(f"<tr{' data-row' if target else ''}>{cells}</tr>")
    ui.html(
        f'<div class="b-wide"><table class="b-table{stacked}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>",
        sanitize=False,
    ).classes("b-full")


def _cell(column: str, cell: Any, right: str, target: str | None) -> str:
    text = html.escape("" if cell is None else str(cell))
    if target:
        text = f'<a href="{html.escape(target)}">{text}</a>'
    return f'<td{right} data-label="{html.escape(column)}">{text}</td>'


def empty(text: str) -> None:
    """What stands where nothing waits: a sentence that teaches."""
    ui.label(text).classes("b-empty")


def skeleton(height_px: int) -> ui.skeleton:
    """What holds the place of something that is still being computed, so that nothing jumps."""
    return ui.skeleton(animation="fade").classes("b-skeleton").style(f"height:{height_px}px")


# -- buttons and fields -------------------------------------------------------------------------------------------------


def main_button(text: str, on_click: Callable[..., Any]) -> ui.button:
    """The one thing to do on the page."""
    return ui.button(text, on_click=on_click, color=None).classes("b-main-button").props("no-caps unelevated")


def quiet_button(text: str, on_click: Callable[..., Any]) -> ui.button:
    """Something else that can be done."""
    return ui.button(text, on_click=on_click, color=None).classes("b-quiet-button").props("no-caps flat")


def drop_zone(words: str, kinds: str, on_upload: Callable[[UploadEventArguments], Any], bytes_max: int) -> ui.upload:
    """Where a file is dropped or chosen; it is taken at once. ``kinds`` says what may come."""
    upload = ui.upload(on_upload=on_upload, auto_upload=True, max_file_size=bytes_max).classes("b-drop")
    upload.props("flat bordered=false")
    upload.add_slot("header", "<span></span>")
    upload.add_slot(
        "list",
        '<label class="b-drop-zone" tabindex="0" @keydown.enter="props.pickFiles" '
        '@keydown.space.prevent="props.pickFiles"><q-uploader-add-trigger></q-uploader-add-trigger>'
        f"<b>{html.escape(words)}</b><span>{html.escape(kinds)}</span></label>",
    )
    return upload


def search_form(path: str, text: str, lang: Lang, *, label: str, **kept: str) -> None:
    """A search that is a link: it can be shared, and works with the back button. ``kept`` stays in the address."""
    _ = translator(lang)
    hidden = "".join(
        f'<input type="hidden" name="{html.escape(key)}" value="{html.escape(value)}">'
        for key, value in kept.items()
        if value
    )
    ui.html(
        f'<form action="{path}" method="get" class="b-search" role="search">{hidden}'
        f'<input name="q" value="{html.escape(text)}" placeholder="{html.escape(label)}" '
        f'aria-label="{html.escape(label)}" data-search autocomplete="off">'
        f"<button>{html.escape(_('Search'))}</button></form>",
        sanitize=False,
    ).classes("b-full")


def filters(path: str, name: str, choices: Sequence[tuple[str, str]], chosen: str, **kept: str) -> None:
    """A row of links that narrow a list: ``(value, words)``, the empty value for all."""
    links = []
    for value, words in choices:
        asked = {key: item for key, item in {name: value, **kept}.items() if item}
        address = path + ("?" + "&".join(f"{key}={quote(item)}" for key, item in asked.items()) if asked else "")
        on = ' class="b-on" aria-current="true"' if value == chosen else ""
        links.append(f'<a href="{html.escape(address)}"{on}>{html.escape(words)}</a>')
    ui.html(f'<nav class="b-filters">{"".join(links)}</nav>', sanitize=False)
