"""Customers over HTTP. Related persons are written here and never read: nobody outside needs their numbers."""

# No deferred annotations here: FastAPI reads the types of handlers that are made inside a function.

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from brambling.bank.customers import service
from brambling.bank.customers.rules import Customer
from brambling.engine.access import User, require
from brambling.engine.doors.context import Context
from brambling.engine.doors.http import PROBLEMS, IdempotencyKey, id_of, user_of
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
        with context.db.write() as session:
            known = service.by_uscc(session, customer.uscc)
            if known is None:
                service.add(session, customer, cipher=context.cipher)
                return shown(customer)
        if known.id != customer.id:
            raise Conflict(f"a customer with credit code {customer.uscc} is already there")
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
        with context.db.read() as session:
            return shown(service.get(session, customer_id))

    return routes
