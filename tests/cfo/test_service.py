"""The brief of a customer of the bank: under its standing, kept, and only with consent."""

from __future__ import annotations

import polars as pl
import pytest
from tests.shops import CIPHER, SHOP, open_shop, shop_rows

from brambling.bank import customers
from brambling.bank.events import timeline
from brambling.cfo import brief_customer, brief_json
from brambling.cfo.store import latest
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.errors import NotAllowed


def test_a_brief_is_kept_in_the_customers_language(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "statement", "credit")
        found = brief_customer(session, SHOP.id, clock)
    with db.read() as session:
        assert latest(session, SHOP.id) == brief_json(found, "zh")
        # the clock stands, so events of one moment have no order between them
        assert "cfo.briefed" in [event.kind for event in timeline(session, SHOP.id)]
    assert found.offer is not None


def test_the_preview_knows_the_blocked_lists(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "statement", "credit")
        rows = pl.DataFrame([{"uscc": SHOP.uscc, "reason": "judgment debtor"}])
        customers.import_blocks(session, rows, "court", clock.today(), cipher=CIPHER)
        found = brief_customer(session, SHOP.id, clock)
    assert found.decline is not None
    assert found.decline.reasons[0].code == "blocked"


def test_no_consent_no_brief(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "credit")
        with pytest.raises(NotAllowed):
            brief_customer(session, SHOP.id, clock)
