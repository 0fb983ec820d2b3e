"""Loans that a business has here bound what it is offered next, before they show in any statement."""

from __future__ import annotations

from uuid import UUID

import pytest

from brambling.app.bench.offers import decide, steady_twin
from brambling.bank import decisions
from brambling.credit.lending import accept_and_pay, held, loans_of
from brambling.credit.lending.service import repay
from brambling.credit.underwriting.service import standing_of
from brambling.engine.workflow import Workflows
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.errors import Conflict
from brambling.kit.ids import key_of
from brambling.kit.money import Money


def test_a_running_loan_is_known_to_the_next_application(
    workflows: Workflows, db: Database, offer: UUID, clock: FixedClock
) -> None:
    with db.read() as session:
        customer = decisions.get(session, offer).subject
        assert held(session, customer) is None
    loan = accept_and_pay(workflows, offer, clock=clock, actor="owner")
    with db.read() as session:
        standing = standing_of(session, customer, clock, held=held)
        assert standing.held is not None
        assert standing.held.owed == loan.principal
        assert Money.of("0.00") < standing.held.monthly < loan.principal
    with db.write() as session:
        repay(session, loan.id, standing.held.monthly, key_of("first instalment"), clock=clock)
        after = held(session, customer)
        assert after is not None
        assert after.owed < loan.principal


def test_of_several_offers_to_one_business_one_becomes_a_loan(
    workflows: Workflows, db: Database, offer: UUID, clock: FixedClock
) -> None:
    with db.write() as session:
        customer = decisions.get(session, offer).subject
        second = decide(session, customer, steady_twin(clock), clock, "second")
    accept_and_pay(workflows, offer, clock=clock, actor="owner")
    with pytest.raises(Conflict, match="withdrawn"):
        accept_and_pay(workflows, second, clock=clock, actor="owner")
    with db.read() as session:
        assert len(loans_of(session, customer)) == 1
