"""Tables in: encodings found, columns typed, the first value that does not fit named."""

from __future__ import annotations

import gzip
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.kit.errors import InputRejected
from brambling.kit.files import (
    Column,
    names_by_file,
    read_frame,
    read_rows,
    read_table,
    read_text,
    write_table,
    write_text,
)
from brambling.kit.files.tables import DateOrder, parse_dates, parse_minor

COLUMNS = (Column("date", "date"), Column("amount", "money"), Column("memo", required=False, nullable=True))
CSV = 'date,amount,memo\n2026-01-05,"1,200.50",rent\n2026-01-06,-3,\n'


def naive_minor(text: str) -> int | None:
    """Smallest units by decimal arithmetic, apart from the code under test; None when it is no exact amount."""
    cleaned = text.strip().replace(",", "")
    try:
        scaled = Decimal(cleaned) * 100
    except InvalidOperation:
        return None
    return int(scaled) if scaled == scaled.to_integral_value() else None


@given(st.lists(st.decimals(-(10**12), 10**12, places=3), min_size=1, max_size=10))
def test_amounts_are_those_of_decimal_arithmetic(amounts) -> None:
    texts = [f"{amount:,.3f}" for amount in amounts]
    assert parse_minor(pl.Series(texts)).to_list() == [naive_minor(text) for text in texts]


@given(st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=10))
def test_numbers_are_read_by_their_shortest_text(minors) -> None:
    assert parse_minor(pl.Series([minor / 100 for minor in minors])).to_list() == minors


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("１，２００．５０", 120050),
        ("¥5", 500),
        ("(12.00)", -1200),
        ("12-", -1200),
        ("1.", 100),
        ("12.345", None),
        ("x", None),
    ],
)
def test_amounts_as_banks_write_them(text: str, minor: int | None) -> None:
    assert parse_minor(pl.Series([text])).to_list() == [minor]


