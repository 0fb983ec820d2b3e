"""Where to look: applications to start from, and for each field the values at which an answer may turn.

Three sources feed the places of a field: literals of the axioms, constants in the scorer's own code, and what probing
finds. Probing scans each field of some rows, halves the interval with the largest jump until the jump is pinned to the
grid of the file, and fits a small regression tree to all answers seen, whose splits are thresholds that no single scan
shows.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from brambling.credit.axioms.model.asking import Asker
from brambling.credit.axioms.rules import AxiomSet, rank
from brambling.credit.axioms.rules.condition import Condition
from brambling.credit.axioms.rules.judge import reasons_of
from brambling.credit.axioms.shapes import Application, Field, Outcome, Space

PLACES_MAX = 160
NOTABLE_MAX = 400
CONSTANT_REACH = 3.0  # ranges beyond the file's within which a constant of the code is still tried
_SCAN = 9
_HALVINGS = 24
_LEAVES = 48


class Places:
    """The places of every field of ``space``, and the start of every search."""

    def __init__(self, space: Space, rng: random.Random) -> None:
        self.space = space
        self.rng = rng
        self.special: dict[str, list[Any]] = {name: [] for name in space.fields}
        self.notable: list[Application] = []
        self._known: dict[str, set[Any]] = {name: set() for name in space.fields}
        self._signatures: set[Any] = set()
        self._names = list(space.fields)
        self._order = list(range(len(space.rows)))
        rng.shuffle(self._order)

    # -- filling ---------------------------------------------------------------------------------------------------

    def add(self, name: str, value: Any) -> None:
        """Remember ``value`` and its neighbours on the grid as a place of the field ``name``."""
        one = self.space.fields[name]
        if one.kind == "text" and isinstance(value, str):
            self._keep(name, value)
        elif one.numeric and isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            span = (one.high - one.low) * CONSTANT_REACH
            if one.low - (span if one.low < 0 else 0) <= value <= one.high + (span if one.high > 1 else 0):
                for shifted in (value, value - one.step, value + one.step):
                    if possible(one, shifted):
                        self._keep(name, on_grid(one, shifted) if shifted != value else exact(one, value))

    def _keep(self, name: str, value: Any) -> None:
        if value not in self._known[name] and len(self.special[name]) < PLACES_MAX:
            self._known[name].add(value)
            self.special[name].append(value)

    def add_literals(self, axioms: AxiomSet) -> None:
        """Every literal that an axiom compares a field with."""
        for axiom in axioms:
            for condition in axiom.conditions:
                for name, value in condition.compared():
                    if name in self.space.fields:
                        self.add(name, value)

    def add_constants(self, constants: Sequence[Any]) -> None:
        """Constants of the scorer's code, each for every field in whose range it lies or whose category it is."""
        for name, one in self.space.fields.items():
            for value in constants:
                if (one.numeric and not isinstance(value, str)) or (
                    one.kind == "text" and isinstance(value, str) and value in one.values
                ):
                    self.add(name, value)

    def explore(self, asker: Asker, calls: int) -> None:
        """Probe the scorer for about ``calls`` calls and keep where its answers turn."""
        stop = asker.calls + calls
        seen: list[tuple[Application, Outcome]] = []
        numeric = [name for name, one in self.space.fields.items() if one.numeric]
        while asker.calls < stop:
            base = self.start()
            outcome = self._noted(asker, base, seen)
            if outcome is None:
                continue
            for name in self.rng.sample(numeric, min(len(numeric), 6)):
                if asker.calls >= stop:
                    break
                self._scan(asker, base, self.space.fields[name], seen)
        for name, value in _splits(self.space, seen):
            self.add(name, value)

    def _noted(self, asker: Asker, application: Application, seen: list[tuple[Application, Outcome]]) -> Outcome | None:
        outcome = asker.ask(application)
        if outcome is not None:
            seen.append((application, outcome))
            signature = (str(outcome.get("decision")), tuple(reasons_of(outcome)))
            if signature not in self._signatures and len(self.notable) < NOTABLE_MAX:
                self._signatures.add(signature)
                self.notable.append(application)
        return outcome

    def _scan(self, asker: Asker, base: Application, one: Field, seen: list[tuple[Application, Outcome]]) -> None:
        values = self.ladder(one, _SCAN)
        answers = [self._noted(asker, {**base, one.name: value}, seen) for value in values]
        points = [(v, _profile(f)) for v, f in zip(values, answers, strict=True) if f is not None]
        jumps = [(_far(p, q), v, w) for (v, p), (w, q) in pairwise(points)]
        if not jumps:
            return
        size, low, high = max(jumps, key=lambda jump: jump[0])
        whole = size
        for _ in range(_HALVINGS):
            if size <= 0 or high - low <= one.step:
                break
            middle = on_grid(one, (low + high) / 2)
            if not low < middle < high:
                break
            outcomes = [self._noted(asker, {**base, one.name: v}, seen) for v in (low, middle, high)]
            if any(outcome is None for outcome in outcomes):
                return
            p, q, r = (_profile(outcome) for outcome in outcomes if outcome is not None)
            left, right = _far(p, q), _far(q, r)
            low, high, size = (low, middle, left) if left >= right else (middle, high, right)
            if size < 0.5 * whole:
                return  # a slope, not a jump
        if size > 0:
            self.add(one.name, high)
            self.add(one.name, low)

    # -- starts ----------------------------------------------------------------------------------------------------

    def rows(self) -> Iterator[Application]:
        """The rows of the file in a shuffled order."""
        return (dict(self.space.rows[i]) for i in self._order)

    def start(self) -> Application:
        """A row, a cross of two rows, a row with some fields changed, or a notable application changed a little."""
        rng, rows = self.rng, self.space.rows
        base = dict(rows[rng.randrange(len(rows))])
        dice = rng.random()
        if dice < 0.2:
            return base
        if dice < 0.4:
            other = rows[rng.randrange(len(rows))]
            return {name: (base if rng.random() < 0.5 else other)[name] for name in base}
        if dice > 0.85 and self.notable:
            base = dict(self.notable[rng.randrange(len(self.notable))])
        changes = min(len(base), 1 + int(rng.expovariate(0.5)))
        if dice > 0.75:
            changes = rng.randint(1, len(base))
        for name in rng.sample(self._names, changes):
            base[name] = self.draw(self.space.fields[name])
        return base

    def draw(self, one: Field) -> Any:
        """A value of one field: from the file, from its places, or from anywhere in its range."""
        rng, special = self.rng, self.special[one.name]
        if one.missing and rng.random() < 0.08:
            return None
        dice = rng.random()
        if special and dice < 0.45:
            return special[rng.randrange(len(special))]
        if one.numeric and dice > 0.7:
            return on_grid(one, rng.uniform(one.low, one.high))
        return one.values[rng.randrange(len(one.values))] if one.values else None

    def ladder(self, one: Field, count: int, own: Any = None) -> list[Any]:
        """Rising values of a numeric field or a flag: some places, some of the file, some from the range, and ``own``."""
        if one.kind == "flag":
            return [False, True]
        values = {self.draw(one) for _ in range(count - 2)} | {exact(one, one.low), exact(one, one.high), own}
        return sorted(value for value in values if value is not None)

    def satisfy(self, condition: Condition | None, application: Application, tries: int = 24) -> Application | None:
        """``application`` with the fields of ``condition`` set so that it may hold; None where no try did.

        What the condition says of outcomes is not known yet and is not counted against it.
        """
        if condition is None or condition.value(application) not in (None, False):
            return application
        names = [name for name in condition.names if name in self.space.fields]
        asked = _literals(condition)
        changed = application
        for _ in range(tries):
            changed = dict(application)
            for name in names:
                wanted = asked.get(name, [])
                one = self.space.fields[name]
                if wanted and self.rng.random() < 0.7:
                    changed[name] = _cast(one, self.rng.choice(wanted))
                    if one.numeric and changed[name] is not None and self.rng.random() < 0.5:
                        beside = on_grid(one, changed[name] + self.rng.choice((-1, 1)) * one.step)
                        changed[name] = beside if possible(one, beside) else changed[name]
                else:
                    changed[name] = self.draw(one)
            if condition.value(changed) not in (None, False):
                return changed
        outside = [name for name in condition.names if name not in self.space.fields]
        return changed if outside and condition.value(changed) is None else None


