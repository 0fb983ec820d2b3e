"""What persons say of decisions: second opinions, overrides under four eyes, who was right, and what is learnt from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from brambling.bank.decisions import rules, service
from brambling.bank.decisions.rules import Decision
from brambling.bank.events.rules import Event
from brambling.bank.events.service import Bus
from brambling.credit.underwriting.model import judged, words_of_facts
from brambling.credit.underwriting.replaying import KIND
from brambling.credit.underwriting.rules import Band, Facts, Offer, Outcome, Policy, instalments, proposed
from brambling.credit.underwriting.rules.ceilings import ceilings_of, probability
from brambling.credit.underwriting.rules.declines import barred
from brambling.credit.underwriting.rules.outcome import LimitLine
from brambling.credit.underwriting.rules.schedule import whole
from brambling.credit.underwriting.service.releasing import policy_at_work
from brambling.credit.underwriting.service.watching import Outcomes
from brambling.credit.underwriting.shapes.decision import OpenOffer, facts_from, outcome_from
from brambling.credit.underwriting.shapes.opinions import Kind, Opinion, Side
from brambling.credit.underwriting.store import (
    drop_offer,
    find_application,
    find_offer,
    insert_offer,
    offer_of_application,
    policy_of,
    set_status,
)
from brambling.credit.underwriting.store import opinions as store
from brambling.engine.access import record, require_second
from brambling.engine.workflow.rules import Task
from brambling.engine.workflow.service import get_task, open_task
from brambling.kit.clock import Clock
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.errors import Conflict, InputRejected, NotAllowed, NotFound
from brambling.kit.ids import key_of
from brambling.kit.money import Money
from brambling.kit.policy import dump
from brambling.kit.reasons import Reason

if TYPE_CHECKING:
    import polars as pl

    from brambling.credit.expert.shapes.agreement import Agreement

OVERRIDE_KIND = "credit-override"  # of the decision it makes, and of the task where a second person has to agree
SHOWN_MAX = 200
_MACHINE = {"offer": "approve", "refer": "refer", "decline": "decline"}
_SILENT = Bus()


def say(
    session: WriteSession,
    decision_id: UUID,
    person: str,
    limit: Money | None,
    why: str,
    *,
    actor: str,
    now: datetime,
) -> Opinion:
    """A second opinion on a decision; it changes nothing, and is compared with the machine's word.

    Raises InputRejected without a reason or without the limit of an approval, Conflict when the person has said it.
    """
    decision = _credit(session, decision_id)
    return _keep(session, decision, "opinion", person, limit, why, actor, now)


def confirmed(session: WriteSession, decision: Decision, task: Task, at: datetime) -> None:
    """Note what the persons who decided a referral said, beside what the machine had proposed."""
    approved, actor = task.outcome == "approve", str(task.decided_by)
    if any(one.said_by == actor and one.kind == "confirmation" for one in store.opinions_on(session, decision.id)):
        return
    made = proposed(outcome_of(decision))
    limit = made.limit if made is not None and approved else None
    _keep(
        session,
        decision,
        "confirmation",
        "approve" if approved else "decline",
        limit,
        task.log[-1]["reason"],
        actor,
        at,
    )


def override(
    session: WriteSession,
    decision_id: UUID,
    person: str,
    limit: Money | None,
    why: str,
    *,
    actor: str,
    clock: Clock,
    bus: Bus = _SILENT,
) -> Opinion:
    """Overrule a decision, with a reason: decline what was offered, or lend ``limit`` where the policy would not.

    Up to ``override_alone_max`` of the policy it holds at once; above it a second person has to agree, and a task waits
    for one. What a person may not overrule: a bar (blocked list, consent, trade, currency), the ceilings by exposure,
    turnover and request, and any axiom. Raises NotAllowed for those, Conflict for an offer that was taken.
    """
    decision = _credit(session, decision_id)
    policy = _policy_of(session, decision)
    said = _keep(session, decision, "override", person, limit, why, actor, clock.now(), state="waiting")
    if person == "approve":
        _require_allowed(said, decision, policy)
    _require_not_taken(session, decision)
    if max(said.person_limit, said.machine_limit) > policy.override_alone_max:
        _open_task(session, said, policy)
        return said
    return _effect(session, said, decision, policy, clock, bus)


def second(session: WriteSession, task_id: UUID, *, clock: Clock, bus: Bus = _SILENT) -> Opinion:
    """What the second person decided about an override: its task is done, and it takes effect or is dropped.

    Raises Conflict while the task is not done, NotAllowed where the second person is the first.
    """
    task = get_task(session, task_id)
    if task.kind != OVERRIDE_KIND or task.status != "done":
        raise Conflict(f"task {task_id} is no override that somebody decided")
    said = opinion(session, UUID(task.data["opinion"]), lock=True)
    require_second(said.said_by, str(task.decided_by))
    if said.state != "waiting":
        return said
    if task.outcome != "approve":
        store.update_opinion(session, said.id, state="rejected", second_by=task.decided_by)
        return replace(said, state="rejected", second_by=task.decided_by)
    decision = _credit(session, said.decision_id)
    said = replace(said, second_by=task.decided_by)
    return _effect(session, said, decision, _policy_of(session, decision), clock, bus)


def adjudicate(session: WriteSession, opinion_id: UUID, right: Side, why: str, *, actor: str, now: datetime) -> Opinion:
    """Say whose word holds where person and machine differ; from then on it is what is learnt from.

    Raises NotAllowed for whoever gave the opinion, Conflict when it is judged, InputRejected without a reason.
    """
    said = opinion(session, opinion_id, lock=True)
    require_second(said.said_by, actor)
    if said.judged is not None:
        raise Conflict(f"opinion {opinion_id} is judged already")
    if not why.strip():
        raise InputRejected("a judgment needs a reason", column="why", expected="some words")
    changes: dict[str, Any] = {"judged": right, "judged_by": actor, "judged_at": now, "judged_why": why.strip()}
    store.update_opinion(session, opinion_id, **changes)
    record(session, actor, "adjudicate", "opinion", opinion_id, now=now, detail={"judged": right})
    return replace(said, **changes)


def opinion(session: ReadSession, opinion_id: UUID, *, lock: bool = False) -> Opinion:
    """One opinion; raises NotFound."""
    found = store.find_opinion(session, opinion_id, lock=lock)
    if found is None:
        raise NotFound(f"there is no opinion {opinion_id}")
    return found


def queue(session: ReadSession) -> list[Opinion]:
    """The differences that nobody has judged, oldest first; an override that still waits is not among them."""
    found = store.all_opinions(session, SHOWN_MAX * 5, unjudged=True)
    return [one for one in found if one.differs and one.state != "waiting"][:SHOWN_MAX]


def overrides(session: ReadSession, outcomes: Outcomes | None = None) -> list[tuple[Opinion, bool | None]]:
    """Every override, newest first, with whether the loan it made went bad, None while that is not known."""
    found = store.all_opinions(session, SHOWN_MAX, kind="override")
    effects = [one.effect_id for one in found if one.effect_id is not None]
    known = outcomes(session, effects) if outcomes and effects else {}
    return [(one, known.get(one.effect_id) if one.effect_id else None) for one in found]


# -- agreement and training ---------------------------------------------------------------------------------------------


def table_of_opinions(session: ReadSession, outcomes: Outcomes | None = None, limit: int = 20_000) -> pl.DataFrame:
    """One row an opinion, in the form that ``agree`` reads: what both said, limits, outcome, trade, day."""
    import polars as pl

    found = [one for one in store.all_opinions(session, limit) if one.state != "rejected"]
    known = _known(session, found, outcomes)
    rows = []
    for one in reversed(found):
        facts = facts_from(service.get(session, one.decision_id).features)
        rows.append(
            {
                "decision": str(one.decision_id),
                "date": one.said_at.date().isoformat(),
                "kind": one.kind,
                "trade": facts.trade[:2] or "-",
                "human": one.person,
                "ai": one.machine,
                "human_limit": str(one.person_limit) if one.person == "approve" else None,
                "ai_limit": str(one.machine_limit) if one.machine != "decline" else None,
                "outcome": {True: "bad", False: "good", None: None}[known.get(one.id)],
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def agreement(session: ReadSession, outcomes: Outcomes | None = None) -> Agreement | None:
    """The same report as ``agree`` makes of a file, on what persons of the bank said; None while nobody has."""
    from brambling.credit.expert.service.agreeing import agree

    frame = table_of_opinions(session, outcomes)
    if frame.height == 0:
        return None
    known = frame["outcome"].null_count() < frame.height
    return agree(
        frame,
        "human",
        "ai",
        human_limit="human_limit",
        ai_limit="ai_limit",
        outcome="outcome" if known else None,
        segment="trade",
        time="date",
    )


def training_table(session: ReadSession, outcomes: Outcomes | None = None, limit: int = 20_000) -> pl.DataFrame:
    """DECISIONS for ``expert fit``: the recorded facts in the words of the axioms, the decision that holds (``decision``,
    ``limit``), the outcome where it is known. A difference that nobody has judged teaches nothing and is left out."""
    import polars as pl

    found = [one for one in store.all_opinions(session, limit) if one.state in ("said", "done")]
    taught = [one for one in reversed(found) if one.judged is not None or not one.differs]
    known = _known(session, taught, outcomes)
    rows = []
    for one in taught:
        decision, granted = one.final
        facts = facts_from(service.get(session, one.decision_id).features)
        bad = known.get(one.id)
        rows.append(
            {
                **words_of_facts(facts),
                "decision": decision,
                "limit": str(granted) if decision == "approve" else None,
                "outcome": {True: "bad", False: "good", None: None}[bad],
                "judged_by_a_third": one.judged is not None,
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def _known(session: ReadSession, found: Sequence[Opinion], outcomes: Outcomes | None) -> Mapping[UUID, bool]:
    """What came of the loans behind opinions: an override's own, else that of the decision."""
    if outcomes is None or not found:
        return {}
    behind = {one.id: one.effect_id or one.decision_id for one in found}
    known = outcomes(session, list(behind.values()))
    return {key: known[decision] for key, decision in behind.items() if decision in known}


