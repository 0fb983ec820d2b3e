"""The flows file and the sales plan, as arrays; every fault in them as one clear line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from brambling.kit.errors import InputRejected
from brambling.kit.files import Column, read_frame, read_table
from brambling.wealth.flows.features import CalendarName, calendar_of
from brambling.wealth.flows.rules import CLOSED_AFTER_DAYS, HISTORY_DAYS_MIN, Floats, Ints, Note

if TYPE_CHECKING:
    import polars as pl

EVERYTHING = "all"  # the product of a file that has no product column
SPAN_DAYS_MAX = 366 * 60
AMOUNT_MAX = 1e13  # yuan a day and product: beyond it neither floats nor sums of them are exact to the fen


@dataclass(frozen=True)
class Panel:
    """Flows of products as arrays in smallest units, NaN where unknown.

    ``subscription`` and ``redemption`` are (product, day); ``start`` is the first known day of each product; ``labels``
    are the places in the hierarchy, coarsest first (the product alone without one). ``ahead`` holds covariates that
    reach beyond the last day, (product, day + horizon), ``behind`` those that do not, (product, day).
    """

    products: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...]
    days: NDArray[np.datetime64]
    subscription: Floats
    redemption: Floats
    start: Ints
    ahead: Mapping[str, Floats] = field(default_factory=dict)
    behind: Mapping[str, Floats] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def read_flows(
    source: Any,
    horizon: int,
    *,
    calendar: CalendarName = "CN",
    hierarchy: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
) -> Panel:
    """The panel of a flows file or frame.

    Raises InputRejected for a negative flow, a flow beyond ``AMOUNT_MAX``, a day that stands twice, a file without any known flow, and when no
    product has two weeks of history. Gaps, closed products and products too young become notes.
    """
    file = Path(source) if isinstance(source, str | Path) else None
    frame = _typed(source, hierarchy, mapping, file)
    keys, order = _keys(frame, hierarchy)
    frame = frame.with_columns(keys.alias("_key"))
    _reject_faults(frame, file)
    known = frame["subscription"].is_not_null() & frame["redemption"].is_not_null()
    if not known.any():
        raise InputRejected("has no row with both flows", file=file, expected="amounts in subscription and redemption")
    dates = frame["date"].to_numpy().astype("datetime64[D]")
    first, last = dates[known.to_numpy()].min(), dates[known.to_numpy()].max()
    span = int((last - first).astype(int)) + 1
    if span > SPAN_DAYS_MAX:
        raise InputRejected(f"spans {span:,} days from {first} to {last}", file=file, expected="at most 60 years")
    names = sorted(frame["_key"].unique().to_list())
    numbers = {name: place for place, name in enumerate(names)}
    rows = frame["_key"].replace_strict(numbers, return_dtype=_int64()).to_numpy()
    columns = (dates - first).astype(np.int64)
    flows, rounded = _amounts(frame, rows, columns, (len(names), span))
    notes = [Note("rounded", {"count": rounded})] if rounded else []
    covariates = _covariates(frame, rows, columns, (len(names), span + horizon), hierarchy)
    labels = {key: tuple(key.split("\x1f")) for key in names}
    panel = _screened(
        [labels[key] for key in names], tuple(order), first + np.arange(span), flows, covariates, span, calendar, notes
    )
    if not panel.products:
        most = max(int(np.isfinite(row).sum()) for row in flows[0])
        raise InputRejected(
            f"no product is open with enough history (the longest has {most} days)",
            file=file,
            expected=f"at least {HISTORY_DAYS_MIN} days up to {last}",
        )
    return panel


def _int64() -> pl.DataType:
    import polars as pl

    return pl.Int64()


def _typed(source: Any, hierarchy: Sequence[str], mapping: Mapping[str, str] | None, file: Path | None) -> pl.DataFrame:
    import polars as pl

    columns = [
        Column("date", "date"),
        Column("product", required=False),
        Column("subscription", "number", nullable=True),
        Column("redemption", "number", nullable=True),
        *(Column(name) for name in hierarchy if name != "product"),
    ]
    frame = read_table(source, columns, mapping)
    if frame.height == 0:
        raise InputRejected("has no rows", file=file)
    if "product" not in frame.columns and not hierarchy:
        frame = frame.with_columns(pl.lit(EVERYTHING).alias("product"))
    if len(set(hierarchy)) < len(hierarchy):
        raise InputRejected(f"--hierarchy {'>'.join(hierarchy)} names a column twice", file=file)
    return frame


def _keys(frame: pl.DataFrame, hierarchy: Sequence[str]) -> tuple[pl.Series, list[str]]:
    """The key of each row (labels joined, coarsest first) and the columns it is made of.

    A hierarchy may be written from either end: the end with fewer values is the coarse one. A product column that is
    not named in it is its finest level.
    """
    import polars as pl

    order = list(hierarchy)
    if len(order) > 1 and frame[order[0]].n_unique() > frame[order[-1]].n_unique():
        order.reverse()
    if "product" in frame.columns and "product" not in order:
        order.append("product")
    return frame.select(pl.concat_str([pl.col(name) for name in order], separator="\x1f")).to_series(), order


def _reject_faults(frame: pl.DataFrame, file: Path | None) -> None:
    import polars as pl

    for name in ("subscription", "redemption"):
        below = frame[name].fill_null(0) < 0
        if below.any():
            row = int(below.arg_max() or 0)
            raise InputRejected(
                f"{frame[name][row]} is negative",
                file=file,
                row=row + 1,
                column=name,
                expected="an amount of 0 or more",
            )
        above = frame[name].fill_null(0) > AMOUNT_MAX
        if above.any():
            row = int(above.arg_max() or 0)
            raise InputRejected(
                f"{frame[name][row]:g} is more than a day can bring",
                file=file,
                row=row + 1,
                column=name,
                expected=f"an amount of up to {AMOUNT_MAX:g}",
            )
    twice = ~frame.select(pl.struct("date", "_key").is_first_distinct()).to_series()
    if twice.any():
        row = int(twice.arg_max() or 0)
        day, key = frame["date"][row], frame["_key"][row].replace("\x1f", ">")
        raise InputRejected(
            f"{day} stands twice for {key!r}",
            file=file,
            row=row + 1,
            column="date",
            expected="one row a day and product",
        )


def _amounts(
    frame: pl.DataFrame, rows: Ints, columns: Ints, shape: tuple[int, int]
) -> tuple[tuple[Floats, Floats], int]:
    """Both sides in smallest units, and how many amounts had to be rounded to them."""
    inside = (columns >= 0) & (columns < shape[1])
    sides, rounded = [], 0
    for name in ("subscription", "redemption"):
        units = frame[name].cast(_float64()).to_numpy() * 100
        whole = np.rint(units)
        rounded += int((np.abs(units - whole) > 1e-3 + 1e-15 * np.abs(units)).sum())
        grid = np.full(shape, np.nan)
        grid[rows[inside], columns[inside]] = whole[inside]
        sides.append(grid)
    unknown = ~(np.isfinite(sides[0]) & np.isfinite(sides[1]))
    for grid in sides:
        grid[unknown] = np.nan
    return (sides[0], sides[1]), rounded


def _float64() -> pl.DataType:
    import polars as pl

    return pl.Float64()


def _covariates(
    frame: pl.DataFrame, rows: Ints, columns: Ints, shape: tuple[int, int], hierarchy: Sequence[str]
) -> dict[str, Floats]:
    """Numeric extra columns that vary within a product, on the days of history and horizon."""
    import polars as pl

    out: dict[str, Floats] = {}
    taken = {"date", "product", "subscription", "redemption", "_key", *hierarchy}
    inside = (columns >= 0) & (columns < shape[1])
    for name in frame.columns:
        if name in taken or frame[name].dtype.is_temporal():
            continue
        values = frame[name].cast(pl.Float64, strict=False)
        if values.null_count() > frame[name].null_count() + frame.height // 50 or values.null_count() == frame.height:
            continue
        grid = np.full(shape, np.nan)
        grid[rows[inside], columns[inside]] = values.to_numpy()[inside]
        low, high = np.nan_to_num(grid, nan=np.inf).min(axis=1), np.nan_to_num(grid, nan=-np.inf).max(axis=1)
        if (high > low).any():
            out[name] = grid
    return out


def _screened(
    labels: list[tuple[str, ...]],
    columns: tuple[str, ...],
    days: NDArray[np.datetime64],
    flows: tuple[Floats, Floats],
    covariates: Mapping[str, Floats],
    span: int,
    calendar: CalendarName,
    notes: list[Note],
) -> Panel:
    """Products that can be forecast, with days off filled where a product never has them, and notes on the rest."""
    off = ~calendar_of(days[0], span, calendar).workday
    known = np.isfinite(flows[0])
    start = np.where(known.any(axis=1), known.argmax(axis=1), span)
    last = span - 1 - known[:, ::-1].argmax(axis=1)
    keep = []
    for place, label in enumerate(labels):
        name = ">".join(label)
        if not known[place].any() or span - 1 - last[place] > CLOSED_AFTER_DAYS:
            notes.append(Note("closed", {"product": name, "last": _day(days, int(last[place]))}))
            continue
        if span - start[place] < HISTORY_DAYS_MIN:
            notes.append(Note("young", {"product": name, "days": int(span - start[place])}))
            continue
        lived = np.arange(span) >= start[place]
        if lived[off].any() and not known[place, off].any():
            for side in flows:
                side[place, off & lived] = 0.0
        hole = np.flatnonzero(lived & ~np.isfinite(flows[0][place]))
        if hole.size:
            where = {"first": _day(days, int(hole[0])), "last": _day(days, int(hole[-1]))}
            notes.append(Note("gap", {"product": name, "days": int(hole.size), **where}))
        keep.append(place)
    ahead = {name: grid[keep] for name, grid in covariates.items() if np.isfinite(grid[:, span:]).any()}
    behind = {name: grid[keep, :span] for name, grid in covariates.items() if name not in ahead}
    return Panel(
        products=tuple(">".join(labels[place]) for place in keep),
        labels=tuple(labels[place] for place in keep),
        columns=columns,
        days=days,
        subscription=flows[0][keep],
        redemption=flows[1][keep],
        start=start[keep].astype(np.int64),
        ahead=ahead,
        behind=behind,
        notes=tuple(notes),
    )


def _day(days: NDArray[np.datetime64], place: int) -> str:
    return str(days[min(max(place, 0), days.size - 1)])


def read_plan(source: Any, panel: Panel, horizon: int, mapping: Mapping[str, str] | None = None) -> Floats:
    """Planned subscriptions (product, day + horizon) in smallest units: quotas of all channels added up.

    With a hierarchy that has a column ``channel``, a row goes to the leaves of its product and channel. Raises
    InputRejected for a product that the flows do not have, a negative quota, and a plan that begins after the horizon.
    """
    file = Path(source) if isinstance(source, str | Path) else None
    columns = (
        Column("date", "date"),
        Column("product", required=False),
        Column("channel", required=False, nullable=True),
        Column("quota", "money"),
    )
    have = read_frame(source).columns  # the names given for the flows count where the plan has them too
    names = {ours: theirs for ours, theirs in (mapping or {}).items() if ours in _PLAN and theirs in have}
    frame = read_table(source, columns, names)
    plan = np.zeros((len(panel.products), panel.days.size + horizon))
    inside = 0
    for row, line in enumerate(frame.iter_rows(named=True), start=1):
        if line["quota_minor"] < 0:
            raise InputRejected("a quota is negative", file=file, row=row, column="quota", expected="0 or more")
        places = _leaves_of(panel, line.get("product"), line.get("channel"))
        if not places:
            raise InputRejected(f"{line.get('product')!r} is not among the flows", file=file, row=row, column="product")
        day = _place(line["date"], panel.days[0])
        if 0 <= day < plan.shape[1]:
            plan[places, day] += line["quota_minor"] / len(places)
            inside += 1
    if not inside:
        end = panel.days[-1] + horizon
        raise InputRejected("no row falls into history or horizon", file=file, expected=f"dates up to {end}")
    return plan


_PLAN = ("date", "product", "channel", "quota")


def _place(day: date, first: np.datetime64) -> int:
    return int((np.datetime64(day) - first).astype(int))


def _leaves_of(panel: Panel, product: str | None, channel: str | None) -> list[int]:
    wanted = {"product": product, "channel": channel}
    asked = {name: value for name, value in wanted.items() if value and name in panel.columns}
    if product and "product" not in panel.columns:
        return []
    return [
        place
        for place, label in enumerate(panel.labels)
        if all(dict(zip(panel.columns, label, strict=True))[name] == value for name, value in asked.items())
    ]
