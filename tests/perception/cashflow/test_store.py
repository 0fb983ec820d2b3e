"""Statements in the bank: each movement once, account numbers unreadable, categories that follow the user's word."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import polars as pl
import pytest
import sqlalchemy as sa

from brambling.bank.customers.store import customers
from brambling.kit.clock import FixedClock
from brambling.kit.crypto import FieldCipher, row_key
from brambling.kit.db import Database
from brambling.kit.errors import Conflict, InputRejected, NotFound
from brambling.kit.ids import key_of
from brambling.kit.money import Money
from brambling.perception.cashflow import (
    Imported,
    correct,
    import_many,
    import_statement,
    load_statement,
    read_statement,
    store,
)

CIPHER = FieldCipher.fresh()
OWN, OTHER = "6222020011112222333", "6217000000000009999"
CSV = """\
交易日期,本方账号,借方发生额,贷方发生额,余额,对方户名,对方账号,摘要
2026-01-05,{own},,1200.50,11200.50,甲公司,{other},货款
2026-01-05,{own},200.00,,11000.50,张三,,工资 6217000000001234567
2026-01-06,{own},1000.00,,10000.50,房东,,房租
2026-01-07,{own},1000.00,,9000.50,房东,,押一付三
"""


@pytest.fixture
def customer(db: Database) -> UUID:
    return add_customer(db, "某某商行")


def add_customer(db: Database, name: str) -> UUID:
    identifier = key_of("customer", name)
    with db.write() as session:
        session.execute(
            sa.insert(customers).values(
                id=identifier,
                uscc=name,
                name=name,
                name_hash=name.encode(),
                gbt4754="5211",
                region="999001",
                zone="Asia/Shanghai",
                synthetic=True,
                opened_on=sa.func.current_date(),
            )
        )
    return identifier


def keep(db: Database, customer: UUID, source: object, clock: FixedClock, **options: object) -> Imported:
    with db.write() as session:
        return import_statement(session, customer, read_statement(source, **options), clock, cipher=CIPHER)  # type: ignore[arg-type]


def csv(folder: Path, lines: slice = slice(None)) -> Path:
    header, *rows = CSV.format(own=OWN, other=OTHER).splitlines()
    path = folder / "statement.csv"
    path.write_text("\n".join([header, *rows[lines]]), encoding="utf-8")
    return path


def test_the_tables_are_those_of_the_migration(db: Database) -> None:
    inspector = sa.inspect(db.engine)
    for table in (
        store.own_accounts,
        store.counterparties,
        store.statements,
        store.transactions,
        store.category_corrections,
    ):
        columns = {
            column["name"]: (str(column["type"]), column["nullable"]) for column in inspector.get_columns(table.name)
        }
        assert {name: nullable for name, (_, nullable) in columns.items()} == {
            c.name: c.nullable for c in table.columns
        }
        assert {
            index["name"] for index in inspector.get_indexes(table.name) if not index.get("duplicates_constraint")
        } == {index.name for index in table.indexes}


def test_what_was_read_comes_back(db: Database, customer: UUID, clock: FixedClock, tmp_path: Path) -> None:
    assert keep(db, customer, csv(tmp_path), clock).new == 4
    with db.read() as session:
        statement = load_statement(session, customer)
    assert statement.rows["amount_minor"].to_list() == [120_050, -20_000, -100_000, -100_000]
    assert statement.rows["counterparty"].to_list() == ["甲公司", "张三", "房东", "房东"]
    assert statement.rows["row"].to_list() == [1, 2, 3, 4]
    assert statement.closing_balance == Money.of("9000.50")
    # the rent of the sixth teaches the payment to the same landlord of the seventh
    assert statement.rows["category"].to_list()[:3] == ["sales", "payroll", "rent"]


def test_importing_again_changes_nothing(db: Database, customer: UUID, clock: FixedClock, tmp_path: Path) -> None:
    keep(db, customer, csv(tmp_path), clock)
    again = keep(db, customer, csv(tmp_path), clock)
    assert again == Imported(0, 4, None)
    with db.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(store.statements)) == 1
        assert load_statement(session, customer).rows.height == 4


@pytest.mark.parametrize("first", [slice(0, 3), slice(1, 4)])
def test_overlapping_files_bring_only_what_is_new(
    db: Database, customer: UUID, clock: FixedClock, tmp_path: Path, first: slice
) -> None:
    keep(db, customer, csv(tmp_path, first), clock)
    rest = keep(db, customer, csv(tmp_path), clock)
    assert (rest.new, rest.known) == (1, 3)
    with db.read() as session:
        statement = load_statement(session, customer)
    assert statement.rows["balance_minor"].to_list() == [1_120_050, 1_100_050, 1_000_050, 900_050]


def test_equal_rows_without_a_balance_are_counted(db: Database, customer: UUID, clock: FixedClock) -> None:
    one = pl.DataFrame({"date": ["2026-01-01"], "amount": ["10"], "memo": ["a"]})
    two = pl.concat([one, one])
    assert keep(db, customer, one, clock).new == 1
    assert keep(db, customer, two, clock) == Imported(1, 1, keep_id(db))
    assert keep(db, customer, two, clock).new == 0


def keep_id(db: Database) -> UUID:
    with db.read() as session:
        return session.scalar(sa.select(store.statements.c.id).order_by(store.statements.c.id.desc()))  # type: ignore[no-any-return]


def test_a_told_closing_balance_is_kept(db: Database, customer: UUID, clock: FixedClock) -> None:
    frame = pl.DataFrame({"date": ["2026-01-01", "2026-01-02"], "amount": ["10", "-3"]})
    keep(db, customer, frame, clock, balance=Money.of("55.00"))
    with db.read() as session:
        statement = load_statement(session, customer)
    assert statement.balance_known
    assert statement.closing_balance == Money.of("55.00")


def test_account_numbers_are_nowhere_in_clear(db: Database, customer: UUID, clock: FixedClock, tmp_path: Path) -> None:
    keep(db, customer, csv(tmp_path), clock)
    with db.read() as session:
        for table in (store.own_accounts, store.counterparties, store.statements, store.transactions):
            dump = repr([tuple(row) for row in session.tuples(sa.select(table))])
            for number in (OWN, OTHER, "6217000000001234567"):
                assert number not in dump
        account = session.first(sa.select(store.own_accounts))
        assert account is not None
        key = row_key("own_accounts", "number_encrypted", account["id"])
        assert CIPHER.decrypt(account["number_encrypted"], key) == OWN
        found = sa.select(store.counterparties.c.name).where(
            store.counterparties.c.account_hash == CIPHER.lookup_hash(OTHER)
        )
        assert session.scalar(found) == "甲公司"


def test_nothing_is_written_when_it_fails_half_way(
    db: Database, customer: UUID, clock: FixedClock, tmp_path: Path
) -> None:
    statement = read_statement(csv(tmp_path))
    with pytest.raises(ZeroDivisionError), db.write() as session:
        import_statement(session, customer, statement, clock, cipher=CIPHER)
        raise ZeroDivisionError
    with db.read() as session, pytest.raises(NotFound):
        load_statement(session, customer)


def test_a_second_currency_is_a_conflict(db: Database, customer: UUID, clock: FixedClock, tmp_path: Path) -> None:
    keep(db, customer, csv(tmp_path), clock)
    with pytest.raises(Conflict, match="CNY"):
        keep(db, customer, pl.DataFrame({"date": ["2026-02-01"], "amount": ["1"]}), clock, currency="USD")


def test_the_users_word_holds_for_old_and_new_rows(
    db: Database, customer: UUID, clock: FixedClock, tmp_path: Path
) -> None:
    keep(db, customer, csv(tmp_path, slice(0, 3)), clock)
    with db.write() as session:
        assert correct(session, customer, "owner", clock, counterparty="房东") == 1
    keep(db, customer, csv(tmp_path), clock)
    with db.read() as session:
        assert load_statement(session, customer).rows["category"].to_list()[2:] == ["owner", "owner"]
    clock.move(seconds=1)
    with db.write() as session:
        assert correct(session, customer, "rent", clock, counterparty="房东", memo="押一付三") == 1


def test_a_correction_must_say_which_and_what(db: Database, customer: UUID, clock: FixedClock) -> None:
    with db.write() as session:
        with pytest.raises(InputRejected, match="one of sales"):
            correct(session, customer, "fun", clock, counterparty="x")
        with pytest.raises(InputRejected, match="which rows"):
            correct(session, customer, "rent", clock)


def test_money_from_an_own_account_is_a_transfer(db: Database, customer: UUID, clock: FixedClock) -> None:
    frame = pl.DataFrame(
        {
            "date": ["2026-01-01", "2026-01-02"],
            "amount": ["10", "20"],
            "对方户名": ["某某商行", "甲公司"],
            "memo": ["网银", "网银"],
        }
    )
    keep(db, customer, frame, clock)
    with db.read() as session:
        assert load_statement(session, customer).rows["category"].to_list() == ["transfer", "sales"]


def test_many_customers_at_once_like_one_by_one(db: Database, clock: FixedClock, tmp_path: Path) -> None:
    one, other = add_customer(db, "甲店"), add_customer(db, "乙店")
    rows = read_statement(csv(tmp_path)).rows
    frame = pl.concat([rows.with_columns(pl.lit(str(who)).alias("customer")) for who in (one, other)])
    with db.write() as session:
        assert import_many(session, frame, clock, cipher=CIPHER) == Imported(8, 0)
        assert import_many(session, frame, clock, cipher=CIPHER) == Imported(0, 8)
        assert import_statement(session, one, read_statement(csv(tmp_path)), clock, cipher=CIPHER).new == 0
    with db.read() as session:
        for who in (one, other):
            loaded = load_statement(session, who)
            assert loaded.rows["amount_minor"].to_list() == rows["amount_minor"].to_list()
            assert loaded.closing_balance_minor == 900_050
