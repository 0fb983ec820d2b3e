"""The sweep mandate over HTTP, with the ledger behind it."""

from __future__ import annotations

from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from tests.app.conftest import signed_in
from tests.app.test_api import customer_of, file_of

from brambling.app.build import Bank
from brambling.bank import consent, ledger
from brambling.bank.ledger import Transfer
from brambling.kit.ids import key_of
from brambling.kit.money import Money
from brambling.wealth.advice.service import mandates
from brambling.world import Simulation


@pytest.fixture
def customer(bank: Bank, client: TestClient, simulation: Simulation) -> UUID:
    """A customer whose statement was imported by an officer."""
    officer = signed_in(bank, client, "officer")
    found = customer_of(client, officer, simulation, 1)
    with bank.db.write() as session:
        consent.give(session, found, "statement", bank.clock.now())
    client.post(f"/api/customers/{found}/statements", files=file_of(simulation, 1), headers=officer)
    return found


def test_a_mandate_from_the_order_to_its_end(bank: Bank, client: TestClient, customer: UUID) -> None:
    headers, manager = (
        signed_in(bank, client, "owner", business_id=customer),
        signed_in(bank, client, "investment_manager"),
    )
    path, order = f"/api/customers/{customer}/mandate", {"product": "cash-t0", "swept_max": "5000.00"}
    assert client.get(path, headers=headers).status_code == 404
    with bank.db.write() as session:
        consent.give(session, customer, "wealth", bank.clock.now())
        current = mandates.accounts_of(customer, "CNY")[0]
        till, now = key_of("till"), bank.clock.now()
        ledger.open_account(session, till, "asset", "CNY", may_be_negative=True, name="till", opened_at=now)
        ledger.open_account(session, current, "liability", "CNY", may_be_negative=False, name="here", opened_at=now)
        ledger.post(session, [Transfer(key_of("in"), till, current, Money.of("900000.00"), now, "cash-in")])
    assert client.post(path, json=order, headers=manager).status_code == 403  # a standing order is the owner's
    given = client.post(path, json=order, headers=headers)
    assert given.status_code == 200, given.text
    assert given.json()["swept"] == "5000.00"
    assert client.post(path, json=order, headers=headers).status_code == 409
    with bank.db.write() as session:
        consent.withdraw(session, customer, "wealth", bank.clock.now(), bus=bank.bus)
    ended = client.get(path, headers=headers).json()
    assert (ended["swept"], ended["ended_why"]) == ("0.00", "consent-withdrawn")
    assert client.delete(path, headers=manager).json()["ended_why"] == "consent-withdrawn"
    with bank.db.read() as session:
        assert ledger.check(session) == []
        assert mandates.check(session) == []
