"""The expert: a policy that decides one application or a table of them, with its confidence and its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.credit.axioms.features import typed
from brambling.credit.axioms.rules.judge import absent
from brambling.credit.expert.features.design import Input, matrix
from brambling.credit.expert.model.blend import Blend
from brambling.credit.expert.model.grounds import Grounds
from brambling.credit.expert.model.limits import Limits
from brambling.credit.expert.rules.agreement import Decision
from brambling.credit.expert.rules.policy import (
    PROBABILITY_DIGITS,
    Dial,
    capped,
    choose,
    reasons_of,
    restricted,
)
from brambling.credit.expert.shapes.policy import Floats
from brambling.credit.scorecard.features.columns import labels_of, numbers_of
from brambling.kit.money import Money

if TYPE_CHECKING:
    import polars as pl

_KEPT = 20_000  # answers remembered by a policy that is asked again and again
SAMPLE_ROWS = 64


@dataclass(frozen=True)
class Outcome:
    """One decision. ``limit`` is None where no limit was learnt or a person decides; a decline's is zero."""

    decision: Decision
    approval: float
    confidence: float
    limit: Money | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Expert:
    """The fitted policy.

    ``best`` and ``worst`` are for each input the value that speaks most for and most against approval: reasons are
    measured by putting them in its place. ``decide`` is the port of axioms.
    """

    inputs: tuple[Input, ...]
    blend: Blend
    grounds: Grounds
    dial: Dial
    best: tuple[float | str | None, ...]
    worst: tuple[float | str | None, ...]
    limits: Limits | None = None
    currency: str = "CNY"
    _seen: dict[bytes, tuple[float, tuple[str, ...]]] = field(default_factory=dict, repr=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it looks at."""
        return tuple(dict.fromkeys([*(one.name for one in self.inputs), *sorted(self.grounds.named)]))

    def turned(self, dial: Dial) -> Expert:
        """The same with another dial."""
        return replace(self, dial=dial, _seen={})

    def decide(self, application: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one application of typed values: decision, approval, confidence, limit, reasons."""
        facts = self.grounds.canonical(application) if self.grounds.rewrites else dict(application)
        columns = [[one.read(facts.get(one.name))] for one in self.inputs]
        x = matrix(self.inputs, columns, 1)
        key = x.tobytes()
        known = self._seen.get(key)
        outcome = self._outcomes(x, [facts], None if known is None else [known])[0]
        if known is None:
            if len(self._seen) >= _KEPT:
                self._seen.clear()
            self._seen[key] = (outcome[1], outcome[2])
        found = outcome[0]
        answer: dict[str, Any] = {
            "decision": found.decision,
            "approval": found.approval,
            "confidence": found.confidence,
            "reasons": list(found.reasons),
        }
        if self.limits is not None:
            answer["limit"] = None if found.limit is None else found.limit.decimal
        elif found.decision == "decline":
            answer["limit"] = Decimal(0)
        return answer

    def decide_table(self, frame: pl.DataFrame, *, spelled: bool) -> list[Outcome]:
        """The outcome of every row; ``spelled`` says that the file knows nothing but text."""
        frame = rewritten(frame, self.grounds, spelled=spelled)
        x = matrix(self.inputs, columns_of(frame, self.inputs), frame.height)
        named = [name for name in sorted(self.grounds.named) if name in frame.columns]
        values = {name: typed(frame[name].to_list(), spelled=spelled)[1] for name in named}
        facts = [{name: column[row] for name, column in values.items()} for row in range(frame.height)]
        return [outcome for outcome, _, _ in self._outcomes(x, facts, None)]

    def _outcomes(
        self, x: Floats, facts: Sequence[Mapping[str, Any]], known: Sequence[tuple[float, tuple[str, ...]]] | None
    ) -> list[tuple[Outcome, float, tuple[str, ...]]]:
        """Outcomes with the probability and the reasons of the learners behind them."""
        if known is not None:
            p, told = np.array([one[0] for one in known]), [one[1] for one in known]
        else:
            p = np.round(self.blend.probability(x), PROBABILITY_DIGITS)
            told = self._reasons(x, p)
        minor = self.limits.minor(x) if self.limits is not None else None
        out = []
        for row, one in enumerate(facts):
            found = self._outcome(float(p[row]), told[row], None if minor is None else minor[row], one)
            out.append((found, float(p[row]), told[row]))
        return out

    def _outcome(self, p: float, told: tuple[str, ...], minor: int | None, facts: Mapping[str, Any]) -> Outcome:
        decision, confidence = choose(p, self.dial)
        clauses = self.grounds.clauses
        decision, vetoes = restricted(decision, clauses, facts)
        if vetoes and decision != "approve":
            return Outcome(decision, p, 1.0, self._limit(decision, 0), tuple(vetoes))
        if minor is None:
            return Outcome(decision, p, confidence, None, told)
        if any(absent(facts.get(name)) for name in self.grounds.shown):
            minor = 0
        minor = capped(minor, clauses, facts)
        if decision == "approve" and minor <= 0:
            names = tuple(one.axiom for one in clauses if one.bound is not None and one.applies(facts))
            return Outcome("decline", p, confidence, self._limit("decline", 0), names or ("nothing-shown",))
        return Outcome(decision, p, confidence, self._limit(decision, minor), told)

    def _limit(self, decision: Decision, minor: int) -> Money | None:
        if self.limits is None or decision == "refer":
            return None
        return Money(minor if decision == "approve" else 0, self.currency)

    def _reasons(self, x: Floats, p: Floats) -> list[tuple[str, ...]]:
        """What speaks against approval on each row, or for it where the row is approved; measured, not attributed."""
        names = [one.name for one in self.inputs]
        approves = p >= self.dial.cut
        out: list[tuple[str, ...]] = [()] * len(x)
        for rows, references, way in (
            (np.flatnonzero(~approves), self.best, 1),
            (np.flatnonzero(approves), self.worst, -1),
        ):
            if not rows.size:
                continue
            moved = way * (self._exchanged(x[rows], references) - p[rows, None])
            for row, losses in zip(rows, moved, strict=True):
                out[row] = tuple(reasons_of(names, losses.tolist()))
        return out

    def _exchanged(self, x: Floats, references: Sequence[float | str | None]) -> Floats:
        """The probability of each row (down) with each input (across) at its reference."""
        reference = matrix(self.inputs, [[value] for value in references], 1)[0]
        out = np.empty((len(x), len(self.inputs)))
        place = 0
        for number, one in enumerate(self.inputs):
            moved = x.copy()
            moved[:, place : place + one.places] = reference[place : place + one.places]
            out[:, number] = self.blend.probability(moved)
            place += one.places
        return out


def columns_of(frame: pl.DataFrame, inputs: Sequence[Input]) -> list[Any]:
    """The inputs' values in a table; a column that it lacks is missing in every row."""
    out: list[Any] = []
    for one in inputs:
        if one.name not in frame.columns:
            out.append(np.full(frame.height, np.nan) if one.kind == "number" else [None] * frame.height)
        elif one.kind == "number":
            out.append(numbers_of(frame[one.name]))
        else:
            out.append(labels_of(frame[one.name], one.width))
    return out


def rewritten(frame: pl.DataFrame, grounds: Grounds, *, spelled: bool) -> pl.DataFrame:
    """The table in the one form in which it is read (``Grounds.canonical``)."""
    if not grounds.rewrites:
        return frame
    import polars as pl

    touched = {name for pair in grounds.sources for name in pair} | {name for group in grounds.same for name in group}
    touched |= {name for name, _ in grounds.lists}
    names = [name for name in frame.columns if name in touched]
    values = {name: typed(frame[name].to_list(), spelled=spelled)[1] for name in names}
    rows = [grounds.canonical({name: values[name][i] for name in names}) for i in range(frame.height)]
    return frame.with_columns(pl.Series(name, [row.get(name) for row in rows], strict=False) for name in names)


def references(
    inputs: Sequence[Input], blend: Blend, columns: Sequence[Any], x: Floats, rng: np.random.Generator
) -> tuple[tuple[float | str | None, ...], tuple[float | str | None, ...]]:
    """For each input the value with the highest mean probability of approval over a sample of rows, and the lowest."""
    sample = x[rng.permutation(len(x))[:SAMPLE_ROWS]]
    best: list[float | str | None] = []
    worst: list[float | str | None] = []
    place = 0
    for one, values in zip(inputs, columns, strict=True):
        tried = _tried(one, values)
        block = matrix([one], [tried], len(tried))
        means = []
        for row in block:
            moved = sample.copy()
            moved[:, place : place + one.places] = row[: one.places]
            means.append(float(blend.probability(moved).mean()))
        best.append(tried[int(np.argmax(means))])
        worst.append(tried[int(np.argmin(means))])
        place += one.places
    return tuple(best), tuple(worst)


def _tried(one: Input, values: Any) -> list[Any]:
    if one.kind == "number":
        known = values[~np.isnan(values)]
        if not known.size:
            return [0.0]
        found = np.quantile(known, (0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98), method="inverted_cdf")
        return [float(value) for value in np.unique(found)]
    labels = list(one.levels)
    if one.history:
        ordered = sorted(one.history, key=lambda label: (one.history or {})[label])
        labels += [ordered[0], ordered[-1]]
    return labels or [None]
