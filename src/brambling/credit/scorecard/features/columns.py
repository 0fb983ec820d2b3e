"""What each column is: number, category, code with a history, or nothing a score may use."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from brambling.credit.scorecard.rules import MISSING_WORDS, label_of, number_of
from brambling.credit.scorecard.shapes import Floats, Raw
from brambling.kit.errors import InputRejected
from brambling.kit.files.tables import parse_dates
from brambling.kit.reasons import Reason

if TYPE_CHECKING:
    import polars as pl

NUMBERS_SHARE = 0.98  # of the filled cells must be numbers for the column to be one
LABELS_MAX = 30  # a text column with more different labels is a code with a history
ALIKE_SHARE = 0.9  # of the rows with a label of their own: an identifier or free text
CODE_DISTINCT_MIN, CODE_WIDTH_SHARE, CODE_WIDTH_MIN = 50, 0.85, 4
IDENTIFIER_ROWS_MIN = 100

# Grounds of discrimination by name; such a column is for the audit of decisions, not for making them.
PROTECTED = re.compile(
    r"(^|[^a-z])(sex|gender|race|racial|ethnic\w*|religion|religious|marital\w*|marriage|nationality|afam)($|[^a-z])"
    r"|性别|民族|种族|宗教|婚姻|国籍",
    re.IGNORECASE,
)

LeftOut = tuple[str, Reason]


def numbers_of(values: pl.Series) -> Floats:
    """The column as floats; NaN where missing, infinite or no number."""
    import polars as pl

    if values.dtype == pl.String:
        found = values.str.strip_chars().cast(pl.Float64, strict=False)
        if found.null_count() > values.null_count():  # money marks, thousands: read one by one, each spelling once
            spelled = {text: number_of(text) for text in values.filter(found.is_null()).drop_nulls().unique()}
            slow = values.replace_strict(spelled, default=None, return_dtype=pl.Float64)
            found = pl.select(pl.coalesce(found, slow)).to_series()
    elif values.dtype.is_numeric() or values.dtype == pl.Boolean:
        found = values.cast(pl.Float64)
    else:
        found = pl.Series([None] * values.len(), dtype=pl.Float64)
    out: Floats = found.fill_null(np.nan).to_numpy().astype(np.float64, copy=True)
    out[~np.isfinite(out)] = np.nan
    return out


def labels_of(values: pl.Series, width: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.object_]]:
    """The column as labels (``rules.label_of``), each spelling read once."""
    spelled = {value: label_of(value, width) for value in values.unique().to_list()}
    return np.array([spelled[value] for value in values.to_list()], dtype=object)


def read_columns(
    frame: pl.DataFrame, *, without: Collection[str], keep: Collection[str]
) -> tuple[list[Raw], list[LeftOut], list[Reason]]:
    """The usable columns as values, those left out with the reason, and what has to be told.

    ``without`` are the columns of another role or excluded by the user; ``keep`` those the user insists on.
    """
    raws, out, notes = [], [], []
    for name in frame.columns:
        if name in without:
            continue
        if name not in keep and PROTECTED.search(name):
            out.append((name, Reason("protected", {})))
            continue
        found = _read(frame[name], name in keep)
        if isinstance(found, Raw):
            raws.append(found)
            lost = _infinite(frame[name])
            if found.numbers is not None and lost:
                notes.append(Reason("infinite", {"column": name, "rows": str(lost)}))
            if found.labels is not None and _distinct(found) > 1000:
                notes.append(Reason("many-labels", {"column": name, "count": str(_distinct(found))}))
        else:
            out.append((name, found))
    return raws, out, notes


def _distinct(raw: Raw) -> int:
    assert raw.labels is not None
    return len({label for label in raw.labels if label is not None})


def _infinite(values: pl.Series) -> int:
    import polars as pl

    if values.dtype == pl.String:
        words = ["inf", "-inf", "+inf", "infinity", "-infinity"]
        return int(values.str.strip_chars().str.to_lowercase().is_in(words).sum())
    return int(values.is_infinite().sum()) if values.dtype.is_float() else 0


def _read(values: pl.Series, insisted: bool) -> Raw | Reason:
    import polars as pl

    if values.dtype.is_temporal() or _is_date(values):
        return Reason("date", {})
    filled = _filled(values)
    count = int(filled.sum())
    if count == 0:
        return Reason("empty", {})
    numbers = numbers_of(values)
    is_number = not np.isnan(numbers).all() and (~np.isnan(numbers)).sum() >= NUMBERS_SHARE * count
    distinct = values.filter(pl.Series(filled)).n_unique()
    if distinct == 1 and count == values.len():
        return Reason("constant", {})
    if not insisted and _identifies(numbers, is_number, distinct, count, values.len()):
        return Reason("identifier", {})
    if not is_number:
        return Raw(values.name, labels=labels_of(values))
    width = _code_width(numbers, distinct, count)
    return Raw(values.name, numbers=numbers, labels=labels_of(values, width) if width else None, width=width)


def _filled(values: pl.Series) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    import polars as pl

    if values.dtype == pl.String:
        here = values.is_not_null() & ~values.str.strip_chars().str.to_lowercase().is_in(sorted(MISSING_WORDS))
        return here.fill_null(False).to_numpy()
    there = values.is_not_null()
    if values.dtype.is_float():
        there = there & values.is_finite().fill_null(False)
    return there.to_numpy()


def _is_date(values: pl.Series) -> bool:
    import polars as pl

    if values.dtype != pl.String:
        return False
    some = values.drop_nulls().str.strip_chars()
    some = some.filter(some != "")
    if some.len() == 0 or not bool(some.head(200).str.contains(r"^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}").all()):
        return False
    try:
        return parse_dates(some).null_count() <= 0.02 * some.len()
    except InputRejected:
        return True


def _identifies(numbers: Floats, is_number: bool, distinct: int, count: int, rows: int) -> bool:
    """A number of its own for every row, or text that hardly ever comes twice."""
    if count < IDENTIFIER_ROWS_MIN:
        return False
    if not is_number:
        return distinct >= ALIKE_SHARE * count
    here = numbers[~np.isnan(numbers)]
    whole = bool((here == np.floor(here)).all())
    dense = float(here.max() - here.min()) <= 2 * rows  # 1..n, in any order
    return whole and count == rows and distinct == rows and (dense or float(here.min()) >= 1e6)


def _code_width(numbers: Floats, distinct: int, count: int) -> int:
    """The width of numbers that look like codes (postal, trade, product): whole, of one length, often repeated.

    Years and round amounts are not codes. Whether the history of such a code tells more than its size is measured, not
    guessed, when the characteristic is made.
    """
    here = numbers[~np.isnan(numbers) & (numbers != 0)]  # files of codes write 0 for none
    if (
        here.size == 0
        or distinct < CODE_DISTINCT_MIN
        or distinct > 0.7 * count
        or (here != np.floor(here)).any()
        or here.min() < 0
    ):
        return 0
    width = len(str(int(here.max())))
    share = float(np.mean((here >= 10 ** (width - 1)) & (here < 10**width)))
    round_share = float(np.mean(here % 1000 == 0))
    years = width == 4 and bool(((here > 1900) & (here < 2200)).all())
    if width < CODE_WIDTH_MIN or share < CODE_WIDTH_SHARE or round_share > 0.3 or years:
        return 0
    return width
