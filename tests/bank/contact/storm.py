"""One worker process of the storm: random acts on a shared database, with a clock of its own that is a little off.

Messages come out of order, twice, and from several workers; refusals and consents race with sends; now and then the
worker dies in the middle of a hand-over, and whoever runs it starts it again where it was.
"""

from __future__ import annotations

import os
import random
import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID

from brambling.bank import consent, contact
from brambling.bank.contact import Delivery, Gate, Message
from brambling.kit.clock import FixedClock
from brambling.kit.crypto import load_cipher
from brambling.kit.db import Database
from brambling.kit.settings import settings

CUSTOMERS = 40
START = datetime(2026, 3, 10, 0, 0, tzinfo=UTC)
STEP_MINUTES = 7
DIED = 77
CHANNELS, TOPICS, PURPOSES = ("sms", "app", "phone"), ("credit", "wealth", "repayment"), ("marketing", "service")


class Fatal:
    """A channel at which the process dies now and then: before the hand-over, or after it and before the commit."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw

    def deliver(self, delivery: Delivery) -> None:
        if self.draw.random() < 0.004:
            os._exit(DIED)


def message(number: int) -> Message:
    """The message of a number: the same in every worker, so that several may send it."""
    draw = random.Random(number)
    at = START + timedelta(minutes=STEP_MINUTES * number // 4)
    return Message(
        UUID(int=1_000_000 + number),
        UUID(int=draw.randrange(1, CUSTOMERS + 1)),
        draw.choice(CHANNELS),
        draw.choice(PURPOSES),
        draw.choice(TOPICS),
        f"c{draw.randrange(3)}",
        "text",
        at + timedelta(hours=draw.randrange(1, 72)),
    )


def act(database: Database, gate: Gate, clock: FixedClock, draw: random.Random, number: int) -> None:
    """One random event."""
    chance, who, channel = draw.random(), UUID(int=draw.randrange(1, CUSTOMERS + 1)), Fatal(draw)
    if chance < 0.70:
        item = message(max(0, number - draw.choice((0, 0, 0, 1, 5, 40))))
        with database.write() as session:
            contact.send(session, item, clock, channel, gate=gate)
    elif chance < 0.80:
        contact.release_due(database, clock, channel, gate=gate, limit=5)
    elif chance < 0.88:
        until = clock.now() + timedelta(hours=draw.randrange(1, 200))
        scope, where = draw.choice([*TOPICS, "marketing", "all"]), draw.choice([*CHANNELS, "all"])
        with database.write() as session:
            contact.refuse(session, who, scope, where, at=clock.now(), until=until, words="不要", gate=gate)
    elif chance < 0.92:
        with database.write() as session:
            for key, _ in contact.refusals(session, who)[:1]:
                contact.lift(session, key, clock.now(), "可以", gate=gate)
    else:
        change = consent.withdraw if draw.random() < 0.4 else consent.give
        with database.write() as session:
            change(session, who, draw.choice(PURPOSES), clock.now())


def main(url: str, worker: int, first: int, last: int, seed: int) -> None:
    database, gate = Database.at(url), Gate(cipher=load_cipher(settings()))
    draw = random.Random(seed)
    drift = timedelta(seconds=37 * worker)
    for number in range(first, last):
        clock = FixedClock(START + timedelta(minutes=STEP_MINUTES * number // 4) + drift)
        # where this worker is: whoever starts it again goes on behind the event it died in
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        act(database, gate, clock, draw, number)
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], *(int(word) for word in sys.argv[2:]))
