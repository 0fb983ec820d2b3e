"""An HTML report that opens offline: words, key figures, tables and charts in one file.

Charts are drawn by the ECharts build that the console's library (NiceGUI) carries in its wheel; the report takes it
in, so nothing is fetched when it opens. Without JavaScript the tables behind the charts are still there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from brambling.engine.doors.charts import Chart
from brambling.engine.doors.output import plain
from brambling.kit.errors import PartUnavailable
from brambling.kit.files import write_text
from brambling.kit.i18n import Lang, translator


@dataclass(frozen=True)
class Figure:
    """One key figure: label, value as text, and a word below it; ``tone`` is plain, good, bad or watch."""

    label: str
    value: str
    below: str = ""
    tone: str = "plain"


@dataclass(frozen=True)
class Table:
    """Column names and rows; a column is set right and tabular where its cells are numbers or ``numeric`` names it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    caption: str = ""
    numeric: tuple[str, ...] = ()


@dataclass
class Section:
    """One part of a report, in this order: paragraphs, figures, chart, table."""

    heading: str
    paragraphs: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


@dataclass
class Report:
    """A report under construction. ``synthetic`` prints the hatched tag beside the title."""

    title: str
    lang: Lang = "en"
    lead: str = ""
    synthetic: bool = False
    sections: list[Section] = field(default_factory=list)
    footer: str = ""

    def section(self, heading: str, *paragraphs: str) -> Section:
        """Add a section and return it."""
        part = Section(heading, list(paragraphs))
        self.sections.append(part)
        return part

    def html(self) -> str:
        """The whole page as text."""
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
        )
        environment.filters["script_json"] = _script_json
        environment.filters["whole"] = _whole
        environment.tests["numberlike"] = lambda cell: isinstance(cell, int | float) and not isinstance(cell, bool)
        has_charts = any(part.charts for part in self.sections)
        code, name = echarts_module() if has_charts else ("", "")
        template = environment.get_template("report.html.j2")
        return template.render(
            report=self, _=translator(self.lang), code=json.dumps(code), name=name, has_charts=has_charts
        )

    def write(self, path: Path) -> None:
        """Write the page, whole or not at all."""
        write_text(path, self.html())


_UNBROKEN = re.compile(r"\d{4}-\d{2}-\d{2}|-?¥[ \u00a0][\d,.]+(?: 万| M| k)?|\d[\d.]* %")


def _whole(value: Any) -> Any:
    """``value`` as markup in which no day and no amount is broken at the end of a line."""
    from markupsafe import Markup, escape

    if not isinstance(value, str):
        return value
    return Markup(_UNBROKEN.sub(lambda found: f'<span class="whole">{found.group()}</span>', str(escape(value))))  # noqa: S704 (escaped just here)


def _script_json(value: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(plain(value), ensure_ascii=False).replace("<", "\\u003c")


@cache
def echarts_module() -> tuple[str, str]:
    """The source of the ECharts ES module in NiceGUI's wheel, and the name under which it exports ``echarts``.

    Raises PartUnavailable when the wheel is laid out in a way this build does not know.
    """
    spec = find_spec("nicegui")
    if spec is None or spec.origin is None:
        raise PartUnavailable("charts need the console library (nicegui), which is not installed")
    folder = Path(spec.origin).parent / "elements" / "echart" / "dist"
    entry = (folder / "index.js").read_text(encoding="utf-8") if (folder / "index.js").exists() else ""
    found = re.search(r'import\{([^}]*)\}from"\./([^"]+)";export\{([^}]*)\}', entry)
    exported = re.search(r"(\w+) as echarts\b", found.group(3)) if found else None
    if found is None or exported is None:
        raise PartUnavailable("the ECharts build in nicegui is laid out in a new way; the report cannot take it in")
    inner = re.search(rf"(\w+) as {exported.group(1)}\b", found.group(1))
    name = inner.group(1) if inner else exported.group(1)
    return (folder / found.group(2)).read_text(encoding="utf-8"), name


def table_of(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], caption: str = "", numeric: Sequence[str] = ()
) -> Table:
    """A Table from any sequences."""
    return Table(tuple(columns), tuple(tuple(row) for row in rows), caption, tuple(numeric))
