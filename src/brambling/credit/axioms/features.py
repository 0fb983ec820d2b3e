"""From a table of applications to the space that is searched: typed values, ranges, categories, joint shape.

Values arrive typed, from a file of text too: a column of true and false is flags, whole numbers stay whole, other numbers are floats, the rest
is text. Empty cells (and infinities) are missing. Numbers are searched somewhat beyond the file's range, but never
across zero where the file does not cross it, and shares of one stay shares of one.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from brambling.credit.axioms.shapes import Application, Field, Kind, Space
from brambling.kit.errors import InputRejected
from brambling.kit.files import read_frame

ROWS_MAX = 4_000
VALUES_MAX = 400
TYPED = (".parquet", ".json", ".jsonl", ".ndjson")
REACH = 0.5  # of the range, beyond each end


def space_of(source: Any, *, seed: int = 7, exclude: Sequence[str] = ()) -> Space:
    """The space of a table (path or any dataframe). Raises InputRejected for a file that is no table or is empty."""
    frame = read_frame(source)
    frame = frame.rename({name: name.strip().lstrip("\ufeff") for name in frame.columns})
    frame = frame.drop([name for name in exclude if name in frame.columns])
    if frame.height == 0 or not frame.columns:
        raise InputRejected("there are no applications to search around", expected="at least one row")
    spelled = isinstance(source, str | Path) and not str(source).lower().endswith(TYPED)
    columns = {name: typed(frame[name].to_list(), spelled=spelled) for name in frame.columns}
    fields = {name: _field(name, kind, values) for name, (kind, values) in columns.items()}
    order = list(range(frame.height))
    if len(order) > ROWS_MAX:
        order = sorted(random.Random(seed).sample(order, ROWS_MAX))
    rows = tuple({name: values[i] for name, (_, values) in columns.items()} for i in order)
    return Space(fields, rows, _typical(fields, rows))


def typed(values: list[Any], *, spelled: bool = True) -> tuple[Kind, list[Any]]:
    """The kind of a column and its values in that kind; missing is None. Text is read as numbers or flags only where
    ``spelled`` says that the file knows nothing but text."""
    cells = [_cell(value) for value in values]
    known = [cell for cell in cells if cell is not None]
    if any(isinstance(cell, list) for cell in known):
        return "list", cells
    if all(isinstance(cell, str) for cell in known):
        return _typed_text(cells, known) if spelled else ("text", cells)
    if all(isinstance(cell, bool) for cell in known):
        return "flag", cells
    if all(isinstance(cell, int) for cell in known):
        return "integer", cells
    if all(isinstance(cell, int | float) for cell in known):
        return "number", [None if cell is None else float(cell) for cell in cells]
    return "text", [None if cell is None else str(cell) for cell in cells]


def _cell(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, str):
        text = value.strip()
        return None if text == "" else text
    return value


def _typed_text(cells: list[Any], known: list[str]) -> tuple[Kind, list[Any]]:
    if known and all(cell.casefold() in ("true", "false") for cell in known):
        return "flag", [None if cell is None else cell.casefold() == "true" for cell in cells]
    try:
        numbers = [None if cell is None or _no_number(cell) else _number(cell) for cell in cells]
    except ValueError:
        return "text", cells
    if not any(number is not None for number in numbers):
        return "text", cells
    if all(isinstance(number, int) for number in numbers if number is not None):
        return "integer", numbers
    return "number", [None if number is None else float(number) for number in numbers]


def _no_number(cell: str) -> bool:
    return cell.casefold() in ("nan", "inf", "-inf", "+inf", "infinity", "-infinity", "na", "n/a", "null")


def _number(cell: str) -> int | float:
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", cell):
        cell = cell.replace(",", "")
    digits = cell.lstrip("+-")
    if digits.isascii() and digits.isdigit():
        if (len(digits) > 1 and digits[0] == "0") or len(digits) > 15:
            raise ValueError  # a code, not a number
        return int(cell)
    if not digits[:1].isdigit() and not digits.startswith("."):
        raise ValueError
    number = float(cell)
    if not math.isfinite(number):
        raise ValueError
    return number


def _field(name: str, kind: Kind, values: list[Any]) -> Field:
    known = [value for value in values if value is not None]
    missing = len(known) < len(values)
    if kind == "flag":
        return Field(name, kind, (False, True), missing)
    if kind == "list":
        return Field(name, kind, tuple(known[:VALUES_MAX]), missing)
    counted = [value for value, _ in Counter(known).most_common(VALUES_MAX)]
    if kind == "text":
        return Field(name, kind, tuple(counted), missing)
    low, high = float(min(known)), float(max(known))
    reach = REACH * (high - low) or max(1.0, abs(high))
    bottom = max(0.0, low - reach) if low >= 0 else low - reach
    top = min(0.0, high + reach) if high <= 0 < -low else high + reach
    if low >= 0 and high <= 1:  # shares, probabilities, marks of 0 and 1
        top = min(1.0, top)
    step = 1.0 if kind == "integer" else 10.0 ** -_digits(known)
    ends = [min(known), max(known)]
    return Field(name, kind, tuple(dict.fromkeys([*ends, *counted])), missing, bottom, top, step)


def _digits(values: list[float]) -> int:
    """Decimals of the grid on which nearly all values lie, at most six."""
    sample = values[:2_000]
    for digits in range(7):
        if sum(abs(round(value, digits) - value) <= 1e-9 * max(1.0, abs(value)) for value in sample) >= 0.99 * len(
            sample
        ):
            return digits
    return 6


def _typical(fields: dict[str, Field], rows: Sequence[Application]) -> Application:
    """The row nearest to the middle: medians of numbers, most frequent of the rest; a real one, so it makes sense."""
    middle: Application = {}
    for name, one in fields.items():
        known = [row[name] for row in rows if row[name] is not None]
        if not known:
            middle[name] = None
        elif one.numeric:
            middle[name] = sorted(known)[len(known) // 2]
        else:
            middle[name] = known[0] if one.kind == "list" else Counter(known).most_common(1)[0][0]

    def distance(row: Application) -> float:
        far = 0.0
        for name, one in fields.items():
            if row[name] is None or middle[name] is None:
                far += float(row[name] is not middle[name])
            elif one.numeric:
                far += min(1.0, abs(row[name] - middle[name]) / ((one.high - one.low) or 1.0))
            else:
                far += float(row[name] != middle[name])
        return far

    far = [distance(row) for row in rows]
    return dict(rows[far.index(min(far))])