# -- parts --------------------------------------------------------------------------------------------------------------


def _credit(session: ReadSession, decision_id: UUID) -> Decision:
    decision = service.get(session, decision_id)
    if decision.kind != KIND:
        raise Conflict(f"decision {decision_id} is no credit decision of the policy")
    return decision


def _policy_of(session: ReadSession, decision: Decision) -> Policy:
    return policy_of(session, str(decision.versions["policy"])) or policy_at_work(session)


def outcome_of(decision: Decision) -> Outcome:
    """The outcome of a recorded credit decision."""
    currency = decision.features["currency"]
    return outcome_from(decision.outcome, decision.reasons, decision.result, currency)  # type: ignore[arg-type]


def _keep(
    session: WriteSession,
    decision: Decision,
    kind: Kind,
    person: str,
    limit: Money | None,
    why: str,
    actor: str,
    now: datetime,
    *,
    state: str = "said",
) -> Opinion:
    currency = decision.features["currency"]
    zero, made = Money.zero(currency), proposed(outcome_of(decision))
    if person not in ("approve", "decline"):
        raise InputRejected(f"{person!r} is no decision", column="decision", expected="approve or decline")
    if not why.strip():
        raise InputRejected("it needs a reason", column="why", expected="some words")
    if person == "approve" and (limit is None or limit <= zero):
        raise InputRejected("an approval needs a limit", column="limit", expected="an amount above zero")
    if any(one.said_by == actor and one.kind == kind for one in store.opinions_on(session, decision.id)):
        raise Conflict(f"{actor} has said so of decision {decision.id} already")
    said = Opinion(
        id=key_of("credit-opinion", kind, decision.id, actor),
        decision_id=decision.id,
        customer_id=decision.subject,
        kind=kind,
        machine=_MACHINE[decision.outcome],
        machine_limit=zero if made is None else made.limit,
        person=person,
        person_limit=limit if person == "approve" and limit is not None else zero,
        why=why.strip(),
        said_by=actor,
        said_at=now,
        state=state,  # type: ignore[arg-type]
    )
    store.insert_opinion(session, said)
    record(session, actor, kind, "decision", decision.id, now=now, detail={"person": person, "machine": said.machine})
    return said


