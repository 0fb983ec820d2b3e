"""The bank's own customers through a need's funnel, and the export that only the gate can let out."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from tests.shops import CIPHER, SHOP, open_shop, shop_rows

from brambling.bank import contact, customers
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.marketing.needs import audience_of, export, note_needs

GATE = contact.Gate(cipher=CIPHER)


def test_a_customer_with_idle_cash_is_exported_once_through_the_gate(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "marketing")
        (need,) = note_needs(session, SHOP.id, clock)
        made = audience_of(session, "idle-cash", clock, gate=GATE)
        assert [one.act for one in made.stands] == ["contact"]
        assert made.stands[0].not_after == clock.today() + timedelta(days=6)
        customers.set_address(session, SHOP.id, "sms", "13900000000", cipher=CIPHER)
        first = export(session, made, "words", clock, gate=GATE)
        assert [(one, text) for one, text, _until in first.rows] == [(SHOP.id, "words")]
        again = export(session, made, "words", clock, gate=GATE)
        assert (again.rows, again.dropped) == ((), 1)
        later = audience_of(session, "idle-cash", clock, gate=GATE)
        assert later.stands[0].reason.code == "contacted-lately"
    assert need.kind == "idle-cash"


def test_a_refusal_after_the_audience_was_made_still_holds(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "marketing")
        note_needs(session, SHOP.id, clock)
        customers.set_address(session, SHOP.id, "sms", "13900000000", cipher=CIPHER)
        made = audience_of(session, "idle-cash", clock, gate=GATE)
        contact.refuse(session, SHOP.id, "wealth", "all", at=clock.now(), words="不要再发理财", gate=GATE)
        given = export(session, made, "words", clock, gate=GATE)
        assert (given.rows, given.dropped) == ((), 1)
        assert audience_of(session, "idle-cash", clock, gate=GATE).stands[0].reason.code == "refused"


def test_without_lists_of_the_protected_no_credit_is_offered(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "marketing")
        made = audience_of(session, "season-working-capital", clock, gate=GATE)
        assert [(one.act, one.reason.code) for one in made.stands] == [("hold", "protection-not-known")]


def test_blocked_lists_tell_who_is_protected(db: Database, clock: FixedClock) -> None:
    somebody = pl.DataFrame({"name": ["别人的店"], "reason": ["list of the branch"]})
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "marketing")
        for name in ("over-indebted", "vulnerable", "student", "minor"):
            customers.import_blocks(session, somebody, name, clock.today(), cipher=CIPHER)
        free = audience_of(session, "season-working-capital", clock, gate=GATE).stands[0]
        assert (free.act, free.reason.params) == ("hold", {"column": "debt_service_share"})
        ours = pl.DataFrame({"uscc": [SHOP.uscc], "reason": ["asked for help"]})
        customers.import_blocks(session, ours, "vulnerable", clock.today(), cipher=CIPHER)
        found = audience_of(session, "season-working-capital", clock, gate=GATE).stands[0]
        assert (found.act, found.reason.code) == ("leave", "protected")
