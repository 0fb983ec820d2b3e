"""Companies, products, managers, trades: what the bank keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from brambling.kit.db import ReadSession, WriteSession
from brambling.wealth.structure.store.tables import (
    fund_companies,
    fund_flows,
    fund_managers,
    fund_products,
    fund_trades,
)


def insert_company(session: WriteSession, company_id: UUID, name: str) -> UUID:
    """The company of this name, new or known."""
    statement = insert(fund_companies).values(id=company_id, name=name).on_conflict_do_nothing(index_elements=["name"])
    session.execute(statement)
    found = session.scalar(sa.select(fund_companies.c.id).where(fund_companies.c.name == name))
    assert isinstance(found, UUID)
    return found


def insert_products(session: WriteSession, company_id: UUID, codes: Sequence[str], synthetic: bool) -> None:
    rows = [{"code": code, "company_id": company_id, "synthetic": synthetic} for code in codes]
    if rows:
        session.execute(insert(fund_products).on_conflict_do_nothing(index_elements=["code"]), rows)


def company_of_products(session: ReadSession, codes: Sequence[str]) -> dict[str, UUID]:
    """Whose the products are; codes that nobody has are left out."""
    query = sa.select(fund_products.c.code, fund_products.c.company_id).where(fund_products.c.code.in_(codes))
    return {row["code"]: row["company_id"] for row in session.rows(query)}


def upsert_manager(session: WriteSession, user_id: UUID, company_id: UUID, login: str | None) -> None:
    values = {"company_id": company_id, "login": login}
    statement = insert(fund_managers).values(user_id=user_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))


def company_of(session: ReadSession, user_id: UUID) -> UUID | None:
    """The company for which the user manages, None for people of the bank."""
    found = session.scalar(sa.select(fund_managers.c.company_id).where(fund_managers.c.user_id == user_id))
    return found if isinstance(found, UUID) else None


def upsert_trades(session: WriteSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Trades by product, customer and day; what is there already is written anew."""
    statement = insert(fund_trades)
    changed = {name: statement.excluded[name] for name in ("subscription_minor", "redemption_minor")}
    if rows:
        session.execute(
            statement.on_conflict_do_update(index_elements=["product", "customer_id", "day"], set_=changed),
            [dict(row) for row in rows],
        )


def sum_flows(session: WriteSession, product: str, company_id: UUID) -> None:
    """Write the product's flows by day anew from its trades."""
    session.execute(sa.delete(fund_flows).where(fund_flows.c.product == product))
    summed = (
        sa.select(
            fund_trades.c.product,
            fund_trades.c.day,
            sa.literal(company_id, sa.Uuid),
            sa.cast(sa.func.sum(fund_trades.c.subscription_minor), sa.BigInteger),
            sa.cast(sa.func.sum(fund_trades.c.redemption_minor), sa.BigInteger),
        )
        .where(fund_trades.c.product == product)
        .group_by(fund_trades.c.product, fund_trades.c.day)
    )
    columns = ["product", "day", "company_id", "subscription_minor", "redemption_minor"]
    session.execute(sa.insert(fund_flows).from_select(columns, summed))


def trades_of(session: ReadSession, product: str, until: date) -> Sequence[sa.RowMapping]:
    """The customers' trades of a product up to a day: for people of the bank alone."""
    query = (
        sa.select(fund_trades)
        .where(fund_trades.c.product == product, fund_trades.c.day <= until)
        .order_by(fund_trades.c.day, fund_trades.c.customer_id)
    )
    return session.rows(query)


def products(session: ReadSession) -> Sequence[sa.RowMapping]:
    """Products with the name of their company, as far as the session may see them."""
    query = (
        sa.select(
            fund_products.c.code, fund_products.c.synthetic, fund_products.c.company_id, fund_companies.c.name
        )
        .join(fund_companies, fund_companies.c.id == fund_products.c.company_id)
        .order_by(fund_companies.c.name, fund_products.c.code)
    )  # fmt: skip
    return session.rows(query)


def flows_of(session: ReadSession, product: str) -> Sequence[sa.RowMapping]:
    """The flows of a product by day, as far as the session may see them."""
    return session.rows(sa.select(fund_flows).where(fund_flows.c.product == product).order_by(fund_flows.c.day))
