"""Proofs on the form of a scorer: by comparing every step of its tables and trees, else by z3.

A proof speaks of the form. So the form is first compared with the scorer's own answers on the applications (and on
others drawn around them); where they differ in one, nothing is proved and the reader is told. What z3 refutes is handed
back as a pair of applications and counts only when the scorer itself answers so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from brambling.credit.axioms.model.asking import Asker
from brambling.credit.axioms.model.forms import Form, evaluate, read_form, sign
from brambling.credit.axioms.rules import (
    Axiom,
    Consistency,
    Dominance,
    Evidence,
    Invariance,
    Monotone,
    ReasonTruth,
)
from brambling.credit.axioms.rules.judge import equal
from brambling.credit.axioms.shapes import Application, Space

COMPARED = 400


@dataclass(frozen=True)
class Proof:
    """``proved`` by a method, ``refuted`` by a pair (``b`` None: one application), or ``open``."""

    status: Literal["proved", "refuted", "open"]
    method: str = ""
    note: str = ""
    a: Application | None = None
    b: Application | None = None


OPEN = Proof("open")


class Prover:
    """Proves axioms on the form of the scorer behind ``asker``."""

    def __init__(self, plain: Mapping[str, Any], space: Space, asker: Asker) -> None:
        self.form: Form = read_form(plain)
        self.space = space
        self.returned: set[str] = set()
        self.faithful = self._compare(asker)

    def _compare(self, asker: Asker) -> bool:
        """Whether the form gives the scorer's answers, to the grid of a millionth, wherever it was looked."""
        from random import Random

        from brambling.credit.axioms.model.places import Places

        places = Places(self.space, Random(1))
        tried = [*self.space.rows[:COMPARED], *(places.start() for _ in range(COMPARED))]
        for application in tried:
            outcome = asker.ask(application)
            if outcome is None:
                continue
            self.returned |= set(outcome)
            for name, value in evaluate(self.form, application).items():
                told = outcome.get(name)
                close = isinstance(told, float) and isinstance(value, float) and abs(told - value) <= 1e-6
                if not (close or equal(told, value)):
                    return False
        return True

    def prove(self, axiom: Axiom) -> Proof:
        """What the form says of the axiom."""
        if isinstance(axiom, Invariance) and not set(axiom.swapped) & self.form.reads:
            return Proof("proved", "reads")
        if isinstance(axiom, Consistency) and not axiom.fields:
            return Proof("proved", "function") if self._covers(axiom) else OPEN
        if not self._covers(axiom) or isinstance(axiom, ReasonTruth | Consistency):
            return OPEN
        if self._by_steps(axiom):
            return Proof("proved", "steps")
        return self._by_z3(axiom)

    def _covers(self, axiom: Axiom) -> bool:
        """Whether the form has every outcome that the axiom judges."""
        names = set(axiom.outcomes) or self.returned
        asked = {name for condition in axiom.conditions for name in condition.names} - set(self.space.fields)
        if isinstance(axiom, Evidence) and axiom.source not in self.space.fields:
            asked |= {axiom.source} - {""}
        return (names | asked) <= set(self.form.outcomes)

    def _by_steps(self, axiom: Axiom) -> bool:
        if isinstance(axiom, Monotone):
            return self._goes(axiom.outcome, axiom.field, axiom.direction)
        if isinstance(axiom, Dominance):
            return all(self._goes(axiom.outcome, name, direction) for name, direction in axiom.axes)
        if isinstance(axiom, Evidence) and axiom.contradiction:
            return self._goes(axiom.outcome, axiom.contradiction, "decreasing")
        if isinstance(axiom, Evidence) and axiom.field:
            opposite = "decreasing" if axiom.direction == "increasing" else "increasing"
            return self._goes(axiom.outcome, axiom.field, opposite)
        if isinstance(axiom, Invariance):
            nodes = [self.form.outcomes[name] for name in axiom.judged or self.form.outcomes]
            return all(sign(self.form, node, name) == 0 for node in nodes for name in axiom.swapped)
        return False

    def _goes(self, outcome: str, field: str, direction: str) -> bool:
        way = sign(self.form, self.form.outcomes[outcome], field)
        return way is not None and way in ((0, 1) if direction == "increasing" else (0, -1))

    def _by_z3(self, axiom: Axiom) -> Proof:
        try:
            import z3  # noqa: F401
        except ModuleNotFoundError:  # the extra is not there: the search goes on without it
            return OPEN
        from brambling.credit.axioms.model.encoding import Encoding, NotEncoded

        for bounded in (True, False):
            try:
                encoding = Encoding(self.form, self.space, axiom, bounded=bounded)
                found = encoding.broken()
            except NotEncoded:
                return OPEN
            if found == "unknown":
                return OPEN if bounded else Proof("proved", "z3", "within-range")
            if found == "sat":
                if bounded:
                    a, b = encoding.witness()
                    return Proof("refuted", "z3", a=a, b=b)
                return Proof("proved", "z3", "within-range")
        return Proof("proved", "z3")
