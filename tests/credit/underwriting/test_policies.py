"""Policies on their way to work: brought with a reason, searched by the axioms, released by other eyes, shadowed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from tests.shops import SHOP, open_shop, shop_rows

from brambling.bank import decisions
from brambling.credit.axioms import AxiomBroken
from brambling.credit.underwriting import UnderwritingReplayer, apply, export_capsule, policy_version, shipped_policy
from brambling.credit.underwriting.rules.differences import differences
from brambling.credit.underwriting.service import watching
from brambling.credit.underwriting.service.releasing import (
    policy_at_work,
    proposals,
    propose_policy,
    release_policy,
    withdraw_policy,
)
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.errors import Conflict, InputRejected, NotAllowed
from brambling.kit.money import Money

OLD = shipped_policy()
NEW = replace(OLD, version="sme-2", history_days_min=60)
GENEROUS = replace(OLD, version="sme-9", turnover_multiple=Decimal("0.8"))
NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def healthy() -> pl.DataFrame:
    return shop_rows()


def test_what_differs_is_told_key_by_key_and_band_by_band() -> None:
    wider = replace(OLD.bands[3], probability_max=Decimal("0.45"))
    found = differences(OLD, replace(NEW, bands=(*OLD.bands[:3], wider)))
    assert [(one.key, one.before, one.after) for one in found] == [
        ("version", "sme-1", "sme-2"),
        ("history_days_min", "90", "60"),
        ("bands.D.probability_max", "0.40", "0.45"),
    ]
    assert differences(OLD, OLD) == ()


def test_a_policy_is_released_by_somebody_else_and_then_decides(
    db: Database, clock: FixedClock, healthy: pl.DataFrame
) -> None:
    with db.write("mo") as session:
        brought = propose_policy(session, NEW, "history of two months has held", actor="mo", now=NOW)
        assert policy_at_work(session) == OLD
        with pytest.raises(NotAllowed):
            release_policy(session, brought.release_id, "fine", actor="mo", now=NOW)
        with pytest.raises(InputRejected):
            release_policy(session, brought.release_id, " ", actor="ai", now=NOW)
        done = release_policy(session, brought.release_id, "backtest seen", actor="ai", now=NOW)
        assert policy_at_work(session) == NEW
        open_shop(session, clock, healthy, "credit")
        made = apply(session, SHOP.id, clock)
        decision = decisions.get(session, made.decision_id)
        capsule = export_capsule(session, made.decision_id)
    assert (done.state, done.approver, done.approver_why) == ("released", "ai", "backtest seen")
    assert [one.key for one in done.changes] == ["version", "history_days_min"]
    assert decision.versions["policy"] == policy_version(NEW)
    assert decisions.replay(capsule, {"credit": UnderwritingReplayer()}, own_hash=decision.hash).same


def test_a_policy_that_breaks_an_axiom_is_not_released_whoever_asks(db: Database) -> None:
    with db.write("mo") as session:
        brought = propose_policy(session, GENEROUS, "more volume", actor="mo", now=NOW)
        assert [one.axiom for one in brought.broken] == ["limit-within-inflow"]
        assert "above the bound" in brought.broken[0].words["en"]
        with pytest.raises(AxiomBroken, match="limit-within-inflow"):
            release_policy(session, brought.release_id, "please", actor="ai", now=NOW)
        assert policy_at_work(session) == OLD


@pytest.mark.parametrize("who", ["mo", "ai"])
def test_the_database_itself_wants_other_eyes_and_whole_axioms(db: Database, who: str) -> None:
    with db.write("mo") as session:
        brought = propose_policy(session, GENEROUS if who == "ai" else NEW, "why not", actor="mo", now=NOW)
    statement = "UPDATE policy_proposals SET approver = :who, approver_why = 'x' WHERE release_id = :id"
    with pytest.raises(IntegrityError), db.write(who) as session:
        session.execute(text(statement), {"who": who, "id": brought.release_id})


def test_the_policy_at_work_is_not_brought_again_nor_another_under_its_name(db: Database) -> None:
    with db.write("mo") as session:
        with pytest.raises(Conflict, match="at work already"):
            propose_policy(session, OLD, "again", actor="mo", now=NOW)
        with pytest.raises(Conflict, match="a change is a new version"):
            propose_policy(session, replace(OLD, history_days_min=60), "quietly", actor="mo", now=NOW)
        with pytest.raises(InputRejected):
            propose_policy(session, NEW, "", actor="mo", now=NOW)


def test_a_draft_can_be_withdrawn_and_the_policy_at_work_cannot(db: Database) -> None:
    with db.write("mo") as session:
        brought = propose_policy(session, NEW, "why not", actor="mo", now=NOW)
        assert withdraw_policy(session, brought.release_id, actor="mo", now=NOW).state == "retired"
        with pytest.raises(Conflict):
            release_policy(session, brought.release_id, "late", actor="ai", now=NOW)
        other = propose_policy(session, replace(NEW, version="sme-3"), "again", actor="mo", now=NOW)
        release_policy(session, other.release_id, "yes", actor="ai", now=NOW)
        with pytest.raises(Conflict, match="replaced"):
            withdraw_policy(session, other.release_id, actor="mo", now=NOW)
        assert [one.state for one in proposals(session)] == ["released", "retired"]


def test_a_challenger_decides_beside_the_champion_and_changes_nothing(
    db: Database, clock: FixedClock, healthy: pl.DataFrame
) -> None:
    strict = replace(OLD, version="strict", history_days_min=9_000)
    with db.write("mo") as session:
        brought = propose_policy(session, strict, "to see", actor="mo", now=NOW, role="challenger")
        release_policy(session, brought.release_id, "let it run", actor="ai", now=NOW)
        assert policy_at_work(session) == OLD
        open_shop(session, clock, healthy, "credit")
        made = apply(session, SHOP.id, clock, requested=Money.of("50000.00"))
        clock.move(minutes=1)
        apply(session, SHOP.id, clock, requested=Money.of("20000.00"))
    assert made.outcome == "offer"
    with db.read() as session:
        decision = decisions.get(session, made.decision_id)
        found = watching.shadow_run(session, policy_version(strict), lambda reading, ids: {decision.id: True})
    assert found is not None
    assert found.moved == {("offer", "decline"): 2}
    assert found.whole.groups["out"].count == 2
    assert (found.whole.groups["out"].known, found.whole.groups["out"].bad) == (1, 1)
    assert found.why_out == (("short-history", 2),)
    assert str(found.whole.old.limits) == "70000.00"


def test_a_challenger_that_fails_does_not_reach_the_applicant(
    db: Database, clock: FixedClock, healthy: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*parts: Any) -> Any:
        raise RuntimeError("no")

    with db.write("mo") as session:
        brought = propose_policy(session, NEW, "to see", actor="mo", now=NOW, role="challenger")
        release_policy(session, brought.release_id, "let it run", actor="ai", now=NOW)
        open_shop(session, clock, healthy, "credit")
        monkeypatch.setattr(watching, "offer", broken)
        assert apply(session, SHOP.id, clock).outcome == "offer"
        assert session.scalar(text("SELECT count(*) FROM shadow_decisions")) == 0


def test_drift_alarms_where_the_applications_move_and_only_there() -> None:
    chance = random.Random(5)

    def month(shift: float, rows: int = 200) -> list[dict[str, Any]]:
        return [
            {"p_shortfall": chance.betavariate(2 + shift, 8), "gap": chance.random(), "outcome": "offer"}
            for _ in range(rows)
        ]

    found = watching.drifted({"2026-01": month(0), "2026-02": month(0), "2026-03": month(6)})
    levels = {(one.month, one.name): one.level for one in found}
    assert levels["2026-02", "p_shortfall"] == levels["2026-03", "gap"] == "stable"
    assert levels["2026-03", "p_shortfall"] == "alarm"
    assert watching.drifted({"2026-01": month(0), "2026-02": month(0, rows=20)}) == ()
