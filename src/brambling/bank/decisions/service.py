"""Record decisions in one chain, find them, and prove that the chain is whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from brambling.bank.decisions import store
from brambling.bank.decisions.rules import GENESIS, Decision, Draft, chain_hash, sealed, unsealed
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.db.locks import lock
from brambling.kit.errors import Conflict, InvariantBroken, NotFound

_PAGE = 1000


def record(session: WriteSession, draft: Draft) -> Decision:
    """Append ``draft`` to the bank's chain; the same draft again returns the decision that is there.

    Takes the chain's lock until the transaction ends, so record last in a transaction. Raises Conflict when another
    decision has its id.
    """
    lock(session, "decisions")
    known = store.find(session, draft.id)
    if known is not None:
        again, _ = sealed(draft, known.number, known.previous_hash)
        if again != known:
            raise Conflict(f"decision {draft.id} is already recorded with other content")
        return known
    number, previous_hash = store.last(session) or (0, GENESIS)
    decision, body = sealed(draft, number + 1, previous_hash)
    store.insert_decision(session, decision, body)
    return decision


def get(session: ReadSession, decision_id: UUID) -> Decision:
    """The decision with this id; raises NotFound."""
    decision = store.find(session, decision_id)
    if decision is None:
        raise NotFound(f"no decision {decision_id}")
    return decision


def list_for(session: ReadSession, subject: UUID, limit: int = 50) -> list[Decision]:
    """Decisions about ``subject``, newest first."""
    return store.of_subject(session, subject, limit)


def every(session: ReadSession) -> Iterator[Decision]:
    """All decisions in the order of the chain, as they were recorded; see ``verify_chain`` for their proof."""
    number = 0
    while rows := store.page(session, number, _PAGE):
        for row in rows:
            number = row["number"]
            yield unsealed(row["body"], row["previous_hash"], row["hash"])


def head(session: ReadSession) -> tuple[int, str]:
    """Number and hash of the newest decision, (0, zeros) before the first. Note it outside the bank: a chain alone
    cannot show that its newest decisions were cut off."""
    return store.last(session) or (0, GENESIS)


def verify_chain(session: ReadSession, anchor: tuple[int, str] | None = None) -> int:
    """Recompute every hash and return how many decisions there are.

    ``anchor`` is a head noted earlier that must be part of the chain. Raises InvariantBroken at the first decision
    that is not what was recorded.
    """
    number, previous_hash = 0, GENESIS
    noted = anchor is None or anchor == (0, GENESIS)
    while rows := store.page(session, number, _PAGE):
        for row in rows:
            number += 1
            decision = unsealed(row["body"], row["previous_hash"], row["hash"])
            columns = replace(
                decision, **{name: row[name] for name in ("id", "kind", "subject", "at", "actor", "outcome")}
            )
            whole = (
                row["number"] == decision.number == number
                and decision == columns
                and row["previous_hash"] == previous_hash
                and row["hash"] == chain_hash(previous_hash, row["body"])
            )
            if not whole:
                raise InvariantBroken(f"the chain of decisions breaks at number {number}")
            previous_hash = row["hash"]
            noted = noted or anchor == (number, previous_hash)
    if not noted:
        raise InvariantBroken("the chain of decisions does not contain the head that was noted")
    return number
