"""Stateful: any run of postings and holds leaves the ledger where a second, naive ledger stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from brambling.bank import ledger
from brambling.bank.ledger import Transfer
from brambling.kit.db import Database, WriteSession
from brambling.kit.errors import Rejection
from brambling.kit.ids import key_of
from brambling.kit.money import Money

AT = datetime(2026, 3, 10, 4, tzinfo=UTC)


class Refused(Exception):
    """The naive ledger would not do this."""


@dataclass
class NaiveLedger:
    grows_by_debit: dict[UUID, bool] = field(default_factory=dict)
    may_be_negative: dict[UUID, bool] = field(default_factory=dict)
    currency: dict[UUID, str] = field(default_factory=dict)
    posted: dict[UUID, Transfer] = field(default_factory=dict)
    holds: dict[UUID, tuple[UUID, int]] = field(default_factory=dict)
    closed: dict[UUID, UUID | None] = field(default_factory=dict)  # by hold: the transfer that took it

    def add(self, account: UUID, grows_by_debit: bool, may_be_negative: bool, currency: str) -> None:
        self.grows_by_debit[account] = grows_by_debit
        self.may_be_negative[account] = may_be_negative
        self.currency[account] = currency

    def balance(self, account: UUID) -> int:
        total = 0
        for transfer in self.posted.values():
            if transfer.debit == account:
                total += transfer.amount.minor
            if transfer.credit == account:
                total -= transfer.amount.minor
        return total if self.grows_by_debit[account] else -total

    def held(self, account: UUID) -> int:
        return sum(minor for key, (owner, minor) in self.holds.items() if owner == account and key not in self.closed)

    def overdrawn(self, account: UUID) -> bool:
        return not self.may_be_negative[account] and self.balance(account) < self.held(account)

    def post(self, batch: list[Transfer]) -> list[UUID]:
        """Keys newly posted; Refused, with nothing changed, when any of them cannot be."""
        kept = dict(self.posted)
        fresh = []
        try:
            for transfer in batch:
                if transfer.id in self.posted:
                    if self.posted[transfer.id] != transfer:
                        raise Refused
                    continue
                self.posted[transfer.id] = transfer
                fresh.append(transfer.id)
                for side in (transfer.debit, transfer.credit):
                    if self.currency[side] != transfer.amount.currency:
                        raise Refused
                if self.overdrawn(transfer.debit) or self.overdrawn(transfer.credit):
                    raise Refused
        except Refused:
            self.posted = kept
            raise
        return fresh

    def hold(self, key: UUID, account: UUID, minor: int) -> None:
        if key in self.holds:
            if self.holds[key] != (account, minor):
                raise Refused
            return
        self.holds[key] = (account, minor)
        if self.overdrawn(account):
            del self.holds[key]
            raise Refused

    def release(self, key: UUID) -> None:
        if key not in self.holds or self.closed.get(key) is not None:
            raise Refused
        self.closed[key] = None

    def capture(self, key: UUID, transfer: Transfer) -> list[UUID]:
        if key not in self.holds:
            raise Refused
        account, minor = self.holds[key]
        if account not in (transfer.debit, transfer.credit):
            raise Refused
        if key in self.closed:
            if self.closed[key] is None or self.closed[key] != transfer.id:
                raise Refused
            return self.post([transfer])
        if transfer.amount.minor > minor:
            raise Refused
        self.closed[key] = transfer.id
        try:
            return self.post([transfer])
        except Refused:
            del self.closed[key]
            raise


NAMES = ("bank", "shop", "mill", "loan", "dollars")
KINDS = {"bank": "equity", "shop": "liability", "mill": "liability", "loan": "asset", "dollars": "liability"}
names = st.sampled_from(NAMES)


@st.composite
def transfers(draw: st.DrawFn) -> Transfer:
    """Few keys, few accounts, few amounts: repeats, conflicts and shortages are common."""
    debit, credit = draw(st.lists(names, min_size=2, max_size=2, unique=True))
    currency = "USD" if debit == "dollars" else "CNY"
    amount = Money(draw(st.integers(1, 300)), currency)
    key = key_of("transfer", draw(st.integers(0, 40)))
    return Transfer(key, key_of("account", debit), key_of("account", credit), amount, AT, draw(st.sampled_from("ab")))


class LedgerMachine(RuleBasedStateMachine):
    """The same acts on both ledgers; they must agree on what is done, what is refused, and every balance."""

    def __init__(self, db: Database) -> None:
        super().__init__()
        self.db = db
        self.naive = NaiveLedger()
        self.run = next(_runs)  # accounts and keys of one example are its own, so examples share the database
        with db.write() as session:
            for name in NAMES:
                free = name == "bank"
                currency = "USD" if name == "dollars" else "CNY"
                kind = KINDS[name]
                ledger.open_account(
                    session,
                    self.key(key_of("account", name)),
                    kind,
                    currency,
                    may_be_negative=free,
                    name=name,
                    opened_at=AT,
                )
                self.naive.add(self.key(key_of("account", name)), kind in ("asset", "expense"), free, currency)

    def key(self, word: UUID) -> UUID:
        return key_of(self.run, word)

    def own(self, transfer: Transfer) -> Transfer:
        return replace(
            transfer, id=self.key(transfer.id), debit=self.key(transfer.debit), credit=self.key(transfer.credit)
        )

    def both(self, ours: Callable[[WriteSession], object], theirs: Callable[[], object]) -> None:
        try:
            expected = theirs()
        except Refused:
            with pytest.raises(Rejection), self.db.write() as session:
                ours(session)
            return
        with self.db.write() as session:
            assert ours(session) == expected

    @rule(batch=st.lists(transfers(), max_size=6))
    def post(self, batch: list[Transfer]) -> None:
        batch = [self.own(transfer) for transfer in batch]
        self.both(lambda session: list(ledger.post(session, batch).posted), lambda: self.naive.post(batch))

    @rule(name=names, minor=st.integers(1, 300), number=st.integers(0, 10))
    def hold(self, name: str, minor: int, number: int) -> None:
        key, account = self.key(key_of("hold", number)), self.key(key_of("account", name))
        currency = "USD" if name == "dollars" else "CNY"

        def ours(session: WriteSession) -> None:
            ledger.hold(session, key, account, Money(minor, currency), AT, reason="test")

        self.both(ours, lambda: self.naive.hold(key, account, minor))

    @rule(number=st.integers(0, 10))
    def release(self, number: int) -> None:
        key = self.key(key_of("hold", number))
        self.both(lambda session: ledger.release(session, key), lambda: self.naive.release(key))

    @rule(number=st.integers(0, 10), transfer=transfers())
    def capture(self, number: int, transfer: Transfer) -> None:
        key, own = self.key(key_of("hold", number)), self.own(transfer)
        self.both(lambda session: list(ledger.capture(session, key, own).posted), lambda: self.naive.capture(key, own))

    @invariant()
    def stands_where_the_naive_one_stands(self) -> None:
        with self.db.read() as session:
            for account in self.naive.currency:
                found = ledger.account(session, account)
                assert (found.balance_minor, found.held_minor) == (
                    self.naive.balance(account),
                    self.naive.held(account),
                )

    def teardown(self) -> None:
        with self.db.read() as session:
            assert ledger.check(session) == []


_runs = iter(range(10**9))


def campaign(db: Database, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        lambda: LedgerMachine(db),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_ledger_agrees_with_a_naive_one(db: Database) -> None:
    campaign(db, examples=40, steps=25)


@pytest.mark.story
def test_the_ledger_agrees_with_a_naive_one_for_long(db: Database) -> None:
    campaign(db, examples=1000, steps=50)
