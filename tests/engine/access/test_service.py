"""Users, sessions and the audit trail on a real database."""

from __future__ import annotations

from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from brambling.engine import access
from brambling.engine.access import SignedIn, SignInFailed
from brambling.engine.access.store import audit_trail, user_sessions
from brambling.engine.access.store import users as users_table
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.errors import Conflict, InputRejected, NotFound

PASSWORD = "correct horse battery"


@pytest.fixture
def fang(db: Database, clock: FixedClock):
    with db.write() as session:
        return access.add_user(session, "Fang", PASSWORD, ["officer"], now=clock.now(), actor="setup")


def sign_in(db: Database, clock: FixedClock, password: str = PASSWORD, name: str = "fang"):
    with db.write() as session:
        return access.sign_in(session, name, password, now=clock.now())


def test_a_session_lasts_until_it_ends(db: Database, clock: FixedClock, fang) -> None:
    signed = sign_in(db, clock, name="FANG")
    assert isinstance(signed, SignedIn) and signed.user == fang
    with db.read() as session:
        assert access.who(session, signed.token, now=clock.now()) == fang
        assert access.who(session, "another", now=clock.now()) is None
    clock.move(hours=12)
    with db.read() as session:
        assert access.who(session, signed.token, now=clock.now()) is None


def test_signing_out_ends_it(db: Database, clock: FixedClock, fang) -> None:
    signed = sign_in(db, clock)
    with db.write() as session:
        access.sign_out(session, signed.token, now=clock.now())
        access.sign_out(session, signed.token, now=clock.now())
        assert access.who(session, signed.token, now=clock.now()) is None


def test_neither_password_nor_token_is_stored(db: Database, clock: FixedClock, fang) -> None:
    signed = sign_in(db, clock)
    with db.read() as session:
        rows = [*session.tuples(sa.select(users_table)), *session.tuples(sa.select(user_sessions))]
        rows += session.tuples(sa.select(audit_trail))
    assert PASSWORD not in str(rows) and signed.token not in str(rows)
    assert "$argon2id$" in str(rows)


def test_five_failures_lock_the_name_for_a_while(db: Database, clock: FixedClock, fang) -> None:
    for _ in range(5):
        assert sign_in(db, clock, "wrong password") == SignInFailed("wrong")
        clock.move(minutes=1)
    locked = sign_in(db, clock)
    assert isinstance(locked, SignInFailed) and locked.reason == "locked"
    clock.at = locked.until
    assert isinstance(sign_in(db, clock), SignedIn)
    assert sign_in(db, clock, "wrong password") == SignInFailed("wrong")  # a success starts the count anew
    assert isinstance(sign_in(db, clock), SignedIn)


def test_an_unknown_name_fails_like_a_wrong_password(db: Database, clock: FixedClock) -> None:
    assert sign_in(db, clock, name="nobody") == SignInFailed("wrong")


def test_deactivating_and_new_passwords_end_sessions(db: Database, clock: FixedClock, fang) -> None:
    signed = sign_in(db, clock)
    with db.write() as session:
        access.set_password(session, "fang", "another long password", now=clock.now(), actor="root")
        assert access.who(session, signed.token, now=clock.now()) is None
    assert sign_in(db, clock) == SignInFailed("wrong")
    signed = sign_in(db, clock, "another long password")
    with db.write() as session:
        access.deactivate_user(session, "fang", now=clock.now(), actor="root")
        assert access.who(session, signed.token, now=clock.now()) is None
    assert sign_in(db, clock, "another long password") == SignInFailed("wrong")


def test_roles_change_at_once(db: Database, clock: FixedClock, fang) -> None:
    signed = sign_in(db, clock)
    with db.write() as session:
        access.change_roles(session, "fang", ["marketer", "desk"], now=clock.now(), actor="root")
        assert access.who(session, signed.token, now=clock.now()).roles == ("marketer", "desk")
        assert [user.name for user in access.users(session)] == ["fang"]


def test_what_cannot_be_is_rejected(db: Database, clock: FixedClock, fang) -> None:
    with db.write() as session:
        with pytest.raises(Conflict, match="there is a user fang already"):
            access.add_user(session, "fang", PASSWORD, ["desk"], now=clock.now(), actor="root")
        with pytest.raises(NotFound):
            access.change_roles(session, "nobody", ["desk"], now=clock.now(), actor="root")
        with pytest.raises(InputRejected):
            access.add_user(session, "owner", PASSWORD, ["owner"], now=clock.now(), actor="root")
        owner = access.add_user(
            session, "owner", PASSWORD, ["owner"], now=clock.now(), actor="root", business_id=uuid4()
        )
    assert owner.business_id is not None


def test_the_audit_trail_tells_who_did_what_and_cannot_be_changed(db: Database, clock: FixedClock, fang) -> None:
    sign_in(db, clock)
    with db.read() as session:
        lines = access.trail(session, thing="user", thing_id="fang")
        assert [line.act for line in lines] == ["sign-in", "add"]
        assert lines[1].actor == "setup" and lines[1].detail == {"roles": ["officer"]}
        assert [line.act for line in access.trail(session, before=lines[0].number)] == ["add"]
    for change in (sa.update(audit_trail).values(actor="x"), sa.delete(audit_trail), sa.text("TRUNCATE audit_trail")):
        with pytest.raises(DBAPIError, match="append-only"), db.write() as session:
            session.execute(change)


def test_four_eyes_hold_in_the_database(db: Database) -> None:
    table = sa.Table(
        "releases_tried",
        sa.MetaData(),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("released_by", sa.Text),
        access.four_eyes("made_by", "released_by"),
    )
    with db.write() as session:
        table.create(session.connection)
        session.execute(table.insert().values(made_by="a"))
        session.execute(table.insert().values(made_by="a", released_by="b"))
    with pytest.raises(DBAPIError, match="four_eyes"), db.write() as session:
        session.execute(table.insert().values(made_by="a", released_by="a"))
