"""The watch over the running bank: the challenger's shadow beside the champion, and drift by month."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from brambling.bank.decisions.rules import Decision
from brambling.credit.underwriting.features import Standing, facts_of, facts_unread
from brambling.credit.underwriting.readers.policies import policy_version
from brambling.credit.underwriting.replaying import KIND
from brambling.credit.underwriting.rules import Policy, offer
from brambling.credit.underwriting.rules.ceilings import probability
from brambling.credit.underwriting.service.backtesting import compared
from brambling.credit.underwriting.service.releasing import challenger_at_work
from brambling.credit.underwriting.shapes.backtest import Backtest, Decided
from brambling.credit.underwriting.shapes.decision import (
    facts_from,
    outcome_from,
    reasons_plain,
    result_plain,
    word_of,
)
from brambling.credit.underwriting.shapes.policies import Drifted, Shadow
from brambling.credit.underwriting.store import keep_policy, policy_of
from brambling.credit.underwriting.store import policies as store
from brambling.kit.clock import BEIJING
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.log import logger

if TYPE_CHECKING:
    from brambling.perception.cashflow.twin_shapes import Twin

SHADOWS_MAX = 5_000
DECISIONS_MAX = 20_000
ROWS_MIN = 30  # of a month, below which chance alone moves any index
# What came of decisions: lending knows and stands above, so the wiring passes it in.
Outcomes = Callable[[ReadSession, Sequence[UUID]], Mapping[UUID, bool]]


def shadow(
    session: WriteSession, decision_id: UUID, twin: Twin | None, standing: Standing, policy: Policy, at: datetime
) -> None:
    """Let the challenger decide the same application beside ``policy``, silently; without one nothing happens.

    Nothing that goes wrong here may reach the applicant: a fault is logged and the decision stands.
    """
    challenger = challenger_at_work(session)
    if challenger is None or challenger.currency != policy.currency:
        return
    try:
        facts = facts_unread(challenger, standing) if twin is None else facts_of(twin, challenger, standing)
        outcome = offer(facts, challenger)
    except Exception as error:  # the champion's answer must not depend on the challenger's health
        logger("shadow").error("the challenger failed", error=f"{type(error).__name__}: {error}")
        return
    version = policy_version(challenger)
    keep_policy(session, version, challenger, at)
    made = Shadow(decision_id, version, at, word_of(outcome), tuple(reasons_plain(outcome)), result_plain(outcome))
    store.insert_shadow(session, made)


def shadow_run(session: ReadSession, version: str, outcomes: Outcomes | None = None) -> Backtest | None:
    """The champion's decisions against those of the challenger of that ``version``, as they were made; None while there
    are none. Champions of several versions count as one: what the bank did."""
    policy = policy_of(session, version)
    pairs = store.shadows_of(session, version, SHADOWS_MAX)
    if policy is None or not pairs:
        return None
    known = outcomes(session, [decision.id for _, decision in pairs]) if outcomes else {}
    decided = [_pair(i + 1, one, decision, known.get(decision.id)) for i, (one, decision) in enumerate(pairs)]
    champion = policy_of(session, str(pairs[0][1].versions["policy"])) or policy
    return compared(decided, champion, policy, outcome="outcome" if known else "")


def _pair(row: int, one: Shadow, decision: Decision, bad: bool | None) -> Decided:
    currency = decision.features["currency"]
    old = outcome_from(decision.outcome, decision.reasons, decision.result, currency)  # type: ignore[arg-type]
    new = outcome_from(one.outcome, one.reasons, one.result, currency)
    return Decided(row, old, new, float(probability(facts_from(decision.features))), bad)


def drift_by_month(session: ReadSession, since: datetime) -> tuple[Drifted, ...]:
    """How far each month's applications moved away from all months before it: every fact, and what was decided.

    The index and its alarm are those of the scorecard's watch. Months with fewer than 30 decisions are passed over.
    """
    months: dict[str, list[Mapping[str, Any]]] = {}
    for decision in store.decisions_since(session, KIND, since, DECISIONS_MAX):
        if decision.features["consent"]:
            months.setdefault(f"{decision.at.astimezone(BEIJING):%Y-%m}", []).append(_figures(decision))
    return drifted(months)


def drifted(months: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[Drifted, ...]:
    """The drift of figures by month, oldest first; figures are numbers or words."""
    import numpy as np

    from brambling.engine.learn import Bins, drift, psi_critical
    from brambling.engine.learn.features import psi_of_counts

    found: list[Drifted] = []
    before: list[Mapping[str, Any]] = []
    for month in sorted(months):
        now = months[month]
        if len(before) >= ROWS_MIN and len(now) >= ROWS_MIN:
            for name in now[0]:
                old, new = ([row[name] for row in rows] for rows in (before, now))
                cut = Bins.of(old)
                expected, actual = cut.counts(np.asarray(old)), cut.counts(np.asarray(new))
                value = psi_of_counts(expected, actual)
                noise = psi_critical(int(((expected + actual) > 0).sum()), len(old), len(new))
                found.append(Drifted(month, name, len(new), value, noise, drift(value, noise).level))
        before = [*before, *now]
    return tuple(found)


def _figures(decision: Decision) -> dict[str, Any]:
    """What is watched of a decision."""
    facts = facts_from(decision.features)
    default = facts.probability_default
    return {
        "p_shortfall": float(facts.p_shortfall),
        "probability_default": float("nan") if default is None else float(default),
        "inflow_year": facts.inflow_year.minor / 100,
        "surplus_monthly": facts.surplus_monthly.minor / 100,
        "existing_debt_monthly": facts.existing_debt_monthly.minor / 100,
        "capacity_instalment": facts.capacity_instalment.minor / 100,
        "gap": facts.gap.minor / 100,
        "history_days": float(facts.history_days),
        "requested": float("nan") if facts.requested is None else facts.requested.minor / 100,
        "trade": facts.trade[:2],
        "outcome": decision.outcome,
    }


def drift_findings(session: ReadSession, since: datetime) -> list[str]:
    """The alarms of the newest month in one line each: what a scheduled check reports."""
    found = drift_by_month(session, since)
    newest = max((one.month for one in found), default="")
    return [
        f"{one.name} moved in {one.month}: index {one.psi:.2f}, chance alone gives {one.noise:.2f} ({one.rows} decisions)"
        for one in found
        if one.month == newest and one.level == "alarm"
    ]
