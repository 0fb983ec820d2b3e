"""Figures that were given out, and the parts behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from uuid import UUID

import numpy as np
import sqlalchemy as sa

from brambling.kit.db import ReadSession, WriteSession
from brambling.wealth.structure.rules.kinds import KINDS, PLACE, Kind
from brambling.wealth.structure.rules.releasing import Group, Release
from brambling.wealth.structure.store.tables import structure_cells, structure_parts, structure_releases


def lock_product(session: WriteSession, product: str) -> None:
    """One release of a product at a time: two at once would each be judged without the other."""
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"structure:{product}", 0))))


def insert_release(session: WriteSession, product: str, day: date, company_id: UUID, made: Release) -> None:
    """Write a release for good: it is never changed, because it was seen."""
    place = {"product": product, "day": day}
    session.execute(sa.insert(structure_releases).values(company_id=company_id, **place))
    cells = [
        {**place, "company_id": company_id, "kinds": "+".join(group), "amount_minor": amount}
        for group, amount in made.amounts().items()
    ]
    session.execute(sa.insert(structure_cells), cells)
    parts = [
        {**place, "customer_id": customer, "kind": KINDS[column], "amount_minor": int(made.parts[row, column])}
        for row, customer in enumerate(made.customers)
        for column in np.flatnonzero(made.parts[row]).tolist()
    ]
    session.execute(sa.insert(structure_parts), parts)


def releases_of(session: ReadSession, product: str) -> dict[date, Release]:
    """Every release of the product with its parts: for people of the bank alone."""
    cells = cells_of(session, product)
    query = sa.select(structure_parts).where(structure_parts.c.product == product)
    rows = session.rows(query.order_by(structure_parts.c.day, structure_parts.c.customer_id))
    found: dict[date, Release] = {}
    for day, lines in groupby(rows, key=lambda row: row["day"]):
        by_customer: dict[UUID, list[int]] = {}
        for line in lines:
            by_customer.setdefault(line["customer_id"], [0] * len(KINDS))[PLACE[line["kind"]]] = line["amount_minor"]
        customers = tuple(sorted(by_customer))
        parts = np.array([by_customer[key] for key in customers], dtype=np.int64)
        found[day] = Release(tuple(cells[day]), customers, parts)
    return found


def cells_of(session: ReadSession, product: str) -> dict[date, dict[Group, int]]:
    """The figures of each release of the product, as far as the session may see them."""
    query = sa.select(structure_cells).where(structure_cells.c.product == product)
    found: dict[date, dict[Group, int]] = {}
    for row in session.rows(query.order_by(structure_cells.c.day)):
        found.setdefault(row["day"], {})[_group(row["kinds"])] = row["amount_minor"]
    return {day: dict(sorted(cells.items(), key=lambda cell: PLACE[cell[0][0]])) for day, cells in found.items()}


def newest_days(session: ReadSession, product: str) -> Sequence[date]:
    """The days of the product's releases, newest first."""
    query = sa.select(structure_releases.c.day).where(structure_releases.c.product == product)
    return [row[0] for row in session.tuples(query.order_by(structure_releases.c.day.desc()))]


def _group(kinds: str) -> Group:
    found: list[Kind] = [kind for kind in KINDS if kind in kinds.split("+")]
    return tuple(found)
