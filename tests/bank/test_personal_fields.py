"""Planted identity, account and phone numbers are nowhere in the database, nor in the logs."""

from __future__ import annotations

import io
import logging
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import polars as pl
import structlog
from sqlalchemy import inspect

from brambling.bank import claims, consent, contact, customers, events
from brambling.bank.customers import Customer, Person
from brambling.kit import log
from brambling.kit.clock import FixedClock
from brambling.kit.crypto import FieldCipher
from brambling.kit.db import Database

PLANTED = {
    "boss id": "11010119900307123X",
    "boss name": "王小明",
    "phone": "13812345678",
    "account": "6222021234567890123",
    "blocked id": "110101198001011234",
    "blocked name": "赵某某",
    "words": "我再也不要收到短信",
    "text": "您的专属贷款额度",
}
CIPHER = FieldCipher.fresh()
FIRM = Customer(UUID(int=1), "91110000600037341L", "燕雀商贸", "5211", "330106", opened_on=date(2020, 1, 1))


def dump(db: Database) -> str:
    """Every row of every table as text, the way COPY writes it."""
    parts = []
    with db.engine.connect() as connection:
        cursor = connection.connection.cursor()
        for schema in inspect(connection).get_schema_names():
            if schema == "information_schema":
                continue
            for table in inspect(connection).get_table_names(schema=schema):
                with cursor.copy(f'COPY "{schema}"."{table}" TO STDOUT') as copy:  # type: ignore[attr-defined]
                    parts += [bytes(block).decode("utf-8") for block in copy]
    return "".join(parts)


def plant(db: Database, clock: FixedClock) -> None:
    gate, now = contact.Gate(cipher=CIPHER), clock.now()
    with db.write() as session:
        boss = Person("legal-representative", PLANTED["boss name"], PLANTED["boss id"])
        customers.add(session, FIRM, [boss], cipher=CIPHER)
        customers.set_address(session, FIRM.id, "sms", PLANTED["phone"], cipher=CIPHER)
        customers.add_bank_account(session, FIRM.id, "某银行", PLANTED["account"], cipher=CIPHER)
        listed = {"name": [PLANTED["blocked name"]], "id_number": [PLANTED["blocked id"]], "reason": ["失信"]}
        customers.import_blocks(session, pl.DataFrame(listed), "court", clock.today(), cipher=CIPHER)
        consent.give(session, FIRM.id, "marketing", now)
        claim = claims.Claim(
            UUID(int=3), FIRM.id, "representative_id", PLANTED["boss id"], None, None, "", "licence.pdf", "page 1",
            True, Decimal(0), now, personal=True,
        )  # fmt: skip
        claims.add(session, claim, cipher=CIPHER)
        text = f"{PLANTED['text']}，请致电 {PLANTED['phone']}"
        expires = now + timedelta(days=1)
        message = contact.Message(UUID(int=4), FIRM.id, "sms", "marketing", "credit", "spring", text, expires)
        sent = contact.send(session, message, clock, contact.LogChannel(), gate=gate)
        assert sent.outcome == "sent"
        contact.refuse(session, FIRM.id, "all", "all", at=now, words=PLANTED["words"], gate=gate)
        note = {"note": f"called {PLANTED['phone']}, account {PLANTED['account']}, id {PLANTED['boss id']}"}
        events.append(session, events.Event(UUID(int=5), FIRM.id, "call.made", now, note))
        log.logger("bank").info("planted", person=boss, phone=PLANTED["phone"], note=note)


def test_planted_numbers_are_in_no_table_and_no_log(db: Database) -> None:
    root, out = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    log.configure("debug", out=out)
    try:
        plant(db, FixedClock(datetime(2026, 3, 10, 4, 0, tzinfo=UTC)))
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()
    whole = dump(db)
    assert "燕雀商贸" in whole and "call.made" in whole and "planted" in out.getvalue()
    for name, value in PLANTED.items():
        # bytea columns are dumped in hexadecimal: plain text stored as bytes would be found there
        assert value not in whole, name
        assert value.encode().hex() not in whole, name
        if name not in ("boss name", "blocked name", "words", "text"):
            assert value not in out.getvalue(), name
