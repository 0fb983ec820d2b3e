"""What an axiom says and when an answer breaks it. Pure."""

from brambling.credit.axioms.rules.condition import Condition, read_condition
from brambling.credit.axioms.rules.judge import Breach, judge, judge_pair, rank
from brambling.credit.axioms.rules.kinds import (
    KINDS,
    Axiom,
    AxiomSet,
    Cap,
    Consistency,
    Dominance,
    Evidence,
    Invariance,
    Monotone,
    ReasonTruth,
    Veto,
)

__all__ = [
    "KINDS",
    "Axiom",
    "AxiomSet",
    "Breach",
    "Cap",
    "Condition",
    "Consistency",
    "Dominance",
    "Evidence",
    "Invariance",
    "Monotone",
    "ReasonTruth",
    "Veto",
    "judge",
    "judge_pair",
    "rank",
    "read_condition",
]
