"""Forecast subscriptions and redemptions: read, take out what is known ahead, model, add up, say what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from brambling.kit.errors import ExtraMissing, InputRejected
from brambling.wealth.flows.features import Bools, Calendar, CalendarName, calendar_of
from brambling.wealth.flows.model import bands, known
from brambling.wealth.flows.model import paths as joint
from brambling.wealth.flows.model import series as amounts_of
from brambling.wealth.flows.model.blend import spread
from brambling.wealth.flows.model.boosting import Momentum
from brambling.wealth.flows.model.candidates import NAIVE, Series
from brambling.wealth.flows.model.engine import Fitted, fit
from brambling.wealth.flows.model.hierarchy import Tree, reconcile, tree_of
from brambling.wealth.flows.readers import Panel, read_flows, read_plan
from brambling.wealth.flows.rules import (
    HORIZON_DAYS_MAX,
    LEVELS,
    QUANTILES,
    SIDES,
    Floats,
    Ints,
    Note,
    ordered,
    roll_up,
    whole,
)
from brambling.wealth.flows.shapes import Choice, Coverage, Forecast, History, Paths, yuan

if TYPE_CHECKING:
    import polars as pl

Engine = Literal["local", "dask"]
PRODUCTS_AT_ONCE = 1_000
PATHS_FOR_SUMS, PATHS_MIN = 500, 100  # paths behind the quantiles of sums; fewer where a panel is very large
PATH_CELLS_MAX = 60_000_000
WHOLE = "total"
MEMORY_DAYS = bands.MEMORY_DAYS


@dataclass(frozen=True)
class _Part:
    """The answer for the nodes of one panel: (side, node, day) points, (quantile, side, node, day), paths."""

    names: tuple[str, ...]
    depth: tuple[int, ...]
    point: Ints
    quantiles: Ints
    history: Floats
    choices: list[Choice]
    notes: list[Note]
    inside: tuple[int, int, int]
    tested: int
    paths: tuple[Ints, Ints] | None


def forecast(
    flows: Any,
    horizon: int,
    *,
    calendar: CalendarName = "CN",
    sales_plan: Any = None,
    hierarchy: str | Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    paths: int = 0,
    seed: int = 7,
    engine: Engine = "local",
    said: Callable[[int, int], object] = lambda done, total: None,
) -> Forecast:
    """Forecast every product of ``flows`` (a path or any dataframe) for ``horizon`` days after its last day.

    ``hierarchy`` (``"company>product>channel"`` or a sequence of columns) also forecasts every level above, so that all
    sums are exact. ``sales_plan`` (date, product, channel, quota) is added to subscriptions by the share of it that came
    in the past. ``engine`` says where the parts of ``PRODUCTS_AT_ONCE`` products are computed: ``local`` one after the other,
    ``dask`` on whatever Dask's own configuration names (its processes here, a cluster's workers where a client is
    open); the numbers are the same. ``paths`` joint paths are kept in the result when it is above 0. The same seed gives the same numbers.
    Raises InputRejected for input that cannot be used; see docs/algorithms/forecast.md for the method.
    """
    if not 1 <= horizon <= HORIZON_DAYS_MAX:
        raise InputRejected(f"a horizon of {horizon} days", expected=f"1 to {HORIZON_DAYS_MAX}")
    if paths < 0:
        raise InputRejected(f"{paths} paths", expected="0 or more")
    columns = _columns(hierarchy)
    panel = read_flows(flows, horizon, calendar=calendar, hierarchy=columns, mapping=mapping)
    days = calendar_of(panel.days[0], panel.days.size + horizon, calendar)
    panel, extra, notes = _without_known(panel, sales_plan, horizon, days, mapping)
    at_once = len(panel.products) if columns else PRODUCTS_AT_ONCE
    starts = range(0, len(panel.products), at_once)
    work = [
        partial(_part, _rows(panel, rows), extra[:, rows], horizon, days, paths, seed, bool(columns))
        for rows in (slice(first, first + at_once) for first in starts)
    ]
    parts = _run(work, engine, said)
    return _together(parts, panel, horizon, seed, [*panel.notes, *notes])


def _run(work: Sequence[Callable[[], _Part]], engine: Engine, said: Callable[[int, int], object]) -> list[_Part]:
    """The parts in order, here or by Dask, which also carries them to other machines."""
    if engine == "local":
        parts = []
        for number, one in enumerate(work):
            parts.append(one())
            said(number + 1, len(work))
        return parts
    try:
        dask: Any = import_module("dask")
    except ImportError:
        raise ExtraMissing("fields", "a forecast on Dask") from None
    # an open client or a configured scheduler goes first; parts hold the interpreter, so processes and not threads
    given = dask.config.get("scheduler", None) or ("processes" if dask.base.get_scheduler() is None else None)
    made: tuple[_Part, ...] = dask.compute(*(dask.delayed(one)() for one in work), scheduler=given)
    said(len(work), len(work))
    return list(made)


def _columns(hierarchy: str | Sequence[str]) -> tuple[str, ...]:
    names = hierarchy.split(">") if isinstance(hierarchy, str) else list(hierarchy)
    names = [name.strip() for name in names]
    if hierarchy and not all(names):
        raise InputRejected(f"--hierarchy {hierarchy!r} has an empty name", expected="columns like company>product")
    return tuple(names) if hierarchy else ()


def _without_known(
    panel: Panel, sales_plan: Any, horizon: int, days: Calendar, mapping: Mapping[str, str] | None
) -> tuple[Panel, Floats, list[Note]]:
    """The panel without the part of its flows that was known ahead, what is known of the horizon, and notes."""
    length = panel.days.size
    sides = [panel.subscription.copy(), panel.redemption.copy()]
    extra = np.zeros((2, len(panel.products), horizon))
    notes: list[Note] = []
    if sales_plan is not None:
        plan = read_plan(sales_plan, panel, horizon, mapping)
        effect = known.learn(sides[0], plan[:, :length], days)
        share = effect.share if effect.helps else float(effect.days == 0)
        code = "plan-learnt" if effect.days else "plan-assumed"
        notes.append(Note(code, {"percent": round(share * 100)}))
        sides[0] = np.maximum(sides[0] - share * plan[:, :length], np.where(np.isfinite(sides[0]), 0, np.nan))
        extra[0] += share * plan[:, length:]
    for name, grid in panel.ahead.items():
        amounts = np.nan_to_num(np.maximum(grid, 0)) * 100
        for number, side in enumerate(SIDES[:2]):
            effect = known.learn(sides[number], amounts[:, :length], days)
            used = effect.helps and effect.share > 0
            notes.append(
                Note(
                    "known-used" if used else "known-left",
                    {"column": name, "side": side, "percent": round(effect.share * 100)},
                )
            )
            if used:
                taken = sides[number] - effect.share * amounts[:, :length]
                sides[number] = np.maximum(taken, np.where(np.isfinite(taken), 0, np.nan))
                extra[number] += effect.share * amounts[:, length:]
    return replace(panel, subscription=sides[0], redemption=sides[1]), extra, notes


def _rows(panel: Panel, rows: slice) -> Panel:
    return replace(
        panel,
        products=panel.products[rows],
        labels=panel.labels[rows],
        subscription=panel.subscription[rows],
        redemption=panel.redemption[rows],
        start=panel.start[rows],
        behind={name: grid[rows] for name, grid in panel.behind.items()},
    )


def _part(panel: Panel, extra: Floats, horizon: int, days: Calendar, kept: int, seed: int, summed: bool) -> _Part:
    tree = tree_of(panel.labels, WHOLE) if summed else None
    leaves = [amounts_of.filled(side, panel.start) for side in (panel.subscription, panel.redemption)]
    nodes = [_summed(side, tree) for side in leaves]
    start = panel.start if tree is None else np.array([panel.start[list(m)].min() for m in tree.members])
    depth = np.zeros(start.size, dtype=np.int64) if tree is None else np.array(tree.depth)
    stacked, starts = np.concatenate(nodes), np.tile(start, 2)
    group = np.concatenate([2 * depth, 2 * depth + 1])
    floor = amounts_of.floors(stacked)
    series = Series(amounts_of.logs_of(stacked, floor), starts, group, days)
    fitted = fit(series, horizon, _momentum(panel, tree), seed)
    zero = _zeros(stacked, starts, days, horizon)
    ceiling = amounts_of.ceilings(stacked)[:, None]
    point = np.where(zero, 0, np.exp(np.minimum(fitted.point, ceiling)))
    count = start.size
    return _Sums(panel, tree, fitted, point, zero, ceiling, extra, horizon, kept, seed).part(
        nodes, _choices(panel, tree, fitted, stacked), _said(panel, fitted, stacked, starts, days, count)
    )


def _summed(side: Floats, tree: Tree | None) -> Floats:
    if tree is None:
        return side
    return np.concatenate([side, *(side[list(tree.members[node])].sum(axis=0)[None] for node in tree.parents)])


def _momentum(panel: Panel, tree: Tree | None) -> Momentum | None:
    if not panel.behind:
        return None
    grids = [_summed(np.nan_to_num(grid) if tree else grid, tree) for grid in panel.behind.values()]
    return Momentum(np.stack([np.tile(grid, (2, 1)) for grid in grids]))


def _zeros(stacked: Floats, starts: Ints, days: Calendar, horizon: int) -> Bools:
    """Where the forecast is exactly zero: (series, horizon)."""
    length = stacked.shape[1]
    off = ~days.workday[length : length + horizon]
    closed = amounts_of.closed_on_days_off(stacked, starts, days.workday[:length])
    return amounts_of.asleep(stacked)[:, None] | (closed[:, None] & off[None, :])


@dataclass(frozen=True)
class _Sums:
    """From logs to whole amounts: points, paths and quantiles of leaves and of everything above."""

    panel: Panel
    tree: Tree | None
    fitted: Fitted
    point: Floats
    zero: Bools
    ceiling: Floats
    extra: Floats
    horizon: int
    kept: int
    seed: int

    def part(self, nodes: list[Floats], choices: list[Choice], notes: list[Note]) -> _Part:
        leaves, count = len(self.panel.products), nodes[0].shape[0]
        means = self.point.reshape(2, count, self.horizon)
        points = [self._points(means[side], side) for side in (0, 1)]
        drawn = self._paths(points, leaves, count)
        alone: list[tuple[int, ...]] = [(leaf,) for leaf in range(leaves)]
        members = alone if self.tree is None else list(self.tree.members)
        rolled = np.stack([roll_up(side, members) for side in points])
        quantiles = np.empty((len(LEVELS), 3, count, self.horizon), dtype=np.int64)
        direct = np.exp(np.minimum(self.fitted.middle + bands.at_levels(self.fitted.grid, LEVELS), self.ceiling))
        direct = np.where(self.zero, 0, direct).reshape(len(LEVELS), 2, count, self.horizon)
        quantiles[:, :2] = whole(direct + self._extra_nodes(members)[None])
        for node, places in enumerate(members):
            sides = [side[:, list(places)].sum(axis=1) for side in drawn]
            quantiles[:, 2, node] = _quantiles(sides[0] - sides[1])
            if node >= leaves:
                quantiles[:, 0, node], quantiles[:, 1, node] = _quantiles(sides[0]), _quantiles(sides[1])
        return _Part(
            names=self.panel.products if self.tree is None else self.tree.names,
            depth=(0,) * count if self.tree is None else self.tree.depth,
            point=np.concatenate([rolled, rolled[:1] - rolled[1:]]),
            quantiles=ordered(quantiles),
            history=np.stack(nodes),
            choices=choices,
            notes=notes,
            inside=self.fitted.inside,
            tested=self.fitted.tested,
            paths=(drawn[0], drawn[1]) if self.kept else None,
        )

    def _points(self, means: Floats, side: int) -> Ints:
        """Whole leaf amounts of one side."""
        leaves = len(self.panel.products)
        if self.tree is not None:
            rows = slice(side * means.shape[0], (side + 1) * means.shape[0])
            missed = spread(self.fitted.blend.residuals)[rows] * means.mean(axis=1)
            coherent = reconcile(means, missed**2, self.tree)
            means = np.where(self.zero[rows][:leaves], 0, coherent)
        return whole(means[:leaves] + self.extra[side])

    def _extra_nodes(self, members: list[tuple[int, ...]]) -> Floats:
        return np.stack([np.stack([side[list(places)].sum(axis=0) for places in members]) for side in self.extra])

    def _paths(self, points: list[Ints], leaves: int, count: int) -> list[Ints]:
        """Joint paths of the leaves, (path, leaf, day) of each side, moved to the reconciled points."""
        random = np.random.default_rng([self.seed, len(self.panel.products)])
        rows = np.concatenate([np.arange(leaves), count + np.arange(leaves)])
        ranks = joint.templates(self.fitted.blend.residuals[:, rows])
        fitting = PATH_CELLS_MAX // (2 * leaves * self.horizon)
        total = self.kept or int(np.clip(fitting, PATHS_MIN, PATHS_FOR_SUMS))
        if ranks.shape[0]:
            shared = np.random.default_rng(self.seed)  # the same origins in every part of a large panel
            chosen = joint.draw_origins(self.fitted.ages, total, MEMORY_DAYS, shared)
        else:
            chosen = np.zeros(total, dtype=np.int64)
        logs = joint.draw(self.fitted.middle[rows], self.fitted.grid[:, rows], ranks, chosen, random)
        amounts = np.where(self.zero[rows], 0, np.exp(np.minimum(logs, self.ceiling[rows])))
        if self.tree is not None:
            base = self.point[rows]
            moved = np.concatenate(points) - self.extra.reshape(-1, self.horizon)
            amounts = amounts * np.where(base > 0, moved / np.where(base > 0, base, 1), 1.0)
        return [whole(amounts[:, side * leaves : (side + 1) * leaves] + self.extra[side]) for side in (0, 1)]


def _quantiles(values: Ints) -> Ints:
    out: Ints = np.rint(np.quantile(values, LEVELS, axis=0)).astype(np.int64)
    return out


def _choices(panel: Panel, tree: Tree | None, fitted: Fitted, stacked: Floats) -> list[Choice]:
    names = panel.products if tree is None else tree.names
    silent = amounts_of.asleep(stacked)
    out = []
    for number in range(2 * len(names)):
        naive = bool(fitted.blend.naive[number])
        loss = float(fitted.blend.relative[number])
        weights = zip(fitted.members, fitted.blend.weights[:, number], strict=True)
        out.append(
            Choice(
                product=names[number % len(names)],
                side=SIDES[number // len(names)],
                method="zero" if silent[number] else NAIVE if naive else "blend",
                weights={name: round(float(weight), 4) for name, weight in weights if weight > 0.0005},
                loss_relative=round(loss, 4) if np.isfinite(loss) else None,
            )
        )
    return out


def _said(panel: Panel, fitted: Fitted, stacked: Floats, starts: Ints, days: Calendar, count: int) -> list[Note]:
    """Notes on the leaves: fallbacks and zeros, each said once."""
    silent = amounts_of.asleep(stacked)
    closed = amounts_of.closed_on_days_off(stacked, starts, days.workday[: stacked.shape[1]])
    notes = []
    for place, product in enumerate(panel.products):
        rows = [place, count + place]
        judged = np.isfinite(fitted.blend.relative[rows]) | silent[rows]
        if not judged.all():
            notes.append(Note("short", {"product": product, "days": int(stacked.shape[1] - starts[place])}))
        for number, side in enumerate(SIDES[:2]):
            row = number * count + place
            if not (stacked[row] > 0).any():
                notes.append(Note("zero", {"product": product, "side": side}))
            elif silent[row]:
                notes.append(Note("asleep", {"product": product, "side": side, "days": amounts_of.ASLEEP_DAYS}))
            elif closed[row]:
                notes.append(Note("days-off", {"product": product, "side": side}))
            if fitted.blend.naive[row] and judged[number] and not silent[row]:
                notes.append(Note("naive", {"product": product, "side": side}))
    return notes


def _together(parts: list[_Part], panel: Panel, horizon: int, seed: int, notes: list[Note]) -> Forecast:
    ahead = panel.days[-1] + 1 + np.arange(horizon)
    names = [name for part in parts for name in part.names]
    history = np.concatenate([part.history for part in parts], axis=1)
    inside = np.array([part.inside for part in parts]).sum(axis=0)
    tested = max(part.tested for part in parts)
    coverage = Coverage(inside[0] / inside[2], inside[1] / inside[2], tested) if inside[2] else None
    kept = [part.paths for part in parts if part.paths is not None]
    drawn = None
    if kept:
        sides = [np.concatenate([pair[side] for pair in kept], axis=1) for side in (0, 1)]
        drawn = Paths(panel.products, ahead, sides[0], sides[1])
    return Forecast(
        table=_table(parts, ahead, names),
        horizon_days=horizon,
        origin=str(panel.days[-1]),
        history=History(tuple(names), panel.days, history[0], history[1]),
        notes=(*notes, *(note for part in parts for note in part.notes)),
        choices=tuple(choice for part in parts for choice in part.choices),
        coverage=coverage,
        levels=dict(zip(names, (d for part in parts for d in part.depth), strict=True))
        if len(panel.columns) > 1
        else {},
        paths=drawn,
        seed=seed,
    )


def _table(parts: list[_Part], ahead: Any, names: list[str]) -> pl.DataFrame:
    """The contract's table: product by product, side by side, day by day."""
    import polars as pl

    point = np.concatenate([part.point for part in parts], axis=1).transpose(1, 0, 2)
    quantiles = np.concatenate([part.quantiles for part in parts], axis=2).transpose(0, 2, 1, 3)
    products, sides, horizon = point.shape
    numbers = np.repeat(np.arange(products), sides * horizon)
    frame = pl.DataFrame(
        {
            "date": np.tile(ahead, products * sides),
            "product": pl.Series(names, dtype=pl.String).gather(numbers),
            "side": pl.Series(SIDES, dtype=pl.String).gather(np.tile(np.repeat(np.arange(sides), horizon), products)),
            "mean": point.reshape(-1),
            **{name: quantiles[place].reshape(-1) for place, name in enumerate(QUANTILES)},
        }
    )
    return frame.with_columns(pl.col("date").cast(pl.Date), *(yuan(name) for name in ("mean", *QUANTILES)))
