from __future__ import annotations

from collections.abc import Iterator

import pytest

from brambling.engine.workflow import Workflows, executor_id
from brambling.kit.db import Database


@pytest.fixture
def workflows(db: Database) -> Iterator[Workflows]:
    """Not launched yet: register, then ``with workflows:``. The heartbeat is quick so that sweeps are."""
    made = Workflows(db, executor_id(), heartbeat_seconds=0.1, dead_after_seconds=0.5)
    yield made
    made.close()
