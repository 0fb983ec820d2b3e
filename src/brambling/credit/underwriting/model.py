"""A policy as something that decides: what axioms ask, and the artefact that is released."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from brambling.credit.axioms.readers import default_axioms
from brambling.credit.axioms.rules import Axiom, Cap, ReasonTruth, Veto, judge
from brambling.credit.underwriting.features.rows import NAMES, facts_of_row
from brambling.credit.underwriting.rules import Facts, Outcome, Policy, offer, proposed
from brambling.credit.underwriting.shapes.decision import word_of
from brambling.credit.underwriting.shapes.policies import FORMAT, KIND
from brambling.engine.learn import Artefact
from brambling.kit.errors import InputRejected
from brambling.kit.money import Money
from brambling.kit.policy import dump, load

_WORDS = {"offer": "approve", "refer": "refer", "decline": "decline"}
_MADE = 240


class PolicyScorer:
    """A policy behind the port of the axioms: an application in their words in, decision, limit and reasons out."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def decide(self, application: Mapping[str, Any]) -> dict[str, Any]:
        """The answer: ``decision`` (approve, refer or decline), ``limit`` in yuan, rate, tenor, codes of reasons."""
        there = [name for name in NAMES if name in application]
        return answer_of(offer(facts_of_row(application, there, self.policy), self.policy))


def answer_of(outcome: Outcome) -> dict[str, Any]:
    """An outcome in the words of the axioms."""
    made = proposed(outcome)
    return {
        "decision": _WORDS[word_of(outcome)],
        "limit": made.limit.minor / 100 if made else 0,
        "rate_annual": float(made.rate_annual.annual) if made else None,
        "tenor_days": made.tenor_days if made else None,
        "reasons": [reason.code for reason in outcome.reasons],
    }


def judged(facts: Facts, answer: Mapping[str, Any]) -> tuple[tuple[Axiom, bool], ...]:
    """The default axioms that can be judged on one answer, each with whether it holds: vetoes whose condition is met,
    caps with a bound, stated reasons. What compares two answers is searched when a policy is brought, not here."""
    application = words_of_facts(facts)
    found = []
    for axiom in default_axioms():
        named = set(axiom.fields) | {name for one in axiom.conditions for name in one.names}
        if isinstance(axiom, Veto | Cap | ReasonTruth) and named <= set(application) | set(answer):
            found.append((axiom, judge(axiom, application, answer) is None))
    return tuple(found)


class PolicyKind:
    """How engine/learn opens a policy; it has no figures to be judged by, axioms and backtests do that."""

    formats: tuple[int, ...] = (FORMAT,)

    def load(self, artefact: Artefact) -> PolicyScorer:
        """The policy; raises InputRejected for another kind and for content that is none."""
        return PolicyScorer(policy_in(artefact))

    def evaluate(self, model: Any, table: Any) -> Mapping[str, float]:
        """Raises InputRejected: a policy is held against another one (``backtest``)."""
        raise InputRejected("a policy has no figures of its own", expected="brambling credit backtest OLD NEW FILE")


POLICY = PolicyKind()


def artefact_of(policy: Policy, *, by: str, at: datetime) -> Artefact:
    """The policy as an artefact: the same content has the same version, whoever brings it."""
    return Artefact(KIND, FORMAT, by, at, {"policy": dump(policy)})


def policy_in(artefact: Artefact) -> Policy:
    """The policy of an artefact; raises InputRejected for another kind."""
    if artefact.kind != KIND or artefact.format != FORMAT:
        raise InputRejected(f"an artefact of kind {artefact.kind!r} holds no policy", expected=f"kind {KIND!r}")
    plain = artefact.data["policy"]
    return load(Policy, plain, currency=plain["currency"])


