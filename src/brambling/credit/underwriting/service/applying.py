"""One function for each thing a user can ask of underwriting: assess, apply, confirm, export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from brambling.bank.consent.service import has
from brambling.bank.customers.service import blocked, get, group_of
from brambling.bank.decisions import capsules, rules, service
from brambling.bank.events.rules import Event
from brambling.bank.events.service import Bus
from brambling.credit.underwriting import store
from brambling.credit.underwriting.features import Held, Standing, facts_of, facts_unread
from brambling.credit.underwriting.readers import policy_version, shipped_policy
from brambling.credit.underwriting.replaying import KIND, decision_id_of, digest, raw_of
from brambling.credit.underwriting.rules import Facts, Outcome, Policy, Refer, offer, proposed
from brambling.credit.underwriting.service.opinions import confirmed
from brambling.credit.underwriting.service.releasing import policy_at_work
from brambling.credit.underwriting.service.watching import shadow
from brambling.credit.underwriting.shapes import (
    Application,
    OpenOffer,
    facts_plain,
    reasons_plain,
    result_plain,
    word_of,
)
from brambling.engine.workflow.rules import Task
from brambling.engine.workflow.service import get_task, open_task
from brambling.kit.clock import Clock
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.db.locks import lock
from brambling.kit.errors import Conflict, NotFound
from brambling.kit.ids import key_of, new_id
from brambling.kit.money import Money
from brambling.kit.policy import dump
from brambling.perception.cashflow.customer import customer_twin

if TYPE_CHECKING:
    from brambling.perception.cashflow.shapes import KnownFlows, Statement
    from brambling.perception.cashflow.twin_shapes import Twin

# What the business owes this bank already: lending knows, and stands above underwriting, so the wiring passes it in.
HeldLoans = Callable[[ReadSession, UUID], Held | None]

CONFIRM_KIND = "credit-confirmation"
TASK_KIND = "credit-refer"
_SILENT = Bus()


def assess(twin: Twin, standing: Standing | None = None, policy: Policy | None = None) -> tuple[Facts, Outcome]:
    """The facts and the outcome for one twin, without a bank around it: nothing is recorded and nobody is screened."""
    policy = policy or shipped_policy()
    facts = facts_of(twin, policy, standing or Standing())
    return facts, offer(facts, policy)


def apply(
    session: WriteSession,
    customer_id: UUID,
    clock: Clock,
    *,
    requested: Money | None = None,
    application_id: UUID | None = None,
    probability_default: float | None = None,
    seed: int = 7,
    statement: Statement | None = None,
    twin: Twin | None = None,
    policy: Policy | None = None,
    actor: str = "policy",
    bus: Bus = _SILENT,
    held: HeldLoans | None = None,
    known_flows: KnownFlows | None = None,
) -> Application:
    """Decide an application and record it: screening, facts, decision, offer, task and event in this transaction.

    The same ``application_id`` again returns the application that is there. The twin is the customer's own as of today,
    with what ``known_flows`` tells. ``statement`` and its ``twin`` (made with ``seed``) save reading and simulating where the caller has them at hand; without consent to a credit decision
    nothing is read at all. Raises NotFound for an unknown customer or one without a statement, InputRejected for a
    statement that is too short for a twin, Conflict for an ``application_id`` of another application.
    """
    now, policy = clock.now(), policy or policy_at_work(session)
    identifier = application_id or new_id(now)
    known = store.find_application(session, identifier)
    if known is not None:
        if known.customer_id != customer_id or known.requested != requested:
            raise Conflict(f"application {identifier} is already there with other content")
        return known
    standing = standing_of(
        session, customer_id, clock, requested=requested, probability_default=probability_default, held=held
    )
    inputs = {"application": str(identifier), "policy": dump(policy), "seed": seed, "today": str(clock.today())}
    inputs["held"] = None
    if standing.held is not None:
        owed = standing.held.owed
        inputs["held"] = {"owed": str(owed), "monthly": str(standing.held.monthly), "currency": owed.currency}
    if standing.consent:
        inputs["known_flows"] = []
        if twin is None:
            read = customer_twin(
                session, customer_id, clock.today(), known_flows=known_flows, statement=statement, seed=seed
            )
            twin, statement = read.twin, read.statement
            inputs["known_flows"] = [[flow.day.isoformat(), flow.amount_minor] for flow in read.known]
        facts, versions = facts_of(twin, policy, standing), dict(twin.versions)
        inputs["calibration"] = _calibration(session, twin)
        inputs["statement_until"] = twin.statement_until.isoformat()
        inputs["statement_sha256"] = digest(raw_of(statement)) if statement is not None else ""
    else:
        facts, versions = facts_unread(policy, standing), {}
    outcome, version = offer(facts, policy), policy_version(policy)
    draft = rules.Draft(
        id=decision_id_of(identifier),
        kind=KIND,
        subject=customer_id,
        at=now,
        actor=actor,
        outcome=word_of(outcome),
        inputs=inputs,
        features=facts_plain(facts),
        versions={**versions, "policy": version},
        reasons=reasons_plain(outcome),
        result=result_plain(outcome),
    )
    application = Application(identifier, customer_id, requested, now, draft.id, word_of(outcome))
    store.keep_policy(session, version, policy, now)
    service.record(session, draft)
    store.insert_application(session, application, facts.currency)
    _keep_offer(session, application, outcome, policy, clock.today())
    shadow(session, draft.id, twin if standing.consent else None, standing, policy, now)
    bus.publish(session, _decided(application, outcome, facts.currency))
    return application


def standing_of(
    session: ReadSession,
    customer_id: UUID,
    clock: Clock,
    *,
    requested: Money | None = None,
    probability_default: float | None = None,
    held: HeldLoans | None = None,
) -> Standing:
    """What the bank knows of a customer beside its cash flow: consent, blocked lists, trade, loans held here."""
    customer = get(session, customer_id)
    today = clock.today()
    found = blocked(session, customer_id, today)
    return Standing(
        consent=has(session, customer_id, "credit", clock.now()),
        blocked=bool(found),
        blocked_reason=f"{found[0].list_name}: {found[0].matched}" if found else "",
        trade=customer.gbt4754,
        probability_default=probability_default,
        requested=requested,
        today=today,
        held=held(session, customer_id) if held else None,
        owed_group=_owed_by_group(session, customer_id, held) if held else None,
    )


def _owed_by_group(session: ReadSession, customer_id: UUID, held: HeldLoans) -> Money | None:
    """What other businesses under the same persons owe this bank; None where there are none."""
    others = group_of(session, customer_id)
    if not others:
        return None
    owed = [found.owed for other in others if (found := held(session, other)) is not None]
    return sum(owed[1:], owed[0]) if owed else Money.zero()


def confirm(session: WriteSession, decision_id: UUID, task_id: UUID, *, bus: Bus = _SILENT) -> rules.Decision:
    """What persons decided about a referred offer: recorded as a decision of theirs, and the offer opened or withdrawn.

    Reads the completed task (both pairs of eyes); its outcome is ``approve`` or ``reject``. Raises NotFound where there
    is no offer, Conflict while the task is not done or belongs to another decision.
    """
    task = get_task(session, task_id)
    if task.kind != TASK_KIND or task.data.get("decision") != str(decision_id):
        raise Conflict(f"task {task_id} is not about decision {decision_id}")
    if task.status != "done":
        raise Conflict(f"task {task_id} is not decided yet")
    found = store.find_offer(session, decision_id, lock=True)
    if found is None:
        raise NotFound(f"decision {decision_id} has no offer")
    approved, last = task.outcome == "approve", task.log[-1]
    first = service.get(session, decision_id)
    draft = rules.Draft(
        id=key_of("credit-confirmation", decision_id),
        kind=CONFIRM_KIND,
        subject=found.customer_id,
        at=datetime.fromisoformat(last["at"]),  # not the present: the same task gives the same decision again
        actor=" + ".join(name for name in (task.decided_by, task.second_by) if name),
        outcome="offer" if approved else "decline",
        inputs={"decision": str(decision_id), "task": str(task_id)},
        features={},
        versions=first.versions,
        reasons=[{"code": f"person-{task.outcome}", "params": {"words": last["reason"]}}],
        result={"limit": str(found.limit) if approved else "0.00"},
    )
    decision = service.record(session, draft)
    confirmed(session, first, task, draft.at)
    if found.status == "waiting":
        store.set_status(session, decision_id, "open" if approved else "withdrawn")
    data = {"decision": str(decision_id), "outcome": draft.outcome}
    key = key_of("event", "credit.confirmed", decision_id)
    bus.publish(session, Event(key, found.customer_id, "credit.confirmed", draft.at, data))
    return decision


def take(session: WriteSession, decision_id: UUID, today: date) -> OpenOffer:
    """Mark an offer as taken and return it; lending calls this in the transaction that writes the loan.

    Each offer was made for a business without the others, so taking one withdraws them: of several offers to one
    business at most one becomes a loan. Raises NotFound where there is no offer, Conflict when it waits for a person,
    was withdrawn, taken, or has lapsed.
    """
    customer_id = open_offer(session, decision_id).customer_id
    lock(session, "offers", customer_id)  # two offers of one business are never taken at once
    found = store.find_offer(session, decision_id, lock=True)
    assert found is not None
    if found.status != "open":
        raise Conflict(f"the offer of decision {decision_id} is {found.status}, not open")
    if today > found.expires_on:
        raise Conflict(f"the offer of decision {decision_id} lapsed on {found.expires_on}")
    store.set_status(session, decision_id, "taken")
    store.withdraw_open(session, customer_id)
    return replace(found, status="taken")


def open_offer(session: ReadSession, decision_id: UUID) -> OpenOffer:
    """The offer of a decision as it stands; raises NotFound after a decline."""
    found = store.find_offer(session, decision_id)
    if found is None:
        raise NotFound(f"decision {decision_id} has no offer")
    return found


def least_acceptable(session: ReadSession, decision_id: UUID) -> Money:
    """The least amount for which the offer of a decision can be accepted; raises NotFound after a decline.

    Not less than the policy's smallest limit, nor less than what keeps the account from running short.
    """
    made = service.get(session, decision_id).result.get("offer")
    if made is None:
        raise NotFound(f"decision {decision_id} has no offer")
    return Money.of(made["least"], open_offer(session, decision_id).limit.currency)


def newest_applications(session: ReadSession, outcome: str = "", limit: int = 100) -> list[Application]:
    """Applications of all customers, newest first; those with ``outcome`` where one is given."""
    return store.newest_applications(session, outcome, limit)


def export_capsule(session: ReadSession, decision_id: UUID, *, raw: bool = True) -> bytes:
    """The replay capsule of a credit decision. With ``raw`` it holds the statement, names and words replaced by tokens,
    so that the twin can be recomputed.

    Raises Conflict when the customer's statement up to that day is no longer what was decided on (rows were imported
    or corrected since): then only the rules can be replayed, with ``raw=False``.
    """
    decision = service.get(session, decision_id)
    content = None
    if raw and decision.inputs.get("statement_sha256"):
        from brambling.perception.cashflow import load_statement

        until = date.fromisoformat(decision.inputs["statement_until"])
        statement = _up_to(load_statement(session, decision.subject), until)
        content = raw_of(statement)
        if digest(content) != decision.inputs["statement_sha256"]:
            raise Conflict(f"the statement of decision {decision_id} has changed since; export without raw inputs")
    return capsules.capsule(decision, content, capsules.environment())


# -- parts ------------------------------------------------------------------------------------------------------------


def _decided(application: Application, outcome: Outcome, currency: str) -> Event:
    made = proposed(outcome)
    data = {
        "application": str(application.id),
        "decision": str(application.decision_id),
        "outcome": application.outcome,
        "limit": str(made.limit) if made else "0.00",
        "currency": currency,
    }
    key = key_of("event", "credit.decided", application.id)
    return Event(key, application.customer_id, "credit.decided", application.applied_at, data)


def _calibration(session: ReadSession, twin: Twin) -> dict[str, Any] | None:
    """The bank's own calibration in full where ``twin`` was drawn with it, so that a capsule can draw it again."""
    from brambling.perception.cashflow.calibrating import calibration_at_work

    own = calibration_at_work(session)
    return own.to_dict() if own is not None and own.version == twin.versions.get("calibration") else None


