"""What can be asked of the ledger. Each verb works in the caller's transaction; nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from brambling.bank.ledger import store
from brambling.bank.ledger.rules import (
    Account,
    AccountKind,
    Entry,
    Hold,
    Line,
    PostResult,
    Transfer,
    distinct,
    entries,
    require_account,
    require_same,
    with_held,
)
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.errors import Conflict, InputRejected, InvariantBroken, MoneyRejected, NotFound
from brambling.kit.money import Money

_NEWEST = 2**63 - 1


def open_account(
    session: WriteSession,
    id: UUID,
    kind: AccountKind,
    currency: str,
    *,
    may_be_negative: bool,
    name: str,
    opened_at: datetime,
) -> Account:
    """Open an account, or return the one that was opened with the same id and the same words.

    Raises Conflict when the id belongs to an account of another kind, currency or permission.
    """
    require_account(kind, currency, name)
    wanted = Account(id, kind, currency, may_be_negative, name)
    if store.add_account(session, wanted, opened_at):
        return wanted
    found = account(session, id)
    if (found.kind, found.currency, found.may_be_negative) != (kind, currency, may_be_negative):
        raise Conflict(f"account {id} exists as {found.kind} in {found.currency}, not as {kind} in {currency}")
    return found


def account(session: ReadSession, account_id: UUID) -> Account:
    """The account with its totals; raises NotFound."""
    found = store.find_account(session, account_id)
    if found is None:
        raise NotFound(f"there is no account {account_id}")
    return found


def accounts(session: ReadSession, ids: Collection[UUID]) -> dict[UUID, Account]:
    """The accounts among ``ids`` that exist, by id."""
    return store.find_accounts(session, ids)


def transfers(session: ReadSession, ids: Collection[UUID]) -> dict[UUID, Transfer]:
    """The transfers among ``ids`` that are posted, by id."""
    return store.find_transfers(session, ids)


def balance(session: ReadSession, account_id: UUID) -> Money:
    """The account's balance, counted on the side on which it grows; raises NotFound."""
    return account(session, account_id).balance


def post(session: WriteSession, batch: Sequence[Transfer]) -> PostResult:
    """Post a batch: all of it or none, each transfer once, in the given order. Three round trips whatever its size.

    A key that is already posted with the same content is reported under ``already``; with other content it is a
    Conflict. Raises InsufficientFunds, NotFound or MoneyRejected as :func:`rules.entries` says. After an error the
    caller's transaction must be rolled back.
    """
    wanted = distinct(batch)
    if not wanted:
        return PostResult((), ())
    before = store.lock_accounts(session, {side for t in wanted.values() for side in (t.debit, t.credit)})
    # looked up after the lock: whoever posts the same transfer waits for the same accounts first
    known = store.find_transfers(session, wanted.keys())
    for key, posted in known.items():
        require_same(wanted[key], posted)
    done, after = entries(before, [t for key, t in wanted.items() if key not in known])
    if done:
        _write(session, done, before, after)
    return PostResult(tuple(e.transfer.id for e in done), tuple(known))


def _write(
    session: WriteSession, done: Sequence[Entry], before: dict[UUID, Account], after: dict[UUID, Account]
) -> None:
    try:
        written = store.write_entries(session, done)
    except IntegrityError as error:
        if "pk_ledger_transfers" in str(error.orig):
            # the same key, between other accounts, in a transaction that ran beside this one
            raise Conflict("a transfer of the batch is already posted between other accounts") from error
        if "fk_ledger_transfers_decision_id" in str(error.orig):
            raise InvariantBroken("a transfer of the batch names a decision that was never recorded") from error
        raise
    # asserted on every post: debits equal credits, and the rows say what the rules said
    moved_debit = sum(debits - before[key].debits_minor for key, (debits, _) in written.items())
    moved_credit = sum(credits - before[key].credits_minor for key, (_, credits) in written.items())
    if moved_debit != moved_credit or moved_debit != sum(e.transfer.amount.minor for e in done):
        raise InvariantBroken(f"debits {moved_debit} and credits {moved_credit} of a batch differ")
    for key, totals in written.items():
        if totals != (after[key].debits_minor, after[key].credits_minor):
            raise InvariantBroken(f"account {key} stands at {totals}, not where its transfers lead")


def statement(session: ReadSession, account_id: UUID, limit: int = 100, before: int | None = None) -> list[Line]:
    """The account's lines, newest first; pass the last line's ``sequence`` as ``before`` for the next page."""
    return store.lines(session, account(session, account_id), limit, _NEWEST if before is None else before)


# -- holds ----------------------------------------------------------------------------------------------------------


def journal(session: ReadSession, limit: int) -> list[dict[str, Any]]:
    """Every transfer in the order it was posted: id, sequence, accounts, amount as text, time, kind, both balances."""
    return store.journal(session, limit)


