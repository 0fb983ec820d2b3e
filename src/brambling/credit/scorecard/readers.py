"""A file of loans with outcomes: target, weight and time found, rows without an outcome told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.credit.scorecard.features.columns import numbers_of
from brambling.credit.scorecard.rules import label_of
from brambling.credit.scorecard.shapes import Floats, Ints, Loans
from brambling.kit.errors import InputRejected
from brambling.kit.files.tables import parse_dates, read_frame
from brambling.kit.reasons import Reason

if TYPE_CHECKING:
    import polars as pl

PERIODS_MAX = 120
ROWS_MIN, CLASS_MIN = 60, 15


def read_named(source: Any, mapping: Mapping[str, str] | None = None) -> pl.DataFrame:
    """The raw table, columns renamed by ``mapping`` (ours -> theirs); raises InputRejected for an unknown one."""
    frame = read_frame(source)
    frame = frame.rename({name: name.strip().lstrip("\ufeff") for name in frame.columns})
    for ours, theirs in (mapping or {}).items():
        frame = _need(frame, theirs, source)
        if ours != theirs and ours in frame.columns:
            frame = frame.drop(ours)
        frame = frame.rename({theirs: ours})
    return frame


def _need(frame: pl.DataFrame, name: str, source: Any) -> pl.DataFrame:
    if name not in frame.columns:
        have = ", ".join(frame.columns[:12]) + (" ..." if len(frame.columns) > 12 else "")
        raise InputRejected(f"no column {name!r}", file=file_of(source), expected=f"one of {have}")
    return frame


def file_of(source: Any) -> Path | None:
    """The path of a source that is one."""
    return Path(source) if isinstance(source, str | Path) else None


def read_loans(
    source: Any,
    *,
    target: str,
    bad: str,
    weight: str | None = None,
    time: str | None = None,
    mapping: Mapping[str, str] | None = None,
    rows_min: int = ROWS_MIN,
    class_min: int = CLASS_MIN,
) -> Loans:
    """The loans of ``source``; ``bad`` is the value of ``target`` that means default.

    Raises InputRejected for a missing column, a target of one class, fewer than ``rows_min`` rows or ``class_min`` of a
    class, a weight that is no positive number, and a time that is neither date nor number.
    """
    file = file_of(source)
    frame = read_named(source, mapping)
    for name in (target, weight, time):
        if name is not None:
            _need(frame, name, source)
    words = {value: label_of(value) for value in frame[target].unique().to_list()}
    known = sorted({word for word in words.values() if word is not None})
    sought = label_of(bad)
    if sought not in known:
        shown = ", ".join(known[:8]) + (" ..." if len(known) > 8 else "")
        raise InputRejected(f"--bad {bad!r} is no value there", file=file, column=target, expected=f"one of {shown}")
    if len(known) == 1:
        raise InputRejected("the target has one class only", file=file, column=target, expected="good and bad rows")
    outcome = np.array([np.nan if words[v] is None else float(words[v] == sought) for v in frame[target].to_list()])
    notes: list[Reason] = []
    if len(known) > 2:
        notes.append(Reason("target-classes", {"count": str(len(known)), "bad": str(sought)}))
    keep = ~np.isnan(outcome)
    if not keep.all():
        notes.append(Reason("no-outcome", {"rows": str(int((~keep).sum()))}))
    loans = _loans(frame, outcome, keep, weight, time, file, tuple(notes))
    bads = int(loans.bad.sum())
    if loans.bad.size < rows_min or min(bads, loans.bad.size - bads) < class_min:
        raise InputRejected(
            f"{loans.bad.size} rows with {bads} bad ones are too few",
            file=file,
            column=target,
            expected=f"{rows_min} rows and {class_min} of each class",
        )
    return loans


def _loans(
    frame: pl.DataFrame,
    outcome: Floats,
    keep: Any,
    weight: str | None,
    time: str | None,
    file: Path | None,
    notes: tuple[Reason, ...],
) -> Loans:
    weights = np.ones(frame.height) if weight is None else numbers_of(frame[weight])
    wrong = ~(weights > 0)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InputRejected("is no weight", file=file, row=row + 1, column=weight, expected="a number above 0")
    period, end = np.zeros(frame.height, np.int64), None
    periods: tuple[str, ...] = ("all",)
    if time is not None:
        period, periods, end = read_periods(frame[time], file)
    whole = Loans(frame, outcome, weights / weights[keep].mean(), period, periods, end, notes)
    return whole if keep.all() else whole.take(keep)


def read_periods(values: pl.Series, file: Path | None = None) -> tuple[Ints, tuple[str, ...], Floats]:
    """Period of each row in time order, the periods' names, and the last day (ordinal) that a row's time may mean.

    Dates become months, or years where there are more than 120 months; numbers (years, 202604, vintages) stand for
    themselves, or for tenths of the rows where there are more than 120 of them.
    Raises InputRejected for a value that is neither.
    """
    numbers = numbers_of(values)
    if not np.isnan(numbers).any() and not (numbers > 1e7).all():
        return _number_periods(numbers)
    days = parse_dates(values, file=file, column=values.name)
    if days.is_null().any():
        row = int(days.is_null().arg_max() or 0)
        raise InputRejected(
            f"{values[row]!r} is no time", file=file, row=row + 1, column=values.name, expected="a date or a number"
        )
    names = days.dt.strftime("%Y-%m")
    if names.n_unique() > PERIODS_MAX:
        names = days.dt.strftime("%Y")
    known = sorted(names.unique().to_list())
    place = {name: i for i, name in enumerate(known)}
    ordinal = days.to_physical().to_numpy().astype(float)
    return np.array([place[name] for name in names.to_list()], np.int64), tuple(known), ordinal


def _number_periods(numbers: Floats) -> tuple[Ints, tuple[str, ...], Floats]:
    import polars as pl

    known, place = np.unique(numbers, return_inverse=True)
    names = tuple(f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}" for value in known)
    if known.size > PERIODS_MAX:
        cuts = np.unique(np.quantile(numbers, np.linspace(0, 1, 11)[1:-1]))
        place = np.searchsorted(cuts, numbers, side="right")
        names = tuple(f"part {i + 1}" for i in range(cuts.size + 1))
    end = np.full(numbers.size, np.nan)
    years = (numbers >= 1900) & (numbers <= 2200) & (numbers == np.floor(numbers))
    if years.all():
        last = pl.Series([f"{int(year)}-12-31" for year in known]).str.to_date().to_physical().to_numpy().astype(float)
        end = last[np.searchsorted(known, numbers)]
    return place.astype(np.int64), names, end
