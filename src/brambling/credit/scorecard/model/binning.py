"""Bins of each characteristic: monotone optimal binning by OptBinning, with bins apart for missing and special values.

OptBinning (Navas-Palencia, Optimal binning: mathematical programming formulation, 2020) finds the bins of the largest
information value under a monotone bad rate. A number whose risk is plainly not monotone stays free: a monotone card
would be wrong there, and the report names it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from brambling.credit.scorecard.features import history
from brambling.credit.scorecard.features.measures import auc
from brambling.credit.scorecard.rules import Direction
from brambling.credit.scorecard.shapes import Floats, Ints, Raw
from brambling.kit.errors import ExtraMissing

BINS_MAX, PREBINS_MAX, BIN_SHARE_MIN = 12, 24, 0.02
LABELS_MAX, RARE_ROWS = 30, 20
# Free when the best monotone curve leaves this share of what a free one explains, and chance does not explain it.
FREE_SHARE, FREE_CRITICAL = 0.35, 27.9  # chi-square, 9 degrees of freedom, 0.999
HISTORY_GAIN_AUC = 0.005
SPECIAL_SHARE_MIN = 0.005
REFINED_VALUES_MIN = 10


@dataclass(frozen=True, eq=False)
class Binned:
    """A characteristic before it has points. ``index`` is the bin of each row; ``counts`` the proper bins.

    ``history`` has the log lift of each code; its bins are those of numbers over that lift.
    """

    raw: Raw
    kind: str
    direction: Direction
    edges: tuple[float, ...]
    specials: tuple[float, ...]
    groups: tuple[tuple[str, ...], ...]
    rare_bin: int | None
    past: history.History | None
    index: Ints

    @property
    def proper(self) -> int:
        """How many bins are neither special, missing nor unseen."""
        return len(self.groups) if self.kind == "category" else len(self.edges) + 1

    @property
    def sign(self) -> int:
        """Which way the risk goes with the bin: 1 up (bins of labels stand in order of risk), -1 down, 0 either."""
        if self.kind == "number" or (self.raw.made and self.raw.made.how == "count"):
            return {"increasing": 1, "decreasing": -1, "free": 0}[self.direction]
        return 1

    @property
    def bins(self) -> int:
        """All bins."""
        return self.proper + len(self.specials) + 2


def bin_all(
    raws: list[Raw], bad: Floats, weight: Floats, expected: Floats, fold: Ints, *, monotone: str
) -> list[Binned]:
    """The characteristics of all columns; those of one bin and nothing missing are dropped by the caller."""
    return [bin_one(raw, bad, weight, expected, fold, monotone=monotone) for raw in raws]


def bin_one(raw: Raw, bad: Floats, weight: Floats, expected: Floats, fold: Ints, *, monotone: str) -> Binned:
    """The bins of one column. ``monotone`` is ``sensible`` (plainly bent numbers stay free), ``all`` or ``none``."""
    if raw.made and raw.made.how == "count":
        return _bin_count(raw, bad, weight)
    if raw.made and raw.made.how == "prefix":
        return _bin_history(raw, bad, weight, expected, fold)
    if raw.numbers is None:
        assert raw.labels is not None
        distinct = len({label for label in raw.labels.tolist() if label is not None})
        if distinct <= LABELS_MAX:
            return _bin_category(raw, bad, weight)
        return _bin_history(raw, bad, weight, expected, fold)
    if raw.labels is not None:
        coded = history.out_of_fold(raw, bad, weight, expected, fold)
        labels = np.searchsorted(_quantiles(raw.numbers, 20), raw.numbers, side="right").astype(str).astype(object)
        plain = history.out_of_fold(Raw(raw.name, labels=labels), bad, weight, expected, fold)
        filled = np.nan_to_num(coded)
        if auc(bad, filled, weight) > auc(bad, plain, weight) + HISTORY_GAIN_AUC:
            return _bin_history(raw, bad, weight, expected, fold)
    return _bin_number(raw, bad, weight, monotone)


def _quantiles(numbers: Floats, count: int) -> Floats:
    here = numbers[~np.isnan(numbers)]
    return np.unique(np.quantile(here, np.linspace(0, 1, count + 1)[1:-1])) if here.size else np.empty(0)


def _bin_number(raw: Raw, bad: Floats, weight: Floats, monotone: str) -> Binned:
    assert raw.numbers is not None
    specials = find_specials(raw.numbers)
    here = ~np.isnan(raw.numbers) & ~np.isin(raw.numbers, specials)
    direction = find_direction(raw.numbers[here], bad[here], weight[here], monotone)
    trend = {"increasing": "ascending", "decreasing": "descending", "free": "auto"}[direction]
    edges = refined(optimal_edges(raw.numbers[here], bad[here], weight[here], trend), raw.numbers[here])
    index = np.searchsorted(np.array(edges), raw.numbers, side="right").astype(np.int64)
    proper = len(edges) + 1
    for place, special in enumerate(specials):
        index[raw.numbers == special] = proper + place
    index[np.isnan(raw.numbers)] = proper + len(specials)
    return Binned(raw, "number", direction, edges, specials, (), None, None, index)


def _bin_history(raw: Raw, bad: Floats, weight: Floats, expected: Floats, fold: Ints) -> Binned:
    lift = history.out_of_fold(raw, bad, weight, expected, fold)
    here = ~np.isnan(lift)
    edges = refined(optimal_edges(lift[here], bad[here], weight[here], "ascending"), lift[here])
    index = np.searchsorted(np.array(edges), lift, side="right").astype(np.int64)
    index[~here] = len(edges) + 1
    past = history.learn(raw, bad, weight, expected)
    return Binned(raw, "history", "free", edges, (), (), None, past, index)


def _bin_count(raw: Raw, bad: Floats, weight: Floats) -> Binned:
    """Labels by how many other loans have them (log); one that the fit never saw has none."""
    assert raw.labels is not None
    here = np.array([label is not None for label in raw.labels])
    known, place, count = np.unique(raw.labels[here].astype(str), return_inverse=True, return_counts=True)
    others = np.log(count[place].astype(np.float64))  # log(1 + others), others = count - 1
    edges = refined(optimal_edges(others, bad[here], weight[here], "auto"), others)
    index = np.full(raw.labels.size, len(edges) + 1, np.int64)
    index[here] = np.searchsorted(np.array(edges), others, side="right")
    past = history.History(dict(zip(known.tolist(), np.log1p(count).tolist(), strict=True)), ())
    return Binned(raw, "history", "free", edges, (), (), None, past, index)


def _bin_category(raw: Raw, bad: Floats, weight: Floats) -> Binned:
    """Labels grouped by risk, the lowest first; labels of fewer than 20 rows go together."""
    assert raw.labels is not None
    here = np.array([label is not None for label in raw.labels])
    known, place = np.unique(raw.labels[here].astype(str), return_inverse=True)
    counts = np.bincount(place)
    rare = counts < RARE_ROWS
    lump = known.size
    unit = np.where(rare, lump, np.arange(known.size))[place]
    units = np.unique(unit)
    prior = float(np.average(bad[here], weights=weight[here])) if here.any() else 0.5
    rows = np.bincount(unit, weight[here], minlength=lump + 1)
    rate = (np.bincount(unit, (weight * bad)[here], minlength=lump + 1) + 5 * prior) / (rows + 5)
    groups_of_units = _optimal_groups(unit, rate, bad[here], weight[here])
    ordered = sorted(groups_of_units, key=lambda group: float(np.average(rate[group], weights=rows[group] + 1e-9)))
    names = {unit: ([known[unit]] if unit < lump else known[rare].tolist()) for unit in units.tolist()}
    groups = tuple(tuple(sorted(name for unit in group for name in names[unit])) for group in ordered)
    bin_of = {unit: number for number, group in enumerate(ordered) for unit in group}
    index = np.full(raw.labels.size, len(groups), np.int64)
    index[here] = [bin_of[one] for one in unit.tolist()]
    return Binned(raw, "category", "free", (), (), groups, bin_of.get(lump), None, index)


def _optimal_groups(unit: Ints, rate: Floats, bad: Floats, weight: Floats) -> list[list[int]]:
    """Units put together by OptBinning over their (shrunk) bad rate: order by risk makes the optimum a split of a line."""
    if unit.size == 0:
        return []
    units = np.unique(unit).tolist()
    edges = np.array(optimal_edges(rate[unit], bad, weight, "ascending"))
    place = np.searchsorted(edges, rate, side="right")
    return [[one for one in units if place[one] == number] for number in sorted({int(place[one]) for one in units})]


def optimal_edges(values: Floats, bad: Floats, weight: Floats, trend: str) -> tuple[float, ...]:
    """The cuts between bins, [a, b) each; none where one bin is best. Raises ExtraMissing without OptBinning."""
    distinct = np.unique(values)
    if distinct.size < 2 or bad.min() == bad.max():
        return ()
    if distinct.size == 2:
        return (float(distinct.mean()),) if not np.isnan(distinct.mean()) else ()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pandas and scikit-learn, about OptBinning's own calls
            from optbinning import OptimalBinning
    except ModuleNotFoundError:
        raise ExtraMissing("scorecard", "fitting a scorecard") from None
    binning = OptimalBinning(
        dtype="numerical",
        solver="cp",
        monotonic_trend=trend,
        max_n_bins=BINS_MAX,
        max_n_prebins=PREBINS_MAX,
        min_prebin_size=min(0.5, max(BIN_SHARE_MIN, 25 / values.size)),
        time_limit=8,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        binning.fit(values, bad.astype(np.int64), sample_weight=weight)
    splits: Any = binning.splits
    return tuple(float(cut) for cut in splits)


def refined(edges: tuple[float, ...], values: Floats) -> tuple[float, ...]:
    """The optimal cuts and the tenths of the rows between them.

    The optimum is of one column over all time; what boosting finds inside of its bins (another slope in the newest
    years, or beside another column) would be lost. The stated direction holds across all cuts alike.
    """
    if not edges or np.unique(values).size <= REFINED_VALUES_MIN:
        return edges
    tenths = np.quantile(values, np.linspace(0, 1, 11)[1:-1], method="inverted_cdf").tolist()
    return tuple(sorted({*edges, *(cut for cut in tenths if cut > values.min())}))


def find_specials(numbers: Floats) -> tuple[float, ...]:
    """Numbers that stand for no number: all nines (with either sign), frequent, and far outside of everything else."""
    known, counts = np.unique(numbers[~np.isnan(numbers)], return_counts=True)
    found = []
    for value, count in zip(known.tolist(), counts.tolist(), strict=True):
        text = f"{abs(value):.0f}"
        if abs(value) < 99 or set(text) != {"9"} or count < SPECIAL_SHARE_MIN * numbers.size:
            continue
        others = known[[not _all_nines(one) for one in known.tolist()]]
        if others.size and (value > others.max() + np.ptp(others) or value < others.min() - np.ptp(others)):
            found.append(value)
    return tuple(found)


def _all_nines(value: float) -> bool:
    return abs(value) >= 99 and set(f"{abs(value):.0f}") == {"9"}


def find_direction(numbers: Floats, bad: Floats, weight: Floats, monotone: str) -> Direction:
    """Whether the risk rises or falls with the number, or plainly does neither."""
    from sklearn.isotonic import IsotonicRegression

    if monotone == "none" or numbers.size == 0:
        return "free"
    place = np.searchsorted(_quantiles(numbers, 10), numbers, side="right")
    rows: Floats = np.bincount(place, weight).astype(np.float64)
    used = rows > 0
    bads: Floats = np.bincount(place, weight * bad)[used].astype(np.float64)
    rows = rows[used]
    rate = bads / rows
    steps = np.arange(rate.size)
    fits = {
        name: _deviance(bads, rows, np.asarray(IsotonicRegression(increasing=up).fit(steps, rate, rows).predict(steps)))
        for name, up in (("increasing", True), ("decreasing", False))
    }
    flat = _deviance(bads, rows, np.full(rate.size, bads.sum() / rows.sum()))
    best: Direction = "increasing" if fits["increasing"] <= fits["decreasing"] else "decreasing"
    lost, whole = fits[best] - _deviance(bads, rows, rate), flat - _deviance(bads, rows, rate)
    # weights that differ make chance larger: the test is on the effective number of rows
    effective = weight.sum() ** 2 / float((weight**2).sum()) / weight.sum()
    bent = lost * effective > FREE_CRITICAL and lost > FREE_SHARE * whole
    return "free" if bent and monotone == "sensible" else best


def _deviance(bads: Floats, rows: Floats, rate: Floats) -> float:
    rate = np.clip(rate, 1e-9, 1 - 1e-9)
    return float(-2 * (bads * np.log(rate) + (rows - bads) * np.log(1 - rate)).sum())
