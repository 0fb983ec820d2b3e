"""What the bank does by itself: twins refreshed, needs noted, messages held again, invariants looked at."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from tests.app.conftest import signed_in
from tests.app.test_api import customer_of, file_of

from brambling.app.build import Bank
from brambling.app.duties import duties
from brambling.app.listening import runs
from brambling.bank import consent, contact, ledger
from brambling.engine.access import trail
from brambling.engine.workflow import attend, inbox, run_errands
from brambling.kit.ids import key_of
from brambling.world import Simulation


@pytest.fixture
def customer(bank: Bank, client: TestClient, simulation: Simulation) -> UUID:
    """A customer who consents to everything and whose statement was imported by an officer."""
    officer = signed_in(bank, client, "officer")
    found = customer_of(client, officer, simulation, 1)
    with bank.db.write() as session:
        for purpose in consent.PURPOSES:
            consent.give(session, found, purpose, bank.clock.now(), bus=bank.bus)
    client.post(f"/api/customers/{found}/statements", files=file_of(simulation, 1), headers=officer)
    return found


def count(bank: Bank, table: str) -> int:
    with bank.db.read() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM {table}")))


def do(bank: Bank, name: str) -> None:
    """Do one duty now, however short ago it was done."""
    duty = next(duty for duty in duties(bank, lambda seconds: False) if duty.name == name)
    with bank.db.write() as session:
        session.execute(text("UPDATE duties SET began_at = began_at - interval '2 days'"))
    assert attend(bank.db, duty)


def message(customer: UUID, bank: Bank, number: int = 1) -> contact.Message:
    return contact.Message(
        id=key_of("m", number),
        customer_id=customer,
        channel="app",
        purpose="marketing",
        topic="wealth",
        campaign="c",
        text="x",
        expires_at=bank.clock.now() + timedelta(days=3),
    )


def test_an_imported_statement_refreshes_brief_needs_and_plan_once(bank: Bank, customer: UUID) -> None:
    assert count(bank, "errands") == 3
    assert count(bank, "briefs") == 0
    for _ in range(2):
        assert run_errands(bank.db, runs(bank)) == []
    assert count(bank, "errands") == 0
    assert count(bank, "briefs") == 1
    assert count(bank, "needs") == count(bank, "contacts")


def test_the_same_file_again_leaves_no_errand(
    bank: Bank, client: TestClient, simulation: Simulation, customer: UUID
) -> None:
    run_errands(bank.db, runs(bank))
    officer = client.post("/api/session", json={"name": "officer", "password": "long enough for everyone"}).json()
    headers = {"Authorization": f"Bearer {officer['token']}"}
    answer = client.post(f"/api/customers/{customer}/statements", files=file_of(simulation, 1), headers=headers)
    assert answer.json()["new"] == 0
    assert count(bank, "errands") == 0


def test_needs_are_noted_for_everybody_without_the_demo(bank: Bank, customer: UUID) -> None:
    do(bank, "needs")
    needs = count(bank, "needs")
    do(bank, "needs")
    assert count(bank, "needs") == needs == count(bank, "contacts")


def test_a_withdrawn_consent_drops_what_waits_at_once(bank: Bank, customer: UUID) -> None:
    with bank.db.write() as session:
        assert contact.ask(session, message(customer, bank), bank.clock, gate=bank.gate).outcome == "release"
    with bank.db.write() as session:
        consent.withdraw(session, customer, "marketing", bank.clock.now(), bus=bank.bus)
    with bank.db.read() as session:
        entry = contact.ledger(session, customer, gate=bank.gate)[0]
    assert entry.outcome != "release"
    bank.clock.move(days=1)  # type: ignore[attr-defined]
    do(bank, "gate")
    assert len(bank.channel.delivered) == 0  # type: ignore[attr-defined]


def test_the_sweep_sends_what_was_let_through(bank: Bank, customer: UUID) -> None:
    with bank.db.write() as session:
        contact.ask(session, message(customer, bank), bank.clock, gate=bank.gate)
    bank.clock.move(minutes=1)  # type: ignore[attr-defined]
    do(bank, "gate")
    assert len(bank.channel.delivered) == 1  # type: ignore[attr-defined]
    do(bank, "gate")
    assert len(bank.channel.delivered) == 1  # type: ignore[attr-defined]


def test_a_broken_invariant_is_a_task_and_health_says_so(bank: Bank, client: TestClient, customer: UUID) -> None:
    for name in ("gate", "ledger", "loans", "decisions"):
        do(bank, f"check {name}")
    assert client.get("/api/health").json()["status"] == "good"
    a, b = key_of("a"), key_of("b")
    with bank.db.write() as session:
        now = bank.clock.now()
        ledger.open_account(session, a, "asset", "CNY", may_be_negative=True, name="a", opened_at=now)
        ledger.open_account(session, b, "liability", "CNY", may_be_negative=True, name="b", opened_at=now)
        session.execute(text("UPDATE ledger_accounts SET debits_minor = debits_minor + 1 WHERE id = :id"), {"id": a})
    for _ in range(2):
        do(bank, "check ledger")
    health = client.get("/api/health").json()
    assert health["status"] == "findings"
    assert health["findings"] == ["check ledger"]
    with bank.db.read() as session:
        waiting = inbox(session, role="operator")
    assert [task.kind for task in waiting] == ["invariant"]


def test_the_trail_says_who_imported_and_who_withdrew(bank: Bank, customer: UUID) -> None:
    with bank.db.write("desk-7") as session:
        consent.withdraw(session, customer, "marketing", bank.clock.now(), bus=bank.bus)
    with bank.db.read() as session:
        told = {(entry.actor, entry.act, entry.thing) for entry in trail(session)}
    assert ("officer", "imported", "statement") in told
    assert ("desk-7", "withdrawn", "consent") in told
