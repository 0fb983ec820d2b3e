"""Statements and the twin over HTTP."""

# No deferred annotations here: FastAPI reads the types of handlers that are made inside a function.

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from pydantic import BaseModel, Field

from brambling.bank import consent, customers
from brambling.bank.events import Bus
from brambling.engine.access import User, record, require
from brambling.engine.doors.context import Context
from brambling.engine.doors.http import PROBLEMS, kept_upload, user_of
from brambling.engine.doors.options import parse_map
from brambling.kit.errors import NotAllowed
from brambling.kit.money import Money
from brambling.perception.cashflow import correct, customer_twin, import_statement, load_statement, read_statement
from brambling.perception.cashflow.shapes import KnownFlows

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


class ImportedOut(BaseModel):
    """How many rows were new and how many were known from before."""

    new: int
    known: int


class MovementOut(BaseModel):
    """One movement as it is understood."""

    date: date
    amount: str
    counterparty: str
    memo: str
    category: str


class NewCorrection(BaseModel):
    """The user's word: all movements of a counterparty, or whose memo holds a text, are of this category."""

    category: str = Field(examples=["supplier"])
    counterparty: str | None = Field(None, max_length=200)
    memo: str | None = Field(None, max_length=200)


class CorrectionOut(BaseModel):
    """How many movements have another category now."""

    rows: int


class TwinDay(BaseModel):
    """Quantiles of the balance at the end of a day (of its change where the balance is unknown), as text."""

    date: date
    q10: str
    q25: str
    q50: str
    q75: str
    q90: str


class TwinOut(BaseModel):
    """The cash-flow twin of a business, in short."""

    origin: date
    balance_known: bool
    lowest_amount: str
    lowest_date: date
    probability_below_zero: float
    days: list[TwinDay]
    versions: dict[str, str]


def router(context: Context, bus: Bus, known_flows: KnownFlows | None = None) -> APIRouter:
    """``POST /customers/{id}/statements`` and ``/corrections``, ``GET /customers/{id}/statements`` and ``/twin``."""
    routes = APIRouter(tags=["cash flow"], prefix="/customers/{customer_id}", responses=PROBLEMS)
    Acting = Annotated[User, Depends(user_of(context))]

    @routes.post("/statements", summary="Import a bank statement; doing it again changes nothing")
    def bring(
        customer_id: UUID,
        user: Acting,
        statement: Annotated[UploadFile, File()],
        balance: Annotated[str | None, Form()] = None,
        currency: Annotated[str, Form()] = "CNY",
        map_: Annotated[list[str] | None, Form(alias="map")] = None,
    ) -> ImportedOut:
        require(user, "write", "statement", customer_id)
        with kept_upload(statement) as path:
            found = read_statement(
                path,
                mapping=parse_map(map_) or None,
                currency=currency,
                balance=None if not balance else Money.of(balance, currency),
            )
        with context.db.write(user.name) as session:
            customers.get(session, customer_id)
            if not consent.has(session, customer_id, "statement", context.clock.now()):
                raise NotAllowed("the business has not consented to its statements being kept")
            kept = import_statement(session, customer_id, found, context.clock, cipher=context.cipher, bus=bus)
        return ImportedOut(new=kept.new, known=kept.known)

    @routes.get("/statements", summary="Movements with their categories, the newest first")
    def rows(
        customer_id: UUID,
        user: Acting,
        category: str = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> list[MovementOut]:
        require(user, "read", "statement", customer_id)
        with context.db.write(user.name) as session:
            found = load_statement(session, customer_id)
            record(session, user.name, "look", "statement", customer_id, now=context.clock.now())
        kept = found.rows.reverse()
        if category:
            kept = kept.filter(kept["category"] == category)
        return [
            MovementOut(
                date=row["date"],
                amount=str(Money(row["amount_minor"], found.currency)),
                counterparty=row["counterparty"] or "",
                memo=row["memo"] or "",
                category=row["category"],
            )
            for row in kept.slice(offset, limit).iter_rows(named=True)
        ]

    @routes.post("/corrections", status_code=201, summary="Say what a movement was; the twin learns from it")
    def teach(customer_id: UUID, word: NewCorrection, user: Acting) -> CorrectionOut:
        require(user, "write", "statement", customer_id)
        with context.db.write(user.name) as session:
            customers.get(session, customer_id)
            changed = correct(
                session,
                customer_id,
                word.category,
                context.clock,
                counterparty=word.counterparty,
                memo=word.memo,
                bus=bus,
            )
        return CorrectionOut(rows=changed)

    @routes.get("/twin", summary="The cash-flow twin: balance quantiles for 13 weeks")
    def look(customer_id: UUID, user: Acting) -> TwinOut:
        require(user, "read", "twin", customer_id)
        with context.db.read() as session:
            made = customer_twin(session, customer_id, context.clock.today(), known_flows=known_flows).twin
        bands = made.band(QUANTILES)
        lowest = made.lowest()

        def money(minor: float) -> str:
            return str(Money(round(float(minor)), made.currency))

        days = [
            TwinDay(date=made.day(i + 1), **{f"q{round(q * 100)}": money(bands[q][i]) for q in QUANTILES})
            for i in range(made.horizon_days)
        ]
        return TwinOut(
            origin=made.origin,
            balance_known=made.balance_known,
            lowest_amount=money(lowest.amount_minor),
            lowest_date=lowest.date,
            probability_below_zero=lowest.probability_below_zero,
            days=days,
            versions=dict(made.versions),
        )

    return routes
