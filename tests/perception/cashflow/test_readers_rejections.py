"""Bad input gets one clear line with file, row, column and what was expected."""

from __future__ import annotations

import gzip
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from brambling.kit.errors import InputRejected, LimitExceeded, Rejection
from brambling.kit.money import Money
from brambling.perception.cashflow import days_covered, read_statement
from brambling.perception.cashflow.readers import FILE_BYTES_MAX


def rejected(folder: Path, data: str | bytes) -> str:
    path = folder / "bad.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    with pytest.raises(Rejection) as caught:
        read_statement(path)
    assert caught.value.exit_status == 2
    text = str(caught.value)
    assert "\n" not in text
    assert "bad.csv" in text
    return text


@pytest.mark.parametrize("data", ["", b"\xef\xbb\xbf"])
def test_an_empty_file(tmp_path: Path, data: str | bytes) -> None:
    rejected(tmp_path, data)


def test_a_header_without_rows(tmp_path: Path) -> None:
    assert "no rows" in rejected(tmp_path, "date,amount\n")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="no such file"):
        read_statement(tmp_path / "none.csv")


def test_an_encoding_that_is_neither(tmp_path: Path) -> None:
    assert "neither UTF-8 nor GB18030" in rejected(tmp_path, b"date,amount\n2026-01-01,1\xff\xff\n")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel file"),
        ("date,amount\n2026-01-05,1\n".encode("utf-16"), "UTF-16"),
        (b"<html><table><tr><td>date</td></tr></table></html>", "web page"),
        ("\ufeff<!DOCTYPE html><html></html>".encode(), "web page"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "spreadsheet in XML",
        ),
    ],
)
def test_files_of_another_kind_get_one_line_of_advice(tmp_path: Path, data: bytes, said: str) -> None:
    text = rejected(tmp_path, data)
    assert said in text and "save it as CSV" in text


def test_a_pdf_is_named(tmp_path: Path) -> None:
    assert "PDF" in rejected(tmp_path, b"%PDF-1.7 rest")


@pytest.mark.parametrize(
    "header",
    [
        "date,amount,amount,memo",
        "date,amount,memo,memo",
        "date,date,amount,memo",
        "交易日期,金额,余额,余额",
        "date, amount ,AMOUNT,memo",
    ],
)
def test_two_columns_of_one_name_are_not_chosen_from(tmp_path: Path, header: str) -> None:
    assert "are both called" in rejected(tmp_path, f"{header}\n2026-01-05,1,2,3\n")


def test_two_columns_of_one_name_that_nobody_reads_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("date,amount,branch,branch\n2026-01-05,1,2,3\n")
    assert read_statement(path).rows.height == 1


def test_two_columns_of_one_name_in_a_frame() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame([["2026-01-05", "1", "2"]], columns=["date", "amount", "amount"])
    with pytest.raises(InputRejected, match="amount"):
        read_statement(frame)


@pytest.mark.parametrize("cell", ["46027", "46027.5"])
def test_a_spreadsheets_day_number_is_named(tmp_path: Path, cell: str) -> None:
    text = rejected(tmp_path, f"date,amount\n{cell},100.00\n")
    assert "row 1, column 'date'" in text and "spreadsheet's own day number" in text


def test_dates_that_may_be_two_days(tmp_path: Path) -> None:
    text = rejected(tmp_path, "date,amount\n01/02/2026,100.00\n03/02/2026,100.00\n")
    assert "row 1, column 'date'" in text and "--date-format" in text
    path = tmp_path / "bad.csv"
    assert read_statement(path, date_order="dmy").rows["date"].to_list() == [date(2026, 2, 1), date(2026, 2, 3)]
    assert read_statement(path, date_order="mdy").rows["date"].to_list() == [date(2026, 1, 2), date(2026, 3, 2)]


@pytest.mark.parametrize(
    "title",
    [
        "单位：万元",
        "金额单位:人民币万元",
        "单位,千元",
        "（单位：百万元）",
        "Unit: RMB thousands",
        "amounts in thousands",
    ],
)
def test_a_title_row_may_say_that_amounts_are_not_in_yuan(tmp_path: Path, title: str) -> None:
    text = rejected(tmp_path, f"某商行流水\n{title}\ndate,amount\n2026-01-05,100.00\n")
    assert "yuan, not in 万元" in text


