"""A conversation over HTTP, as the owner and as the desk."""

from __future__ import annotations

from fastapi.testclient import TestClient
from tests.app.conftest import signed_in
from tests.app.test_api import customer_of

from brambling.app.build import Bank
from brambling.world import Simulation


def test_owner_and_desk(bank: Bank, client: TestClient, simulation: Simulation) -> None:
    officer = signed_in(bank, client, "officer")
    customer, other = (customer_of(client, officer, simulation, number) for number in (1, 2))
    owner, desk = signed_in(bank, client, "owner", business_id=customer), signed_in(bank, client, "desk")
    made = client.post(f"/api/customers/{customer}/conversations", json={"channel": "app"}, headers=owner)
    path = f"/api/conversations/{made.json()['id']}"
    assert client.post(f"/api/customers/{other}/conversations", json={}, headers=owner).status_code == 403
    answered = client.post(f"{path}/messages", json={"text": "what is my balance"}, headers=owner).json()
    assert next(act["kind"] for act in answered["acts"]) == "tool" and not answered["handed_over"]
    asked = client.post(f"{path}/messages", json={"text": "转人工"}, headers=owner).json()
    (task,) = client.get("/api/desk", headers=desk).json()
    assert asked["task"] == task["id"] and asked["handed_over"]
    assert client.get("/api/desk", headers=owner).status_code == 403
    assert client.post(f"{path}/take", headers=desk).json()["assignee"] == "desk"
    assert client.post(f"{path}/desk", json={"words": "Hello"}, headers=desk).status_code == 204
    assert client.post(f"{path}/notes", json={"words": "in a hurry"}, headers=desk).status_code == 204
    speakers = [turn["speaker"] for turn in client.get(path, headers=owner).json()]
    assert speakers == ["owner", "assistant", "owner", "assistant", "desk"]
    closing = {"because": "resolved", "why": "explained"}
    assert client.post(f"{path}/close", json=closing, headers=desk).status_code == 204
    assert client.post(f"{path}/close", json=closing, headers=desk).status_code == 409
    for text in ("can you fix my oven", "do you repair an oven"):
        client.post(f"{path}/messages", json={"text": text}, headers=owner)
    (found,) = client.get("/api/dialogue/unanswered", headers=desk).json()
    assert found["theme"] == "oven"
    assert client.get("/api/dialogue/measures", headers=desk).json() == []
    assert client.post(f"{path}/messages", json={"text": " "}, headers=owner).status_code == 422
