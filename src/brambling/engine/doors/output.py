"""Results on standard output; progress and notes on standard error."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from brambling.kit.money import Money, Rate

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from brambling.engine.doors.report import Table


def plain(value: Any) -> Any:
    """``value`` as what JSON knows: Money and Decimal as text, dates ISO, dataclasses as objects, numpy as numbers."""
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Money | Rate | Decimal | UUID | Path):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return plain(value.tolist())
    raise TypeError(f"no JSON form for {type(value).__name__}")


def to_json(value: Any, *, indent: int | None = 2) -> str:
    """JSON text of ``value``; Chinese stays readable, NaN is refused (JSON has none)."""
    return json.dumps(plain(value), ensure_ascii=False, indent=indent, allow_nan=False)


def emit_json(value: Any) -> None:
    """Print ``value`` as JSON on standard output."""
    sys.stdout.write(to_json(value) + "\n")


WORD_WIDTH_MAX = 14  # a Chinese header is one word and may wrap anywhere


def console() -> Console:
    """Rich console for results people read (standard output)."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


def print_table(out: Console, table: Table) -> None:
    """Print a report's table on a terminal: figures right and never broken, headers may wrap between words."""
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table as RichTable
    from rich.text import Text

    drawn = RichTable(box=box.SIMPLE_HEAD, header_style="dim", pad_edge=True)
    for i, column in enumerate(table.columns):
        word = max((cell_len(part) for part in column.split()), default=0)
        width = max(min(word, WORD_WIDTH_MAX), *(cell_len(str(row[i])) for row in table.rows), 0)
        drawn.add_column(
            Text(column), justify="right" if column in table.numeric else "left", min_width=width, overflow="fold"
        )
    for row in table.rows:
        drawn.add_row(*(Text(str(cell)) for cell in row))
    out.print(drawn)


def note(text: str) -> None:
    """One line on standard error."""
    print(text, file=sys.stderr)


def warn(text: str) -> None:
    """A warning on standard error: the work goes on."""
    print(f"warning: {text}", file=sys.stderr)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """A progress display on standard error; silent where that is not a terminal or ``quiet`` is set."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet, transient=False) as display:
        yield display
