"""A model acts only after somebody else than its maker released it, and one acts in a slot."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from brambling.engine import access, learn
from brambling.engine.learn import Artefact
from brambling.engine.learn.store import releases as releases_table
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.errors import Conflict, NotAllowed, NotFound

SLOT = "credit.risk"


def artefact(mean: float) -> Artefact:
    return Artefact("mean", 1, "fang", datetime(2026, 3, 1, tzinfo=UTC), {"mean": mean})


def proposed(db: Database, clock: FixedClock, mean: float, actor: str = "fang"):
    with db.write() as session:
        version = learn.save(session, artefact(mean))
        return learn.propose(session, SLOT, version, actor=actor, now=clock.now())


def test_a_released_model_takes_the_place_of_the_one_before(db: Database, clock: FixedClock) -> None:
    with db.read() as session:
        assert learn.released(session, SLOT) is None
    first, second = proposed(db, clock, 1.0), proposed(db, clock, 2.0)
    with db.write() as session:
        learn.release(session, first.id, actor="li", now=clock.now())
        assert learn.released(session, SLOT) == artefact(1.0)
        clock.move(days=1)
        learn.release(session, second.id, actor="li", now=clock.now())
        assert learn.released(session, SLOT) == artefact(2.0)
        states = {release.version: release.state for release in learn.releases(session, SLOT)}
    assert states == {first.version: "retired", second.version: "released"}
    with db.write() as session:
        learn.retire(session, second.id, actor="li", now=clock.now())
        assert learn.released(session, SLOT) is None
        acts = [line.act for line in access.trail(session, thing="model", thing_id=second.version)]
    assert acts == ["retire", "release", "propose"]


def test_neither_maker_nor_proposer_releases(db: Database, clock: FixedClock) -> None:
    release = proposed(db, clock, 1.0, actor="wang")
    for actor in ("wang", "fang"):
        with pytest.raises(NotAllowed, match="four eyes"), db.write() as session:
            learn.release(session, release.id, actor=actor, now=clock.now())
        with pytest.raises(DBAPIError, match=r"four_eyes|not_by_maker"), db.write() as session:
            session.execute(sa.update(releases_table).values(state="released", released_by=actor))


def test_one_model_acts_in_a_slot_whatever_the_code_does(db: Database, clock: FixedClock) -> None:
    for mean in (1.0, 2.0):
        proposed(db, clock, mean)
    with pytest.raises(DBAPIError, match="one_released"), db.write() as session:
        session.execute(sa.update(releases_table).values(state="released", released_by="li"))


def test_what_is_done_is_done(db: Database, clock: FixedClock) -> None:
    release = proposed(db, clock, 1.0)
    with db.write() as session:
        learn.release(session, release.id, actor="li", now=clock.now())
        with pytest.raises(Conflict, match="is released already"):
            learn.release(session, release.id, actor="li", now=clock.now())
        learn.retire(session, release.id, actor="li", now=clock.now())
        with pytest.raises(Conflict, match="is retired already"):
            learn.retire(session, release.id, actor="li", now=clock.now())
        with pytest.raises(NotFound):
            learn.release(session, uuid4(), actor="li", now=clock.now())
        with pytest.raises(NotFound):
            learn.propose(session, SLOT, "none", actor="li", now=clock.now())


def test_the_same_content_is_kept_once(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        assert learn.save(session, artefact(1.0)) == learn.save(session, artefact(1.0))
        assert learn.get(session, artefact(1.0).version) == artefact(1.0)