def applications_around(policy: Policy, recorded: Sequence[Facts] = (), *, seed: int = 7) -> Any:
    """A table of applications for the search for counter-examples: made ones on both sides of every threshold of the
    policy, and those that the bank has recorded."""
    import polars as pl

    chance = random.Random(seed)
    rows = [_made(policy, chance) for _ in range(_MADE)]
    rows += [{**_made(policy, chance), **_at_its_best(policy, chance)} for _ in range(_MADE // 2)]
    rows += [words_of_facts(facts) for facts in recorded if facts.currency == policy.currency]
    return pl.DataFrame(rows, infer_schema_length=None)


def _made(policy: Policy, chance: random.Random) -> dict[str, Any]:
    worst = float(policy.bands[-1].probability_max)
    most, least = policy.limit_max.minor / 100, policy.limit_min.minor / 100
    asked = round(chance.choice([least, 10 * least, most]) * chance.uniform(0.5, 1.5), 2)
    inflow = round(chance.choice([least, most]) / float(policy.turnover_multiple) * chance.lognormvariate(0, 1), 2)
    return {
        "probability_default": round(min(1.0, worst * chance.uniform(0, 1.3)), 6),
        "p_shortfall": round(min(1.0, worst * chance.uniform(0, 1.3)), 6),
        "verified_inflow_year": inflow,
        "outflow_year": round(inflow * chance.uniform(0.1, 1.05), 2),
        "existing_debt_monthly": round(inflow * chance.choice([0, 0, 0.005, 0.02]), 2),
        "capacity_instalment": round(inflow * chance.uniform(0, 0.3), 2),
        "gap": round(chance.choice([0.0, 0.0, least, 3 * least]) * chance.uniform(0, 1), 2),
        "requested": asked if chance.random() < 0.6 else None,
        "history_days": chance.randint(0, 2 * policy.history_days_min),
        "statement_age_days": chance.randint(0, 2 * policy.statement_age_days_max),
        "owed_here": round(chance.choice([0, 0, most]) * chance.uniform(0, 1), 2),
        "owed_group": round(chance.choice([0, 0, 2 * most]) * chance.uniform(0, 1), 2),
        "cycle_days": chance.choice([0, 30, 120, 365]),
        "consent": chance.random() < 0.95,
        "blocked": chance.random() < 0.05,
        "balance_known": chance.random() < 0.95,
        "trade": chance.choice(["6210", "5211", *(f"{trade}10" for trade in policy.trades_excluded)]),
    }


def _at_its_best(policy: Policy, chance: random.Random) -> dict[str, Any]:
    """Nothing stands in the way, so that the ceilings themselves are seen."""
    most = policy.limit_max.minor / 100
    inflow = round(most / float(policy.turnover_multiple) * chance.uniform(0.01, 1.2), 2)
    return {
        "probability_default": round(float(policy.bands[0].probability_max) * chance.uniform(0, 1), 6),
        "verified_inflow_year": inflow,
        "outflow_year": 0.0,
        "existing_debt_monthly": 0.0,
        "capacity_instalment": inflow,
        "gap": 0.0,
        "requested": None,
        "history_days": 2 * policy.history_days_min,
        "statement_age_days": 0,
        "owed_here": 0.0,
        "owed_group": 0.0,
        "consent": True,
        "blocked": False,
        "balance_known": True,
        "trade": "6210",
    }


def words_of_facts(facts: Facts) -> dict[str, Any]:
    """Recorded facts in the words of the axioms."""

    def yuan(amount: Money | None) -> float | None:
        return None if amount is None else amount.minor / 100

    default = facts.probability_default
    return {
        "probability_default": float(facts.p_shortfall if default is None else default),
        "p_shortfall": float(facts.p_shortfall),
        "verified_inflow_year": yuan(facts.inflow_year),
        "outflow_year": yuan(facts.outflow_year),
        "existing_debt_monthly": yuan(facts.existing_debt_monthly),
        "capacity_instalment": yuan(facts.capacity_instalment),
        "gap": yuan(facts.gap),
        "requested": yuan(facts.requested),
        "history_days": facts.history_days,
        "statement_age_days": facts.statement_age_days,
        "owed_here": yuan(facts.owed_here) or 0.0,
        "owed_group": yuan(facts.owed_group) or 0.0,
        "cycle_days": facts.cycle_days,
        "consent": facts.consent,
        "blocked": facts.blocked,
        "balance_known": facts.balance_known,
        "trade": facts.trade,
    }
