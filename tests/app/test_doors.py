"""The doors of the bank over HTTP: consent, blocked lists, corrections, acceptance on behalf, and manners of errors."""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from tests.app.conftest import signed_in
from tests.app.test_api import CONSENTS, customer_of, file_of, with_offer

from brambling.app.build import Bank
from brambling.bank import consent, customers, ledger
from brambling.engine.access import trail
from brambling.kit.money import Money
from brambling.world import Simulation


def agreed(bank: Bank, customer: UUID) -> None:
    with bank.db.write() as session:
        for purpose in CONSENTS:
            consent.give(session, customer, purpose, bank.clock.now())


def keyed(headers: dict[str, str], key: str) -> dict[str, str]:
    return {**headers, "Idempotency-Key": key}


# -- consent ----------------------------------------------------------------------------------------------------------


def test_an_owner_gives_and_withdraws_his_own_consent(bank: Bank, client: TestClient, simulation: Simulation) -> None:
    customer = customer_of(client, signed_in(bank, client, "officer"), simulation)
    owner = signed_in(bank, client, "owner", business_id=customer)
    path = f"/api/customers/{customer}/consents"
    given = client.post(path, json={"purpose": "credit", "given": True}, headers=keyed(owner, "consent-1"))
    assert given.status_code == 200, given.text
    assert given.json()["holds"]["credit"]
    bank.clock.move(seconds=1)  # type: ignore[attr-defined]
    client.post(path, json={"purpose": "credit", "given": False}, headers=keyed(owner, "consent-2"))
    with bank.db.read() as session:
        assert not consent.has(session, customer, "credit", bank.clock.now())
    history = client.get(path, headers=owner).json()["history"]
    assert [(one["given"], one["noted_by"], one["basis"]) for one in history] == [
        (True, "owner", "own"),
        (False, "owner", "own"),
    ]


def test_staff_note_a_consent_with_how_they_were_told(bank: Bank, client: TestClient, simulation: Simulation) -> None:
    customer = customer_of(client, signed_in(bank, client, "officer"), simulation)
    desk, path = signed_in(bank, client, "desk"), f"/api/customers/{customer}/consents"
    body = {"purpose": "marketing", "given": True}
    silent = client.post(path, json=body, headers=keyed(desk, "consent-1"))
    assert silent.status_code == 422
    assert silent.json()["column"] == "basis"
    said = client.post(path, json={**body, "basis": "phone"}, headers=keyed(desk, "consent-1"))
    assert said.json()["history"][0]["basis"] == "phone"
    again = client.post(path, json={**body, "basis": "phone"}, headers=keyed(desk, "consent-1"))
    assert again.json() == said.json()
    other = {"purpose": "marketing", "given": False, "basis": "phone"}
    assert client.post(path, json=other, headers=keyed(desk, "consent-1")).status_code == 409


def test_nobody_changes_the_consent_of_another_business(bank: Bank, client: TestClient, simulation: Simulation) -> None:
    officer = signed_in(bank, client, "officer")
    mine, other = (customer_of(client, officer, simulation, number) for number in (1, 2))
    owner = signed_in(bank, client, "owner", business_id=mine)
    body = {"purpose": "credit", "given": True}
    answer = client.post(f"/api/customers/{other}/consents", json=body, headers=keyed(owner, "consent-1"))
    assert answer.status_code == 403


# -- blocked lists ----------------------------------------------------------------------------------------------------


def blocks(*rows: str) -> dict[str, tuple[str, io.BytesIO, str]]:
    return {"file": ("courts.csv", io.BytesIO("\n".join(("uscc,reason", *rows)).encode()), "text/csv")}


