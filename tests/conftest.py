"""Shared fixtures: real PostgreSQL, one server a test run, one fresh database a test that asks for it."""

from __future__ import annotations

import os
import socket
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from brambling.kit.clock import FixedClock

# Nothing is timed in a test: a slow machine is no counter-example. CI draws the same examples every time.
hypothesis.settings.register_profile(
    "house",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.load_profile("house")

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout; a user's machine has none."""
    if not SHARED.exists():
        pytest.skip("the real data (../shared/data) are not on this machine")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """No test reaches another machine, a vendor of language models least of all."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def here(wire: socket.socket, address: Any) -> None:
        if wire.family in (socket.AF_INET, socket.AF_INET6) and wire.type == socket.SOCK_STREAM:
            host = str(address[0])
            if host not in ("localhost", "::1", "0.0.0.0") and not host.startswith("127."):
                # not an Exception: code that goes on after any error must not hide it
                pytest.fail(f"a test may reach only loopback, not {host}")

    def checked(self: socket.socket, address: Any) -> None:
        here(self, address)
        connect(self, address)

    def checked_ex(self: socket.socket, address: Any) -> int:
        here(self, address)
        return connect_ex(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", checked)
    patch.setattr(socket.socket, "connect_ex", checked_ex)
    yield
    patch.undo()


@pytest.fixture
def clock() -> FixedClock:
    """A fixed clock: Tuesday 2026-03-10, noon in Beijing."""
    return FixedClock(datetime(2026, 3, 10, 4, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a PostgreSQL server: the one of BRAMBLING_DATABASE_URL, else an embedded one for this run.

    Workers of pytest-xdist share one server: its data folder is named by the run.
    """
    given = os.environ.get("BRAMBLING_DATABASE_URL")
    if given:
        yield given
        return
    from brambling.kit.db.embedded import start_server

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
    place = Path(tempfile.gettempdir()) / f"brambling-tests-{run[:12]}"
    place.mkdir(exist_ok=True)
    place.chmod(0o755)
    yield start_server(place / "postgres")


@pytest.fixture(scope="session")
def template(postgres: str) -> str:
    """Name of a migrated database that others are copied from; made once a worker."""
    from brambling.kit.db import Database, create_database

    name = f"template_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{uuid.uuid4().hex[:8]}"
    Database.at(create_database(postgres, name)).close()
    return name


@pytest.fixture
def database_url(postgres: str, template: str) -> Iterator[str]:
    """Address of a fresh, migrated database."""
    from brambling.kit.db import create_database, drop_database

    name = f"test_{uuid.uuid4().hex[:12]}"
    yield create_database(postgres, name, template).render_as_string(hide_password=False)
    drop_database(postgres, name)


@pytest.fixture
def db(database_url: str) -> Iterator["Database"]:  # noqa: F821, UP037
    """A fresh, migrated database."""
    from brambling.kit.db import Database

    database = Database.at(database_url)
    yield database
    database.close()
