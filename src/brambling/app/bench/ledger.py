"""The ledger and the pay-out, beside one TPC-B transaction on the same server in the same run.

TPC-B is written out here as pgbench runs it (scale 1: 100,000 accounts, 10 tellers, 1 branch): update an account, read
it, update teller and branch, insert history, commit. It goes through the same library as our own statements, and the
two take turns, so that a busy machine slows both. The database is a temporary one and is dropped afterwards.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import text

from brambling.app.bench.measure import Bench, Measure, percentile
from brambling.app.bench.offers import add_shop, decide, open_offers, steady_twin
from brambling.bank import ledger
from brambling.bank.ledger import Transfer
from brambling.credit.lending import accept_and_pay, register
from brambling.engine.workflow import Workflows, executor_id
from brambling.kit.clock import Clock, SystemClock
from brambling.kit.crypto import FieldCipher
from brambling.kit.db import Database, create_database, drop_database
from brambling.kit.ids import key_of
from brambling.kit.money import Money
from brambling.kit.settings import settings

ACCOUNTS = 1_000
SINGLES = 2_000
BATCHED = 100_000
BATCH = 1_000
PAYOUTS = 300


@contextmanager
def temporary_database() -> Iterator[Database]:
    """A fresh database on this installation's server, dropped at the end."""
    given = settings().database_url
    if given is not None:
        server = given.get_secret_value()
    else:
        from brambling.kit.db.embedded import start_server

        server = start_server(settings().home / "postgres")
    name = f"bench_{uuid.uuid4().hex[:12]}"
    database = Database.at(create_database(server, name))
    try:
        yield database
    finally:
        database.close()
        drop_database(server, name)


def run(bench: Bench) -> list[Measure]:
    """Every figure of the ledger and the pay-out."""
    with temporary_database() as db:
        note = _server(db)
        bench.say("single transfers beside TPC-B")
        ours, peer = _singles(db, bench.seed)
        measures = [_beside_tpc_b("one transfer", ours, peer, share, note=note) for share in (0.5, 0.99)]
        # before the batches: 100,000 rows leave vacuum and write-back behind them that would be measured here
        bench.say("pay-outs")
        payouts, whole = _payouts(db, SystemClock())
        for name, times, aim in (
            ("accept an offer, pay it out", payouts, ""),
            ("apply, decide, accept, pay out", whole, "<= 50"),
        ):
            measures += [
                _beside_tpc_b(name, times, peer, 0.5, synthetic=True),
                _beside_tpc_b(name, times, peer, 0.99, synthetic=True, aim=aim),
            ]
        bench.say(f"{BATCHED:,} transfers in batches of {BATCH:,}")
        measures.append(_batches(db, bench.seed, 1000 * len(ours) / sum(ours)))
        with db.read() as session:
            ledger.require_sound(session)
    return measures


def _beside_tpc_b(
    name: str,
    ours: Sequence[float],
    peer: Sequence[float],
    share: float,
    *,
    aim: str = "",
    note: str = "",
    synthetic: bool = False,
) -> Measure:
    return Measure(
        f"{name}, p{round(share * 100)}",
        percentile(ours, share),
        "ms",
        peer="one TPC-B transaction",
        peer_value=percentile(peer, share),
        aim=aim,
        note=note,
        synthetic=synthetic,
    )


def _server(db: Database) -> str:
    with db.read() as session:
        names = ("server_version", "fsync", "synchronous_commit")
        return ", ".join(f"{name} {session.scalar(text(f'SHOW {name}'))}" for name in names)


# -- single transfers and TPC-B -----------------------------------------------------------------------------------------


def _open_accounts(db: Database, at: Clock) -> list[UUID]:
    keys = [key_of("bench account", number) for number in range(ACCOUNTS)]
    with db.write() as session:
        for key in keys:
            ledger.open_account(
                session, key, "liability", "CNY", may_be_negative=True, name="bench", opened_at=at.now()
            )
    return keys


def _transfers(word: str, count: int, keys: Sequence[UUID], seed: int, clock: Clock) -> list[Transfer]:
    draw, now = random.Random(seed), clock.now()
    pairs = (draw.sample(keys, 2) for _ in range(count))
    return [
        Transfer(key_of(word, number), debit, credit, Money(draw.randint(1, 10**6)), now, "bench")
        for number, (debit, credit) in enumerate(pairs)
    ]


