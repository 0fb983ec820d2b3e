"""Synthetic shops with an open offer each, decided by the shipped policy: what a pay-out is measured and tested on."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from brambling.bank import consent, customers
from brambling.bank.customers import Customer
from brambling.credit import underwriting
from brambling.kit.clock import Clock
from brambling.kit.crypto import FieldCipher
from brambling.kit.db import Database, WriteSession
from brambling.kit.errors import InvariantBroken
from brambling.kit.ids import key_of
from brambling.kit.money import Money
from brambling.perception.cashflow.twin_shapes import Twin


def steady_twin(clock: Clock, *, horizon_days: int = 91, paths: int = 200) -> Twin:
    """A shop that earns 2,000 yuan a day, give or take, and starts with half a million."""
    import numpy as np
    import polars as pl

    today = clock.today()
    net = np.rint(np.random.default_rng(7).normal(200_000, 100_000, (paths, horizon_days)))
    days = [today - timedelta(days=back) for back in range(364, -1, -1)]
    amounts = {"net_minor": 200_000, "in_minor": 1_000_000, "out_minor": 800_000}
    history = pl.DataFrame({"date": days, **{name: [minor] * 365 for name, minor in amounts.items()}})
    return Twin(
        origin=today,
        statement_until=today,
        horizon_days=horizon_days,
        currency="CNY",
        balance_known=True,
        start_balance_minor=50_000_000,
        net_paths=net,
        known=np.zeros(horizon_days),
        out_committed=np.full(horizon_days, 30_000.0),
        recurring=(),
        history=history,
        inflow_year_minor=365_000_000,
        outflow_year_minor=292_000_000,
        history_days=365,
        versions={"twin": "steady, synthetic"},
    )


def add_shop(session: WriteSession, number: int, clock: Clock, cipher: FieldCipher) -> UUID:
    """A synthetic customer that has agreed to a credit decision; returns its id."""
    from stdnum.cn import uscc

    body = f"91330100MA{number:07d}"
    customer = Customer(
        key_of("bench shop", number),
        body + uscc.calc_check_digit(body),
        f"Steady Shop {number}",
        "F5212",
        "330100",
        synthetic=True,
        opened_on=clock.today(),
    )
    customers.add(session, customer, cipher=cipher)
    consent.give(session, customer.id, "credit", clock.now())
    return customer.id


def decide(session: WriteSession, customer_id: UUID, twin: Twin, clock: Clock, word: object = "first") -> UUID:
    """Apply for 100,000 yuan and return the decision, which is an offer."""
    application = underwriting.apply(
        session,
        customer_id,
        clock,
        requested=Money.of("100000.00"),
        application_id=key_of("bench application", customer_id, word),
        twin=twin,
    )
    if application.outcome != "offer":
        raise InvariantBroken(f"the steady shop was given {application.outcome}")
    return application.decision_id


def open_offers(db: Database, count: int, clock: Clock, *, first: int = 0) -> list[UUID]:
    """``count`` shops with an open offer each; returns the decisions."""
    twin, cipher = steady_twin(clock), FieldCipher.fresh()
    decisions = []
    for number in range(first, first + count):
        with db.write() as session:
            decisions.append(decide(session, add_shop(session, number, clock, cipher), twin, clock))
    return decisions
