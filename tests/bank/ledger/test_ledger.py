"""The ledger on a real database: what is posted, once, and what stays true."""

from __future__ import annotations

import ast
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import brambling
from brambling.bank import ledger
from brambling.bank.ledger import InsufficientFunds, Transfer
from brambling.kit.db import Database
from brambling.kit.errors import Conflict, InputRejected, InvariantBroken, MoneyRejected, NotFound
from brambling.kit.ids import key_of
from brambling.kit.money import Money

AT = datetime(2026, 3, 10, 4, tzinfo=UTC)
BANK, SHOP, MILL = (key_of("account", name) for name in ("bank", "shop", "mill"))


@pytest.fixture
def books(db: Database) -> Database:
    with db.write() as session:
        ledger.open_account(session, BANK, "equity", "CNY", may_be_negative=True, name="bank", opened_at=AT)
        ledger.open_account(session, SHOP, "liability", "CNY", may_be_negative=False, name="shop", opened_at=AT)
        ledger.open_account(session, MILL, "liability", "CNY", may_be_negative=False, name="mill", opened_at=AT)
    return db


def move(word: str, debit: UUID, credit: UUID, amount: str) -> Transfer:
    return Transfer(key_of(word), debit, credit, Money.of(amount), AT, "move")


def balance(db: Database, account: UUID) -> str:
    with db.read() as session:
        assert ledger.check(session) == []
        return str(ledger.balance(session, account))


def test_a_transfer_is_posted_once_however_often_it_is_sent(books: Database) -> None:
    gift = move("gift", BANK, SHOP, "12.34")
    for already in (False, True, True):
        with books.write() as session:
            result = ledger.post(session, [gift])
        assert (gift.id in result.already) == already
        assert (gift.id in result.posted) != already
    assert balance(books, SHOP) == "12.34"


def test_a_key_with_other_content_is_a_conflict_and_changes_nothing(books: Database) -> None:
    gift = move("gift", BANK, SHOP, "12.34")
    with books.write() as session:
        ledger.post(session, [gift])
    for other in (replace(gift, amount=Money.of("12.35")), replace(gift, credit=MILL), replace(gift, memo="x")):
        with pytest.raises(Conflict), books.write() as session:
            ledger.post(session, [move("more", BANK, SHOP, "1.00"), other])
    assert balance(books, SHOP) == "12.34"


def test_a_batch_is_all_or_nothing(books: Database) -> None:
    batch = [move("a", BANK, SHOP, "5.00"), move("b", SHOP, MILL, "5.01")]
    with pytest.raises(InsufficientFunds), books.write() as session:
        ledger.post(session, batch)
    assert balance(books, SHOP) == "0.00"
    with books.write() as session:
        assert ledger.post(session, []) == ledger.PostResult((), ())


def test_an_account_that_may_not_be_negative_is_guarded_by_the_database_too(books: Database) -> None:
    with pytest.raises(DBAPIError, match="ck_ledger_accounts_funds"), books.write() as session:
        session.execute(text("UPDATE ledger_accounts SET debits_minor = 1 WHERE id = :id"), {"id": SHOP})


def test_what_is_posted_cannot_be_changed_or_deleted(books: Database) -> None:
    with books.write() as session:
        ledger.post(session, [move("gift", BANK, SHOP, "1.00")])
    for statement in ("UPDATE ledger_transfers SET memo = 'x'", "DELETE FROM ledger_transfers"):
        with pytest.raises(DBAPIError, match="append-only"), books.write() as session:
            session.execute(text(statement))


def test_a_payout_without_a_decision_is_refused_by_rules_and_by_the_table(books: Database) -> None:
    with pytest.raises(InvariantBroken), books.write() as session:
        ledger.post(session, [replace(move("p", BANK, SHOP, "1.00"), kind="payout")])
    with pytest.raises(DBAPIError, match="ck_ledger_transfers_decision"), books.write() as session:
        session.execute(
            text(
                "INSERT INTO ledger_transfers (id, debit_id, credit_id, amount_minor, currency, at, kind, memo, "
                "debit_balance_minor, credit_balance_minor) VALUES (:id, :b, :s, 1, 'CNY', now(), 'payout', '', 1, 1)"
            ),
            {"id": key_of("p"), "b": BANK, "s": SHOP},
        )


def test_a_payout_names_a_decision_that_exists(books: Database) -> None:
    payout = replace(move("p", BANK, SHOP, "1.00"), kind="payout", decision_id=key_of("never recorded"))
    with pytest.raises(InvariantBroken, match="never recorded"), books.write() as session:
        ledger.post(session, [payout])


def test_the_same_key_at_the_same_time_between_other_accounts_is_a_conflict(books: Database) -> None:
    """They do not wait for each other's accounts: the primary key decides."""
    open_account = {"kind": "liability", "currency": "CNY", "may_be_negative": True, "name": "x", "opened_at": AT}
    with books.write() as session:
        others = [ledger.open_account(session, key_of("other", n), **open_account).id for n in range(2)]  # type: ignore[arg-type]
    with ThreadPoolExecutor(1) as pool:
        with books.write() as first:
            ledger.post(first, [move("same", BANK, SHOP, "1.00")])
            second = pool.submit(post_alone, books, move("same", *others, "1.00"))
            # the second one waits on the primary key until this block commits
        with pytest.raises(Conflict):
            second.result()
    assert balance(books, SHOP) == "1.00"


def post_alone(db: Database, transfer: Transfer) -> None:
    with db.write() as session:
        ledger.post(session, [transfer])


