"""The bank's own calibration: twins are drawn with it once it is released, and a capsule brings it along."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.shops import SHOP, open_shop, shop_rows

from brambling.bank import decisions
from brambling.credit.underwriting import UnderwritingReplayer, apply, export_capsule
from brambling.engine.learn import release
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.errors import NotAllowed
from brambling.kit.money import Money
from brambling.perception.cashflow import customer_twin
from brambling.perception.cashflow.calibrating import calibration_at_work, propose_calibration
from brambling.perception.cashflow.calibration import PRIOR

OWN = replace(PRIOR, keep=(0.7, 0.7, 0.7, 0.7, 0.7), businesses=40, origins=600, source="fitted")
REPLAYERS = {"credit": UnderwritingReplayer()}


def test_twins_are_drawn_with_what_somebody_else_released(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "credit")
        draft = propose_calibration(session, OWN, made_by="modeller", actor="modeller", now=clock.now())
        before = customer_twin(session, SHOP.id, clock.today()).twin
        assert calibration_at_work(session) is None
        assert before.versions["calibration"] == PRIOR.version
        with pytest.raises(NotAllowed):
            release(session, draft.id, actor="modeller", now=clock.now())
        release(session, draft.id, actor="approver", now=clock.now())
        assert calibration_at_work(session) == OWN
        after = customer_twin(session, SHOP.id, clock.today()).twin
    assert after.versions["calibration"] == OWN.version
    assert (after.net_paths != before.net_paths).any()


def test_a_capsule_replays_with_the_calibration_of_its_day(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "credit")
        draft = propose_calibration(session, OWN, made_by="modeller", actor="modeller", now=clock.now())
        release(session, draft.id, actor="approver", now=clock.now())
        found = apply(session, SHOP.id, clock, requested=Money.of("50000.00"))
        capsule = export_capsule(session, found.decision_id)
    report = decisions.replay(capsule, REPLAYERS)
    assert report.same and report.recomputed and not report.float_differences
