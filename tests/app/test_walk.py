"""The demo's walk: every step is the real room, and the second start finds everything there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from brambling.app import demo
from brambling.app import town as settling
from brambling.app.build import Bank
from brambling.bank import decisions, ledger
from brambling.bank.contact import MemoryChannel
from brambling.credit import lending
from brambling.kit.i18n import LANGS, Lang
from brambling.kit.settings import Settings
from brambling.world import Town

TOWN = Town(businesses=40, months=14)


@pytest.fixture
def settled(bank: Bank) -> settling.Settled:
    return settling.settle(bank, TOWN, lambda what, done, whole: None)


@pytest.mark.parametrize("lang", LANGS)
def test_one_business_goes_from_its_bank_file_to_a_proven_decision(
    bank: Bank, settled: settling.Settled, lang: Lang
) -> None:
    told: list[str] = []
    walked = demo.walk(bank, settled.simulation, lang, lambda title, lines: told.append(title))
    assert len(told) == 7
    assert walked.decision.outcome == "offer"
    assert walked.loan.state == "active"
    assert walked.balance == walked.loan.principal == walked.start.borrows
    assert walked.start.twin.p_shortfall() > 0.1  # who does not run short is not lent to
    assert "closes-gap" in [reason["code"] for reason in walked.decision.reasons]
    assert not walked.plan.lines  # what it has now is borrowed
    assert walked.neighbour is not None and walked.neighbour.plan.lines
    assert walked.replay.same
    assert walked.replay.recomputed
    assert walked.replay.float_differences == []
    assert isinstance(bank.channel, MemoryChannel)
    assert (walked.sent is None) == (walked.need is None)
    assert len(bank.channel.delivered) == (walked.sent is not None and walked.sent.outcome == "sent")
    with bank.db.read() as session:
        assert ledger.check(session) == []
        assert lending.check(session) == []
        assert decisions.verify_chain(session) == 1


def test_a_second_walk_takes_another_business(bank: Bank, settled: settling.Settled) -> None:
    walks = [demo.walk(bank, settled.simulation, "en", lambda title, lines: None) for _ in range(2)]
    assert walks[0].start.business != walks[1].start.business


def test_settling_again_adds_nothing(bank: Bank, settled: settling.Settled) -> None:
    def counts() -> list[int]:
        with bank.db.read() as session:
            return [session.scalar(text(f"SELECT count(*) FROM {name}")) for name in ("customers", "transactions")]

    before = counts()
    assert settled.added == TOWN.businesses
    assert before[0] == TOWN.businesses
    assert before[1] == settled.simulation.statements.height
    assert settling.settle(bank, TOWN, lambda what, done, whole: None).added == 0
    assert counts() == before


def test_the_demo_clock_stands_on_a_workday_and_runs() -> None:
    clock = demo.demo_clock(TOWN, datetime.now(UTC))
    assert str(clock.today()) == "2026-11-02"
    assert clock.now() <= clock.now()


def test_the_capsule_lies_in_the_home(bank: Bank, settled: settling.Settled, tmp_path: Path) -> None:
    walked = demo.walk(bank, settled.simulation, "en", lambda title, lines: None)
    assert walked.capsule.parent == Settings(home=tmp_path).home / "capsules"
