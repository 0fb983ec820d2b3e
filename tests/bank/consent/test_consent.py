"""Consent: the latest change decides, its history is never rewritten."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from brambling.bank import consent, customers, events
from brambling.bank.consent import Change
from brambling.bank.consent.rules import holds
from brambling.kit.crypto import FieldCipher
from brambling.kit.db import Database
from brambling.kit.errors import InputRejected, NotFound

START = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
FIRM = customers.Customer(UUID(int=1), "91110000600037341L", "某店", "5211", "330106", opened_on=date(2020, 1, 1))

moments = st.integers(0, 20).map(lambda hours: START + timedelta(hours=hours))


@st.composite
def change(draw: st.DrawFn) -> Change:
    at, given_ = draw(moments), draw(st.booleans())
    until = at + timedelta(hours=draw(st.integers(1, 10))) if given_ and draw(st.booleans()) else None
    return Change("marketing", given_, at, until)


@given(st.lists(change(), max_size=8), moments)
def test_holds_agrees_with_playing_the_changes_back(changes: list[Change], at: datetime) -> None:
    state: Change | None = None
    for item in sorted(changes, key=lambda item: item.at):  # stable: written order stays within one moment
        if item.at <= at:
            state = item
    expected = state is not None and state.given and not (state.until and state.until <= at)
    assert holds(changes, at) == expected


def test_give_withdraw_and_ask(db: Database) -> None:
    hour = timedelta(hours=1)
    with db.write() as session:
        customers.add(session, FIRM, cipher=FieldCipher.fresh())
        assert not consent.has(session, FIRM.id, "credit", START)
        consent.withdraw(session, FIRM.id, "credit", START)
        consent.give(session, FIRM.id, "credit", START + hour, START + 3 * hour)
        assert not consent.has(session, FIRM.id, "credit", START)
        assert consent.has(session, FIRM.id, "credit", START + 2 * hour)
        assert not consent.has(session, FIRM.id, "credit", START + 3 * hour)
        assert not consent.has(session, FIRM.id, "marketing", START + 2 * hour)
        consent.withdraw(session, FIRM.id, "credit", START + 2 * hour)
        assert not consent.has(session, FIRM.id, "credit", START + 2 * hour)
        assert [item.given for item in consent.history(session, FIRM.id)] == [False, True, False]
        assert events.timeline(session, FIRM.id)[0].kind == "consent.withdrawn"
        with pytest.raises(NotFound):
            consent.give(session, UUID(int=5), "credit", START)
        with pytest.raises(InputRejected, match="no purpose"):
            consent.give(session, FIRM.id, "everything", START)


@pytest.mark.parametrize(
    "statement", ["UPDATE consents SET given = true", "DELETE FROM consents", "TRUNCATE consents CASCADE"]
)
def test_history_cannot_be_rewritten(db: Database, statement: str) -> None:
    with db.write() as session:
        customers.add(session, FIRM, cipher=FieldCipher.fresh())
        consent.withdraw(session, FIRM.id, "credit", START)
    with pytest.raises(DBAPIError, match="consents is append-only"), db.write() as session:
        session.execute(text(statement))