def test_the_statement_pages_backwards_with_the_balance_after_each_line(books: Database) -> None:
    with books.write() as session:
        ledger.post(session, [move(f"in {n}", BANK, SHOP, f"{n}.00") for n in range(1, 6)])
        ledger.post(session, [move("out", SHOP, MILL, "4.00")])
    with books.read() as session:
        first = ledger.statement(session, SHOP, limit=2)
        rest = ledger.statement(session, SHOP, before=first[-1].sequence)
        mill = ledger.statement(session, MILL)
    assert [(str(line.amount), str(line.balance)) for line in first + rest] == [
        ("-4.00", "11.00"),
        ("5.00", "15.00"),
        ("4.00", "10.00"),
        ("3.00", "6.00"),
        ("2.00", "3.00"),
        ("1.00", "1.00"),
    ]
    assert [(line.other, str(line.balance)) for line in mill] == [(SHOP, "4.00")]


def test_opening_an_account_twice_is_one_account_unless_it_differs(books: Database) -> None:
    with books.write() as session:
        again = ledger.open_account(session, SHOP, "liability", "CNY", may_be_negative=False, name="s", opened_at=AT)
        assert again.name == "shop"
    with pytest.raises(Conflict), books.write() as session:
        ledger.open_account(session, SHOP, "liability", "USD", may_be_negative=False, name="s", opened_at=AT)


def test_a_hold_keeps_money_back_until_it_is_released_or_captured(books: Database) -> None:
    keep, pay = key_of("keep"), move("pay", SHOP, MILL, "6.00")
    with books.write() as session:
        ledger.post(session, [move("gift", BANK, SHOP, "10.00")])
        for _ in range(2):
            ledger.hold(session, keep, SHOP, Money.of("7.00"), AT, reason="card")
        assert str(ledger.account(session, SHOP).available) == "3.00"
    with pytest.raises(InsufficientFunds), books.write() as session:
        ledger.post(session, [pay])
    with pytest.raises(Conflict, match=r"of a hold of 7\.00"), books.write() as session:
        ledger.capture(session, keep, replace(pay, amount=Money.of("7.01")))
    for _ in range(2):
        with books.write() as session:
            ledger.capture(session, keep, pay)
    assert balance(books, SHOP) == "4.00"
    with books.read() as session:
        assert str(ledger.account(session, SHOP).available) == "4.00"
    with pytest.raises(Conflict, match="captured"), books.write() as session:
        ledger.release(session, keep)
    with pytest.raises(Conflict, match="is captured"), books.write() as session:
        ledger.capture(session, keep, move("other", SHOP, MILL, "1.00"))


def test_a_hold_that_is_over_goes_back(books: Database) -> None:
    with books.write() as session:
        ledger.post(session, [move("gift", BANK, SHOP, "10.00")])
        ledger.hold(session, key_of("k"), SHOP, Money.of("7.00"), AT, reason="card", until=AT + timedelta(days=1))
        ledger.hold(session, key_of("l"), SHOP, Money.of("1.00"), AT, reason="card")
    with books.write() as session:
        assert ledger.release_expired(session, AT) == 0
        assert ledger.release_expired(session, AT + timedelta(days=1)) == 1
        assert ledger.release_expired(session, AT + timedelta(days=1)) == 0
        assert str(ledger.account(session, SHOP).available) == "9.00"
        ledger.release(session, key_of("l"))
        ledger.release(session, key_of("l"))
        assert str(ledger.account(session, SHOP).available) == "10.00"


def test_holds_that_make_no_sense(books: Database) -> None:
    with books.write() as session:
        with pytest.raises(MoneyRejected):
            ledger.hold(session, key_of("k"), SHOP, Money.of("0.00"), AT, reason="x")
        with pytest.raises(MoneyRejected):
            ledger.hold(session, key_of("k"), BANK, Money(1, "USD"), AT, reason="x")
        with pytest.raises(NotFound):
            ledger.hold(session, key_of("k"), key_of("nobody"), Money(1), AT, reason="x")
        with pytest.raises(NotFound):
            ledger.release(session, key_of("k"))
        ledger.hold(session, key_of("k"), BANK, Money(5), AT, reason="x")
        with pytest.raises(Conflict):
            ledger.hold(session, key_of("k"), BANK, Money(6), AT, reason="x")
        with pytest.raises(InputRejected):
            ledger.capture(session, key_of("k"), move("m", SHOP, MILL, "0.01"))


def test_check_finds_what_was_tampered_with(books: Database) -> None:
    with books.write() as session:
        ledger.post(session, [move("gift", BANK, SHOP, "10.00")])
    with books.write() as session:
        session.execute(
            text("UPDATE ledger_accounts SET credits_minor = 1100, held_minor = 3 WHERE id = :id"), {"id": SHOP}
        )
    with books.read() as session:
        problems = ledger.check(session)
        assert any("debits 1000 and credits 1100 differ" in line for line in problems)
        assert any("3 held, but its open holds sum to 0" in line for line in problems)
        assert any(str(SHOP) in line and "transfers sum" in line for line in problems)
        with pytest.raises(InvariantBroken):
            ledger.require_sound(session)


def test_nobody_goes_round_the_door() -> None:
    """Only bank/ledger imports its store or names its tables."""
    source = Path(brambling.__file__).parent
    home, migrations = source / "bank" / "ledger", source / "migrations"
    for path in source.rglob("*.py"):
        if home in path.parents or migrations in path.parents:
            continue
        words = path.read_text(encoding="utf-8")
        names = {
            name
            for node in ast.walk(ast.parse(words))
            if isinstance(node, ast.ImportFrom)
            for name in [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        }
        assert "brambling.bank.ledger.store" not in names, path
        assert "UPDATE ledger_" not in words and "INSERT INTO ledger_" not in words, path
