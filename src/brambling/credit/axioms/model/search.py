"""The search for a counter-example: one strategy a kind of axiom, over the same starts and places.

A monotone field is walked as a ladder of values, so that n questions compare every pair of n applications; dominance
climbs a chain of applications each at least as good as the one before; invariance swaps; a veto forces its condition;
consistency asks again in other words. Every find is asked once more, then shrunk.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from brambling.credit.axioms.model.asking import Asker
from brambling.credit.axioms.model.places import Places, exact, on_grid
from brambling.credit.axioms.model.shrink import Find, shrink
from brambling.credit.axioms.rules import (
    Axiom,
    Breach,
    Cap,
    Consistency,
    Dominance,
    Evidence,
    Invariance,
    Monotone,
    ReasonTruth,
    Veto,
    judge,
    judge_pair,
    rank,
)
from brambling.credit.axioms.rules.judge import absent, declined, ranked, reasons_of
from brambling.credit.axioms.shapes import Application, CounterExample, Field, Outcome

_LADDER = 10
_CHAIN = 6
_SWAPS = 5
_ROWS_SHARE = 0.4  # of the cases, spent on the rows of the file as they stand
_REMEMBERED = 60  # first answers that are asked for again at the end
_FLIPS = 24


class Search:
    """Searches one scorer, through ``asker``, for answers that break an axiom."""

    def __init__(self, asker: Asker, places: Places) -> None:
        self.asker = asker
        self.places = places
        self.rng = places.rng
        self.fields = places.space.fields

    def find(self, axiom: Axiom, cases: int) -> tuple[CounterExample | None, int]:
        """A counter-example shrunk to the smallest pair, or None; and how many cases were tried."""
        before, stop = self.asker.calls, self.asker.calls + cases
        strategy = self._strategy(axiom)
        for base in self._starts(axiom, stop):
            found = strategy(base)
            tried = self.asker.calls - before
            if found is not None:
                return self._confirmed(axiom, found), tried
        if isinstance(axiom, Consistency):
            found = self._again(axiom)
            if found is not None:
                return self._confirmed(axiom, found), self.asker.calls - before
        return None, self.asker.calls - before

    def _strategy(self, axiom: Axiom) -> Callable[[Application], Find | None]:
        if isinstance(axiom, Monotone):
            rising = axiom.direction == "increasing"
            return lambda base: self._walk(axiom, base, self.fields[axiom.field], rising=rising)
        if isinstance(axiom, Evidence) and axiom.contradiction:
            return lambda base: self._walk(axiom, base, self.fields[axiom.contradiction], rising=False)
        if isinstance(axiom, Evidence) and axiom.field:
            rising = axiom.direction != "increasing"
            return lambda base: self._walk(axiom, self._unsourced(axiom, base), self.fields[axiom.field], rising=rising)
        if isinstance(axiom, Evidence):
            return lambda base: self._single(axiom, self._unsourced(axiom, base))
        if isinstance(axiom, Dominance):
            return lambda base: self._climb(axiom, base)
        if isinstance(axiom, Invariance):
            return lambda base: self._swap(axiom, base)
        if isinstance(axiom, Consistency):
            self._first: list[tuple[Application, Outcome]] = []
            return lambda base: self._otherwise(axiom, base)
        if isinstance(axiom, ReasonTruth):
            return lambda base: self._reasons(axiom, base)
        assert isinstance(axiom, Veto | Cap)
        return lambda base: self._single(axiom, base)

    def _starts(self, axiom: Axiom, stop: int) -> Iterator[Application]:
        """Rows of the file first, then the starts of the places, with the axiom's condition made to hold."""
        rows = self.places.rows()
        by_rows = self.asker.calls + int(_ROWS_SHARE * (stop - self.asker.calls))
        vain = 0
        while self.asker.calls < stop and vain < 2_000:
            base = next(rows, None) if self.asker.calls < by_rows else None
            start = self.places.satisfy(axiom.when, self.places.start() if base is None else base)
            if isinstance(axiom, Cap) and start is not None and self.rng.random() < 0.5:
                start = self._low(axiom, start)
            vain = vain + 1 if start is None else 0
            if start is not None:
                yield start

    def _low(self, axiom: Cap, base: Application) -> Application:
        """The fields of a bound drawn afresh, small ones often: where a cap is passed."""
        changed = dict(base)
        for name in axiom.bound.names:
            one = self.fields.get(name)
            if one is not None:
                small = one.numeric and self.rng.random() < 0.4
                changed[name] = (
                    on_grid(one, one.low + (one.high - one.low) * 0.1 * self.rng.random())
                    if small
                    else self.places.draw(one)
                )
        return changed

    def _unsourced(self, axiom: Evidence, base: Application) -> Application:
        options = absences(self.fields[axiom.source]) if axiom.source in self.fields else []
        return {**base, axiom.source: self.rng.choice(options)} if options else base

    # -- pairs -----------------------------------------------------------------------------------------------------

    def _walk(self, axiom: Axiom, base: Application, one: Field, *, rising: bool) -> Find | None:
        """Walk a ladder of ``one``: the outcome must never fall (``rising``) or never rise on the way up."""
        values = self.places.ladder(one, _LADDER, base.get(one.name))
        return self._chain(axiom, [{**base, one.name: value} for value in values], rising=rising)

    def _chain(self, axiom: Axiom, steps: list[Application], *, rising: bool) -> Find | None:
        """Compare each step with the best before it; on a chain that finds any pair out of order."""
        outcome_name, order = axiom.outcomes[0], getattr(axiom, "order", ())
        best: tuple[float, Application, Outcome] | None = None
        for step in steps:
            outcome = self.asker.ask(step)
            if outcome is None or (axiom.when is not None and not axiom.when.holds({**outcome, **step})):
                continue
            place = ranked(outcome, outcome_name, order)
            if place is None:
                continue
            if best is not None:
                breach = judge_pair(axiom, best[1], best[2], step, outcome)
                if breach is not None:
                    return Find(breach, best[1], step)
            if best is None or math.isnan(best[0]) or (place > best[0] if rising else place < best[0]):
                best = (place, step, outcome)
        return None

    def _climb(self, axiom: Dominance, base: Application) -> Find | None:
        steps, current = [base], base
        for _ in range(_CHAIN - 1):
            current = dict(current)
            for name, direction in self.rng.sample(axiom.axes, self.rng.randint(1, len(axiom.axes))):
                one, value = self.fields[name], current[name]
                drawn = self.places.draw(one)
                if value is not None and drawn is not None and (drawn > value) is (direction == "increasing"):
                    current[name] = drawn
            if current != steps[-1]:
                steps.append(current)
        return self._chain(axiom, steps, rising=True)

    def _swap(self, axiom: Invariance, base: Application) -> Find | None:
        first = self.asker.ask(base)
        if first is None:
            return None
        for _ in range(_SWAPS):
            other = dict(base)
            for name in axiom.swapped:
                other[name] = self.places.draw(self.fields[name])
            if other == base:
                continue
            second = self.asker.ask(other)
            breach = None if second is None else judge_pair(axiom, base, first, other, second)
            if breach is not None:
                return Find(breach, base, other)
        return None

    # -- one answer ------------------------------------------------------------------------------------------------

    def _single(self, axiom: Axiom, base: Application) -> Find | None:
        outcome = self.asker.ask(base)
        breach = None if outcome is None else judge(axiom, base, outcome)
        return None if breach is None else Find(breach, base)

    def _reasons(self, axiom: ReasonTruth, base: Application) -> Find | None:
        outcome = self.asker.ask(base)
        if outcome is None or (axiom.when is not None and not axiom.when.holds({**outcome, **base})):
            return None
        breach = judge(axiom, base, outcome)
        if breach is not None:
            return Find(breach, base)
        if "decision" in outcome and not declined(outcome):
            return None  # what is stated for an offer need not stand against it
        for code in reasons_of(outcome, axiom.judged):
            name = dict(axiom.flips).get(code, code if axiom.named else "")
            if name in self.fields and not self.flips(axiom, base, outcome, code, name):
                flat = Breach("no-ground", axiom.judged, {"code": code, "field": name})
                return Find(flat, base, test=partial(self._groundless, axiom, code=code, name=name))
        return None

    def _groundless(
        self, axiom: ReasonTruth, a: Application, outcome: Outcome, *, code: str, name: str
    ) -> Breach | None:
        if code not in reasons_of(outcome, axiom.judged) or ("decision" in outcome and not declined(outcome)):
            return None
        if self.flips(axiom, a, outcome, code, name):
            return None
        return Breach("no-ground", axiom.judged, {"code": code, "field": name})

    def flips(self, axiom: ReasonTruth, base: Application, outcome: Outcome, code: str, name: str) -> bool:
        """Whether some other value of the field gives a better outcome or makes the reason go."""
        one = self.fields[name]
        values = (
            self.places.ladder(one, _FLIPS)
            if one.numeric or one.kind == "flag"
            else [*one.values[:_FLIPS], *self.places.special[name]]
        )
        if one.missing:
            values = [*values, None]
        for value in values:
            other = self.asker.ask({**base, name: value})
            if other is not None and (
                code not in reasons_of(other, axiom.judged) or better(other, outcome, axiom.outcome)
            ):
                return True
        return False

    # -- consistency -----------------------------------------------------------------------------------------------

    def _otherwise(self, axiom: Consistency, base: Application) -> Find | None:
        first = self.asker.ask(base)
        if first is None:
            return None
        if len(self._first) < _REMEMBERED:
            self._first.append((base, first))
        for other in self._rewordings(axiom, base):
            second = self.asker.ask(other)
            breach = None if second is None else judge_pair(axiom, base, first, other, second)
            if breach is not None:
                return Find(breach, base, other)
        return None

    def _rewordings(self, axiom: Consistency, base: Application) -> Iterator[Application]:
        yield dict(base)
        yield dict(reversed(base.items()))
        names = list(base)
        self.rng.shuffle(names)
        yield {name: base[name] for name in names}
        yield {name: float(value) if type(value) is int else value for name, value in base.items()}
        if len(axiom.permuted) > 1:
            values = [base[name] for name in axiom.permuted]
            self.rng.shuffle(values)
            yield {**base, **dict(zip(axiom.permuted, values, strict=True))}
        for name in (*axiom.listed, *axiom.modality):
            value = base[name]
            if isinstance(value, list):
                yield {**base, name: self.rng.sample(value, len(value))}
            elif isinstance(value, str) and axiom.separator in value:
                parts = value.split(axiom.separator)
                yield {**base, name: axiom.separator.join(self.rng.sample(parts, len(parts)))}
            elif name in axiom.modality:
                yield {**base, name: self.places.draw(self.fields[name])}

    def _again(self, axiom: Consistency) -> Find | None:
        """The first applications once more, after all the others: an answer must not depend on who was asked before."""
        for base, first in self._first:
            second = self.asker.ask(base)
            breach = None if second is None else judge_pair(axiom, base, first, base, second)
            if breach is not None:
                return Find(breach, base, dict(base))
        return None

    # -- finds -----------------------------------------------------------------------------------------------------

    def _confirmed(self, axiom: Axiom, found: Find) -> CounterExample:
        return shrink(axiom, found, self.asker, self.places.space)

    def confirm(self, axiom: Axiom, a: Application, b: Application | None) -> CounterExample | None:
        """The counter-example that somebody else proposes (a proof, say), if the scorer really answers so."""
        fa = self.asker.ask(a)
        fb = self.asker.ask(b) if b is not None else None
        if fa is None or (b is not None and fb is None):
            return None
        breach = judge(axiom, a, fa) if b is None or fb is None else judge_pair(axiom, a, fa, b, fb)
        return None if breach is None else shrink(axiom, Find(breach, a, b), self.asker, self.places.space)


def absences(one: Field) -> list[Any]:
    """The values of a source that say there is none, as far as the file has such."""
    if one.kind == "flag":
        return [False]
    options: list[Any] = [None] if one.missing else []
    options += [value for value in one.values if absent(value)]
    if one.numeric and one.low <= 0 <= one.high and 0 not in options:
        options.append(exact(one, 0))
    return options


_DOWNWARDS = ("probability_default", "pd", "risk")


def better(new: Mapping[str, Any], old: Mapping[str, Any], name: str = "") -> bool:
    """Whether the applicant gets more: by the outcome ``name``, else by any of decision, limit, score, probability."""
    for key in (name,) if name else ("decision", "limit", "score", *_DOWNWARDS):
        x, y = ranked(new, key), ranked(old, key)
        if x is None or y is None:
            x, y = rank(new.get(key)), rank(old.get(key))
        if x is not None and y is not None and (x < y if key in _DOWNWARDS else x > y):
            return True
    return False
