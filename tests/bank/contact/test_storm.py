"""Several worker processes against one database: out of order, twice, racing, dying; and never a wrong send."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from brambling.bank import consent, contact, customers
from brambling.bank.contact import store
from brambling.bank.customers import Customer
from brambling.kit.crypto import FieldCipher, load_cipher
from brambling.kit.db import Database, WriteSession
from brambling.kit.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))
from storm import CUSTOMERS, DIED, START

WORKERS = 3


def code(number: int) -> str:
    from stdnum.cn import uscc

    body = f"91110000{number:09d}"
    return body + uscc.calc_check_digit(body)


def settle(session: WriteSession, cipher: FieldCipher) -> None:
    for number in range(1, CUSTOMERS + 1):
        zone = "Asia/Urumqi" if number % 3 == 0 else "Asia/Shanghai"
        one = Customer(UUID(int=number), code(number), "某店", "5211", "330106", zone, opened_on=date(2020, 1, 1))
        customers.add(session, one, cipher=cipher)
        for channel in ("sms", "phone"):
            customers.set_address(session, one.id, channel, f"138{number:08d}", cipher=cipher)
        for purpose in ("marketing", "service"):
            consent.give(session, one.id, purpose, START - timedelta(days=1))


def work(url: str, keys: Path, worker: int, events: int) -> int:
    """Run a worker to its end, starting it again where it died; returns how often it died."""
    first, deaths = 0, 0
    surroundings = {**os.environ, "BRAMBLING_KEYSET_FILE": str(keys)}
    while True:
        seed = 1000 * worker + deaths
        command = [sys.executable, str(Path(__file__).parent / "storm.py"), url]
        command += [str(value) for value in (worker, first, events, seed)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)
        if done.returncode == 0:
            return deaths
        assert done.returncode == DIED, done.stderr
        first, deaths = int(done.stdout.split()[-1]) + 1, deaths + 1


def wrong(database: Database) -> list[str]:
    """Every send that must not have been, found from the tables alone and not by the gate's own rules."""
    sends = sa.select(
        store.contacts, store.contact_verdicts.c.number, store.contact_verdicts.c.at.label("verdict_at")
    ).join(store.contact_verdicts, store.contact_verdicts.c.contact_id == store.contacts.c.id)
    with database.read() as session:
        rows = session.rows(sends.where(store.contact_verdicts.c.sent).order_by(store.contact_verdicts.c.number))
        refused = session.rows(sa.select(store.contact_refusals))
        lifted = {
            row["refusal_id"]: row["after_verdict"] for row in session.rows(sa.select(store.contact_refusal_lifts))
        }
        zones = {
            one.id: ZoneInfo(one.zone) for one in customers.get_many(session, {r["customer_id"] for r in rows}).values()
        }
        found = contact.check(session)
    assert len(rows) > 50
    for row in rows:
        local = row["verdict_at"].astimezone(zones[row["customer_id"]])
        if not 9 <= local.hour < 21:
            found.append(f"{row['id']} out of hours")
        if row["verdict_at"] >= row["expires_at"]:
            found.append(f"{row['id']} after expiry")
        for no in refused:
            behind = row["number"] > no["after_verdict"] and row["number"] <= lifted.get(no["id"], 1 << 60)
            here = no["customer_id"] == row["customer_id"] and no["channel"] in ("all", row["channel"])
            about = no["scope"] == "all" or (
                no["scope"] in ("marketing", row["topic"]) and row["purpose"] == "marketing"
            )
            if behind and here and about and row["verdict_at"] < no["until"]:
                found.append(f"{row['id']} after a refusal")
    ids = [row["id"] for row in rows]
    found += [f"{key} twice" for key in set(ids) if ids.count(key) > 1]
    return found + _over_caps(
        [(row["customer_id"], row["verdict_at"]) for row in rows if row["purpose"] == "marketing"]
    )


def _over_caps(sent: list[tuple[UUID, object]]) -> list[str]:
    found = []
    for who in {one for one, _ in sent}:
        times = sorted(at for one, at in sent if one == who)
        for days, limit in ((1, 1), (7, 2), (30, 4)):
            # clocks of the workers differ by a minute or two, so a window is taken that much shorter
            window = timedelta(days=days) - timedelta(seconds=37 * WORKERS)
            if any(sum(first <= at < first + window for at in times) > limit for first in times):
                found.append(f"{who} above {limit} in {days} days")
    return found


def storm(url: str, database: Database, keys: Path, events: int) -> int:
    with database.write() as session:
        settle(session, load_cipher(Settings(keyset_file=keys)))
    with ThreadPoolExecutor(WORKERS) as pool:
        deaths = list(pool.map(lambda worker: work(url, keys, worker, events // WORKERS), range(WORKERS)))
    assert wrong(database) == []
    return sum(deaths)


def test_no_send_is_wrong_however_workers_race_and_die(database_url: str, db: Database, tmp_path: Path) -> None:
    storm(database_url, db, tmp_path / "keys.json", 1_500)


@pytest.mark.story
def test_twenty_thousand_events_and_no_wrong_send(database_url: str, db: Database, tmp_path: Path) -> None:
    assert storm(database_url, db, tmp_path / "keys.json", 20_000) > 0
