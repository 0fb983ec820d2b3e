"""Which figures a wealth company may be given, so that no customer can be worked out from them. Pure.

A figure is the money of some kinds in one product, summed over its customers. The company knows the product's total by
right, so a kind that were left out could be had by subtraction: kinds are therefore never left out but merged until each
group may be told. A group may be told where at least ``CUSTOMERS_MIN`` customers stand behind it and none has more than
half of it. Two releases of different days are compared over every set of kinds that can be summed from both: the
customers whose money in that set differs must be none, or again at least ``CUSTOMERS_MIN`` without one that moves more
than half. Otherwise the day is not released, and what was given before stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from brambling.wealth.structure.rules.kinds import KINDS, Kind

CUSTOMERS_MIN = 20
LARGEST_SHARE_MAX = 0.5

Ints = NDArray[np.int64]
Group = tuple[Kind, ...]


@dataclass(frozen=True, eq=False)
class Release:
    """What was given out of one product on one day: ``groups`` of kinds, over ``parts``, fen by customer and kind.

    ``parts`` (customer, kind in the order of ``KINDS``) stay with the bank; ``customers`` names the rows.
    """

    groups: tuple[Group, ...]
    customers: tuple[UUID, ...]
    parts: Ints

    def amounts(self) -> dict[Group, int]:
        """The figures that leave the bank."""
        return {group: int(self.parts[:, _columns(group)].sum()) for group in self.groups}


def release(parts: Mapping[UUID, Sequence[int]], earlier: Iterable[Release] = ()) -> Release | None:
    """The finest release of ``parts`` (customer to fen by kind) that may be given after ``earlier`` ones, or None."""
    customers = tuple(sorted(parts))
    table = np.array([parts[key] for key in customers], dtype=np.int64).reshape(len(customers), len(KINDS))
    groups = grouped(table)
    if groups is None:
        return None
    found = Release(groups, customers, table)
    return found if all(apart(found, other) for other in earlier) else None


def grouped(table: Ints) -> tuple[Group, ...] | None:
    """Groups of kinds that may each be told, as fine as merging the smallest leaves them; None where even all of them
    together may not."""
    groups: list[Group] = [(kind,) for kind in KINDS]
    while True:
        sums = [table[:, _columns(group)].sum(axis=1) for group in groups]
        bad = [place for place, values in enumerate(sums) if not enough(values)]
        if not bad:
            return tuple(groups)
        if len(groups) == 1:
            return None
        first = min(bad, key=lambda place: (int(sums[place].sum()), place))
        second = min(
            (place for place in range(len(groups)) if place != first),
            key=lambda place: (place not in bad, int(sums[place].sum()), place),
        )
        merged = tuple(kind for kind in KINDS if kind in groups[first] or kind in groups[second])
        groups = [group for place, group in enumerate(groups) if place not in (first, second)] + [merged]
        groups.sort(key=lambda group: KINDS.index(group[0]))


def enough(values: Ints) -> bool:
    """Whether a sum of these amounts may be told: enough customers behind it, none of them too large a part."""
    sizes = np.abs(values)
    return bool(np.count_nonzero(sizes) >= CUSTOMERS_MIN and sizes.max() <= LARGEST_SHARE_MAX * sizes.sum())


def apart(one: Release, other: Release) -> bool:
    """Whether no difference of the two releases tells of fewer customers than may be told of."""
    customers = sorted({*one.customers, *other.customers})
    place = {key: number for number, key in enumerate(customers)}
    moved = np.zeros((len(customers), len(KINDS)), dtype=np.int64)
    moved[[place[key] for key in one.customers]] += one.parts
    moved[[place[key] for key in other.customers]] -= other.parts
    for kinds in _summable(one.groups) & _summable(other.groups):
        if len(kinds) == len(KINDS):  # the total of a product is its company's own figure
            continue
        difference = moved[:, [KINDS.index(kind) for kind in kinds]].sum(axis=1)
        if difference.any() and not enough(difference):
            return False
    return True


def _summable(groups: Sequence[Group]) -> set[frozenset[Kind]]:
    """Every set of kinds that can be added up from the figures of ``groups``."""
    sums: set[frozenset[Kind]] = set()
    for size in range(1, len(groups) + 1):
        sums.update(frozenset(kind for group in chosen for kind in group) for chosen in combinations(groups, size))
    return sums


def _columns(group: Group) -> list[int]:
    return [KINDS.index(kind) for kind in group]
