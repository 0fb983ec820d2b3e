"""Customers: well-formed codes, personal fields that only the keyset opens, screening that misses nobody it names."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import polars as pl
import pytest

from brambling.bank import customers
from brambling.bank.customers import Customer, Person
from brambling.kit.crypto import FieldCipher
from brambling.kit.db import Database
from brambling.kit.errors import Conflict, InputRejected, NotFound

CIPHER = FieldCipher.fresh()
TODAY = date(2026, 3, 10)
USCC = "91110000600037341L"
FIRM = Customer(UUID(int=1), USCC, "燕雀（杭州）商贸有限公司", "5211", "330106", opened_on=date(2020, 1, 1))
BOSS = Person("legal-representative", "王小明", "11010119900307123X")
WIFE = Person("family", "李 芳")


@pytest.fixture
def bank(db: Database) -> Database:
    with db.write() as session:
        customers.add(session, FIRM, [BOSS, WIFE], cipher=CIPHER)
    return db


def screened(bank: Database, rows: dict[str, list[str | None]], today: date = TODAY) -> list[tuple[str, str]]:
    with bank.write() as session:
        customers.import_blocks(session, pl.DataFrame(rows), "court", TODAY, cipher=CIPHER)
    with bank.read() as session:
        return [(block.matched, block.role) for block in customers.blocked(session, FIRM.id, today)]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("uscc", "91110000600037341M", "wrong check digit"),
        ("uscc", "9111", "not 18 characters"),
        ("uscc", "9111000060003734IL", "no credit code"),
        ("name", " （） ", "needs a name"),
        ("gbt4754", "retail", "no trade"),
        ("region", "Hangzhou", "no region"),
        ("zone", "Mars/Olympus", "no time zone"),
    ],
)
def test_a_code_that_is_not_well_formed_is_named(field: str, value: str, said: str) -> None:
    given = {"uscc": USCC, "name": "某店", "gbt4754": "F5211", "region": "330106", "zone": "Asia/Shanghai"}
    with pytest.raises(InputRejected, match=said):
        Customer(UUID(int=2), **{**given, field: value}, opened_on=TODAY)


def test_what_was_added_is_found_by_id_code_and_name(bank: Database) -> None:
    with bank.read() as session:
        assert customers.get(session, FIRM.id) == FIRM
        assert customers.by_uscc(session, "9111 0000 6000 37341l") == FIRM
        assert customers.search(session, "杭州") == customers.search(session, "911100") == [FIRM]
        assert customers.search(session, "%") == []
        assert customers.related(session, FIRM.id, cipher=CIPHER) == [WIFE, BOSS]
        with pytest.raises(NotFound):
            customers.get(session, UUID(int=9))


def test_a_credit_code_is_one_customer(bank: Database) -> None:
    twin = Customer(UUID(int=2), USCC, "另一家", "5211", "330106", opened_on=TODAY)
    with pytest.raises(Conflict), bank.write() as session:
        customers.add(session, twin, cipher=CIPHER)


def test_addresses_and_accounts_come_back(bank: Database) -> None:
    with bank.write() as session:
        customers.set_address(session, FIRM.id, "sms", "13800138000", cipher=CIPHER)
        customers.set_address(session, FIRM.id, "sms", "13900139000", cipher=CIPHER)
        first = customers.add_bank_account(session, FIRM.id, "某银行", "6222 0212 3456 7890", cipher=CIPHER)
        again = customers.add_bank_account(session, FIRM.id, "某银行", "6222021234567890", cipher=CIPHER)
        with pytest.raises(InputRejected, match="takes no address"):
            customers.set_address(session, FIRM.id, "app", "x", cipher=CIPHER)
    with bank.read() as session:
        assert customers.address(session, FIRM.id, "sms", cipher=CIPHER) == "13900139000"
        assert customers.address(session, FIRM.id, "mail", cipher=CIPHER) is None
        assert customers.bank_accounts(session, FIRM.id, cipher=CIPHER) == [(first, "某银行", "6222 0212 3456 7890")]
    assert first == again


def test_a_person_shows_nothing_personal() -> None:
    assert repr(BOSS) == "Person(role='legal-representative')"


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ({"uscc": USCC}, [("uscc", "")]),
        ({"name": "燕雀(杭州) 商贸有限公司"}, [("name", "")]),
        ({"id_number": "110101 19900307 123x"}, [("person-id", "legal-representative")]),
        ({"name": "李芳"}, [("person-name", "family")]),
        # an identity number says which 王小明 is meant: another one
        ({"name": "王小明", "id_number": "110101198001011234"}, []),
        ({"name": "燕雀商贸有限公司"}, []),
        ({"name": "李芳", "uscc": "91310000MA1FL0AQ1H"}, []),
    ],
)
def test_screening_matches_whom_the_entry_names_and_nobody_else(
    bank: Database, entry: dict[str, str], found: list[tuple[str, str]]
) -> None:
    if "uscc" in entry and entry["uscc"] != USCC:
        from stdnum.cn import uscc

        entry = {**entry, "uscc": entry["uscc"][:17] + uscc.calc_check_digit(entry["uscc"][:17])}
    columns = {name: [entry.get(name)] for name in ("uscc", "name", "id_number")}
    assert screened(bank, {**columns, "reason": ["失信被执行人"]}) == found


def test_an_entry_holds_from_its_first_to_its_last_day(bank: Database) -> None:
    rows: dict[str, list[str | None]] = {
        "uscc": [USCC], "reason": ["r"], "starts_on": ["2026-03-01"], "expires_on": ["2026-03-31"]
    }  # fmt: skip
    assert screened(bank, rows, date(2026, 2, 28)) == []
    assert screened(bank, rows, date(2026, 3, 1)) == screened(bank, rows, date(2026, 3, 31)) == [("uscc", "")]
    assert screened(bank, rows, date(2026, 4, 1)) == []


def test_a_whole_list_ends_what_it_no_longer_has(bank: Database) -> None:
    first = pl.DataFrame({"uscc": [USCC, None], "name": [None, "李芳"], "reason": ["r", "r"]})
    with bank.write() as session:
        assert customers.import_blocks(session, first, "court", TODAY, cipher=CIPHER) == 2
        assert customers.import_blocks(session, first, "court", TODAY, cipher=CIPHER) == 2
        assert len(customers.blocked(session, FIRM.id, TODAY)) == 2
        customers.import_blocks(session, first[1:], "court", TODAY, whole=True, cipher=CIPHER)
        customers.import_blocks(session, first[:1], "other", TODAY, whole=True, cipher=CIPHER)
        blocks = customers.blocked(session, FIRM.id, TODAY)
    assert [(block.list_name, block.matched) for block in blocks] == [("court", "person-name"), ("other", "uscc")]
    assert "李芳" not in customers.block_text(blocks[0], "en")
    assert "without end" in customers.block_text(blocks[0], "en")


def test_a_customer_that_is_not_there_does_not_pass_screening(bank: Database) -> None:
    with pytest.raises(NotFound), bank.read() as session:
        customers.blocked(session, UUID(int=9), TODAY)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("uscc,name,reason\n,,r\n", "row 1: names nobody"),
        (f"uscc,reason\n{USCC},r\n91110000600037341M,r\n", "row 2, column 'uscc': .* wrong check digit"),
        (f"uscc,reason\n{USCC},\n", "row 1, column 'reason': nothing there"),
        (f"uscc,reason,expires_on\n{USCC},r,2026-03-01\n", "row 1, column 'expires_on': ends before it starts"),
        (f"uscc,why\n{USCC},r\n", "no column 'reason'"),
    ],
)
def test_a_bad_list_names_row_and_column_and_leaves_nothing(
    bank: Database, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputRejected, match=rf"list\.csv.*{said}"), bank.write() as session:
        customers.import_blocks(session, path, "court", TODAY, cipher=CIPHER)
    with bank.read() as session:
        assert customers.blocked(session, FIRM.id, TODAY) == []
