"""The pay-out: durable, exactly once, and a person where it may not happen.

``payout/1`` has two parts: the step ``pay`` (money, state and event in one transaction) and, as its end, ``activate``.
Killed anywhere, it runs again; the state of the loan and the key of the transfer see to it that the money moves once. A loan that was
accepted by a process that died before it could start the workflow is found by the sweep.

A pay-out that is refused (the customer came onto a blocked list) becomes a task with four eyes; once it is decided,
``payout-stopped/1`` goes on with it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from brambling.bank.events import Bus
from brambling.credit.lending import service, store
from brambling.credit.lending.rules import Loan, Method, needs_second
from brambling.credit.underwriting.service import open_offer
from brambling.engine.workflow import Task, Workflows, get_task, open_task
from brambling.kit.clock import Clock
from brambling.kit.crypto import mask
from brambling.kit.db import WriteSession
from brambling.kit.errors import Conflict, Failure, Rejection
from brambling.kit.ids import key_of
from brambling.kit.money import Money

PAYOUT, STOPPED, ON_BEHALF = "payout/1", "payout-stopped/1", "accept-on-behalf/1"
BEHALF_KIND, BEHALF_ROLE = "accept-on-behalf", "approver"
APPROVE, REJECT = "approve", "reject"
TASK_KIND, TASK_ROLE, TASK_DAYS = "payout-stopped", "operator", 2
GO_ON, CANCEL = "pay", "cancel"


def register(workflows: Workflows, clock: Clock, bus: Bus | None = None, *, waiting_seconds: float = 10.0) -> None:
    """Register the pay-out and its sweep; before ``workflows.launch()``.

    ``waiting_seconds`` is how long an accepted loan may be without a pay-out before the sweep starts one.
    """

    @workflows.register(PAYOUT)
    def pay_out(work: Workflows, loan_id: str) -> str:
        return _pay_out(work, UUID(loan_id), "first", clock, bus)

    @workflows.register(STOPPED)
    def go_on_or_cancel(work: Workflows, task_id: str) -> str:
        def decided(session: WriteSession) -> list[str]:
            task = get_task(session, UUID(task_id))
            loan = service.resume(session, UUID(task.data["loan"]), go_on=task.outcome == GO_ON, clock=clock, bus=bus)
            return [str(loan.id), loan.state]

        loan_id, state = work.step("decided", decided)
        # a task of its own, should the pay-out be refused again
        return state if state == "cancelled" else _pay_out(work, UUID(loan_id), task_id, clock, bus)

    @workflows.register(ON_BEHALF)
    def accept_confirmed(work: Workflows, task_id: str) -> str:
        return _accept_confirmed(work, UUID(task_id), clock, bus)

    workflows.on_sweep(lambda swept: pay_out_waiting(swept, waiting_seconds))


def _pay_out(work: Workflows, loan_id: UUID, attempt: str, clock: Clock, bus: Bus | None) -> str:
    def pay(session: WriteSession) -> str:
        return service.pay(session, loan_id, clock=clock, bus=bus).state

    def activate(session: WriteSession) -> str:
        return service.activate(session, loan_id, clock=clock, bus=bus).state

    def ask(session: WriteSession) -> str:
        stopped = service.stop(session, loan_id, clock=clock, bus=bus)
        return open_task(session, _task(stopped, attempt, why, clock.now())).status

    try:
        work.step("pay", pay)
    except (Rejection, Failure, DBAPIError) as error:
        # whatever stands in the way: money waits for a person, never in silence
        why = f"{type(error).__name__}: {error}" if isinstance(error, DBAPIError) else str(error)
        work.step("ask", ask)
        return "stopped"
    return work.transaction("activate", activate)


def _task(loan: Loan, attempt: str, why: str, now: datetime) -> Task:
    return Task(
        key_of("task", TASK_KIND, loan.id, attempt),
        TASK_KIND,
        loan.customer_id,
        TASK_ROLE,
        now,
        now + timedelta(days=TASK_DAYS),
        "payout-refused",
        {"loan": str(loan.id), "principal": str(loan.principal), "why": why, "outcomes": [GO_ON, CANCEL]},
        four_eyes=True,
        then=STOPPED,
    )


def accept_and_pay(
    workflows: Workflows,
    decision_id: UUID,
    *,
    clock: Clock,
    actor: str,
    amount: Money | None = None,
    method: Method = "annuity",
    bus: Bus | None = None,
) -> Loan:
    """Accept an offer and pay it out, in this thread; return the loan as it then stands.

    ``active`` is the usual end; ``stopped`` means that a person has to look at it. Raises what ``accept`` raises. Asking
    again, also after a crash, ends with the same loan, paid once.
    """
    with workflows.db.write(actor) as session:
        loan = service.accept(session, decision_id, clock=clock, actor=actor, amount=amount, method=method, bus=bus)
    workflows.at_point("accept:committed")
    workflows.run(PAYOUT, str(loan.id), key=workflow_key(loan.id))
    with workflows.db.read() as session:
        return service.get_loan(session, loan.id)


def accept_on_behalf(
    workflows: Workflows,
    decision_id: UUID,
    words: str,
    *,
    clock: Clock,
    actor: str,
    amount: Money | None = None,
    bus: Bus | None = None,
) -> Loan | Task:
    """Accept an offer because the customer told ``actor`` to, in ``words``; the instruction is kept.

    Up to ``rules.ON_BEHALF_ALONE_MAX`` the loan is paid out at once; above it a task asks somebody else first, and is
    returned. Raises what ``note_instruction`` and ``accept`` raise.
    """
    with workflows.db.write(actor) as session:
        principal = service.note_instruction(session, decision_id, words, clock=clock, amount=amount)
        offer = open_offer(session, decision_id)
        known = store.find_loan(session, service.loan_id_of(decision_id))
        if known is None and needs_second(principal):
            if offer.status != "open":
                raise Conflict(f"the offer of decision {decision_id} is {offer.status}, not open")
            return open_task(
                session, _behalf_task(decision_id, offer.customer_id, principal, actor, words, clock.now())
            )
    return accept_and_pay(workflows, decision_id, clock=clock, actor=actor, amount=amount, bus=bus)


def _behalf_task(
    decision_id: UUID, customer_id: UUID, principal: Money, noted_by: str, words: str, now: datetime
) -> Task:
    data = {"decision": str(decision_id), "principal": str(principal), "currency": principal.currency}
    data |= {"noted_by": noted_by, "why": mask(words), "outcomes": [APPROVE, REJECT]}  # type: ignore[dict-item]
    return Task(
        key_of("task", BEHALF_KIND, decision_id),
        BEHALF_KIND,
        customer_id,
        BEHALF_ROLE,
        now,
        now + timedelta(days=TASK_DAYS),
        "accept-on-behalf",
        data,
        then=ON_BEHALF,
    )


def _accept_confirmed(work: Workflows, task_id: UUID, clock: Clock, bus: Bus | None) -> str:
    """Go on with an acceptance on behalf once somebody else has looked at it."""

    def accept(session: WriteSession) -> str:
        task = get_task(session, task_id)
        if task.outcome != APPROVE:
            return ""
        session.actor = f"{task.data['noted_by']} + {task.decided_by}"
        amount = Money.of(task.data["principal"], task.data["currency"])
        loan = service.accept(
            session, UUID(task.data["decision"]), clock=clock, actor=session.actor, amount=amount, bus=bus
        )
        return str(loan.id)

    try:
        loan_id = work.step("accept", accept)
    except Rejection as reason:  # the offer lapsed or was taken meanwhile: nothing is lent
        return f"not accepted: {reason}"
    return _pay_out(work, UUID(loan_id), "first", clock, bus) if loan_id else "rejected"


def workflow_key(loan_id: UUID) -> UUID:
    """The key of a loan's first pay-out workflow."""
    return key_of("workflow", PAYOUT, loan_id)


def pay_out_waiting(workflows: Workflows, seconds: float, limit: int = 100) -> int:
    """Start the pay-out of loans that have waited for it ``seconds``; return how many were found."""
    with workflows.db.read() as session:
        found = store.waiting(session, seconds, limit)
    for loan_id in found:
        workflows.start(PAYOUT, str(loan_id), key=workflow_key(loan_id))
    return len(found)
