"""Offers accepted, loans read and repaid, over HTTP."""

# No deferred annotations here: FastAPI reads the types of handlers that are made inside a function.

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from brambling.bank import decisions
from brambling.bank.events import Bus
from brambling.credit.lending import service
from brambling.credit.lending.rules import Loan
from brambling.credit.lending.workflow import accept_and_pay, accept_on_behalf
from brambling.engine.access import User, require
from brambling.engine.doors.context import Context
from brambling.engine.doors.http import PROBLEMS, IdempotencyKey, id_of, user_of
from brambling.engine.workflow import Workflows
from brambling.kit.money import Money


class Acceptance(BaseModel):
    """Accept an offer, for all of its limit or for less."""

    amount: str | None = Field(None, description="Amount as text; the whole limit when absent.", examples=["50000.00"])
    instruction: str | None = Field(
        None,
        max_length=2000,
        description="How and when the customer asked for it, in the customer's words. Needed from people of the bank.",
    )


class Waiting(BaseModel):
    """Somebody else has to look first; nothing is lent until then."""

    task: UUID
    state: Literal["waits for another pair of eyes"] = "waits for another pair of eyes"


class DueOut(BaseModel):
    """One instalment, and what is open of it."""

    due_on: date | None
    principal: str
    interest: str
    open: str


class LoanOut(BaseModel):
    """A loan: ``active`` once the money is in the ledger, ``stopped`` while a person looks at it."""

    id: UUID
    decision_id: UUID
    customer_id: UUID
    principal: str
    rate_annual: str
    state: str
    accepted_at: datetime
    paid_at: datetime | None
    instalments: list[DueOut]


class Repayment(BaseModel):
    """Money from the customer's account for a loan."""

    amount: str = Field(examples=["1000.00"])


def router(context: Context, workflows: Workflows, bus: Bus) -> APIRouter:
    """``POST /decisions/{id}/accept``, ``GET /loans/{id}``, ``POST /loans/{id}/repayments``."""
    routes = APIRouter(tags=["lending"], responses=PROBLEMS)
    Acting = Annotated[User, Depends(user_of(context))]

    def shown(loan: Loan) -> LoanOut:
        with context.db.read() as session:
            dues = service.due_instalments(session, loan.id)
        return LoanOut(
            id=loan.id,
            decision_id=loan.decision_id,
            customer_id=loan.customer_id,
            principal=str(loan.principal),
            rate_annual=str(loan.rate_annual),
            state=loan.state,
            accepted_at=loan.accepted_at,
            paid_at=loan.paid_at,
            instalments=[
                DueOut(
                    due_on=due.due_on,
                    principal=str(due.instalment.principal),
                    interest=str(due.instalment.interest),
                    open=str(due.open),
                )
                for due in dues
            ],
        )

    @routes.post("/decisions/{decision_id}/accept", summary="Accept an offer; the money is paid out once")
    def accept(decision_id: UUID, wanted: Acceptance, user: Acting) -> LoanOut | Waiting:
        """An owner accepts for himself. People of the bank accept on the customer's recorded instruction: alone up to a
        limit, above it with somebody else."""
        with context.db.read() as session:
            decision = decisions.get(session, decision_id)
        require(user, "accept", "offer", decision.subject)
        amount = None if wanted.amount is None else Money.of(wanted.amount)
        clock, actor = context.clock, user.name
        if user.business_id == decision.subject:
            return shown(accept_and_pay(workflows, decision_id, clock=clock, actor=actor, amount=amount, bus=bus))
        words = wanted.instruction or ""
        made = accept_on_behalf(workflows, decision_id, words, clock=clock, actor=actor, amount=amount, bus=bus)
        return shown(made) if isinstance(made, Loan) else Waiting(task=made.id)

    @routes.get("/loans/{loan_id}", summary="A loan with its instalments")
    def get(loan_id: UUID, user: Acting) -> LoanOut:
        with context.db.read() as session:
            loan = service.get_loan(session, loan_id)
        require(user, "read", "loan", loan.customer_id)
        return shown(loan)

    @routes.post("/loans/{loan_id}/repayments", summary="Repay from the customer's account")
    def repay(loan_id: UUID, money: Repayment, key: IdempotencyKey, user: Acting) -> LoanOut:
        with context.db.write(user.name) as session:
            loan = service.get_loan(session, loan_id)
            require(user, "repay", "loan", loan.customer_id)
            amount = Money.of(money.amount, loan.principal.currency)
            service.repay(session, loan_id, amount, id_of("repayment", key, loan_id), clock=context.clock, bus=bus)
            loan = service.get_loan(session, loan_id)
        return shown(loan)

    return routes
