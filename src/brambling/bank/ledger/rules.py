"""Double entry, pure: what a batch of transfers does to the accounts it touches, or why it may not.

Each account has a side on which it grows: assets and expenses by debits, liabilities, equity and income by credits.
Its balance is counted on that side, so the money of a customer (a liability of the bank) and a loan (an asset) both
read as positive numbers. Source: any textbook of double entry; the split into running debit and credit totals, of which
neither ever falls, follows TigerBeetle's data model.

InsufficientFunds (Conflict)     an account that may not be negative would be, or would not cover its holds
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from brambling.kit.errors import Conflict, InputRejected, InvariantBroken, LimitExceeded, MoneyRejected, NotFound
from brambling.kit.money import Money, digits_of

AccountKind = Literal["asset", "liability", "equity", "income", "expense"]
ACCOUNT_KINDS: tuple[AccountKind, ...] = get_args(AccountKind)
DEBIT_SIDE = frozenset({"asset", "expense"})
# Far above any payment, far below what 64-bit totals hold.
TRANSFER_MINOR_MAX = 10**15
# The transfer kind that needs a decision; the table holds the same constraint.
PAYOUT = "payout"


class InsufficientFunds(Conflict):
    """An account that may not be negative would be, or would no longer cover its holds."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account and its running totals, in minor units of its currency.

    ``held_minor`` is money that is still there but promised: what is free is ``available``.
    """

    id: UUID
    kind: AccountKind
    currency: str
    may_be_negative: bool
    name: str
    debits_minor: int = 0
    credits_minor: int = 0
    held_minor: int = 0

    @property
    def balance_minor(self) -> int:
        """Counted on the side on which the account grows."""
        net = self.debits_minor - self.credits_minor
        return net if self.kind in DEBIT_SIDE else -net

    @property
    def balance(self) -> Money:
        """The balance as money."""
        return Money(self.balance_minor, self.currency)

    @property
    def available(self) -> Money:
        """The balance less what is held."""
        return Money(self.balance_minor - self.held_minor, self.currency)

    def require_funds(self) -> None:
        """Raise InsufficientFunds when the account is below what it may be."""
        if not self.may_be_negative and self.balance_minor < self.held_minor:
            held = f" with {Money(self.held_minor, self.currency)} held" if self.held_minor else ""
            raise InsufficientFunds(f"account {self.id} would stand at {self.balance} {self.currency}{held}")


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money from one account to another: ``debit`` is debited, ``credit`` is credited, by the same amount.

    ``id`` is the idempotency key of the act (``key_of("payout", loan_id)``), ``at`` the time of the act, ``decision_id``
    the decision behind it; a transfer of kind ``payout`` must name one.
    """

    id: UUID
    debit: UUID
    credit: UUID
    amount: Money
    at: datetime
    kind: str
    memo: str = ""
    decision_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PostResult:
    """Keys that were posted now, and keys that had been posted before with the same content."""

    posted: tuple[UUID, ...]
    already: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Hold:
    """Money of an account promised to something that has not happened yet."""

    id: UUID
    account_id: UUID
    amount: Money
    at: datetime
    until: datetime | None
    reason: str
    state: Literal["open", "released", "captured"] = "open"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an account's statement. ``amount`` is positive when the balance grew; ``balance`` is after it."""

    sequence: int
    transfer_id: UUID
    at: datetime
    kind: str
    memo: str
    other: UUID
    amount: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class Entry:
    """A transfer with both balances right after it."""

    transfer: Transfer
    debit_balance_minor: int
    credit_balance_minor: int


def require_valid(transfer: Transfer) -> None:
    """Raise what is wrong with a transfer in itself: amount, accounts, time, decision."""
    if transfer.amount.minor <= 0:
        raise MoneyRejected(f"transfer {transfer.id} moves {transfer.amount}; expected an amount above zero")
    if transfer.amount.minor > TRANSFER_MINOR_MAX:
        raise LimitExceeded(f"transfer {transfer.id} moves more than {TRANSFER_MINOR_MAX} minor units")
    if transfer.debit == transfer.credit:
        raise InputRejected(f"transfer {transfer.id} has the same account on both sides", expected="two accounts")
    if transfer.at.tzinfo is None:
        raise InputRejected(f"transfer {transfer.id} has a time without zone", expected="an aware time")
    if not transfer.kind:
        raise InputRejected(f"transfer {transfer.id} has no kind", expected="what it is, such as 'payout'")
    if transfer.kind == PAYOUT and transfer.decision_id is None:
        raise InvariantBroken(f"pay-out {transfer.id} names no decision")


def distinct(transfers: Sequence[Transfer]) -> dict[UUID, Transfer]:
    """The batch by key, in order. A key given twice with the same content counts once, otherwise it is a Conflict."""
    by_key: dict[UUID, Transfer] = {}
    for transfer in transfers:
        require_valid(transfer)
        if by_key.setdefault(transfer.id, transfer) != transfer:
            raise Conflict(f"transfer {transfer.id} is twice in the batch, with different content")
    return by_key


def require_same(given: Transfer, posted: Transfer) -> None:
    """Raise Conflict when a key that is already posted comes with other content."""
    if given != posted:
        names = ("debit", "credit", "amount", "at", "kind", "memo", "decision_id")
        different = ", ".join(name for name in names if getattr(given, name) != getattr(posted, name))
        raise Conflict(f"transfer {given.id} is already posted with another {different}")


def entries(accounts: Mapping[UUID, Account], transfers: Iterable[Transfer]) -> tuple[list[Entry], dict[UUID, Account]]:
    """Apply transfers in order: each with its balances, and the accounts as they stand afterwards.

    Raises NotFound for an account that is not there, MoneyRejected across currencies, and InsufficientFunds at the
    first transfer that an account cannot bear: a batch does exactly what its transfers would do one after the other.
    """
    after = dict(accounts)
    done: list[Entry] = []
    for transfer in transfers:
        debit = _changed(after, transfer.debit, transfer, debit=True)
        credit = _changed(after, transfer.credit, transfer, debit=False)
        done.append(Entry(transfer, debit.balance_minor, credit.balance_minor))
    return done, after


def _changed(accounts: dict[UUID, Account], key: UUID, transfer: Transfer, *, debit: bool) -> Account:
    account = accounts.get(key)
    if account is None:
        raise NotFound(f"transfer {transfer.id} names account {key}, which does not exist")
    if account.currency != transfer.amount.currency:
        raise MoneyRejected(
            f"transfer {transfer.id} moves {transfer.amount.currency} on an account in {account.currency}"
        )
    minor = transfer.amount.minor
    changed = (
        replace(account, debits_minor=account.debits_minor + minor)
        if debit
        else replace(account, credits_minor=account.credits_minor + minor)
    )
    # only the side that makes the balance smaller can run out
    if debit != (account.kind in DEBIT_SIDE):
        changed.require_funds()
    accounts[key] = changed
    return changed


def with_held(account: Account, more_minor: int) -> Account:
    """The account with ``more_minor`` more (or less) held; raises InsufficientFunds when it cannot cover that."""
    changed = replace(account, held_minor=account.held_minor + more_minor)
    if more_minor > 0:
        changed.require_funds()
    return changed


def require_account(kind: str, currency: str, name: str) -> None:
    """Raise what is wrong with a new account's kind, currency or name."""
    if kind not in ACCOUNT_KINDS:
        raise InputRejected(f"account kind {kind!r}", expected=f"one of {' '.join(ACCOUNT_KINDS)}")
    digits_of(currency)
    if not name.strip():
        raise InputRejected("an account without a name", expected="what it is for")
