"""Applications and decisions over HTTP."""

# No deferred annotations here: FastAPI reads the types of handlers that are made inside a function.

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from brambling.bank import decisions
from brambling.bank.decisions import Decision
from brambling.bank.events import Bus
from brambling.credit.underwriting import service
from brambling.engine.access import User, record, require
from brambling.engine.doors.context import Context
from brambling.engine.doors.http import PROBLEMS, IdempotencyKey, id_of, user_of
from brambling.kit.money import Money
from brambling.perception.cashflow.shapes import KnownFlows


class NewApplication(BaseModel):
    """What a business asks for."""

    customer_id: UUID
    requested: str | None = Field(None, description="Amount in yuan as text.", examples=["200000.00"])


class DecisionOut(BaseModel):
    """A recorded decision: outcome ``offer``, ``decline`` or ``refer``, with limit, price, tenor and reasons."""

    id: UUID
    kind: str
    customer_id: UUID
    at: datetime
    actor: str
    outcome: str
    result: dict[str, Any]
    reasons: list[dict[str, Any]]
    versions: dict[str, Any]
    hash: str


def shown(decision: Decision) -> DecisionOut:
    """A decision as the API shows it."""
    return DecisionOut(
        id=decision.id,
        kind=decision.kind,
        customer_id=decision.subject,
        at=decision.at,
        actor=decision.actor,
        outcome=decision.outcome,
        result=dict(decision.result),
        reasons=[dict(reason) for reason in decision.reasons],
        versions=dict(decision.versions),
        hash=decision.hash,
    )


def router(context: Context, bus: Bus, held: service.HeldLoans, known_flows: KnownFlows) -> APIRouter:
    """``POST /applications``, ``GET /decisions/{id}``, ``GET /decisions/{id}/capsule``."""
    routes = APIRouter(tags=["credit"], responses=PROBLEMS)
    Acting = Annotated[User, Depends(user_of(context))]

    @routes.post("/applications", status_code=201, summary="Apply, and be decided on at once")
    def apply(new: NewApplication, key: IdempotencyKey, user: Acting) -> DecisionOut:
        require(user, "write", "application", new.customer_id)
        with context.db.write(user.name) as session:
            application = service.apply(
                session,
                new.customer_id,
                context.clock,
                requested=None if new.requested is None else Money.of(new.requested),
                application_id=id_of("application", key, user.id),
                bus=bus,
                held=held,
                known_flows=known_flows,
            )
            return shown(decisions.get(session, application.decision_id))

    @routes.get("/decisions/{decision_id}", summary="A decision with its reasons")
    def get(decision_id: UUID, user: Acting) -> DecisionOut:
        with context.db.read() as session:
            decision = decisions.get(session, decision_id)
        require(user, "read", "decision", decision.subject)
        return shown(decision)

    @routes.get(
        "/decisions/{decision_id}/capsule",
        summary="The replay capsule of a decision",
        response_class=Response,
        responses={200: {"content": {"application/json": {}}}},
    )
    def capsule(
        decision_id: UUID,
        user: Acting,
        raw: Annotated[bool, Query(description="With the statement, so that the twin is recomputed too.")] = True,
    ) -> Response:
        with context.db.write(user.name) as session:
            decision = decisions.get(session, decision_id)
            require(user, "read", "capsule", decision.subject)
            content = service.export_capsule(session, decision_id, raw=raw)
            record(session, user.name, "export", "capsule", decision_id, now=context.clock.now(), detail={"raw": raw})
        name = f"decision-{decision_id}.capsule.json"
        return Response(
            content, media_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    return routes
