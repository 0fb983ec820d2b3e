"""Flows laid onto a curve: which window of it, which trading day settles which flow, and what a forecast said then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from brambling.wealth.ladder.features import Ints
from brambling.wealth.ladder.model.replay import LOOK_AHEAD, Track
from brambling.wealth.ladder.shapes import Curve, Floats

QUARTER_DAYS = 365.25 / 4
RUN_IN_DAYS = 120
TAIL = np.array([1, 4, 5, 6, 7, 8, 11, 12, 13, 14])  # days of flows after the last row
WORST_DAYS = 90  # days of the past that the plan without a forecast looks at
SCORE_DAYS = 20  # trading days over which misses are remembered
SAFETY = 1.5
NEAR_DAYS = 2  # trading days that must hold whatever was missed lately; farther ones can still be mended
FAR_LEVEL = 0.95
QUARTER_END_DAYS = 30  # calendar days before the end of a quarter, in which more stays overnight
QUARTER_END_TIMES = 3.0


@dataclass(frozen=True)
class Told:
    """Forecasts of one product: ``origins`` (days known), and the median of net outflow cumulated over the days ahead,
    (origin, day ahead), in smallest units."""

    origins: Ints
    outflow: Floats

    def ahead(self, known: int, end: int) -> float:
        """Expected outflow from day ``known`` to ``end``, by the newest forecast there was then."""
        place = int(np.searchsorted(self.origins, known, side="right")) - 1
        origin = int(self.origins[place])
        last = min(end - origin, self.outflow.shape[1] - 1)  # beyond what it said nothing is expected
        gone = min(known - origin - 1, self.outflow.shape[1] - 1)
        return float(self.outflow[place, last] - (self.outflow[place, gone] if gone >= 0 else 0.0))


@dataclass(frozen=True)
class Replayed:
    """Flows of one product: net outflow by calendar day in smallest units, and the assets before the first day replayed.

    ``start`` is the first day replayed; days before it are known past.
    """

    days: np.ndarray[tuple[int], np.dtype[np.datetime64]]
    outflow: Floats
    start: int
    opening: float
    told: Told


def shifts(curve: Curve, first: np.datetime64, length: int, align: str) -> list[int]:
    """Days by which the flows are moved: 0 for ``same``, else one window each quarter of the curve, weekdays kept.

    A window needs ``RUN_IN_DAYS`` of curve before it and its whole length on the curve.
    """
    earliest, latest = int(curve.days[0].astype(int)) + RUN_IN_DAYS, int(curve.days[-1].astype(int)) - length - 7
    base = int(first.astype(int))
    if align == "same":
        return [0] if earliest <= base <= latest + 7 else []
    found = []
    quarters = range(int((earliest - base) / QUARTER_DAYS) - 1, int((latest - base) / QUARTER_DAYS) + 2)
    for quarter in quarters:
        shift = 7 * round(quarter * QUARTER_DAYS / 7)
        if earliest <= base + shift <= latest:
            found.append(shift)
    return found


def track_of(curve: Curve, flows: Replayed, shift: int, times: float) -> Track:
    """The replay of one window: flows ``times`` what they were, in opening assets."""
    first, last = flows.days[flows.start] + shift, flows.days[-1] + shift
    inside = np.flatnonzero((curve.days >= first) & (curve.days <= last))
    before = np.flatnonzero((curve.days >= first - RUN_IN_DAYS) & (curve.days < first))
    rows = np.concatenate([before, inside])
    # a flow settles on the first trading day that is not before it; those after the last row never do
    at = ((curve.days[rows] - shift) - flows.days[0]).astype(int)
    scaled = times * flows.outflow / flows.opening
    running = np.concatenate([[0.0], np.cumsum(scaled)])
    quiet = before.size
    ends = np.concatenate([[flows.start], at[quiet:] + 1])
    net = np.concatenate([np.zeros(quiet), -(running[ends[1:]] - running[ends[:-1]])])
    need, flat = _needs(flows, at, quiet, scaled, times)
    left = _days_to_quarter_end(flows.days[0] + at)
    wary = np.where((left <= QUARTER_END_DAYS) & (np.arange(rows.size) >= quiet), QUARTER_END_TIMES, 1.0)
    return Track(curve, rows, net, need, flat, wary, quiet)


def _days_to_quarter_end(days: Any) -> Ints:
    """Calendar days from each of ``days`` to the end of its quarter."""
    month = days.astype("datetime64[M]")
    after = month + (3 - month.astype(int) % 3)
    out: Ints = (after.astype("datetime64[D]") - days).astype(np.int64) - 1
    return out


def _needs(flows: Replayed, at: Ints, quiet: int, scaled: Floats, times: float) -> tuple[Floats, Floats]:
    """Needs by trading day: from the forecast (in opening assets), and from the worst of the past (share of assets).

    Misses are judged from the first forecast on, so also on days before the replay; on those nothing is asked for yet
    and the first need of the replay stands.
    """
    count = at.size
    expected = np.zeros((count, LOOK_AHEAD))
    actual, flat = np.full((count, LOOK_AHEAD), np.nan), np.zeros((count, LOOK_AHEAD))
    running, steps = np.concatenate([[0.0], np.cumsum(scaled)]), _steps(at)
    # assets by day: flows doubled are doubled from the first day replayed on; before it they are what they were
    assets = np.where(
        np.arange(running.size) > flows.start,
        1.0 + running[flows.start] - running,
        1.0 + (running[flows.start] - running) / times,
    )
    for day in range(count):
        known = int(at[day]) + 1
        if known < flows.told.origins[0]:
            continue
        for k in range(LOOK_AHEAD):
            end = int(steps[day, k])
            expected[day, k] = flows.told.ahead(known, end) * times / flows.opening
            if end < scaled.size:
                actual[day, k] = running[end + 1] - running[known]
        flat[day] = _worst(scaled, known, steps[day] - at[day]) / max(float(assets[known]), 0.05)
    size = np.maximum(assets[np.minimum(at + 1, assets.size - 1)], 0.05)[:, None]
    need = np.stack([_adapted(expected / size, actual / size, day, steps, at) for day in range(count)]) * size
    need[:quiet], flat[:quiet] = 0.0, flat[quiet]
    return need, flat


def _steps(at: Ints) -> Ints:
    """Flow day up to which the next 1 ... LOOK_AHEAD trading days reach, (day, k); weeks go on after the last."""
    longer = np.concatenate([at, at[-1] + TAIL[:LOOK_AHEAD]])
    return np.stack([longer[1 + k : 1 + k + at.size] for k in range(LOOK_AHEAD)], axis=1)


def _worst(scaled: Floats, known: int, spans: Ints) -> Floats:
    """The worst outflow of the past over as many calendar days as each span."""
    past = np.concatenate([[0.0], np.cumsum(scaled[max(0, known - WORST_DAYS) : known])])
    worst = [float((past[span:] - past[:-span]).max()) if span < past.size else 0.0 for span in spans.tolist()]
    out: Floats = np.maximum(np.array(worst), 0.0)
    return out


def _adapted(expected: Floats, actual: Floats, day: int, steps: Ints, at: Ints) -> Floats:
    """The need at one day's end as a share of assets: what is expected and the worst recent miss.

    A miss counts once its days have passed; the largest of ``n`` misses is conformal at level ``n / (n + 1)``, and
    ``SAFETY`` stands for what has not been seen yet.
    """
    early = max(0, day - SCORE_DAYS)
    known = (steps[early:day] <= at[day]) & np.isfinite(actual[early:day]) & (expected[early:day] != 0)
    missed = np.where(known, actual[early:day] - expected[early:day], 0.0)
    if not missed.size:
        missed = np.zeros((1, LOOK_AHEAD))
    near = SAFETY * missed.max(axis=0)
    far = np.quantile(missed, FAR_LEVEL, axis=0)
    margin = np.maximum(np.where(np.arange(LOOK_AHEAD) < NEAR_DAYS, near, far), 0.0)
    out: Floats = np.maximum(expected[day] + margin, 0.0)
    return out
