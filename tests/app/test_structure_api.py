"""The nature of the money over HTTP: a company's manager and the bank."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from fastapi.testclient import TestClient
from tests.app.conftest import signed_in

from brambling.app.build import Bank
from brambling.engine.access import trail, users
from brambling.wealth.structure import add_company, appoint, import_trades, publish


def test_a_manager_reads_what_was_released_of_his_own(bank: Bank, client: TestClient) -> None:
    manager, banker = signed_in(bank, client, "company_manager"), signed_in(bank, client, "investment_manager")
    officer = signed_in(bank, client, "officer")
    now, last = bank.clock.now(), bank.clock.today()
    assert client.get("/api/structure", headers=manager).status_code == 403  # manages for nobody yet
    with bank.db.write("operator") as session:
        own, _ = (add_company(session, name, [code], now=now) for name, code in (("甲", "A-1"), ("乙", "B-1")))
        user = next(user for user in users(session) if user.roles == ("company_manager",))
        appoint(session, user, own, now=now)
        rows = [
            (last - timedelta(days=40 - number % 20), product, f"{product}{number}", f"{1000 + number}.00")
            for product in ("A-1", "B-1")
            for number in range(30)
        ]
        columns = ["date", "product", "customer", "amount"]
        import_trades(session, pl.DataFrame(rows, schema=columns, orient="row"), now=now)
        assert publish(session, "A-1", last, now=now) is not None
    (seen,) = client.get("/api/structure", headers=manager).json()
    assert (seen["product"], seen["released"]) == ("A-1", [str(last)])
    told = client.get("/api/structure/A-1", headers=manager).json()
    assert sum(float(cell["amount"]) for cell in told["releases"][0]["cells"]) == sum(
        1000 + number for number in range(30)
    )
    assert client.get("/api/structure/B-1", headers=manager).status_code == 404
    assert client.get("/api/structure", headers=officer).status_code == 403
    assert len(client.get("/api/structure", headers=banker).json()) == 2
    with bank.db.read() as session:
        looks = [entry for entry in trail(session, thing="structure") if entry.act == "look"]
    assert [entry.thing_id for entry in looks] == ["all", "B-1", "A-1", "all"]
