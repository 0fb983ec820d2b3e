"""Applications and decisions over HTTP; policies, the challenger's shadow, drift, opinions and overrides."""

# No deferred annotations here: FastAPI reads the types of handlers that are made inside a function.

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from brambling.bank import decisions
from brambling.bank.decisions import Decision
from brambling.bank.events import Bus
from brambling.credit.expert.report import agreement as agreement_words
from brambling.credit.underwriting import service
from brambling.credit.underwriting.agent import retold
from brambling.credit.underwriting.readers import policy_version
from brambling.credit.underwriting.readers.policies import policy_of_text
from brambling.credit.underwriting.report import memo as memo_words
from brambling.credit.underwriting.report.backtest import to_plain
from brambling.credit.underwriting.service import opinions, releasing, watching
from brambling.credit.underwriting.service.memos import memo
from brambling.credit.underwriting.shapes.memo import Memo, Tells
from brambling.credit.underwriting.shapes.opinions import Opinion
from brambling.credit.underwriting.shapes.policies import Proposal
from brambling.engine.access import User, record, require
from brambling.engine.doors.context import Context
from brambling.engine.doors.http import PROBLEMS, IdempotencyKey, id_of, user_of
from brambling.engine.doors.output import plain
from brambling.engine.llm import Door
from brambling.kit.money import Money
from brambling.kit.policy import dump
from brambling.perception.cashflow.shapes import KnownFlows

DRIFT_DAYS = 365


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


class MemoLang(StrEnum):
    """Language of a memo."""

    en = "en"
    zh = "zh"


def memo_router(context: Context, place: Tells | None = None, evidence: Tells | None = None) -> APIRouter:
    """``GET /decisions/{id}/memo`` as JSON and as a page that prints."""
    routes = APIRouter(tags=["credit"], responses=PROBLEMS)
    Acting = Annotated[User, Depends(user_of(context))]

    def made(decision_id: UUID, user: User, lang: MemoLang) -> Memo:
        with context.db.write(user.name) as session:
            decision = decisions.get(session, decision_id)
            require(user, "read", "capsule", decision.subject)
            record(session, user.name, "read", "memo", decision_id, now=context.clock.now())
            told = memo(session, decision_id, lang.value, place=place, evidence=evidence)
        return retold(told, Door.open(context.settings, context.clock))

    @routes.get("/decisions/{decision_id}/memo", summary="The credit memo of a decision, each line with its source")
    def plain_memo(decision_id: UUID, user: Acting, lang: MemoLang = MemoLang.en) -> dict[str, Any]:
        return memo_words.to_plain(made(decision_id, user, lang))

    @routes.get(
        "/decisions/{decision_id}/memo.html",
        summary="The credit memo as a page that prints on A4",
        response_class=Response,
        responses={200: {"content": {"text/html": {}}}},
    )
    def memo_page(decision_id: UUID, user: Acting, lang: MemoLang = MemoLang.zh) -> Response:
        return Response(memo_words.html_of(made(decision_id, user, lang)), media_type="text/html; charset=utf-8")

    return routes


# -- policies, opinions ---------------------------------------------------------------------------------------------


class NewPolicy(BaseModel):
    """A policy file and why it should come."""

    text: str = Field(max_length=200_000, description="The policy as YAML.")
    why: str = Field(min_length=1, max_length=2000)
    role: Literal["champion", "challenger"] = "champion"


class Why(BaseModel):
    """A reason."""

    why: str = Field(min_length=1, max_length=2000)


class Said(BaseModel):
    """What a person says of a decision."""

    decision: Literal["approve", "decline"]
    limit: str | None = Field(None, description="Amount in yuan as text; an approval needs one.", examples=["50000.00"])
    why: str = Field(min_length=1, max_length=2000)

    @property
    def amount(self) -> Money | None:
        """The limit as an amount."""
        return None if self.limit is None else Money.of(self.limit)


class Judgment(BaseModel):
    """Whose word holds."""

    judged: Literal["person", "machine"]
    why: str = Field(min_length=1, max_length=2000)


def governing_router(context: Context, bus: Bus, outcomes: watching.Outcomes) -> APIRouter:
    """Policies, shadow, drift; opinions, overrides, judgments, agreement and training rows."""
    routes = APIRouter(tags=["credit governance"], responses=PROBLEMS)
    _policies(routes, context, outcomes)
    _opinions(routes, context, bus)
    _learning(routes, context, outcomes)
    return routes


