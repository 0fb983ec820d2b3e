"""One town of one district, built once for the reading tests."""

from __future__ import annotations

from datetime import date

import pytest

from brambling.world import Simulation, Town, build


@pytest.fixture(scope="session")
def town() -> Town:
    return Town(seed=11, businesses=500, months=18, end=date(2026, 10, 31))


@pytest.fixture(scope="session")
def simulation(town: Town) -> Simulation:
    return build(town)
