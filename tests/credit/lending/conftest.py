from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from brambling.app.bench.offers import open_offers
from brambling.credit.lending import register
from brambling.engine.workflow import Workflows, executor_id
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database


@pytest.fixture
def offer(db: Database, clock: FixedClock) -> UUID:
    """The decision of an open offer of 100,000.00 CNY."""
    return open_offers(db, 1, clock)[0]


@pytest.fixture
def workflows(db: Database, clock: FixedClock) -> Iterator[Workflows]:
    """The bank's workflows with lending registered, running."""
    made = Workflows(db, executor_id(), heartbeat_seconds=0.1, dead_after_seconds=0.5)
    register(made, clock, waiting_seconds=0.3)
    with made:
        yield made
