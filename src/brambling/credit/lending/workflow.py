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
from brambling.credit.lending.rules import Loan, Method
from brambling.engine.workflow import Task, Workflows, get_task, open_task
from brambling.kit.clock import Clock
from brambling.kit.db import WriteSession
from brambling.kit.errors import Failure, Rejection
from brambling.kit.ids import key_of
from brambling.kit.money import Money

PAYOUT, STOPPED = "payout/1", "payout-stopped/1"
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
    with workflows.db.write() as session:
        loan = service.accept(session, decision_id, clock=clock, actor=actor, amount=amount, method=method, bus=bus)
    workflows.at_point("accept:committed")
    workflows.run(PAYOUT, str(loan.id), key=workflow_key(loan.id))
    with workflows.db.read() as session:
        return service.get_loan(session, loan.id)


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