def hold(
    session: WriteSession,
    id: UUID,
    account_id: UUID,
    amount: Money,
    at: datetime,
    *,
    reason: str,
    until: datetime | None = None,
) -> Hold:
    """Hold ``amount`` of an account until it is released, captured, or (by :func:`release_expired`) over.

    The same id with the same content is the same hold. Raises InsufficientFunds when less is available.
    """
    if amount.minor <= 0:
        raise MoneyRejected(f"a hold of {amount}; expected an amount above zero")
    owner = _locked(session, account_id)
    wanted = Hold(id, account_id, amount, at, until, reason)
    found = store.find_hold(session, id)
    if found is not None:
        if (found[0].account_id, found[0].amount) != (account_id, amount):
            raise Conflict(f"hold {id} exists with another account or amount")
        return found[0]
    if owner.currency != amount.currency:
        raise MoneyRejected(f"a hold in {amount.currency} on an account in {owner.currency}")
    store.set_held(session, with_held(owner, amount.minor))
    store.add_hold(session, wanted)
    return wanted


def release(session: WriteSession, hold_id: UUID) -> None:
    """Give a hold back. Once more does nothing; raises NotFound, and Conflict when it was captured."""
    found, _, owner = _locked_hold(session, hold_id)
    if found.state == "captured":
        raise Conflict(f"hold {hold_id} was captured")
    if found.state == "open":
        store.set_held(session, with_held(owner, -found.amount.minor))
        store.close_hold(session, hold_id, "released")


def capture(session: WriteSession, hold_id: UUID, transfer: Transfer) -> PostResult:
    """Pay out of a hold: post ``transfer`` (at most the held amount, from the held account) and free the rest.

    Once more with the same transfer does nothing; raises Conflict when the hold is gone or another transfer took it.
    """
    known, _ = _known_hold(session, hold_id)
    if known.account_id not in (transfer.debit, transfer.credit):
        raise InputRejected(f"transfer {transfer.id} does not touch the account of hold {hold_id}")
    # all accounts of the act are locked in order here; the steps below find them locked
    store.lock_accounts(session, {transfer.debit, transfer.credit})
    found, taken_by, owner = _locked_hold(session, hold_id)
    if found.state == "captured" and taken_by == transfer.id:
        return post(session, [transfer])
    if found.state != "open":
        raise Conflict(f"hold {hold_id} is {found.state}")
    if transfer.amount > found.amount:
        raise Conflict(f"transfer {transfer.id} takes {transfer.amount} of a hold of {found.amount}")
    store.set_held(session, with_held(owner, -found.amount.minor))
    result = post(session, [transfer])
    store.close_hold(session, hold_id, "captured", transfer.id)
    return result


def release_expired(session: WriteSession, now: datetime, limit: int = 1000) -> int:
    """Release the holds whose time is over; return how many."""
    ids = store.expired_holds(session, now, limit)
    released = 0
    for found in sorted((_known_hold(session, key)[0] for key in ids), key=lambda h: h.account_id):
        _, _, owner = _locked_hold(session, found.id)
        if _known_hold(session, found.id)[0].state == "open":
            store.set_held(session, with_held(owner, -found.amount.minor))
            store.close_hold(session, found.id, "released")
            released += 1
    return released


def _locked(session: WriteSession, account_id: UUID) -> Account:
    found = store.lock_accounts(session, [account_id]).get(account_id)
    if found is None:
        raise NotFound(f"there is no account {account_id}")
    return found


def _known_hold(session: ReadSession, hold_id: UUID) -> tuple[Hold, UUID | None]:
    found = store.find_hold(session, hold_id)
    if found is None:
        raise NotFound(f"there is no hold {hold_id}")
    return found


def _locked_hold(session: WriteSession, hold_id: UUID) -> tuple[Hold, UUID | None, Account]:
    """The hold as it stands once its account is locked: a hold changes only under that lock."""
    owner = _locked(session, _known_hold(session, hold_id)[0].account_id)
    return *_known_hold(session, hold_id), owner


# -- invariants -----------------------------------------------------------------------------------------------------


def check(session: ReadSession) -> list[str]:
    """One line for every place where the ledger contradicts itself; empty when it is sound.

    Debits equal credits in each currency, totals equal the sums of the transfers, every written balance equals the sum
    so far, holds sum to what is held, nobody is below what they may be, every pay-out names its decision. It reads the
    whole ledger: for the start of a day and the end of a test, not for every request.
    """
    return list(store.broken(session))


def require_sound(session: ReadSession) -> None:
    """Raise InvariantBroken with the first lines of :func:`check` when there are any."""
    problems = check(session)
    if problems:
        raise InvariantBroken("; ".join(problems[:3]))