def _literals(condition: Condition) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name, value in condition.compared():
        found.setdefault(name, []).append(value)
    return found


def _cast(one: Field, value: Any) -> Any:
    """A literal as a value of the field's kind."""
    if value is None or one.kind == "text":
        return value
    if one.kind == "flag":
        return bool(value)
    return exact(one, value) if isinstance(value, int | float) else value


def possible(one: Field, value: float) -> bool:
    """Whether a number beyond the range still is of the field's nature: no amount below zero, no share above one."""
    return not (one.low >= 0 > value) and not (one.high <= 1 < value)


def exact(one: Field, value: float) -> Any:
    """A number as the field holds it: whole where the field is whole, else as it is."""
    return round(value) if one.kind == "integer" else float(value)


def on_grid(one: Field, value: float) -> Any:
    """A number on the grid of the file."""
    if one.kind == "integer":
        return round(value)
    digits = max(0, round(-math.log10(one.step)))
    return round(float(value), digits)


def _profile(outcome: Outcome) -> tuple[Any, ...]:
    return tuple(_number_or(value) for _, value in sorted(outcome.items(), key=lambda item: item[0]))


def _number_or(value: Any) -> Any:
    number = None if isinstance(value, list | tuple | dict) else rank(value)
    return str(value) if number is None else number


def _far(p: tuple[Any, ...], q: tuple[Any, ...]) -> float:
    """How far two answers are apart: 1 for each label that differs, the relative difference of numbers."""
    if len(p) != len(q):
        return 1.0
    total = 0.0
    for x, y in zip(p, q, strict=True):
        if isinstance(x, float) and isinstance(y, float):
            if x != y:
                total += abs(x - y) / (abs(x) + abs(y)) if math.isfinite(x) and math.isfinite(y) else 1.0
        else:
            total += float(x != y)
    return total


def _splits(space: Space, seen: Sequence[tuple[Application, Outcome]]) -> Iterator[tuple[str, float]]:
    """Splits of a small regression tree fitted to every numeric outcome seen."""
    numeric = [name for name, one in space.fields.items() if one.numeric]
    if len(seen) < 200 or not numeric:
        return
    import numpy as np
    from sklearn.tree import DecisionTreeRegressor

    inputs = np.array([[np.nan if a[n] is None else float(a[n]) for n in numeric] for a, _ in seen])
    outcomes = sorted({name for _, outcome in seen for name in outcome})
    for outcome in outcomes:
        ranks = [rank(f.get(outcome)) for _, f in seen]
        target = np.array([np.nan if value is None else value for value in ranks], dtype=float)
        usable = np.isfinite(target)
        if usable.sum() < 200 or np.ptp(target[usable]) == 0:
            continue
        tree = DecisionTreeRegressor(max_leaf_nodes=_LEAVES, min_samples_leaf=3, random_state=0)
        fitted = tree.fit(inputs[usable], target[usable]).tree_
        for feature, threshold in zip(fitted.feature, fitted.threshold, strict=True):
            if feature >= 0 and math.isfinite(threshold):  # a split of missing against known has none
                yield numeric[feature], on_grid(space.fields[numeric[feature]], float(threshold))