def _require_allowed(said: Opinion, decision: Decision, policy: Policy) -> None:
    """Raises NotAllowed for what no person may overrule, InputRejected for a limit that cannot be."""
    facts, limit = facts_from(decision.features), said.person_limit
    bars = barred(facts, policy)
    if bars:
        raise NotAllowed(f"{bars[0][0].code}: nobody may overrule that")
    if limit != whole(limit, policy.limit_step) or limit < policy.limit_min:
        step, least = policy.limit_step, policy.limit_min
        raise InputRejected(f"{limit} is no limit", column="limit", expected=f"whole steps of {step} from {least} on")
    ceilings = ceilings_of(facts, policy, policy.bands[-1])
    if limit > ceilings.wanted:
        raise NotAllowed(f"{limit} is above what exposure, turnover and request allow ({ceilings.wanted})")
    answer = {"decision": "approve", "limit": limit.minor / 100, "reasons": ["override"]}
    answer["rate_annual"] = float(_band(facts, policy).rate_annual.annual)
    for axiom, holds in judged(facts, answer):
        if not holds:
            raise NotAllowed(f"{axiom.name}: {axiom.reason}")


def _band(facts: Facts, policy: Policy) -> Band:
    place = policy.band_of(probability(facts))
    return policy.bands[-1 if place is None else place]


