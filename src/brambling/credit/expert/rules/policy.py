"""From a probability to a decision. Pure: how likely a person would approve, and what axioms say, in; a decision out.

The decision is a step function of one probability with two edges, so it never falls where the probability rises: what
a learner keeps (more income never hurts) the decision keeps. Axioms come first and are not weighed against anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from brambling.credit.axioms.rules import Condition, rank, read_condition
from brambling.credit.expert.rules.agreement import Decision

PROBABILITY_DIGITS = 6
REASONS = 4
LOSS_MIN = 0.01  # a column whose typical value would raise the probability by less is no reason
BELOW_LINE = "below-the-line"  # the reason where no single column is one


@dataclass(frozen=True)
class Rung:
    """One place of the dial, counted on rows that the deciding model had not seen.

    Of ``rows``, the ``share`` with a confidence of ``confidence`` or more are decided; people agreed in ``agreement`` of
    those, and the true agreement is at least ``low`` with 95 % confidence (Clopper and Pearson 1934).
    """

    confidence: float
    share: float
    agreement: float
    low: float


@dataclass(frozen=True)
class Dial:
    """Where an approval begins (``cut``), and from which confidence on a decision needs no person (``confidence``)."""

    cut: float
    confidence: float
    target: float
    rungs: tuple[Rung, ...] = ()

    def at(self, target: float) -> Dial:
        """The dial turned to another agreement; where no rung reaches it everything is referred."""
        return Dial(self.cut, confidence_for(self.rungs, target), target, self.rungs)

    def deciding_all(self) -> Dial:
        """The dial at which nothing is referred."""
        return Dial(self.cut, 0.0, 0.0, self.rungs)


@dataclass(frozen=True)
class Clause:
    """An axiom bound to a file: where ``when`` holds, the decision is at most ``most`` (or the limit at most ``bound``)."""

    axiom: str
    when: Condition | None
    most: Decision = "decline"
    bound: Condition | None = None

    def applies(self, facts: Mapping[str, Any]) -> bool:
        """Whether its condition is known to hold."""
        return self.when is None or self.when.holds(facts)


def confidence_for(rungs: Sequence[Rung], target: float) -> float:
    """The confidence that decides the largest share at ``target`` agreement; 2 (nobody is so sure) where there is none."""
    good = [rung for rung in rungs if rung.agreement >= target]
    return max(good, key=lambda rung: rung.share).confidence if good else 2.0


def choose(probability: float, dial: Dial) -> tuple[Decision, float]:
    """The decision at a probability of approval, and how likely a person would decide alike."""
    approves = probability >= dial.cut
    confidence = round(probability if approves else 1 - probability, PROBABILITY_DIGITS)
    if confidence < dial.confidence:
        return "refer", confidence
    return ("approve" if approves else "decline"), confidence


def restricted(decision: Decision, clauses: Sequence[Clause], facts: Mapping[str, Any]) -> tuple[Decision, list[str]]:
    """The decision after the vetoes, and the names of those that hold it down."""
    held = [clause for clause in clauses if clause.bound is None and clause.applies(facts)]
    if not held:
        return decision, []
    least: Decision = min((clause.most for clause in held), key=_worth)
    return min(decision, least, key=_worth), [clause.axiom for clause in held if clause.most == least]


def _worth(decision: Decision) -> int:
    return ("decline", "refer", "approve").index(decision)


def capped(limit_minor: int, clauses: Sequence[Clause], facts: Mapping[str, Any]) -> int:
    """The limit (smallest units) under every cap that applies."""
    for clause in clauses:
        if clause.bound is not None and clause.applies(facts):
            bound = rank(clause.bound.value(facts))
            if bound is not None:
                limit_minor = min(limit_minor, max(0, int(bound * 100)))
    return limit_minor


def reasons_of(names: Sequence[str], losses: Sequence[float]) -> list[str]:
    """The columns that cost most, largest first; ``below-the-line`` where no single one does."""
    ordered = sorted(zip(losses, names, strict=True), key=lambda pair: (-pair[0], pair[1]))
    found = [name for loss, name in ordered if loss >= LOSS_MIN][:REASONS]
    return found or [BELOW_LINE]


def on_grid(value: float, step: float) -> float:
    """``value`` down to the grid people use; the grid keeps every order."""
    return value if step <= 0 else step * int(value / step)


def clause_to_plain(clause: Clause) -> dict[str, Any]:
    """A clause as JSON knows it."""
    return {
        "axiom": clause.axiom,
        "when": None if clause.when is None else clause.when.text,
        "most": clause.most,
        "bound": None if clause.bound is None else clause.bound.text,
    }


def clause_of_plain(data: Mapping[str, Any]) -> Clause:
    """The clause of its JSON."""
    when, bound = data["when"], data["bound"]
    return Clause(
        data["axiom"],
        None if when is None else read_condition(when),
        data["most"],
        None if bound is None else read_condition(bound),
    )
