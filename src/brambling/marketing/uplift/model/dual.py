"""Few contacts for many customers: the knapsack with several purses, by dual decomposition.

    maximise   sum v[i, j] x[i, j]
    subject to sum_j x[i, j] <= k for every customer i          (nobody is contacted more than k times)
               sum   a[r, i, j] x[i, j] <= b[r] for every r      (budget, channel capacities)
               x in {0, 1}

With a price on every resource the customers come apart: each takes its k best offers of positive value net of prices.
The prices that make the sum of that least (a convex function of a handful of prices) give a bound that no plan can pass;
they are found by cutting planes, first on a sample of the customers and then on all within a box around that answer. The
plan is what customers take at those prices, less what is over a limit, plus what still fits. Arrays are (offers,
customers) and are passed through in slices, so memory is that of the input and a slice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brambling.marketing.uplift.rules import Bools, Floats, Ints

SLICE = 1_000_000
SAMPLE = 100_000
BOX = 0.1  # half-width of the box around the sample's prices, as a share of them
SAMPLE_STEPS, STEPS_MAX = 200, 40
TOLERANCE = 1e-5

Places = NDArray[np.intp]


@dataclass(frozen=True)
class Resource:
    """A budget or capacity: ``use`` in whole units, (offers, 1) where all customers cost alike, else (offers,
    customers), and how much there is."""

    name: str
    use: Ints
    limit: int


@dataclass(frozen=True)
class Plan:
    """``chosen`` (offers, customers); prices a unit of each resource; value and bound in the unit of the values."""

    chosen: Bools
    prices: Floats
    value: float
    bound: float
    used: tuple[int, ...]
    passes: int

    @property
    def gap(self) -> float:
        """What the plan may be short of the best, as a share of the bound."""
        return max(self.bound - self.value, 0.0) / self.bound if self.bound > 0 else 0.0


@dataclass(frozen=True)
class _Problem:
    values: Floats  # (offers, customers), -inf or NaN where there is no offer
    resources: tuple[Resource, ...]
    contacts_max: int

    @property
    def limits(self) -> Floats:
        return np.array([resource.limit for resource in self.resources], dtype=float)

    def slices(self) -> Iterator[slice]:
        for start in range(0, self.values.shape[1], SLICE):
            yield slice(start, start + SLICE)

    def uses(self, rows: slice) -> list[Ints]:
        return [r.use if r.use.shape[1] == 1 else r.use[:, rows] for r in self.resources]

    def reduced(self, prices: Floats, rows: slice) -> Floats:
        """Values net of the prices of what they use."""
        out = np.nan_to_num(self.values[:, rows], nan=-np.inf)
        for price, use in zip(prices, self.uses(rows), strict=True):
            if price:
                out = out - price * use
        return out

    def bound(self, prices: Floats) -> tuple[float, Floats]:
        """The dual value at ``prices`` and its slope: what is left of each resource."""
        total, used = 0.0, np.zeros(len(self.resources))
        for rows in self.slices():
            net = self.reduced(prices, rows)
            taken = take(net, self.contacts_max)
            total += float(np.where(taken, net, 0.0).sum())
            used += [float((taken * use).sum()) for use in self.uses(rows)]
        return total + float(prices @ self.limits), self.limits - used

    def sample(self, count: int) -> _Problem:
        """Every so many-th customer, and as much less of every resource."""
        customers = self.values.shape[1]
        step = max(customers // count, 1)
        share = len(range(0, customers, step)) / customers
        parts = tuple(
            Resource(r.name, r.use if r.use.shape[1] == 1 else r.use[:, ::step], round(r.limit * share))
            for r in self.resources
        )
        return _Problem(self.values[:, ::step], parts, self.contacts_max)


def take(net: Floats, contacts_max: int) -> Bools:
    """The offers each customer takes: the ``contacts_max`` best of positive net value, ties to the earlier offer."""
    offers, customers = net.shape
    if contacts_max >= offers:
        taken: Bools = net > 0
        return taken
    taken = np.zeros(net.shape, dtype=bool)
    left = net
    for round_ in range(contacts_max):
        best, place = np.zeros(customers), np.full(customers, -1)
        for offer in range(offers):
            better = left[offer] > best
            best = np.where(better, left[offer], best)
            place = np.where(better, offer, place)
        for offer in range(offers):
            taken[offer] |= place == offer
        if round_ + 1 < contacts_max:
            left = np.where(taken, -np.inf, net)
    return taken


def allocate(values: Floats, resources: tuple[Resource, ...], contacts_max: int = 1) -> Plan:
    """The plan for ``values`` (offers, customers) under ``resources``; an offer that is not there is NaN."""
    problem = _Problem(values, resources, contacts_max)
    prices, bound, passes = _prices(problem)
    chosen = np.zeros(values.shape, dtype=bool)
    for rows in problem.slices():
        chosen[:, rows] = take(problem.reduced(prices, rows), contacts_max)
    used = _used(problem, chosen)
    used = _drop(problem, prices, chosen, used)
    used = _fill(problem, prices, chosen, used)
    value = sum(float(values[:, rows][chosen[:, rows]].sum()) for rows in problem.slices())
    return Plan(chosen, prices, value, max(bound, value), tuple(int(one) for one in used), passes)


def _prices(problem: _Problem) -> tuple[Floats, float, int]:
    count = len(problem.resources)
    if count == 0:
        return np.zeros(0), problem.bound(np.zeros(0))[0], 1
    top = _highest(problem)
    small = problem.sample(SAMPLE)
    start, bound, passes = _cutting_planes(small.bound, np.zeros(count), np.zeros(count), top, SAMPLE_STEPS)
    if small.values.shape[1] == problem.values.shape[1]:
        return start, bound, passes
    width = np.maximum(start, 0.01 * top) * BOX
    return _cutting_planes(problem.bound, start, width, top, STEPS_MAX)


def _highest(problem: _Problem) -> Floats:
    """A price of each resource at which nobody takes anything."""
    top = np.full(len(problem.resources), 1e-12)
    for rows in problem.slices():
        values = np.nan_to_num(problem.values[:, rows], nan=0.0, neginf=0.0)
        for place, use in enumerate(problem.uses(rows)):
            wide = np.broadcast_to(use, values.shape)
            ratio = np.divide(values, wide, out=np.zeros(values.shape), where=wide > 0)
            top[place] = max(top[place], float(ratio.max(initial=0.0)))
    return top


def _cutting_planes(
    evaluate: Callable[[Floats], tuple[float, Floats]], start: Floats, width: Floats, top: Floats, steps: int
) -> tuple[Floats, float, int]:
    """Kelley's method in a box around the best point, which moves with it; without ``width`` the box is everything.

    Returns the prices, the bound there, and how often all customers were asked.
    """
    from scipy.optimize import linprog

    best, (bound, slope) = start, evaluate(start)
    cuts = [(bound, slope, start)]
    for step in range(1, steps):
        low = np.maximum(best - width, 0) if width.any() else np.zeros_like(top)
        high = np.minimum(best + width, top) if width.any() else top
        scale = np.maximum(top, 1e-12)
        rows = np.array([np.append(g * scale, -1.0) for _v, g, _p in cuts])
        sides = np.array([g @ p - v for v, g, p in cuts])
        size = max(abs(bound), 1e-12)
        limits = [*zip(low / scale, high / scale, strict=True), (None, None)]
        rows, sides = rows / size, sides / size
        rows[:, -1] = -1.0
        found = linprog(np.append(np.zeros(len(top)), 1.0), A_ub=rows, b_ub=sides, bounds=limits, method="highs")
        if found.x is None:
            break
        point = np.clip(found.x[:-1] * scale, low, high)
        hoped = float(found.x[-1]) * size
        at_edge = width.any() and bool((((point <= low) & (low > 0)) | ((point >= high) & (high < top))).any())
        if bound - hoped <= TOLERANCE * size and not at_edge:
            return best, bound, step
        value, slope = evaluate(point)
        cuts.append((value, slope, point))
        if value < bound:
            best, bound = point, value
            width = width * 2 if at_edge else width
        else:
            width = width / 2
    return best, bound, steps


def _used(problem: _Problem, chosen: Bools) -> Ints:
    used = np.zeros(len(problem.resources), dtype=np.int64)
    for rows in problem.slices():
        used += np.array([int((chosen[:, rows] * use).sum()) for use in problem.uses(rows)], dtype=np.int64)
    return used


def _at(use: Ints, offers: Places, customers: Places) -> Ints:
    return use[offers, 0] if use.shape[1] == 1 else use[offers, customers]


def _net(problem: _Problem, prices: Floats, offers: Places, customers: Places) -> Floats:
    out = problem.values[offers, customers].astype(float)
    for price, resource in zip(prices, problem.resources, strict=True):
        out = out - price * _at(resource.use, offers, customers)
    return out


def _drop(problem: _Problem, prices: Floats, chosen: Bools, used: Ints) -> Ints:
    """Take back what is over a limit, the contacts that gain least for what they use first."""
    for place, resource in enumerate(problem.resources):
        if used[place] <= resource.limit:
            continue
        offers, customers = np.nonzero(chosen)
        use = _at(resource.use, offers, customers)
        offers, customers, use = offers[use > 0], customers[use > 0], use[use > 0]
        order = np.argsort(_net(problem, prices, offers, customers) / use, kind="stable")
        freed = np.cumsum(use[order])
        last = int(np.searchsorted(freed, used[place] - resource.limit))
        gone = order[: last + 1]
        chosen[offers[gone], customers[gone]] = False
        used = used - np.array(
            [int(_at(r.use, offers[gone], customers[gone]).sum()) for r in problem.resources], dtype=np.int64
        )
    return used


def _fill(problem: _Problem, prices: Floats, chosen: Bools, used: Ints) -> Ints:
    """Add what still fits, the best net of prices first."""
    left = np.array([r.limit for r in problem.resources], dtype=np.int64) - used
    offers, customers = _open(problem, prices, chosen)
    contacts = chosen.sum(axis=0)
    while offers.size:
        # each customer's best candidate alone, so that nobody gets two in one round
        _who, first = np.unique(customers, return_index=True)
        first = np.sort(first)
        fits = np.ones(first.size, dtype=bool)
        alone = np.ones(first.size, dtype=bool)
        for place, resource in enumerate(problem.resources):
            use = _at(resource.use, offers[first], customers[first])
            alone &= use <= left[place]
            fits &= (np.cumsum(np.where(alone, use, 0)) <= left[place]) | (use == 0)
        added = first[fits & alone]
        chosen[offers[added], customers[added]] = True
        contacts[customers[added]] += 1
        for place, resource in enumerate(problem.resources):
            left[place] -= int(_at(resource.use, offers[added], customers[added]).sum())
        hopeless = np.zeros(offers.size, dtype=bool)
        hopeless[first[~alone]] = True
        hopeless[added] = True
        hopeless |= contacts[customers] >= problem.contacts_max
        if not hopeless.any():
            break
        offers, customers = offers[~hopeless], customers[~hopeless]
    return np.array([r.limit for r in problem.resources], dtype=np.int64) - left


FILL_MAX = 2_000_000


def _open(problem: _Problem, prices: Floats, chosen: Bools) -> tuple[Places, Places]:
    """Candidates to add, best net of prices first: positive value, not chosen, of a customer with room."""
    parts: list[tuple[Places, Places, Floats]] = []
    for rows in problem.slices():
        values, taken = problem.values[:, rows], chosen[:, rows]
        room = taken.sum(axis=0) < problem.contacts_max
        offers, places = np.nonzero((np.nan_to_num(values, nan=-1.0) > 0) & ~taken & room)
        net = problem.reduced(prices, rows)[offers, places]
        if net.size > FILL_MAX:
            best = np.argpartition(-net, FILL_MAX)[:FILL_MAX]
            offers, places, net = offers[best], places[best], net[best]
        parts.append((offers, places + rows.start, net))
    offers, customers, net = (np.concatenate([part[i] for part in parts]) for i in range(3))
    if net.size > FILL_MAX:
        best = np.argpartition(-net, FILL_MAX)[:FILL_MAX]
        offers, customers, net = offers[best], customers[best], net[best]
    order = np.lexsort((offers, customers, -net))
    return offers[order], customers[order]
