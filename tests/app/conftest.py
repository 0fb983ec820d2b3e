"""A whole bank on a fresh database, with a clock that stands and a channel that keeps what it is given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from brambling.app.build import Bank, assemble
from brambling.app.server import api
from brambling.bank.contact.channels import MemoryChannel
from brambling.engine.access import add_user
from brambling.kit.clock import FixedClock
from brambling.kit.crypto import FieldCipher
from brambling.kit.db import Database
from brambling.kit.settings import Settings
from brambling.world import Simulation, Town, build

PASSWORD = "long enough for everyone"


@pytest.fixture(scope="session")
def simulation() -> Simulation:
    """A small town, synthetic."""
    return build(Town(businesses=40, months=14))


@pytest.fixture
def bank(db: Database, tmp_path: Path) -> Iterator[Bank]:
    """A bank whose workflows run, at ten o'clock in Beijing on the first workday after the town's last day."""
    clock = FixedClock(datetime(2026, 11, 2, 2, 0, tzinfo=UTC))
    made = assemble(db, Settings(home=tmp_path), clock=clock, cipher=FieldCipher.fresh(), channel=MemoryChannel())
    with made.workflows:
        yield made


@pytest.fixture
def client(bank: Bank) -> Iterator[TestClient]:
    """The API of the bank, nobody signed in."""
    with TestClient(api(bank), raise_server_exceptions=True) as made:
        yield made


def signed_in(bank: Bank, client: TestClient, *roles: str, business_id: object = None) -> dict[str, str]:
    """The headers of a new user with these roles."""
    name = "-".join(roles)
    with bank.db.write() as session:
        add_user(session, name, PASSWORD, roles, now=bank.clock.now(), actor="test", business_id=business_id)  # type: ignore[arg-type]
    token = client.post("/api/session", json={"name": name, "password": PASSWORD}).json()["token"]
    return {"Authorization": f"Bearer {token}"}
