"""Kill the worker at every step of the pay-out, start another, and count the money.

Each kill is a SIGKILL from inside, at a point: after the offer is accepted, around the commit of every step (after it
means between ledger and checkpoint), and at start and end of the workflow. Two lanes of workers run beside each other,
so that what one leaves is taken over by a living process as well as by the next one. In the end every accepted loan is
paid once, none is lost, debits equal credits; and the log proves that loans were paid and steps were run again.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from brambling.app.bench.offers import open_offers
from brambling.bank import ledger
from brambling.credit import lending
from brambling.engine.workflow import Workflows, executor_id
from brambling.kit.clock import SystemClock
from brambling.kit.db import Database

WORKER = Path(__file__).parent / "worker.py"
POINTS = (
    "accept:committed",
    "payout/1:start",
    "pay:begin",
    "pay:uncommitted",
    "pay:committed",  # the money is there, its record is not
    "activate:begin",
    "activate:uncommitted",
    "activate:committed",
    "payout/1:end",
)
LANES = 2
OFFERS_A_KILL = 5


def plan(kills: int, seed: int) -> Iterator[tuple[str, int]]:
    """Every point as often as the others, at the first to the third time it is reached."""
    draw = random.Random(seed)
    points = [POINTS[number % len(POINTS)] for number in range(kills)]
    draw.shuffle(points)
    return ((point, draw.randint(1, 3)) for point in points)


def start(url: str, log: Path, seed: int, *more: str) -> int:
    command = [sys.executable, str(WORKER), url, str(log), str(seed), *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr[-2000:]
    return done.returncode


def campaign(db: Database, url: str, log: Path, kills: int, seed: int = 7) -> None:
    open_offers(db, kills * OFFERS_A_KILL, SystemClock())
    with Workflows(db, executor_id()):
        pass  # makes the tables of the workflows

    jobs = [(number, point, hit) for number, (point, hit) in enumerate(plan(kills, seed))]
    with ThreadPoolExecutor(LANES) as lanes:
        ends = list(lanes.map(lambda job: start(url, log, job[0], job[1], str(job[2])), jobs))
    assert start(url, log, seed) == 0
    assert Counter(ends) == {-signal.SIGKILL: kills}, "a worker ran out of offers before it was killed"
    prove(db, log, kills, [point for _, point, _ in jobs])


def prove(db: Database, log: Path, kills: int, points: list[str]) -> None:
    seen = Counter(log.read_text(encoding="utf-8").split("\n"))
    with db.read() as session:
        loans = session.scalar(text("SELECT count(*) FROM loans"))
        paid = session.tuples(
            text(
                "SELECT l.id, count(t.id) FROM loans l LEFT JOIN ledger_transfers t "
                "ON t.kind = 'payout' AND t.debit_id = l.loan_account GROUP BY l.id"
            )
        )
        assert {count for _, count in map(tuple, paid)} == {1}, "a loan is not paid exactly once"
        assert session.scalar(text("SELECT count(*) FROM loans WHERE state <> 'active'")) == 0
        assert session.scalar(text("SELECT count(*) FROM offers WHERE status = 'taken'")) == loans
        assert session.scalar(text("SELECT count(*) FROM events WHERE kind = 'loan.paid'")) == loans
        assert ledger.check(session) == []
        assert lending.check(session) == []
        again = session.scalar(text("SELECT count(*) FROM dbos.workflow_status WHERE recovery_attempts > 1"))
        assert session.scalar(text("SELECT count(*) FROM dbos.workflow_status WHERE status = 'ERROR'")) == 0
    # work was really done, killed, and done again
    assert seen["killed"] == kills
    assert loans >= kills // 2
    assert again > 0
    cut = Counter(points)
    for step in ("pay", "activate"):
        repeated = seen[f"{step}:begin"] - loans
        assert repeated >= sum(cut[f"{step}:{place}"] for place in ("begin", "uncommitted", "committed"))
    assert seen["pay:committed"] - loans >= cut["pay:committed"]
    again_pay, again_activate = seen["pay:begin"] - loans, seen["activate:begin"] - loans
    print(f"{kills} kills, {loans} loans paid once; run again: pay {again_pay}, activate {again_activate} times")


def test_twenty_kills(db: Database, database_url: str, tmp_path: Path) -> None:
    campaign(db, database_url, tmp_path / "points.log", kills=20)


@pytest.mark.story
def test_two_hundred_kills(db: Database, database_url: str, tmp_path: Path) -> None:
    campaign(db, database_url, tmp_path / "points.log", kills=200, seed=200)