@pytest.mark.parametrize(
    "title", ["单位：元", "单位名称：万千科技", "单位：千禧贸易有限公司", "币种：人民币 单位：元", "issued in Shanghai"]
)
def test_other_title_rows_do_no_harm(tmp_path: Path, title: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{title}\ndate,amount\n2026-01-05,100.00\n", encoding="utf-8")
    assert read_statement(path).rows.height == 1


def test_an_unknown_header_is_shown_with_the_way_out(tmp_path: Path) -> None:
    text = rejected(tmp_path, "foo,bar,baz\n1,2,3\n")
    assert "'foo,bar,baz'" in text
    assert "--map date=" in text


def test_a_mapped_column_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("date,amount\n2026-01-01,1\n", encoding="utf-8")
    with pytest.raises(InputRejected, match="--map amount=Betrag"):
        read_statement(path, mapping={"amount": "Betrag"})
    with pytest.raises(InputRejected, match="no such column"):
        read_statement(path, mapping={"colour": "amount"})


def test_dates_in_two_formats(tmp_path: Path) -> None:
    text = rejected(tmp_path, "date,amount\n2026-01-01,1\n2026-01-02,1\n2026/01/03,2\n")
    assert "row 3, column 'date'" in text
    assert "one date format" in text


@pytest.mark.parametrize("cell", ["yesterday", "2026-02-30", "", "45993"])
def test_a_date_that_is_none(tmp_path: Path, cell: str) -> None:
    assert "row 2, column 'date'" in rejected(
        tmp_path, f"date,amount,memo\n2026-01-01,1,a\n{cell},2,b\n2026-01-03,2,b\n"
    )


@pytest.mark.parametrize("cell", ["ten", "1.234", "1,23.00", "1e5"])
def test_an_amount_that_is_none(tmp_path: Path, cell: str) -> None:
    assert "row 1, column 'amount'" in rejected(tmp_path, f'date,amount\n2026-01-01,"{cell}"\n')


def test_a_direction_that_is_none(tmp_path: Path) -> None:
    assert "收入 or 支出" in rejected(tmp_path, "交易日期,收/支,金额\n2026-01-01,左,1\n")


def test_a_row_with_cells_too_many(tmp_path: Path) -> None:
    assert "row 2" in rejected(tmp_path, "date,amount,memo\n2026-01-01,1,a\n2026-01-02,1,234.00,b\n")


def test_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    lines = "".join(f"2026-01-{day:02},1,a\n" for day in range(1, 31))
    assert "quotation mark" in rejected(tmp_path, 'date,amount,memo\n2026-01-01,1,"a\n' + lines)


def test_a_running_balance_that_does_not_add_up_names_row_and_numbers(tmp_path: Path) -> None:
    text = rejected(
        tmp_path,
        "date,amount,balance\n2026-01-01,10,110.00\n2026-01-02,5,115.00\n2026-01-03,-3,113.00\n2026-01-04,1,114.00\n",
    )
    assert "row 3, column 'balance'" in text
    assert "112.00" in text
    assert "113.00" in text


def test_one_cent_is_enough_to_reject(tmp_path: Path) -> None:
    rejected(tmp_path, "date,amount,balance\n2026-01-01,10.01,110.00\n2026-01-02,5.00,115.01\n")


def test_a_missing_row_in_a_newest_first_file_is_found(tmp_path: Path) -> None:
    text = rejected(tmp_path, "date,amount,balance\n2026-01-04,1,117.00\n2026-01-02,5,115.00\n2026-01-01,10,110.00\n")
    assert "row 1" in text


def test_rows_alike_in_every_column_balance_too(tmp_path: Path) -> None:
    text = rejected(
        tmp_path,
        "date,amount,memo,balance\n2026-01-01,10,a,110.00\n2026-01-02,5,b,115.00\n2026-01-02,5,b,115.00\n2026-01-03,1,c,116.00\n",
    )
    assert "rows 2, 3 are identical" in text


def test_rows_alike_that_the_balance_proves_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "date,amount,memo,balance\n2026-01-01,10,a,110\n2026-01-01,-10,b,100\n2026-01-01,10,a,110\n", encoding="utf-8"
    )
    assert read_statement(path).rows.height == 3


def test_without_a_balance_two_equal_rows_are_two_movements(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("date,amount,memo\n2026-01-01,10,a\n2026-01-01,10,a\n", encoding="utf-8")
    assert read_statement(path).rows.height == 2


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_beyond_the_limit_is_rejected_with_it(tmp_path: Path, packed: bool) -> None:
    line = b"2026-01-01,1.00,a memo of some length to fill the file,\n"
    whole = b"date,amount,memo,counterparty\n" + line * (200_000_000 // len(line))
    path = tmp_path / "large.csv"
    path.write_bytes(gzip.compress(whole, 1) if packed else whole)
    del whole
    with pytest.raises(LimitExceeded, match=f"larger than {FILE_BYTES_MAX >> 20} MiB") as caught:
        read_statement(path)
    assert caught.value.exit_status == 2


def test_two_currencies_in_one_file(tmp_path: Path) -> None:
    text = rejected(tmp_path, "交易日期,交易金额,币种\n2026-01-01,1,人民币\n2026-01-02,1,美元\n")
    assert "row 2, column '币种'" in text


def test_a_balance_in_another_currency() -> None:
    with pytest.raises(InputRejected, match="USD"):
        read_statement(pl.DataFrame({"date": ["2026-01-01"], "amount": ["1"]}), balance=Money(1, "USD"))


def test_days_covered_counts_both_ends() -> None:
    days = [date(2026, 1, 1) + timedelta(days=i) for i in range(3)]
    assert days_covered(read_statement(pl.DataFrame({"date": days, "amount": ["1", "2", "3"]}))) == 3


@pytest.mark.parametrize("header", ["金额(万元)", "金额（千元）", "交易金额(万元)"])
def test_amounts_that_are_not_in_yuan_are_rejected_and_not_read_as_yuan(tmp_path: Path, header: str) -> None:
    path = tmp_path / "wan.csv"
    path.write_text(f"日期,{header}\n2026-01-05,1.50\n2026-01-06,-0.30\n", encoding="utf-8")
    with pytest.raises(InputRejected, match="not in single units"):
        read_statement(path)
