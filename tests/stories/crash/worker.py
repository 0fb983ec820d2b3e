"""A worker of the crash story: accepts open offers one after the other and dies where it is told.

``worker.py URL LOG SEED POINT HIT`` dies by SIGKILL at the HIT-th time any of its threads reaches POINT (its own
pay-outs and those it takes over alike); without POINT and HIT it only recovers until nothing is left, and ends.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time

from sqlalchemy import text

from brambling.credit.lending import accept_and_pay, register
from brambling.engine.workflow import Workflows, executor_id
from brambling.kit.clock import SystemClock
from brambling.kit.db import Database

UNFINISHED = text(
    "SELECT (SELECT count(*) FROM loans WHERE state <> 'active') + "
    "(SELECT count(*) FROM dbos.workflow_status WHERE status NOT IN ('SUCCESS', 'ERROR'))"
)


def main(url: str, log: str, seed: str, point: str = "", hit: str = "0") -> None:
    left = int(hit)
    counting = threading.Lock()
    lines = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def at_point(name: str) -> None:
        nonlocal left
        os.write(lines, f"{name}\n".encode())
        if name != point:
            return
        with counting:
            left -= 1
            if left == 0:
                os.write(lines, b"killed\n")
                os.kill(os.getpid(), signal.SIGKILL)

    db, clock = Database.at(url), SystemClock()
    workflows = Workflows(db, executor_id(), heartbeat_seconds=0.2, dead_after_seconds=1.0, at_point=at_point)
    register(workflows, clock, waiting_seconds=0.5)
    with workflows:
        if not point:
            drain(db)
            return
        with db.read() as session:
            offers = [row[0] for row in session.tuples(text("SELECT decision_id FROM offers WHERE status = 'open'"))]
        random.Random(seed).shuffle(offers)  # workers beside each other seldom want the same one
        for decision in offers:
            accept_and_pay(workflows, decision, clock=clock, actor="story")


def drain(db: Database) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with db.read() as session:
            if session.scalar(UNFINISHED) == 0:
                return
        time.sleep(0.05)
    sys.exit("work is left that nobody finishes")


if __name__ == "__main__":
    main(*sys.argv[1:])