def _policies(routes: APIRouter, context: Context, outcomes: watching.Outcomes) -> None:
    Acting = Annotated[User, Depends(user_of(context))]

    @routes.get("/policies", summary="The policy at work, and all that were brought")
    def policies(user: Acting) -> dict[str, Any]:
        require(user, "read", "policy")
        with context.db.read() as session:
            present, challenger = releasing.policy_at_work(session), releasing.challenger_at_work(session)
            brought = [_proposal(one) for one in releasing.proposals(session)]
        shadow = policy_version(challenger) if challenger else None
        return {
            "at_work": policy_version(present),
            "challenger": shadow,
            "content": dump(present),
            "brought": brought,
        }

    @routes.post("/policies", status_code=201, summary="Bring a policy; the axioms are searched at once")
    def propose(new: NewPolicy, user: Acting) -> dict[str, Any]:
        require(user, "write", "policy")
        policy = policy_of_text(new.text)
        with context.db.write(user.name) as session:
            now = context.clock.now()
            return _proposal(
                releasing.propose_policy(session, policy, new.why, actor=user.name, now=now, role=new.role)
            )

    @routes.post("/policies/{release_id}/release", summary="Put a policy to work: somebody else than who brought it")
    def release(release_id: UUID, said: Why, user: Acting) -> dict[str, Any]:
        require(user, "release", "policy")
        with context.db.write(user.name) as session:
            now = context.clock.now()
            return _proposal(releasing.release_policy(session, release_id, said.why, actor=user.name, now=now))

    @routes.post("/policies/{release_id}/withdraw", summary="Take back a draft, or a challenger")
    def withdraw(release_id: UUID, user: Acting) -> dict[str, Any]:
        require(user, "write", "policy")
        with context.db.write(user.name) as session:
            now = context.clock.now()
            return _proposal(releasing.withdraw_policy(session, release_id, actor=user.name, now=now))

    @routes.get("/policies/shadow", summary="The challenger beside the champion, on what was really decided")
    def shadow(user: Acting) -> dict[str, Any] | None:
        require(user, "read", "policy")
        with context.db.read() as session:
            challenger = releasing.challenger_at_work(session)
            version = policy_version(challenger) if challenger else ""
            found = watching.shadow_run(session, version, outcomes) if challenger else None
        return None if found is None else plain(to_plain(found))

    @routes.get("/policies/drift", summary="How far the applications moved, by month")
    def drift(user: Acting) -> list[dict[str, Any]]:
        require(user, "read", "policy")
        with context.db.read() as session:
            found = watching.drift_by_month(session, context.clock.now() - timedelta(days=DRIFT_DAYS))
        return [plain(one) for one in found]


def _opinions(routes: APIRouter, context: Context, bus: Bus) -> None:
    Acting = Annotated[User, Depends(user_of(context))]

    @routes.post("/decisions/{decision_id}/opinions", status_code=201, summary="What a person would have decided")
    def say(decision_id: UUID, said: Said, user: Acting) -> dict[str, Any]:
        with context.db.write(user.name) as session:
            require(user, "write", "decision", decisions.get(session, decision_id).subject)
            now = context.clock.now()
            return _opinion(
                opinions.say(session, decision_id, said.decision, said.amount, said.why, actor=user.name, now=now)
            )

    @routes.post("/decisions/{decision_id}/override", status_code=201, summary="Overrule a decision, with a reason")
    def override(decision_id: UUID, said: Said, user: Acting) -> dict[str, Any]:
        with context.db.write(user.name) as session:
            require(user, "override", "decision", decisions.get(session, decision_id).subject)
            made = opinions.override(
                session,
                decision_id,
                said.decision,
                said.amount,
                said.why,
                actor=user.name,
                clock=context.clock,
                bus=bus,
            )
            return _opinion(made)

    @routes.post("/opinions/{opinion_id}/judgment", summary="Say whose word holds; it is what is learnt from")
    def adjudicate(opinion_id: UUID, said: Judgment, user: Acting) -> dict[str, Any]:
        require(user, "judge", "decision")
        with context.db.write(user.name) as session:
            now = context.clock.now()
            return _opinion(opinions.adjudicate(session, opinion_id, said.judged, said.why, actor=user.name, now=now))


def _learning(routes: APIRouter, context: Context, outcomes: watching.Outcomes) -> None:
    Acting = Annotated[User, Depends(user_of(context))]

    @routes.get("/opinions/queue", summary="Differences that nobody has judged")
    def queue(user: Acting) -> list[dict[str, Any]]:
        require(user, "judge", "decision")
        with context.db.read() as session:
            return [_opinion(one) for one in opinions.queue(session)]

    @routes.get("/opinions/overrides", summary="Every override, with what came of it")
    def overrides(user: Acting) -> list[dict[str, Any]]:
        require(user, "read", "decision")
        with context.db.read() as session:
            return [{**_opinion(one), "went_bad": bad} for one, bad in opinions.overrides(session, outcomes)]

    @routes.get("/opinions/agreement", summary="How far persons and policy agree: the report of credit agree")
    def agreement(user: Acting) -> dict[str, Any] | None:
        require(user, "read", "decision")
        with context.db.read() as session:
            found = opinions.agreement(session, outcomes)
        return None if found is None else plain(agreement_words.to_plain(found))

    @routes.get(
        "/opinions/training.csv",
        summary="Judged decisions as a file for expert fit",
        response_class=Response,
        responses={200: {"content": {"text/csv": {}}}},
    )
    def training(user: Acting) -> Response:
        require(user, "read", "model")
        with context.db.read() as session:
            table = opinions.training_table(session, outcomes)
        name = 'attachment; filename="decisions.csv"'
        return Response(table.write_csv(), media_type="text/csv", headers={"Content-Disposition": name})


def _proposal(one: Proposal) -> dict[str, Any]:
    shown: dict[str, Any] = plain({key: value for key, value in vars(one).items() if key != "policy"})
    return shown


def _opinion(one: Opinion) -> dict[str, Any]:
    shown: dict[str, Any] = plain(vars(one))
    return {**shown, "differs": one.differs}