def _keep_offer(session: WriteSession, application: Application, outcome: Outcome, policy: Policy, today: date) -> None:
    """Write the offer, and the task for a person where one has to look."""
    made = proposed(outcome)
    if made is None:
        return
    waiting = isinstance(outcome, Refer)
    found = OpenOffer(
        decision_id=application.decision_id,
        application_id=application.id,
        customer_id=application.customer_id,
        limit=made.limit,
        rate_annual=made.rate_annual,
        tenor_days=made.tenor_days,
        schedule=made.schedule,
        risk_band=made.risk_band,
        status="waiting" if waiting else "open",
        expires_on=today + timedelta(days=policy.offer_valid_days),
    )
    store.insert_offer(session, found)
    if isinstance(outcome, Refer):
        at = application.applied_at
        task = Task(
            id=key_of("credit-refer", application.decision_id),
            kind=TASK_KIND,
            subject=application.customer_id,
            role=outcome.role,
            opened_at=at,
            due_at=at + timedelta(days=policy.refer_days),
            reason=outcome.reasons[0].code,
            data={
                "decision": str(application.decision_id),
                "limit": str(made.limit),
                "reasons": reasons_plain(outcome),
            },
            four_eyes=True,
        )
        open_task(session, task)


def _up_to(statement: Statement, until: date) -> Statement:
    import polars as pl

    return replace(statement, rows=statement.rows.filter(pl.col("date") <= until))
