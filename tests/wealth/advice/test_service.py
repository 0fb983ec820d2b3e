"""Idle-cash advice inside the bank: with consent, as of today, kept."""

from __future__ import annotations

from tests.shops import SHOP, open_shop, shop_rows

from brambling.bank.events import timeline
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.money import Money
from brambling.wealth.advice import advise
from brambling.wealth.advice.store import latest


def test_a_plan_is_kept_and_told(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "wealth")
        found = advise(session, SHOP.id, clock)
    with db.read() as session:
        assert latest(session, SHOP.id) == found
        (event,) = [event for event in timeline(session, SHOP.id) if event.kind == "advice.planned"]
    assert found.amount > Money.zero()
    assert found.until is not None and found.until > clock.today()
    assert event.data["amount"] == str(found.amount)


def test_without_consent_nothing_is_read(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "credit")
        found = advise(session, SHOP.id, clock)
    assert found.amount == Money.zero()
    assert found.reasons[0].code == "no-consent"


def test_a_plan_starts_today_or_not_at_all(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "wealth")
        clock.move(days=5)
        found = advise(session, SHOP.id, clock)
        assert all((line.release_on - clock.today()).days in (7, 8, 31, 91) for line in found.lines)
        clock.move(days=5)
        assert advise(session, SHOP.id, clock).reasons[0].code == "stale-statement"