def test_a_blocked_list_comes_in_and_stops_a_loan(bank: Bank, client: TestClient, simulation: Simulation) -> None:
    officer = signed_in(bank, client, "officer")
    customer = customer_of(client, officer, simulation)
    agreed(bank, customer)
    client.post(f"/api/customers/{customer}/statements", files=file_of(simulation, 1), headers=officer)
    operator = signed_in(bank, client, "operator")
    uscc = simulation.businesses.row(0, named=True)["uscc"]
    for _ in range(2):  # the same file again changes nothing
        answer = client.post(
            "/api/blocks", files=blocks(f"{uscc},dishonest debtor"), data={"list": "courts"}, headers=operator
        )
        assert answer.json() == {"list": "courts", "entries": 1}
    made = client.post(
        "/api/applications", json={"customer_id": str(customer)}, headers=keyed(officer, "application-1")
    )
    assert made.json()["outcome"] == "decline"
    assert client.get("/api/blocks", headers=officer).json() == [{"list": "courts", "entries": 1}]
    empty = client.post(
        "/api/blocks", files=blocks("91110000600037341L,x"), data={"list": "courts", "whole": "true"}, headers=operator
    )
    assert empty.status_code == 200
    bank.clock.move(days=1)  # type: ignore[attr-defined]
    with bank.db.read() as session:
        assert customers.blocked(session, customer, bank.clock.today()) == []


def test_a_bad_row_of_a_blocked_list_is_named_and_nothing_is_kept(bank: Bank, client: TestClient) -> None:
    operator = signed_in(bank, client, "operator")
    answer = client.post(
        "/api/blocks", files=blocks("91110000600037341L,x", "123,y"), data={"list": "courts"}, headers=operator
    )
    assert answer.status_code == 422
    assert answer.json()["row"] == 2
    auditor = signed_in(bank, client, "auditor")
    assert client.get("/api/blocks", headers=auditor).json() == []
    assert client.post("/api/blocks", files=blocks(), data={"list": "x"}, headers=auditor).status_code == 403


# -- corrections ------------------------------------------------------------------------------------------------------


def test_a_correction_holds_for_all_rows_like_it(bank: Bank, client: TestClient, simulation: Simulation) -> None:
    customer = customer_of(client, signed_in(bank, client, "officer"), simulation)
    agreed(bank, customer)
    owner = signed_in(bank, client, "owner", business_id=customer)
    client.post(f"/api/customers/{customer}/statements", files=file_of(simulation, 1), headers=owner)
    path = f"/api/customers/{customer}"
    rows = client.get(f"{path}/statements", params={"category": "supplier"}, headers=owner).json()
    name = next(row["counterparty"] for row in rows if row["counterparty"])
    changed = client.post(f"{path}/corrections", json={"category": "rent", "counterparty": name}, headers=owner)
    assert changed.status_code == 201, changed.text
    assert changed.json()["rows"] > 0
    after = client.get(f"{path}/statements", params={"limit": 1000}, headers=owner).json()
    assert {row["category"] for row in after if row["counterparty"] == name} == {"rent"}
    nothing = client.post(f"{path}/corrections", json={"category": "rent"}, headers=owner)
    assert nothing.status_code == 422


# -- acceptance on behalf ---------------------------------------------------------------------------------------------


@pytest.fixture
def offered(bank: Bank, client: TestClient, simulation: Simulation) -> tuple[str, UUID, dict[str, str]]:
    """A decision with an open offer, its customer, and the officer's headers."""
    officer = signed_in(bank, client, "officer")
    business = with_offer(simulation)
    customer = customer_of(client, officer, simulation, business)
    agreed(bank, customer)
    client.post(f"/api/customers/{customer}/statements", files=file_of(simulation, business), headers=officer)
    made = client.post(
        "/api/applications", json={"customer_id": str(customer)}, headers=keyed(officer, "application-1")
    )
    assert made.json()["outcome"] == "offer"
    return made.json()["id"], customer, officer


def test_staff_accept_only_on_a_recorded_instruction(
    bank: Bank, client: TestClient, offered: tuple[str, UUID, dict[str, str]]
) -> None:
    decision, _customer, officer = offered
    path = f"/api/decisions/{decision}/accept"
    silent = client.post(path, json={"amount": "20000.00"}, headers=officer)
    assert silent.status_code == 422
    words = {"amount": "20000.00", "instruction": "he rang at ten and asked for 20,000"}
    loan = client.post(path, json=words, headers=officer).json()
    assert (loan["state"], loan["principal"]) == ("active", "20000.00")
    assert client.post(path, json=words, headers=officer).json()["id"] == loan["id"]


