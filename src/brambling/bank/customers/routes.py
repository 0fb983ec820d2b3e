"""Customers over HTTP. Related persons are written here and never read: nobody outside needs their numbers."""

# No deferred annotations here: FastAPI reads the types of handlers that are made inside a function.

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from pydantic import BaseModel, Field

from brambling.bank.customers import service
from brambling.bank.customers.rules import Customer
from brambling.engine.access import User, record, require
from brambling.engine.doors.context import Context
from brambling.engine.doors.http import PROBLEMS, IdempotencyKey, id_of, kept_upload, user_of
from brambling.engine.doors.options import parse_map
from brambling.kit.db import WriteSession
from brambling.kit.errors import Conflict


class NewCustomer(BaseModel):
    """A business to be known by the bank."""

    uscc: str = Field(description="Unified social credit code, 18 characters.", examples=["91350100M000100Y43"])
    name: str = Field(min_length=1, max_length=200)
    gbt4754: str = Field(description="Trade in GB/T 4754.", examples=["6210"])
    region: str = Field(description="Administrative division code.", examples=["350102"])
    zone: str = "Asia/Shanghai"


class CustomerOut(NewCustomer):
    """A business the bank knows."""

    id: UUID
    synthetic: bool
    opened_on: date


class BlocksOut(BaseModel):
    """A blocked list and how many entries it has."""

    list: str
    entries: int


def note_import(session: WriteSession, list_name: str, count: int, whole: bool, *, now: datetime) -> None:
    """The line of the audit trail about an imported list."""
    detail = {"entries": count, "whole": whole}
    record(session, session.actor, "import", "block", list_name, now=now, detail=detail)


def shown(customer: Customer) -> CustomerOut:
    """A customer as the API shows it."""
    return CustomerOut(
        id=customer.id,
        uscc=customer.uscc,
        name=customer.name,
        gbt4754=customer.gbt4754,
        region=customer.region,
        zone=customer.zone,
        synthetic=customer.synthetic,
        opened_on=customer.opened_on,
    )


def router(context: Context) -> APIRouter:
    """``POST /customers``, ``GET /customers``, ``GET /customers/{id}``."""
    routes = APIRouter(tags=["customers"], prefix="/customers", responses=PROBLEMS)
    Acting = Annotated[User, Depends(user_of(context))]

    @routes.post("", status_code=201, summary="Add a business")
    def add(new: NewCustomer, key: IdempotencyKey, user: Acting) -> CustomerOut:
        require(user, "write", "business")
        customer = Customer(
            id_of("customer", key, user.id),
            new.uscc,
            new.name,
            new.gbt4754,
            new.region,
            new.zone,
            opened_on=context.clock.today(),
        )
        with context.db.write(user.name) as session:
            known = service.get_many(session, [customer.id]).get(customer.id)
            if known is None:
                if service.by_uscc(session, customer.uscc) is not None:
                    raise Conflict(f"a customer with credit code {customer.uscc} is already there")
                service.add(session, customer, cipher=context.cipher)
                record(session, user.name, "add", "business", customer.id, now=context.clock.now())
                return shown(customer)
        if replace(known, opened_on=customer.opened_on) != customer:
            raise Conflict("this idempotency key was used for another customer")
        return shown(known)

    @routes.get("", summary="Find businesses by name or credit code")
    def find(
        user: Acting,
        q: Annotated[str, Query(max_length=100, description="Part of the name, or the beginning of the code.")] = "",
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> list[CustomerOut]:
        require(user, "read", "business")
        with context.db.read() as session:
            return [shown(customer) for customer in service.search(session, q, limit)]

    @routes.get("/{customer_id}", summary="One business")
    def get(customer_id: UUID, user: Acting) -> CustomerOut:
        require(user, "read", "business", customer_id)
        with context.db.write(user.name) as session:
            found = service.get(session, customer_id)
            record(session, user.name, "look", "business", customer_id, now=context.clock.now())
        return shown(found)

    return routes


def blocks_router(context: Context) -> APIRouter:
    """``POST`` and ``GET /blocks``."""
    routes = APIRouter(tags=["customers"], prefix="/blocks", responses=PROBLEMS)
    Acting = Annotated[User, Depends(user_of(context))]

    @routes.post("", summary="Import a blocked list; the same file again changes nothing")
    def bring(
        user: Acting,
        file: Annotated[UploadFile, File(description="CSV, Parquet or JSON lines: uscc, name or id_number; reason.")],
        list_name: Annotated[str, Form(alias="list", min_length=1, max_length=100)],
        whole: Annotated[bool, Form(description="The file is the whole list: entries it lacks end yesterday.")] = False,
        map_: Annotated[list[str] | None, Form(alias="map", description="ours=theirs")] = None,
    ) -> BlocksOut:
        require(user, "write", "block")
        mapping, today = parse_map(map_) or None, context.clock.today()
        with kept_upload(file) as path, context.db.write(user.name) as session:
            count = service.import_blocks(
                session, path, list_name, today, whole=whole, mapping=mapping, cipher=context.cipher
            )
            note_import(session, list_name, count, whole, now=context.clock.now())
        return BlocksOut(list=list_name, entries=count)

    @routes.get("", summary="The blocked lists there are, and how many entries of each hold today")
    def look(user: Acting) -> list[BlocksOut]:
        require(user, "read", "block")
        with context.db.read() as session:
            found = service.block_lists(session, context.clock.today())
        return [BlocksOut(list=one.name, entries=one.live) for one in found]

    return routes
