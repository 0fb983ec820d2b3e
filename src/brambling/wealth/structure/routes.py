"""The nature of the money over HTTP: the bank reads every product, a company's manager what was released of his own."""

# No deferred annotations here: FastAPI reads the types of handlers that are made inside a function.

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from brambling.engine.access import User
from brambling.engine.doors.context import Context
from brambling.engine.doors.http import PROBLEMS, user_of
from brambling.kit.errors import NotFound
from brambling.kit.money import Money
from brambling.wealth.structure.service.companies import look
from brambling.wealth.structure.store import companies as store
from brambling.wealth.structure.store import releases


class ProductOut(BaseModel):
    """A product, its company, and the days of which the nature of its money was released."""

    product: str
    company: str
    synthetic: bool
    released: list[date] = Field(description="Newest first.")


class CellOut(BaseModel):
    """Money of some kinds together: of at least 20 customers, none of them with more than half."""

    kinds: list[str]
    amount: str


class ReleaseOut(BaseModel):
    """What was released of one day."""

    day: date
    cells: list[CellOut]


class FlowOut(BaseModel):
    """Money in and out of a product on one day."""

    day: date
    subscription: str
    redemption: str


class StructureOut(BaseModel):
    """The released nature of a product's money, and its flows by day."""

    product: str
    releases: list[ReleaseOut] = Field(description="Newest first.")
    flows: list[FlowOut]


def router(context: Context) -> APIRouter:
    """``GET /structure`` and ``GET /structure/{product}``; every look is in the audit trail."""
    routes = APIRouter(tags=["wealth"], responses=PROBLEMS)
    Acting = Annotated[User, Depends(user_of(context))]

    @routes.get("/structure", summary="Products whose money I may look at")
    def products(user: Acting) -> list[ProductOut]:
        with look(context.db, user, context.clock) as seen:
            return [
                ProductOut(
                    product=row["code"],
                    company=row["name"],
                    synthetic=row["synthetic"],
                    released=list(releases.newest_days(seen.session, row["code"])),
                )
                for row in store.products(seen.session)
            ]

    @routes.get("/structure/{product}", summary="What was released of a product, and its flows")
    def product_of(product: str, user: Acting) -> StructureOut:
        with look(context.db, user, context.clock, product) as seen:
            if all(row["code"] != product for row in store.products(seen.session)):
                raise NotFound(f"no product {product!r}")
            cells = releases.cells_of(seen.session, product)
            flows = store.flows_of(seen.session, product)
        return StructureOut(
            product=product,
            releases=[
                ReleaseOut(
                    day=day,
                    cells=[CellOut(kinds=list(group), amount=str(Money(minor))) for group, minor in cells[day].items()],
                )
                for day in sorted(cells, reverse=True)
            ],
            flows=[
                FlowOut(
                    day=row["day"],
                    subscription=str(Money(row["subscription_minor"])),
                    redemption=str(Money(row["redemption_minor"])),
                )
                for row in flows
            ],
        )

    return routes