_TPC_B_TABLES = (
    "CREATE TABLE b_branches (bid int PRIMARY KEY, bbalance int NOT NULL, filler char(88)) WITH (fillfactor = 100)",
    "CREATE TABLE b_tellers (tid int PRIMARY KEY, bid int, tbalance int NOT NULL, filler char(84))",
    "CREATE TABLE b_accounts (aid int PRIMARY KEY, bid int, abalance int NOT NULL, filler char(84))",
    "CREATE TABLE b_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22))",
    "INSERT INTO b_branches VALUES (1, 0, '')",
    "INSERT INTO b_tellers SELECT n, 1, 0, '' FROM generate_series(1, 10) n",
    "INSERT INTO b_accounts SELECT n, 1, 0, '' FROM generate_series(1, 100000) n",
)
_TPC_B = tuple(
    text(statement)
    for statement in (
        "UPDATE b_accounts SET abalance = abalance + :delta WHERE aid = :aid",
        "SELECT abalance FROM b_accounts WHERE aid = :aid",
        "UPDATE b_tellers SET tbalance = tbalance + :delta WHERE tid = :tid",
        "UPDATE b_branches SET bbalance = bbalance + :delta WHERE bid = 1",
        "INSERT INTO b_history (tid, bid, aid, delta, mtime) VALUES (:tid, 1, :aid, :delta, CURRENT_TIMESTAMP)",
    )
)


def _tpc_b(db: Database, draw: random.Random) -> None:
    values = {"aid": draw.randint(1, 100_000), "tid": draw.randint(1, 10), "delta": draw.randint(-5000, 5000)}
    with db.write() as session:
        for statement in _TPC_B:
            session.execute(statement, values)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _singles(db: Database, seed: int) -> tuple[list[float], list[float]]:
    """Milliseconds of single posts and of TPC-B transactions, taking turns."""
    clock, draw = SystemClock(), random.Random(seed)
    keys = _open_accounts(db, clock)
    with db.write() as session:
        for statement in _TPC_B_TABLES:
            session.execute(text(statement))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))

    def post(transfer: Transfer) -> None:
        with db.write() as session:
            ledger.post(session, [transfer])

    ours, peer = [], []
    for transfer in _transfers("single", SINGLES + 50, keys, seed, clock):
        ours.append(_timed(lambda: post(transfer)))  # noqa: B023
        peer.append(_timed(lambda: _tpc_b(db, draw)))
    return ours[50:], peer[50:]


def _batches(db: Database, seed: int, singles_a_second: float) -> Measure:
    keys = [key_of("bench account", number) for number in range(ACCOUNTS)]
    transfers = _transfers("batched", BATCHED, keys, seed + 1, SystemClock())
    start = time.perf_counter()
    for first in range(0, BATCHED, BATCH):
        with db.write() as session:
            ledger.post(session, transfers[first : first + BATCH])
    rate = BATCHED / (time.perf_counter() - start)
    return Measure(
        f"{BATCHED:,} transfers in batches of {BATCH:,}",
        rate,
        "transfers/s",
        peer="one at a time",
        peer_value=singles_a_second,
        aim=">= 10 times",
    )


# -- the pay-out --------------------------------------------------------------------------------------------------------


def _payouts(db: Database, clock: Clock) -> tuple[list[float], list[float]]:
    """Milliseconds from accepting to money, and from applying (twin at hand) to money; one request at a time."""
    workflows = Workflows(db, executor_id())
    register(workflows, clock)
    twin, cipher, first = steady_twin(clock), FieldCipher.fresh(), 10 * PAYOUTS
    with workflows:
        decisions = open_offers(db, PAYOUTS + 20, clock)
        payouts = [_timed(lambda: accept_and_pay(workflows, one, clock=clock, actor="bench")) for one in decisions]  # noqa: B023
        with db.write() as session:
            shops = [add_shop(session, first + number, clock, cipher) for number in range(PAYOUTS + 20)]

        def all_of_it(shop: UUID) -> None:
            with db.write() as session:
                decision = decide(session, shop, twin, clock)
            accept_and_pay(workflows, decision, clock=clock, actor="bench")

        whole = [_timed(lambda: all_of_it(shop)) for shop in shops]  # noqa: B023
    return payouts[20:], whole[20:]