def test_an_amount_that_no_account_holds_is_none_and_never_wraps_round() -> None:
    texts = ["9999999999999998.99", "123456789012345678", "99999999999999999999", "-123456789012345678"]
    assert parse_minor(pl.Series(texts)).to_list() == [999999999999999899, None, None, None]
    assert parse_minor(pl.Series([5, 123456789012345678])).to_list() == [500, None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("packed", [False, True])
def test_text_in_any_of_our_encodings(tmp_path: Path, encoding: str, packed: bool) -> None:
    words = "日期,金额\n2026-01-05,5\n"
    data = words.encode(encoding)
    path = tmp_path / ("a.csv.gz" if packed else "a.csv")
    path.write_bytes(gzip.compress(data) if packed else data)
    assert read_text(path) == words
    assert list(read_rows(path)) == [["日期", "金额"], ["2026-01-05", "5"]]
    table = read_table(path, COLUMNS, {"date": "日期", "amount": "金额"})
    assert table["amount_minor"].to_list() == [500]


def test_the_same_table_from_every_source(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CSV)
    expected = read_table(tmp_path / "a.csv", COLUMNS)
    assert expected.columns == ["date", "amount_minor", "memo"]
    assert expected["date"].to_list() == [date(2026, 1, 5), date(2026, 1, 6)]
    assert expected["amount_minor"].to_list() == [120050, -300]
    raw = read_frame(tmp_path / "a.csv")
    for name in ("b.parquet", "c.json", "d.csv", "e.csv.gz"):
        write_table(raw, tmp_path / name)
        assert read_table(tmp_path / name, COLUMNS).equals(expected), name
    assert read_table(raw, COLUMNS).equals(expected)
    assert read_table(raw.lazy(), COLUMNS).equals(expected)
    assert read_table(pd.DataFrame({"date": ["2026-01-05"], "amount": [0.1]}), COLUMNS)["amount_minor"].to_list() == [
        10
    ]


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        ("date,amount\n2026-01-05,1\n2026-01-06,1.005\n", 2, "amount"),
        ("date,amount\n2026-01-05,\n", 1, "amount"),
        ("date,amount\n2026-01-05,1\n06/01/2026,1\n", 2, "date"),
        ("date,amount\n2026-01-05,1\n2026/01/06,1\n", 2, "date"),
    ],
)
def test_the_first_value_that_does_not_fit_is_named(tmp_path: Path, text: str, row: int, column: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(InputRejected) as caught:
        read_table(tmp_path / "a.csv", COLUMNS)
    assert (caught.value.file, caught.value.row, caught.value.column) == ("a.csv", row, column)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"date,amount\n", "has no rows"),
        (b"date,date\n1,2\n", "two columns are called"),
        (b"when,amount\n2026-01-01,1\n", "no column 'date'"),
        (b"a\x00b", "is not text"),
        (b"\x1f\x8bnot gzip", "damaged"),
        (b"a\xff\xfe\xfa,\xff\n", "neither UTF-8 nor GB18030"),
        ("a,b\n1,2\n".encode("utf-16"), "is UTF-16 text; expected .* save it as CSV UTF-8"),
        (b"PK\x03\x04rest", "is a spreadsheet .* save it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "is an Excel file .* save it as CSV"),
    ],
)
def test_a_file_that_is_no_table_is_rejected(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(InputRejected, match=said):
        read_table(tmp_path / "a.csv", COLUMNS)


def test_a_source_that_is_none_is_rejected(tmp_path: Path) -> None:
    for source in (tmp_path / "nothing.csv", tmp_path, 5):
        with pytest.raises(InputRejected):
            read_frame(source)
    (tmp_path / "a.csv").write_text(CSV)
    with pytest.raises(InputRejected, match="no column 'x'"):
        read_table(tmp_path / "a.csv", COLUMNS, {"date": "x"})


@given(st.lists(st.dates(date(1990, 1, 1), date(2090, 1, 1)) | st.none(), min_size=1, max_size=8))
def test_dates_of_one_format_are_read(days) -> None:
    for shape in ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"):
        texts = [None if day is None else day.strftime(shape) for day in days]
        assert parse_dates(pl.Series(texts, dtype=pl.String)).to_list() == days


def test_numbers_whole_numbers_and_flags() -> None:
    columns = (Column("n", "number", nullable=True), Column("k", "integer"), Column("f", "flag"))
    frame = pl.DataFrame({"n": ["1,000.5", "nan"], "k": ["１２", "-3"], "f": ["是", "0"]})
    table = read_table(frame, columns)
    assert table["n"].to_list() == [1000.5, None]
    assert table["k"].to_list() == [12, -3]
    assert table["f"].to_list() == [True, False]
    with pytest.raises(InputRejected, match=r"'1\.5' does not fit"):
        read_table(pl.DataFrame({"k": ["1.5"]}), columns[1:2])


def test_a_write_is_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    write_text(target, "first")

    class Broken:
        def write_csv(self, path: Path) -> None:
            path.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_table(Broken(), tmp_path / "a.csv")  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    with pytest.raises(InputRejected, match="cannot write"):
        write_table(pl.DataFrame(), tmp_path / "a.xlsx")
    with pytest.raises(InputRejected, match="cannot write to"):
        write_text(tmp_path / "no" / "a.txt", "x")
    assert target.read_text() == "first"


@pytest.mark.parametrize(
    ("cells", "order", "day"),
    [
        (["01/05/2026", "01/13/2026"], None, date(2026, 1, 5)),
        (["05/01/2026", "13/01/2026"], None, date(2026, 1, 5)),
        (["05-01-2026", "13-01-2026"], None, date(2026, 1, 5)),
        (["05.01.2026", "06.01.2026"], None, date(2026, 1, 5)),
        (["01/05/2026", "01/06/2026"], "mdy", date(2026, 1, 5)),
        (["05/01/2026", "06/01/2026"], "dmy", date(2026, 1, 5)),
        (["1/5/2026 9:05:01 AM", "1/25/2026 12:00:00 PM"], None, date(2026, 1, 5)),
        (["2026年1月5日", "2026年1月13日10:20"], None, date(2026, 1, 5)),
        (["2026年01月05日 9时5分", "2026年1月6日"], None, date(2026, 1, 5)),
        (["2026/1/5 0:00", "2026/1/13 23:59"], None, date(2026, 1, 5)),
        (["05/05/2026", "06/06/2026"], None, date(2026, 5, 5)),
    ],
)
def test_dates_are_read_in_the_order_that_the_rows_prove(cells: list[str], order: DateOrder | None, day: date) -> None:
    assert parse_dates(pl.Series("date", cells), order=order)[0] == day


def test_dates_that_may_be_two_days_are_not_guessed() -> None:
    cells = pl.Series("date", ["05/05/2026", "01/05/2026", "02/06/2026"])
    with pytest.raises(
        InputRejected, match="row 2, column 'date': '01/05/2026' may be month/day/year or day/month/year"
    ):
        parse_dates(cells)


def test_a_row_in_the_other_order_is_found() -> None:
    cells = pl.Series("date", ["01/13/2026", "01/14/2026", "15/01/2026"])
    with pytest.raises(InputRejected, match="row 3, column 'date': '15/01/2026' is written in another format"):
        parse_dates(cells)


@pytest.mark.parametrize("cell", ["5-1-26", "26/1/5", "2026-02-30", "0026-01-05", "46027"])
def test_what_is_no_date_is_none(cell: str) -> None:
    assert parse_dates(pl.Series([cell])).to_list() == [None]


def test_names_go_to_each_file_that_has_them(tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    write_text(first, "日期,amount\n2026-01-05,1\n")
    write_text(second, "date,数额\n2026-01-05,1\n")
    files = ((first, ("date", "amount")), (second, ("date", "amount")), (None, ("date",)))
    assert names_by_file(files, {"date": "日期", "amount": "数额"}) == [{"date": "日期"}, {"amount": "数额"}, {}]
    assert names_by_file(files, None) == [{}, {}, {}]
    with pytest.raises(InputRejected, match=r"first\.csv: --map date=天: no column '天'; expected one of amount, 日期"):
        names_by_file(files, {"date": "天"})
    with pytest.raises(InputRejected, match=r"--map day=日期: no file has 'day'; expected one of amount, date"):
        names_by_file(files, {"day": "日期"})
