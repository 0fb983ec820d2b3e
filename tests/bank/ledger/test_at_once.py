"""Many writers at once: no deadlock, no lost update, no transfer twice."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from brambling.bank import ledger
from brambling.bank.ledger import InsufficientFunds, Transfer
from brambling.kit.db import Database
from brambling.kit.ids import key_of
from brambling.kit.money import Money

AT = datetime(2026, 3, 10, 4, tzinfo=UTC)
ACCOUNTS = [key_of("account", number) for number in range(6)]
THREADS = 8


def open_all(db: Database, funds_minor: int) -> None:
    with db.write() as session:
        bank = key_of("account", "bank")
        ledger.open_account(session, bank, "equity", "CNY", may_be_negative=True, name="bank", opened_at=AT)
        for account in ACCOUNTS:
            ledger.open_account(session, account, "liability", "CNY", may_be_negative=False, name="a", opened_at=AT)
            ledger.post(session, [Transfer(key_of("fund", account), bank, account, Money(funds_minor), AT, "fund")])


def test_threads_that_cross_each_other(db: Database) -> None:
    open_all(db, 1_000_000)
    batches = []
    for number in range(160):
        draw = random.Random(number)
        pairs = [draw.sample(ACCOUNTS, 2) for _ in range(5)]
        batches.append(
            [
                Transfer(key_of("t", number, place), a, b, Money(draw.randint(1, 99)), AT, "cross")
                for place, (a, b) in enumerate(pairs)
            ]
        )

    def work(batch: list[Transfer]) -> int:
        with db.write() as session:
            return len(ledger.post(session, batch).posted)

    # every batch is sent twice, by different threads
    with ThreadPoolExecutor(THREADS) as pool:
        posted = list(pool.map(work, batches + batches))
    assert sum(posted) == 160 * 5
    with db.read() as session:
        assert ledger.check(session) == []
        for account in ACCOUNTS:
            expected = 1_000_000
            expected += sum(t.amount.minor for batch in batches for t in batch if t.credit == account)
            expected -= sum(t.amount.minor for batch in batches for t in batch if t.debit == account)
            assert ledger.balance(session, account) == Money(expected)


def test_the_last_yuan_is_spent_once(db: Database) -> None:
    open_all(db, 1000)
    rich, poor = ACCOUNTS[0], ACCOUNTS[1]

    def spend(number: int) -> bool:
        try:
            with db.write() as session:
                ledger.post(session, [Transfer(key_of("spend", number), rich, poor, Money(100), AT, "spend")])
        except InsufficientFunds:
            return False
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(spend, range(40)))
    assert sum(done) == 10
    with db.read() as session:
        assert ledger.check(session) == []
        assert (ledger.balance(session, rich), ledger.balance(session, poor)) == (Money(0), Money(2000))


def test_holds_and_payments_of_one_account_wait_for_each_other(db: Database) -> None:
    open_all(db, 1000)
    account, other = ACCOUNTS[0], ACCOUNTS[1]

    def act(number: int) -> bool:
        try:
            with db.write() as session:
                if number % 2:
                    ledger.hold(session, key_of("hold", number), account, Money(100), AT, reason="r")
                else:
                    ledger.post(session, [Transfer(key_of("pay", number), account, other, Money(100), AT, "pay")])
        except InsufficientFunds:
            return False
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(act, range(40))) == 10
    with db.read() as session:
        assert ledger.check(session) == []
        assert ledger.account(session, account).available == Money(0)
