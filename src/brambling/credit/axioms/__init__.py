"""Invariants that every credit decision must satisfy, and the bench that searches for a counter-example.

- ``check`` search a scorer for counter-examples, prove where its form allows; ``consistent`` does the set have a model
- ``read_axioms``, ``default_axioms`` the sets; ``Scorer``, ``open_scorer`` what is tested
- ``require`` raises where a scorer breaks an axiom; ``release`` lets an artefact to work in the bank only if none is
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.credit.axioms.model.scorers import open_scorer, scorer_of
    from brambling.credit.axioms.readers import axioms_from, default_axioms, read_axioms
    from brambling.credit.axioms.rules import Axiom, AxiomSet
    from brambling.credit.axioms.service import AxiomBroken, check, consistent, release, require
    from brambling.credit.axioms.shapes import Checked, CounterExample, Scorer, Verdict

_HOMES = {
    "Axiom": "rules",
    "AxiomBroken": "service",
    "AxiomSet": "rules",
    "Checked": "shapes",
    "CounterExample": "shapes",
    "Scorer": "shapes",
    "Verdict": "shapes",
    "axioms_from": "readers",
    "check": "service",
    "consistent": "service",
    "default_axioms": "readers",
    "open_scorer": "model.scorers",
    "read_axioms": "readers",
    "release": "service",
    "require": "service",
    "scorer_of": "model.scorers",
}

__all__ = [
    "Axiom",
    "AxiomBroken",
    "AxiomSet",
    "Checked",
    "CounterExample",
    "Scorer",
    "Verdict",
    "axioms_from",
    "check",
    "consistent",
    "default_axioms",
    "open_scorer",
    "read_axioms",
    "release",
    "require",
    "scorer_of",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