def _require_not_taken(session: WriteSession, decision: Decision) -> None:
    standing = find_offer(session, decision.id, lock=True)
    if standing is not None and standing.status == "taken":
        raise Conflict(f"the offer of decision {decision.id} was taken: a loan is not overruled")


def _open_task(session: WriteSession, said: Opinion, policy: Policy) -> None:
    limit = max(said.person_limit, said.machine_limit)
    task = Task(
        id=key_of(OVERRIDE_KIND, said.id),
        kind=OVERRIDE_KIND,
        subject=said.customer_id,
        role="approver",
        opened_at=said.said_at,
        due_at=said.said_at + timedelta(days=policy.refer_days),
        reason=f"override-{said.person}",
        data={
            "decision": str(said.decision_id),
            "opinion": str(said.id),
            "noted_by": said.said_by,
            "limit": str(limit),
            "reasons": [
                {
                    "code": f"override-{said.person}",
                    "params": {"by": said.said_by, "limit": str(limit), "words": said.why},
                }
            ],
        },
    )
    open_task(session, task)


def _effect(
    session: WriteSession, said: Opinion, decision: Decision, policy: Policy, clock: Clock, bus: Bus
) -> Opinion:
    """Record the persons' decision, and put their offer in the place of the policy's."""
    _require_not_taken(session, decision)
    now = clock.now()
    made = _offer_of(said, decision, policy) if said.person == "approve" else None
    who = " + ".join(name for name in (said.said_by, said.second_by) if name)
    draft = rules.Draft(
        id=key_of("credit-override", said.id),
        kind=OVERRIDE_KIND,
        subject=said.customer_id,
        at=now,
        actor=who,
        outcome="offer" if made else "decline",
        inputs={"decision": str(decision.id), "opinion": str(said.id)},
        features={},
        versions=decision.versions,
        reasons=[{"code": f"override-{said.person}", "params": {"words": said.why}}],
        result={"offer": dump(made)} if made else {"limit": "0.00"},
    )
    service.record(session, draft)
    application = find_application(session, UUID(str(decision.inputs["application"])))
    assert application is not None
    before = offer_of_application(session, application.id)
    if made is None:
        if before is not None:
            set_status(session, before.decision_id, "withdrawn")
    else:
        if before is not None:
            drop_offer(session, before.decision_id)
        expires = clock.today() + timedelta(days=policy.offer_valid_days)
        insert_offer(session, _open(made, draft.id, application.id, said.customer_id, expires))
    store.update_opinion(session, said.id, state="done", second_by=said.second_by, effect_id=draft.id)
    key = key_of("event", "credit.overruled", said.id)
    data = {"decision": str(draft.id), "overruled": str(decision.id), "outcome": draft.outcome}
    bus.publish(session, Event(key, said.customer_id, "credit.overruled", now, data))
    return replace(said, state="done", effect_id=draft.id)


def _offer_of(said: Opinion, decision: Decision, policy: Policy) -> Offer:
    """The persons' limit at the policy's price and longest tenor of its band: a person sets an amount, not a rate."""
    facts = facts_from(decision.features)
    band = _band(facts, policy)
    months = max(months for months in policy.tenor_months if months <= band.tenor_months_max)
    plan = instalments(said.person_limit, band.rate_annual, months)
    return Offer(
        limit=said.person_limit,
        least=policy.limit_min,
        rate_annual=band.rate_annual,
        tenor_days=plan[-1].due_day,
        schedule=plan,
        risk_band=band.name,
        reasons=(Reason("override-approve", {"words": said.why}),),
        lines=(LimitLine("person", said.person_limit),),
    )


def _open(made: Offer, decision_id: UUID, application_id: UUID, customer_id: UUID, expires_on: date) -> OpenOffer:
    return OpenOffer(
        decision_id=decision_id,
        application_id=application_id,
        customer_id=customer_id,
        limit=made.limit,
        rate_annual=made.rate_annual,
        tenor_days=made.tenor_days,
        schedule=made.schedule,
        risk_band=made.risk_band,
        status="open",
        expires_on=expires_on,
    )
