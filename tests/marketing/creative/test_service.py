"""Inside the bank: a need is told in checked words, a refusal is respected before a word is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tests.shops import CIPHER, SHOP, open_shop, shop_rows

from brambling.app.build import composer
from brambling.bank import contact
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.money import Money
from brambling.marketing.creative.service import compose, facts_of, sheet_for
from brambling.marketing.needs import ask_gate, message_of, note_needs

GATE = contact.Gate(cipher=CIPHER)


def test_a_need_is_told_with_product_price_and_how_to_stop(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "marketing")
        (need,) = note_needs(session, SHOP.id, clock)
        plain = message_of(session, need).text
        told = message_of(session, need, compose=composer(clock)).text
        assert told != plain
        for words in (SHOP.name, "年化业绩比较基准（单利）", "理财非存款", "退订"):
            assert words in told
        assert ask_gate(session, need, clock, gate=GATE, compose=composer(clock)).outcome == "release"
        # asked again with the same words it is the same message, not another one with its key
        assert ask_gate(session, need, clock, gate=GATE, compose=composer(clock)).outcome == "release"


def test_a_refusal_leaves_no_words(db: Database, clock: FixedClock) -> None:
    with db.write() as session:
        open_shop(session, clock, shop_rows(), "marketing")
        (need,) = note_needs(session, SHOP.id, clock)
        today = clock.today()
        contact.refuse(session, SHOP.id, "wealth", "sms", at=clock.now(), words="别发短信", gate=GATE)
        assert compose(session, need, "sms", "zh", today=today) is None
        assert compose(session, need, "app", "zh", today=today) is not None
        contact.refuse(session, SHOP.id, "marketing", "all", at=clock.now(), words="都别发", gate=GATE)
        assert compose(session, need, "app", "zh", today=today) is None
        assert ask_gate(session, need, clock, gate=GATE, compose=composer(clock)).outcome == "drop"


def test_the_product_is_one_that_fits_amount_and_time() -> None:
    today = date(2026, 3, 10)
    facts = replace(facts_of(SHOP, None), need="idle-cash", amount=Money.of("60000"))

    def chosen(days: int, amount: str = "60000") -> str | None:
        sheet = sheet_for(replace(facts, day=today + timedelta(days=days), amount=Money.of(amount)), today)
        return sheet.code if sheet is not None else None

    assert chosen(100) == "term-90"
    assert chosen(100, "20000") == "term-30"
    assert chosen(20) == "term-7"
    assert chosen(3) == "cash-t0"
    assert chosen(3, "50") is None
    assert sheet_for(replace(facts, need="gap-ahead", day=today), today).code == "working-capital"  # type: ignore[union-attr]
    assert sheet_for(facts, date(2030, 1, 1)) is None  # every sheet has expired
