"""A sales plan over HTTP: the platform proposes, the manager's limits answer, and nobody sees the other's limits."""

from __future__ import annotations

import io
from datetime import date, timedelta

import numpy as np
import polars as pl
from fastapi.testclient import TestClient
from tests.app.conftest import signed_in
from tests.wealth.negotiation.conftest import LIMITS

from brambling.app.build import Bank

FIRST, LENGTH = date(2026, 6, 1), 100


def files() -> dict[str, tuple[str, bytes]]:
    rng = np.random.default_rng(5)
    days = [FIRST + timedelta(days=n) for n in range(LENGTH)]
    flows = pl.DataFrame({
        "date": days,
        "subscription": np.round(rng.uniform(300_000, 400_000, LENGTH), 2),
        "redemption": np.round(rng.uniform(300_000, 400_000, LENGTH), 2),
    })  # fmt: skip
    ahead = [FIRST + timedelta(days=LENGTH + n) for n in range(7)]
    plan = pl.DataFrame(
        [(day, channel, 300_000.0, 0.004) for day in ahead for channel in ("app", "desk")],
        schema=["date", "channel", "quota", "price"],
        orient="row",
    )
    tables = {}
    for name, frame in (("flows", flows), ("plan", plan)):
        out = io.BytesIO()
        frame.write_csv(out)
        tables[name] = (f"{name}.csv", out.getvalue())
    return {**tables, "limits": ("limits.yaml", LIMITS.encode())}


def test_a_plan_is_proposed_countered_and_accepted(bank: Bank, client: TestClient) -> None:
    platform, manager = signed_in(bank, client, "marketer"), signed_in(bank, client, "investment_manager")
    officer = signed_in(bank, client, "officer")
    key = {"Idempotency-Key": "plan-of-september"}
    made = client.post("/api/sales-plans", files=files(), data={"automatic": "false"}, headers={**platform, **key})
    assert made.status_code == 200, made.text
    talk = made.json()
    again = client.post("/api/sales-plans", files=files(), headers={**platform, **key})
    assert again.json()["id"] == talk["id"]
    path = f"/api/sales-plans/{talk['id']}"
    assert client.get(path, headers=officer).status_code == 403
    assert "limits" not in client.get(path, headers=manager).text
    row = {"date": talk["versions"][0]["rows"][0]["date"], "channel": "app", "quota": "250000.00", "price": "0.002"}
    wrong = client.post(f"{path}/offers", json={"version": 1, "rows": [{**row, "quota": "5.00"}]}, headers=manager)
    assert wrong.status_code == 422
    answered = client.post(f"{path}/offers", json={"version": 1, "rows": [row]}, headers=manager)
    assert answered.status_code == 200, answered.text
    assert answered.json()["versions"][1]["effects"]["fee_bp"] > 0
    assert client.post(f"{path}/accept", json={"version": 1}, headers=platform).status_code == 409
    done = client.post(f"{path}/accept", json={"version": 2}, headers=platform)
    assert done.json()["state"] == "accepted"
    assert client.get("/api/sales-plans", headers=manager).json()[0]["turn"] is None
