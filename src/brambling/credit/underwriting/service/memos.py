"""``memo``: all that a committee reads about one decision, from its record, each number with its source."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from brambling.bank import customers
from brambling.bank.decisions import service
from brambling.bank.decisions.rules import Decision
from brambling.credit.underwriting.features.ratios import ratios_of
from brambling.credit.underwriting.model import answer_of, judged
from brambling.credit.underwriting.replaying import KIND, digest, raw_of
from brambling.credit.underwriting.report.memo import Record, memo_of
from brambling.credit.underwriting.service.opinions import outcome_of
from brambling.credit.underwriting.service.releasing import policy_at_work, proposals
from brambling.credit.underwriting.shapes.decision import facts_from
from brambling.credit.underwriting.shapes.memo import Memo, Ratios, Tells
from brambling.credit.underwriting.store import policy_of
from brambling.credit.underwriting.store.opinions import opinions_on
from brambling.kit.db import ReadSession
from brambling.kit.errors import Conflict, InputRejected
from brambling.kit.i18n import Lang


def memo(
    session: ReadSession,
    decision_id: UUID,
    lang: Lang = "en",
    *,
    place: Tells | None = None,
    evidence: Tells | None = None,
) -> Memo:
    """The memo of a credit decision; the same record gives the same memo.

    ``place`` tells of the chain of trades, ``evidence`` of documents and contradictions; without one the memo says that
    nobody was asked. Raises NotFound, Conflict for a decision of another kind. ``retold`` tells it in other words.
    """
    decision = service.get(session, decision_id)
    if decision.kind != KIND:
        raise Conflict(f"decision {decision_id} is no credit decision of the policy")
    customer, outcome = customers.get(session, decision.subject), outcome_of(decision)
    facts, version = facts_from(decision.features), str(decision.versions["policy"])
    searched = next((one for one in proposals(session) if one.version == version), None)
    record = Record(
        decision=decision,
        customer=customer,
        facts=facts,
        outcome=outcome,
        policy=policy_of(session, version) or policy_at_work(session),
        ratios=_ratios(session, decision),
        judged=judged(facts, answer_of(outcome)),
        searched=searched.axioms if searched else (),
        opinions=tuple(opinions_on(session, decision_id)),
        place=place(session, customer.id, lang) if place else None,
        evidence=evidence(session, customer.id, lang) if evidence else None,
    )
    return memo_of(record, lang)


def _ratios(session: ReadSession, decision: Decision) -> Ratios | None:
    """The ratios of the very statement that was decided on; None when it was not read or has changed since."""
    from dataclasses import replace

    import polars as pl

    from brambling.perception.cashflow import load_statement

    if not decision.inputs.get("statement_sha256"):
        return None
    until = date.fromisoformat(decision.inputs["statement_until"])
    statement = load_statement(session, decision.subject)
    statement = replace(statement, rows=statement.rows.filter(pl.col("date") <= until))
    if digest(raw_of(statement)) != decision.inputs["statement_sha256"]:
        return None
    try:
        return ratios_of(statement)
    except InputRejected:
        return None