def test_above_a_size_somebody_else_has_to_look(
    bank: Bank,
    client: TestClient,
    offered: tuple[str, UUID, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("brambling.credit.lending.rules.ON_BEHALF_ALONE_MAX", Money.of("10000.00"))
    decision, _customer, _officer = offered
    both = signed_in(bank, client, "officer", "approver")
    path, words = f"/api/decisions/{decision}/accept", {"amount": "20000.00", "instruction": "asked in the branch"}
    waits = client.post(path, json=words, headers=both).json()
    assert waits["state"] == "waits for another pair of eyes"
    said = {"outcome": "approve", "reason": "rang the customer back"}
    own = client.post(f"/api/tasks/{waits['task']}/complete", json=said, headers=both)
    assert own.status_code == 403
    approver = signed_in(bank, client, "approver")
    assert client.post(f"/api/tasks/{waits['task']}/complete", json=said, headers=approver).status_code == 200
    from brambling.kit.ids import key_of

    assert (
        bank.workflows.run("accept-on-behalf/1", waits["task"], key=key_of("follow", UUID(waits["task"]))) == "active"
    )
    with bank.db.read() as session:
        told = [(entry.actor, entry.act) for entry in trail(session, thing="loan")]
        assert ledger.check(session) == []
    assert ("officer-approver + approver", "accepted") in told
    assert ("bank", "paid") in told


def test_a_rejected_instruction_lends_nothing(
    bank: Bank,
    client: TestClient,
    offered: tuple[str, UUID, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("brambling.credit.lending.rules.ON_BEHALF_ALONE_MAX", Money.of("10000.00"))
    decision, customer, officer = offered
    words = {"amount": "20000.00", "instruction": "asked in the branch"}
    waits = client.post(f"/api/decisions/{decision}/accept", json=words, headers=officer).json()
    approver = signed_in(bank, client, "approver")
    said = {"outcome": "reject", "reason": "the customer knows of nothing"}
    client.post(f"/api/tasks/{waits['task']}/complete", json=said, headers=approver)
    from brambling.credit.lending import loans_of
    from brambling.kit.ids import key_of

    follow = key_of("follow", UUID(waits["task"]))
    assert bank.workflows.run("accept-on-behalf/1", waits["task"], key=follow) == "rejected"
    with bank.db.read() as session:
        assert loans_of(session, customer) == []


# -- manners ----------------------------------------------------------------------------------------------------------


def test_the_same_key_with_another_customer_is_a_conflict(
    bank: Bank, client: TestClient, simulation: Simulation
) -> None:
    officer = keyed(signed_in(bank, client, "officer"), "customer-1")
    bodies = []
    for number in (0, 1):
        row = simulation.businesses.row(number, named=True)
        bodies.append({name: row[name] for name in ("uscc", "name", "gbt4754", "region")})
    assert client.post("/api/customers", json=bodies[0], headers=officer).status_code == 201
    assert client.post("/api/customers", json=bodies[0], headers=officer).status_code == 201
    assert client.post("/api/customers", json=bodies[1], headers=officer).status_code == 409
    renamed = {**bodies[0], "name": "another name"}
    assert client.post("/api/customers", json=renamed, headers=officer).status_code == 409


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("DELETE", "/api/customers", 405),
        ("PUT", "/api/session", 405),
        ("POST", "/api/health", 405),
    ],
)
def test_an_address_that_is_none_is_a_problem_and_not_a_page(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    if status == 405:
        assert answer.headers["allow"]


def test_a_wrong_password_is_401_and_too_many_are_429(bank: Bank, client: TestClient) -> None:
    signed_in(bank, client, "officer")
    body = {"name": "officer", "password": "certainly not this one"}
    answers = [client.post("/api/session", json=body) for _ in range(6)]
    assert [one.status_code for one in answers] == [401] * 5 + [429]
    assert answers[0].headers["content-type"] == "application/problem+json"
    assert answers[0].headers["www-authenticate"] == "Bearer"
    assert int(answers[-1].headers["retry-after"]) > 0


def test_looks_at_a_customer_are_in_the_trail(bank: Bank, client: TestClient, simulation: Simulation) -> None:
    officer = signed_in(bank, client, "officer")
    customer = customer_of(client, officer, simulation)
    client.get(f"/api/customers/{customer}", headers=officer)
    with bank.db.read() as session:
        told = [(entry.actor, entry.act, entry.thing_id) for entry in trail(session, thing="business")]
    assert told == [("officer", "look", str(customer)), ("officer", "add", str(customer))]
