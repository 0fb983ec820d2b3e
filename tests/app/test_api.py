"""The bank over HTTP: the main journey, permissions, repeated requests, and what bad input gets."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from tests.app.conftest import signed_in

from brambling.app.build import Bank, replayers
from brambling.bank import consent, ledger
from brambling.bank.decisions import replay
from brambling.world import Simulation, statement_csv

CONSENTS = ("statement", "credit", "wealth", "service", "marketing")


def file_of(simulation: Simulation, business: int, dialect: str = "hecang") -> dict[str, Any]:
    return {"statement": ("statement.csv", io.BytesIO(statement_csv(simulation, business, dialect)), "text/csv")}


def customer_of(client: TestClient, headers: dict[str, str], simulation: Simulation, business: int = 1) -> UUID:
    row = simulation.businesses.row(business - 1, named=True)
    body = {"uscc": row["uscc"], "name": row["name"], "gbt4754": row["gbt4754"], "region": row["region"]}
    answer = client.post("/api/customers", json=body, headers={**headers, "Idempotency-Key": f"customer-{business}"})
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


def with_offer(simulation: Simulation) -> int:
    """A business that the shipped policy makes an offer to."""
    from brambling.cfo import brief
    from brambling.credit.underwriting.rules import Offer

    for business in range(1, 40):
        if isinstance(brief(statement_of(simulation, business)).outcome, Offer):
            return business
    raise AssertionError("no business of the town gets an offer")


def statement_of(simulation: Simulation, business: int) -> Any:
    return simulation.statement(business)


def test_from_a_bank_file_to_money_in_the_ledger(
    bank: Bank, client: TestClient, simulation: Simulation, tmp_path: Path
) -> None:
    officer = signed_in(bank, client, "officer")
    business = with_offer(simulation)
    customer = customer_of(client, officer, simulation, business)
    with bank.db.write() as session:
        for purpose in CONSENTS:
            consent.give(session, customer, purpose, bank.clock.now())

    kept = client.post(f"/api/customers/{customer}/statements", files=file_of(simulation, business), headers=officer)
    assert kept.json()["new"] > 0
    again = client.post(f"/api/customers/{customer}/statements", files=file_of(simulation, business), headers=officer)
    assert again.json() == {"new": 0, "known": kept.json()["new"]}
    assert len(client.get(f"/api/customers/{customer}/twin", headers=officer).json()["days"]) == 91

    ask = {**officer, "Idempotency-Key": "application-1"}
    decision = client.post("/api/applications", json={"customer_id": str(customer)}, headers=ask).json()
    assert decision["outcome"] == "offer"
    assert client.post("/api/applications", json={"customer_id": str(customer)}, headers=ask).json() == decision

    owner = signed_in(bank, client, "owner", business_id=customer)
    refused = client.post(f"/api/decisions/{decision['id']}/accept", json={}, headers=officer)
    assert refused.status_code == 422  # nobody of the bank accepts without the customer's recorded instruction
    loan = client.post(f"/api/decisions/{decision['id']}/accept", json={}, headers=owner).json()
    assert loan["state"] == "active"
    assert loan["principal"] == decision["result"]["offer"]["limit"]
    assert client.post(f"/api/decisions/{decision['id']}/accept", json={}, headers=owner).json()["id"] == loan["id"]
    with bank.db.read() as session:
        assert ledger.check(session) == []

    capsule = client.get(f"/api/decisions/{decision['id']}/capsule", headers=officer)
    file = tmp_path / "decision.capsule.json"
    file.write_bytes(capsule.content)
    report = replay(file, replayers())
    assert report.same
    assert report.recomputed
    assert report.float_differences == []


def test_a_brief_needs_nobody_and_keeps_nothing(client: TestClient, bank: Bank, simulation: Simulation) -> None:
    answer = client.post("/api/briefs", files=file_of(simulation, 1), data={"lang": "zh"})
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["forecast"]) == 91
    with bank.db.read() as session:
        from sqlalchemy import text

        assert session.scalar(text("SELECT count(*) FROM transactions")) == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"\x00\x01\x02", "text"), (b"a,b\n1,2\n", "--map")],
)
def test_a_bad_file_is_a_problem_with_one_line(client: TestClient, content: bytes, words: str) -> None:
    answer = client.post("/api/briefs", files={"statement": ("x.csv", io.BytesIO(content))})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]
    assert "\n" not in answer.json()["detail"]


def test_a_body_over_the_limit_is_ended_as_it_arrives(client: TestClient, bank: Bank) -> None:
    size = bank.settings.upload_bytes_max + 1
    answer = client.post("/api/briefs", files={"statement": ("x.csv", io.BytesIO(b"1" * size))})
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/api/customers", "/api/contacts", "/api/tasks"])
def test_without_a_token_nothing_is_shown(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 401


def test_an_owner_sees_no_other_business(bank: Bank, client: TestClient, simulation: Simulation) -> None:
    officer = signed_in(bank, client, "officer")
    mine, other = (customer_of(client, officer, simulation, number) for number in (1, 2))
    owner = signed_in(bank, client, "owner", business_id=mine)
    assert client.get(f"/api/customers/{mine}", headers=owner).status_code == 200
    assert client.get(f"/api/customers/{other}", headers=owner).status_code == 403
    assert client.get(f"/api/customers/{other}/twin", headers=owner).status_code == 403


def test_after_a_refusal_by_api_the_gate_lets_nothing_out(
    bank: Bank, client: TestClient, simulation: Simulation
) -> None:
    from datetime import timedelta

    from brambling.bank import contact
    from brambling.kit.ids import key_of

    officer = signed_in(bank, client, "officer")
    customer = customer_of(client, officer, simulation)
    with bank.db.write() as session:
        for purpose in CONSENTS:
            consent.give(session, customer, purpose, bank.clock.now())
    desk = signed_in(bank, client, "desk")
    said = {"scope": "marketing", "channel": "all", "words": "别再给我发广告了"}
    assert client.post(f"/api/customers/{customer}/refusals", json=said, headers=desk).status_code == 201
    message = contact.Message(
        id=key_of("m", 1),
        customer_id=customer,
        channel="app",
        purpose="marketing",
        topic="credit",
        campaign="c",
        text="x",
        expires_at=bank.clock.now() + timedelta(days=3),
    )
    with bank.db.write() as session:
        assert contact.send(session, message, bank.clock, bank.channel, gate=bank.gate).outcome == "dropped"
    assert client.get("/api/contacts", headers=desk).json()[0]["state"] == "dropped"


def test_the_openapi_document_is_3_1_and_names_every_route(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        for method in methods.values():
            assert method["summary"], path
    json.dumps(document)


@pytest.mark.parametrize("amount", ["0", "-5", "0.001", "abc"])
def test_what_is_asked_for_is_an_amount_above_zero(
    bank: Bank, client: TestClient, simulation: Simulation, amount: str
) -> None:
    officer = signed_in(bank, client, "officer")
    customer = customer_of(client, officer, simulation)
    ask = {**officer, "Idempotency-Key": "application-1"}
    answer = client.post("/api/applications", json={"customer_id": str(customer), "requested": amount}, headers=ask)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
