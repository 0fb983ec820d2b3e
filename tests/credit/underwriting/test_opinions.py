"""What persons say of decisions: opinions, overrides under four eyes, judgments, and what is learnt from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import polars as pl
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from tests.shops import CIPHER, SHOP, open_shop, shop_rows

from brambling.bank import customers, decisions
from brambling.credit import lending
from brambling.credit.underwriting import Application, Policy, apply, open_offer, shipped_policy
from brambling.credit.underwriting.service import opinions
from brambling.engine.workflow import claim, complete, inbox
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database, WriteSession
from brambling.kit.errors import Conflict, InputRejected, NotAllowed
from brambling.kit.money import Money

FIFTY = Money.of("50000.00")
OLD_FIRMS = replace(shipped_policy(), version="old-firms", history_days_min=9_000)
CAREFUL = replace(shipped_policy(), version="careful", override_alone_max=Money.of("100000.00"))


@pytest.fixture(scope="module")
def healthy() -> pl.DataFrame:
    return shop_rows()


def applied(
    session: WriteSession,
    clock: FixedClock,
    frame: pl.DataFrame,
    asked: Money = FIFTY,
    policy: Policy | None = None,
) -> Application:
    open_shop(session, clock, frame, "credit")
    return apply(session, SHOP.id, clock, requested=asked, policy=policy)


def test_an_opinion_changes_nothing_and_waits_for_judgment_where_it_differs(
    db: Database, clock: FixedClock, healthy: pl.DataFrame
) -> None:
    with db.write("li") as session:
        made = applied(session, clock, healthy)
        assert made.outcome == "offer"
        said = opinions.say(session, made.decision_id, "decline", None, "rent is late", actor="li", now=clock.now())
        opinions.say(session, made.decision_id, "approve", FIFTY, "fine", actor="wu", now=clock.now())
        assert open_offer(session, made.decision_id).status == "open"
        assert [one.id for one in opinions.queue(session)] == [said.id]
        with pytest.raises(Conflict):
            opinions.say(session, made.decision_id, "approve", FIFTY, "after all", actor="li", now=clock.now())
        with pytest.raises(NotAllowed):
            opinions.adjudicate(session, said.id, "person", "I was right", actor="li", now=clock.now())
        opinions.adjudicate(session, said.id, "machine", "the rent was paid", actor="he", now=clock.now())
        assert opinions.queue(session) == []
        with pytest.raises(Conflict):
            opinions.adjudicate(session, said.id, "person", "no", actor="he", now=clock.now())


def test_agreement_and_training_rows_are_made_of_what_was_said(
    db: Database, clock: FixedClock, healthy: pl.DataFrame
) -> None:
    with db.write("li") as session:
        assert opinions.agreement(session) is None
        made = applied(session, clock, healthy)
        said = opinions.say(session, made.decision_id, "decline", None, "rent", actor="li", now=clock.now())
        opinions.say(session, made.decision_id, "approve", FIFTY, "fine", actor="wu", now=clock.now())
        found = opinions.agreement(session)
        assert found is not None
        assert (found.whole.counts.total, found.whole.counts.agreed, found.whole.counts.lenient) == (2, 1, 1)
        assert opinions.training_table(session)["decision"].to_list() == ["approve"]  # the difference teaches nothing
        opinions.adjudicate(session, said.id, "machine", "it was paid", actor="he", now=clock.now())
        table = opinions.training_table(session, lambda reading, ids: {made.decision_id: False})
    assert table["decision"].to_list() == ["approve", "approve"]
    assert table["limit"].to_list() == ["50000.00", "50000.00"]
    assert table["outcome"].to_list() == ["good", "good"]
    assert {"probability_default", "verified_inflow_year", "requested"} <= set(table.columns)


def test_a_decline_is_overruled_at_the_policys_price_and_becomes_a_loan(
    db: Database, clock: FixedClock, healthy: pl.DataFrame
) -> None:
    with db.write("he") as session:
        made = applied(session, clock, healthy, FIFTY, OLD_FIRMS)
        assert made.outcome == "decline"
        said = opinions.override(
            session, made.decision_id, "approve", FIFTY, "the owner's house", actor="he", clock=clock
        )
        assert said.state == "done"
        assert said.effect_id is not None
        effect = decisions.get(session, said.effect_id)
        standing = open_offer(session, effect.id)
        assert (effect.kind, effect.actor, effect.outcome) == ("credit-override", "he", "offer")
        assert standing.limit == FIFTY
        loan = lending.accept(session, effect.id, clock=clock, actor="he")
        assert loan.principal == FIFTY
        assert decisions.verify_chain(session) == 2
        told = opinions.overrides(session, lambda reading, ids: {effect.id: True})
    assert [(one.id, bad) for one, bad in told] == [(said.id, True)]


def test_above_the_size_a_second_person_has_to_agree(db: Database, clock: FixedClock, healthy: pl.DataFrame) -> None:
    large = Money.of("120000.00")
    with db.write("he") as session:
        made = applied(session, clock, healthy, large, CAREFUL)
        before = open_offer(session, made.decision_id) if made.outcome == "offer" else None
        said = opinions.override(session, made.decision_id, "approve", large, "orders in hand", actor="he", clock=clock)
        assert said.state == "waiting"
        assert opinions.queue(session) == []
        if before is not None:
            assert open_offer(session, made.decision_id) == before
        (task,) = [one for one in inbox(session, role="approver") if one.kind == "credit-override"]
        claim(session, task.id, "wu", clock.now())
        complete(session, task.id, "wu", "approve", "seen the orders", at=clock.now())
        done = opinions.second(session, task.id, clock=clock)
        assert (done.state, done.second_by) == ("done", "wu")
        assert done.effect_id is not None
        assert decisions.get(session, done.effect_id).actor == "he + wu"
        assert open_offer(session, done.effect_id).limit == large
        assert opinions.second(session, task.id, clock=clock).effect_id == done.effect_id


def test_the_first_person_is_not_the_second(db: Database, clock: FixedClock, healthy: pl.DataFrame) -> None:
    large = Money.of("120000.00")
    with db.write("he") as session:
        made = applied(session, clock, healthy, large, CAREFUL)
        opinions.override(session, made.decision_id, "approve", large, "orders", actor="he", clock=clock)
        (task,) = [one for one in inbox(session, role="approver") if one.kind == "credit-override"]
        claim(session, task.id, "he", clock.now())
        complete(session, task.id, "he", "approve", "yes", at=clock.now())
        with pytest.raises(NotAllowed):
            opinions.second(session, task.id, clock=clock)
    with pytest.raises(IntegrityError), db.write("he") as session:
        session.execute(text("UPDATE credit_opinions SET second_by = said_by"))


def test_an_offer_can_be_withdrawn_by_a_person_and_a_loan_cannot(
    db: Database, clock: FixedClock, healthy: pl.DataFrame
) -> None:
    with db.write("he") as session:
        made = applied(session, clock, healthy)
        opinions.override(session, made.decision_id, "decline", None, "fraud suspected", actor="he", clock=clock)
        assert open_offer(session, made.decision_id).status == "withdrawn"
        clock.move(minutes=1)
        other = apply(session, SHOP.id, clock, requested=FIFTY)
        lending.accept(session, other.decision_id, clock=clock, actor="owner")
        with pytest.raises(Conflict, match="taken"):
            opinions.override(session, other.decision_id, "decline", None, "too late", actor="he", clock=clock)


@pytest.mark.parametrize(
    ("limit", "error"),
    [("50000.01", InputRejected), ("9000.00", InputRejected), ("60000.00", NotAllowed)],
)
def test_a_person_stays_within_steps_request_and_turnover(
    db: Database, clock: FixedClock, healthy: pl.DataFrame, limit: str, error: type[Exception]
) -> None:
    with pytest.raises(error), db.write("he") as session:
        made = applied(session, clock, healthy, FIFTY, OLD_FIRMS)
        opinions.override(session, made.decision_id, "approve", Money.of(limit), "why", actor="he", clock=clock)


def test_nobody_overrules_a_bar(db: Database, clock: FixedClock, healthy: pl.DataFrame) -> None:
    with db.write("he") as session:
        open_shop(session, clock, healthy, "credit")
        rows = pl.DataFrame([{"uscc": SHOP.uscc, "reason": "judgment debtor"}])
        customers.import_blocks(session, rows, "court", clock.today(), cipher=CIPHER)
        made = apply(session, SHOP.id, clock, requested=FIFTY)
        with pytest.raises(NotAllowed, match="blocked"):
            opinions.override(session, made.decision_id, "approve", FIFTY, "a friend", actor="he", clock=clock)
        assert session.scalar(text("SELECT count(*) FROM decisions")) == 1


def test_ids_are_stable(db: Database, clock: FixedClock, healthy: pl.DataFrame) -> None:
    with db.write("li") as session:
        made = applied(session, clock, healthy)
        said = opinions.say(session, made.decision_id, "approve", FIFTY, "fine", actor="li", now=clock.now())
        assert isinstance(said.id, UUID)
        assert opinions.opinion(session, said.id) == said
    assert clock.now() - said.said_at == timedelta(0)
