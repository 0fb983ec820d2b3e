"""Brings the synthetic town into the bank: customers, related persons, consents, movements; once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from brambling.app.build import Bank
from brambling.bank import consent, customers
from brambling.bank.customers import Customer, Person
from brambling.kit.clock import BEIJING
from brambling.kit.errors import InputRejected
from brambling.kit.ids import key_of
from brambling.kit.settings import Settings
from brambling.perception.cashflow import import_many
from brambling.world import Town, read, write

if TYPE_CHECKING:
    import polars as pl

    from brambling.perception.cashflow import Statement
    from brambling.world import Simulation

CONSENTS = ("statement", "credit", "wealth", "service", "marketing")
# The town speaks of spouses; the bank knows them as family.
ROLES = {"spouse": "family"}
# Businesses of one transaction: large enough for COPY to pay, small enough that an interrupted start loses little.
BATCH = 250
FITTED_ON = 30  # businesses; more would add seconds to the first start and little to fifteen numbers
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Settled:
    """What is in the bank: the town's frames and how many businesses were new."""

    simulation: Simulation
    added: int


def customer_id(town: Town, business: int) -> UUID:
    """The id of a business of a town in the bank."""
    return key_of("town", town.seed, town.end, business)


def folder_of(settings: Settings, town: Town) -> Path:
    """Where a town's frames are kept."""
    return settings.home / "towns" / f"seed{town.seed}-{town.businesses}x{town.months}-{town.end}"


def settle(bank: Bank, town: Town, progress: Progress) -> Settled:
    """Build the town where it is not built yet, and bring into the bank what is not in it yet. Doing it again is cheap."""
    folder = folder_of(bank.settings, town)
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        write(town, folder, lambda done, whole: progress("build", done, whole))
    simulation = read(folder)
    businesses = simulation.businesses.sort("business")
    with bank.db.read() as session:
        last = customers.by_uscc(session, businesses["uscc"][-1])
    if last is not None:
        return Settled(simulation, 0)
    added = 0
    for number, part in enumerate(_batches(businesses)):
        added += _settle_batch(bank, town, simulation, part)
        progress("settle", min((number + 1) * BATCH, businesses.height), businesses.height)
    return Settled(simulation, added)


def fit(bank: Bank, simulation: Simulation, progress: Progress) -> None:
    """Fit the twins' calibration on a few dozen businesses of the town, once, and put it to work by four eyes.

    It is the town's own, so it is as synthetic as the town; a bank fits its own on its customers.
    """
    from brambling.engine.learn import release
    from brambling.perception.cashflow import fit_calibration, load_statement
    from brambling.perception.cashflow.calibrating import calibration_at_work, propose_calibration

    with bank.db.read() as session:
        if calibration_at_work(session) is not None:
            return
        whole = min(FITTED_ON, simulation.businesses.height)
        step = simulation.businesses.height // whole
        ids = [customer_id(simulation.town, number) for number in simulation.businesses["business"][::step][:whole]]
        statements = [load_statement(session, identifier) for identifier in ids]

    def told() -> Iterator[Statement]:
        for done, statement in enumerate(statements):
            progress("fit", done, len(statements))
            yield statement

    try:
        made = fit_calibration(told(), seed=simulation.town.seed)
    except InputRejected:  # a town of few or young businesses: the documented prior serves
        return
    now = bank.clock.now()
    with bank.db.write() as session:
        draft = propose_calibration(session, made, made_by="demo modeller", actor="demo modeller", now=now)
        release(session, draft.id, actor="demo approver", now=now)


def _batches(businesses: pl.DataFrame) -> Iterator[pl.DataFrame]:
    yield from businesses.iter_slices(BATCH)


def _settle_batch(bank: Bank, town: Town, simulation: Simulation, part: pl.DataFrame) -> int:
    import polars as pl

    agreed = datetime.combine(town.end, time(), tzinfo=BEIJING)  # before any walk: the clock of a demo starts again
    ids = {row["business"]: customer_id(town, row["business"]) for row in part.iter_rows(named=True)}
    with bank.db.write() as session:
        if customers.by_uscc(session, part["uscc"][-1]) is not None:
            return 0
        persons = simulation.related.filter(pl.col("business").is_in(list(ids)))
        for row in part.iter_rows(named=True):
            people = [
                Person(ROLES.get(person["role"], person["role"]), person["person"], person["person_id"])
                for person in persons.filter(pl.col("business") == row["business"]).iter_rows(named=True)
            ]
            customer = Customer(
                ids[row["business"]],
                row["uscc"],
                row["name"],
                row["gbt4754"],
                row["region"],
                synthetic=True,
                opened_on=row["opened_on"],
            )
            customers.add(session, customer, people, cipher=bank.cipher)
            customers.set_address(session, customer.id, "sms", row["phone"], cipher=bank.cipher)
            for purpose in CONSENTS:
                consent.give(session, customer.id, purpose, agreed)
        names = pl.DataFrame({"business": list(ids), "customer": [str(value) for value in ids.values()]})
        rows = simulation.statements.join(
            names.cast({"business": simulation.statements["business"].dtype}), on="business"
        )
        columns = ("customer", "date", "amount_minor", "counterparty", "memo", "balance_minor", "account")
        import_many(session, rows.select(*columns), bank.clock, cipher=bank.cipher)
    return part.height
