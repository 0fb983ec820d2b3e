"""Tables of log odds become a card: whole hundredths of a point, every bin filled, stated directions kept exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from brambling.credit.scorecard.features import history
from brambling.credit.scorecard.model.binning import Binned
from brambling.credit.scorecard.model.boosting import Tables
from brambling.credit.scorecard.rules import FACTOR, HUNDREDTHS, OFFSET, Calibration, Card, Characteristic, Pair
from brambling.credit.scorecard.rules import step_highest as highest
from brambling.credit.scorecard.rules import step_lowest as lowest
from brambling.credit.scorecard.shapes import Floats

UNCALIBRATED = Calibration("platt", (0, 100_000), (OFFSET / FACTOR, (OFFSET - 1000) / FACTOR))


def assemble(
    binned: Sequence[Binned], tables: Tables, bad: Floats, weight: Floats, expected: Floats, start: float
) -> Card:
    """The card of these tables; ``start`` is the log odds of bad of the newest period. Its calibration is the scale's."""
    known = [i for i, item in enumerate(binned) if item.proper > 1 or _differs(item, tables.mains[i])]
    seat = {i: place for place, i in enumerate(known)}
    slots = [_slots(item) for item in binned]
    shares = [_share(item, weight) for item in binned]
    mains = [_spread(tables.mains[i][None, :], slots[i], shares[i])[0] for i in range(len(binned))]
    for i, item in enumerate(binned):
        _specials(item, mains[i], bad, weight, expected)
    items = tuple(_characteristic(binned[i], _hundredths(mains[i]), weight) for i in known)
    pairs = []
    for (i, j), table in tables.pairs.items():
        if i in seat and j in seat:
            wide = _spread(_spread(table, slots[j], shares[j]).T, slots[i], shares[i]).T
            pairs.append(Pair(seat[i], seat[j], tuple(_hundredths(row) for row in wide)))
    base = round(HUNDREDTHS * (OFFSET - FACTOR * (start + tables.start)))
    card = Card(base, items, tuple(pairs), UNCALIBRATED)
    for place, made in enumerate(card.characteristics):
        if made.direction != "free":
            card = _kept(card, place)
    return card


def _differs(item: Binned, main: Floats) -> bool:
    return bool((item.index >= item.proper).any()) and bool(np.ptp(main) > 0)


def _slots(item: Binned) -> list[int]:
    """For each bin of the characteristic the place in a table, -1 where the table has none and the mean stands."""
    seen = np.bincount(item.index, minlength=item.bins)
    top = int(item.index[item.index < item.proper].max(initial=0)) + 1  # the table's place for missing
    slots = [place if place < top else -1 for place in range(item.proper)]
    slots += [-1 for _ in item.specials]
    slots.append(top if seen[item.proper + len(item.specials)] else -1)
    unseen = -1
    if item.kind == "history":  # a code that nothing is known of has a lift of nothing
        unseen = int(np.searchsorted(np.array(item.edges), 0.0, side="right"))
    elif item.rare_bin is not None:
        unseen = item.rare_bin
    slots.append(unseen if unseen < top else -1)
    return slots


def _share(item: Binned, weight: Floats) -> Floats:
    inside = item.index < item.proper
    top = int(item.index[inside].max(initial=0)) + 1
    share: Floats = np.bincount(np.where(inside, item.index, top), weight, minlength=top + 1).astype(np.float64)
    return share


def _spread(table: Floats, slots: list[int], share: Floats) -> Floats:
    """The columns of a table laid out over all bins; a bin that the fit never saw gets the mean of the others."""
    mean = (table * share).sum(axis=1) / share.sum()
    return np.column_stack([mean if slot < 0 else table[:, slot] for slot in slots])


def _specials(item: Binned, main: Floats, bad: Floats, weight: Floats, expected: Floats) -> None:
    """A special value's bin by its own bad rate against the expected one, shrunk by 20 rows."""
    for place in range(item.proper, item.proper + len(item.specials)):
        rows = item.index == place
        observed, awaited = float((weight * bad)[rows].sum()), float((weight * expected)[rows].sum())
        prior = 20 * float(np.average(expected, weights=weight))
        main[place] = np.log((observed + prior) / (awaited + prior))


def _hundredths(log_odds: Floats) -> tuple[int, ...]:
    return tuple(round(value) for value in (-FACTOR * HUNDREDTHS * log_odds).tolist())


def _characteristic(item: Binned, points: tuple[int, ...], weight: Floats) -> Characteristic:
    if item.kind == "number":
        assert item.raw.numbers is not None
        inside = item.index < item.proper
        reference = weighted_median(item.raw.numbers[inside], weight[inside])
        made = Characteristic(item.raw.name, "number", points, reference, 0, item.direction, item.edges, item.specials)
    elif item.kind == "category":
        labels = {label: place for place, group in enumerate(item.groups) for label in group}
        made = Characteristic(item.raw.name, "category", points, _most(item, weight), 0, labels=labels)
    else:
        made = _history(item, points, weight)
    made = replace(made, made=item.raw.made, width=0 if item.kind == "number" else item.raw.width)
    return replace(made, reference_bin=made.bin_of(made.reference))


def _history(item: Binned, points: tuple[int, ...], weight: Floats) -> Characteristic:
    assert item.past is not None and item.raw.labels is not None
    edges = np.array(item.edges)

    def bins(values: dict[str, float]) -> dict[str, int]:
        place = np.searchsorted(edges, np.array(list(values.values())), side="right")
        return dict(zip(values, place.tolist(), strict=True))

    lift = history.values(item.past, item.raw)
    here = np.flatnonzero(~np.isnan(lift))
    middle = weighted_median(lift[here], weight[here])
    typical = str(item.raw.labels[here[np.abs(lift[here] - middle).argmin()]])
    labels, prefixes = bins(dict(item.past.codes)), tuple((n, bins(dict(known))) for n, known in item.past.prefixes)
    if item.raw.made and item.raw.made.how == "prefix":
        prefixes, labels = ((item.raw.made.length, labels),), {}
        typical = typical.ljust(item.raw.width, "0")  # a whole code that starts so
    return Characteristic(item.raw.name, "history", points, typical, 0, labels=labels, prefixes=prefixes)


def _most(item: Binned, weight: Floats) -> str:
    assert item.raw.labels is not None
    here = np.array([label is not None for label in item.raw.labels])
    known, place = np.unique(item.raw.labels[here].astype(str), return_inverse=True)
    return str(known[np.bincount(place, weight[here]).argmax()])


def weighted_median(values: Floats, weight: Floats) -> float:
    """A value of the sample with half of the weight on either side."""
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weight[order])
    return float(values[order][int(np.searchsorted(share, share[-1] / 2))])


def _kept(card: Card, place: int) -> Card:
    """The card with the stated direction of one number kept exactly.

    The booster keeps it in floats; rounding may undo a hundredth here and there. The step that went the wrong way is
    taken flat, by moving the points of all bins above it.
    """
    item = card.characteristics[place]
    steps = lowest(card, place) if item.direction == "decreasing" else highest(card, place)
    wrong = [max(0, -step) if item.direction == "decreasing" else -max(0, step) for step in steps]
    points = list(item.points)
    for low, mend in enumerate(wrong):
        if mend:
            for above in range(low + 1, item.proper):
                points[above] += mend
    mended = replace(item, points=tuple(points))
    return Card(
        card.base,
        (*card.characteristics[:place], mended, *card.characteristics[place + 1 :]),
        card.pairs,
        card.calibration,
    )
