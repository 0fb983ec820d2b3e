"""An application inside the bank: decided, recorded, offered and told in one transaction, and replayed bit by bit."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID

import polars as pl
import pytest
from sqlalchemy import text
from tests.shops import CIPHER, SHOP, open_shop, shop_rows

from brambling.bank import customers, decisions
from brambling.bank.events import Bus, Event, timeline
from brambling.credit.underwriting import (
    Application,
    UnderwritingReplayer,
    apply,
    confirm,
    export_capsule,
    open_offer,
    policy_version,
    shipped_policy,
    take,
)
from brambling.engine.workflow import claim, complete, inbox
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database, WriteSession
from brambling.kit.errors import Conflict, InputRejected, NotFound
from brambling.kit.money import Money

KEY = UUID("018f0000-0000-7000-8000-00000000000a")
REPLAYERS = {"credit": UnderwritingReplayer()}


@pytest.fixture(scope="module")
def healthy() -> pl.DataFrame:
    return shop_rows()


def test_an_application_is_decided_recorded_and_offered(db: Database, clock: FixedClock, healthy: pl.DataFrame) -> None:
    heard: list[str] = []
    bus = Bus({"credit.decided": [lambda session, event: heard.append(event.data["outcome"])]})
    with db.write() as session:
        open_shop(session, clock, healthy, "credit")
        found = apply(session, SHOP.id, clock, requested=Money.of("50000.00"), bus=bus)
    with db.read() as session:
        decision = decisions.get(session, found.decision_id)
        offer = open_offer(session, found.decision_id)
        assert decisions.verify_chain(session) == 1
        assert "credit.decided" in [event.kind for event in timeline(session, SHOP.id)]
    assert found.outcome == decision.outcome == "offer"
    assert heard == ["offer"]
    assert offer.limit == Money.of("50000.00")
    assert offer.status == "open"
    assert str(offer.limit) == decision.result["offer"]["limit"]
    assert decision.versions["policy"] == policy_version(shipped_policy())
    assert 1 <= len(decision.reasons) <= 4
    assert sum((part.principal for part in offer.schedule), Money.zero()) == offer.limit


def test_the_same_application_twice_is_one(db: Database, clock: FixedClock, healthy: pl.DataFrame) -> None:
    with db.write() as session:
        open_shop(session, clock, healthy, "credit")
        first = apply(session, SHOP.id, clock, application_id=KEY)
    clock.move(minutes=1)
    with db.write() as session:
        assert apply(session, SHOP.id, clock, application_id=KEY) == first
        assert session.scalar(text("SELECT count(*) FROM decisions")) == 1
        with pytest.raises(Conflict):
            apply(session, SHOP.id, clock, application_id=KEY, requested=Money.of("1.00"))


def test_without_consent_nothing_is_read_and_the_answer_says_so(
    db: Database, clock: FixedClock, healthy: pl.DataFrame
) -> None:
    with db.write() as session:
        open_shop(session, clock, healthy, "statement")
        found = apply(session, SHOP.id, clock)
        decision = decisions.get(session, found.decision_id)
        with pytest.raises(NotFound):
            open_offer(session, found.decision_id)
    assert decision.outcome == "decline"
    assert decision.reasons[0]["code"] == "no-consent"
    assert decision.features["inflow_year"] == "0.00"


def test_a_blocked_business_is_declined_whatever_it_earns(
    db: Database, clock: FixedClock, healthy: pl.DataFrame
) -> None:
    with db.write() as session:
        open_shop(session, clock, healthy, "credit")
        rows = pl.DataFrame([{"uscc": SHOP.uscc, "reason": "judgment debtor"}])
        customers.import_blocks(session, rows, "court", clock.today(), cipher=CIPHER)
        found = apply(session, SHOP.id, clock)
        decision = decisions.get(session, found.decision_id)
    assert decision.outcome == "decline"
    assert decision.reasons[0] == {"code": "blocked", "params": {"reason": "court: uscc"}}


def test_a_statement_too_short_decides_nothing(db: Database, clock: FixedClock, healthy: pl.DataFrame) -> None:
    with db.write() as session:
        open_shop(session, clock, healthy.tail(20), "credit")
    with pytest.raises(InputRejected, match="more days"), db.write() as session:
        apply(session, SHOP.id, clock)
    with db.read() as session:
        assert session.scalar(text("SELECT count(*) FROM applications")) == 0


def test_a_capsule_replays_bit_by_bit_and_recomputes_the_twin(
    db: Database, clock: FixedClock, healthy: pl.DataFrame
) -> None:
    with db.write() as session:
        open_shop(session, clock, healthy, "credit")
        found = apply(session, SHOP.id, clock)
        capsule = export_capsule(session, found.decision_id)
    report = decisions.replay(capsule, REPLAYERS)
    assert report.same
    assert report.recomputed
    assert report.float_differences == []


def test_a_replay_sees_a_policy_that_was_not_the_one(db: Database, clock: FixedClock, healthy: pl.DataFrame) -> None:
    with db.write() as session:
        open_shop(session, clock, healthy, "credit")
        found = apply(session, SHOP.id, clock)
        recorded = decisions.get(session, found.decision_id)
    inputs = json.loads(json.dumps(recorded.inputs))
    inputs["policy"]["turnover_multiple"] = "0.20"
    opened = decisions.open_capsule(_capsule(replace(recorded)))
    again = decisions.replay(replace(opened, decision=replace(recorded, inputs=inputs)), REPLAYERS)
    assert not again.same
    paths = [difference.path for difference in again.differences]
    assert "versions.policy" in paths and any("limit" in path for path in paths)


def _capsule(decision: decisions.Decision) -> bytes:
    return decisions.capsule(decision, None, {})


def test_raw_inputs_are_not_exported_once_the_statement_has_changed(
    db: Database, clock: FixedClock, healthy: pl.DataFrame
) -> None:
    from brambling.perception.cashflow import correct

    with db.write() as session:
        open_shop(session, clock, healthy, "credit")
        found = apply(session, SHOP.id, clock)
        correct(session, SHOP.id, "owner", clock, counterparty="星河贸易有限公司")
        with pytest.raises(Conflict, match="changed since"):
            export_capsule(session, found.decision_id)
        capsule = export_capsule(session, found.decision_id, raw=False)
    assert decisions.replay(capsule, REPLAYERS).same


def refer(session: WriteSession, clock: FixedClock, frame: pl.DataFrame) -> Application:
    """An application that a person has to look at: the authority of the policy ends below its limit."""
    open_shop(session, clock, frame, "credit")
    policy = replace(shipped_policy(), refer_above=Money.of("10000.00"))
    return apply(session, SHOP.id, clock, requested=Money.of("50000.00"), policy=policy)


@pytest.mark.parametrize(("word", "status"), [("approve", "open"), ("reject", "withdrawn")])
def test_a_referred_offer_waits_for_two_persons(
    db: Database, clock: FixedClock, healthy: pl.DataFrame, word: str, status: str
) -> None:
    with db.write() as session:
        found = refer(session, clock, healthy)
        assert found.outcome == "refer"
        assert open_offer(session, found.decision_id).status == "waiting"
        with pytest.raises(Conflict, match="waiting"):
            take(session, found.decision_id, clock.today())
        (task,) = inbox(session, role="approver")
        for person in ("li", "wang"):
            with pytest.raises(Conflict, match="not decided"):
                confirm(session, found.decision_id, task.id)
            clock.move(hours=1)
            claim(session, task.id, person, clock.now())
            complete(session, task.id, person, word, "seen the shop", at=clock.now())
        decision = confirm(session, found.decision_id, task.id)
        assert decision == confirm(session, found.decision_id, task.id)
        assert decision.actor == "li + wang"
        assert open_offer(session, found.decision_id).status == status
        assert decisions.verify_chain(session) == 2


def test_an_offer_is_taken_once_and_withdraws_the_others(
    db: Database, clock: FixedClock, healthy: pl.DataFrame
) -> None:
    with db.write() as session:
        open_shop(session, clock, healthy, "credit")
        first, second = apply(session, SHOP.id, clock), apply(session, SHOP.id, clock)
        assert take(session, first.decision_id, clock.today()).status == "taken"
        with pytest.raises(Conflict, match="taken"):
            take(session, first.decision_id, clock.today())
        with pytest.raises(Conflict, match="withdrawn"):
            take(session, second.decision_id, clock.today())


def test_an_offer_lapses(db: Database, clock: FixedClock, healthy: pl.DataFrame) -> None:
    with db.write() as session:
        open_shop(session, clock, healthy, "credit")
        found = apply(session, SHOP.id, clock)
        clock.move(days=15)
        with pytest.raises(Conflict, match="lapsed"):
            take(session, found.decision_id, clock.today())


def test_an_event_handler_that_fails_undoes_the_decision(
    db: Database, clock: FixedClock, healthy: pl.DataFrame
) -> None:
    def fail(session: WriteSession, event: Event) -> None:
        raise ZeroDivisionError

    with db.write() as session:
        open_shop(session, clock, healthy, "credit")
    with pytest.raises(ZeroDivisionError), db.write() as session:
        apply(session, SHOP.id, clock, bus=Bus({"credit.decided": [fail]}))
    with db.read() as session:
        assert decisions.verify_chain(session) == 0
