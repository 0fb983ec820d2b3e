"""Cut, flipped and rewritten files of every kind: a statement, or one clear line; never anything else."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.damage import damaged
from tests.perception.cashflow.test_readers_banks import BANKS as MORE_BANKS
from tests.perception.cashflow.test_readers_dialects import ALIPAY, BANKS, WECHAT
from tests.perception.cashflow.test_readers_markup import CAMT, OFX1, OFX2

from brambling.kit.errors import InputRejected, Rejection
from brambling.perception.cashflow import read_statement

FILES = {"alipay": ALIPAY, "wechat": WECHAT, "ofx1": OFX1, "ofx2": OFX2, "camt": CAMT, "ccb": BANKS["ccb-corporate"], "bocom": MORE_BANKS["bocom"]}  # fmt: skip
COUNTS = [pytest.param(60, id="some"), pytest.param(1500, id="many", marks=pytest.mark.story)]


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("kind", FILES)
def test_a_damaged_file_is_read_or_rejected_in_one_line(tmp_path: Path, kind: str, count: int) -> None:
    path = tmp_path / f"{kind}.txt"
    read = rejected = 0
    for data in damaged(FILES[kind].encode("utf-8"), count, seed=count):
        path.write_bytes(data)
        try:
            statement = read_statement(path)
        except Rejection as rejection:
            rejected += 1
            assert "\n" not in str(rejection) and path.name in str(rejection), str(rejection)
        else:
            read += 1
            assert statement.rows.height > 0
    assert rejected > 0 and read + rejected == count


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://localhost/x.dtd"><a/>',
        '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]><l>&c;&c;&c;</l>',
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY % p SYSTEM "http://localhost/p">%p;]><a/>',
        '<?xml version="1.0"?><OFX><!DOCTYPE a [<!ENTITY x "y">]></OFX>',
    ],
)
def test_nothing_is_fetched_and_nothing_expands(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bill.xml"
    path.write_text(text)
    with pytest.raises(Rejection) as caught:
        read_statement(path)
    assert "\n" not in str(caught.value) and "bill.xml" in str(caught.value)
    assert "root:" not in str(caught.value)


@pytest.mark.parametrize("head", ["OFXHEADER:100\n\n<OFX>", "<Document>", "date,amount\n"])
@pytest.mark.parametrize(
    "body", ["<A>" * 200_000, "<" * 500_000, "<A>x" * 100_000, '"' * 300_000, "&amp;" * 100_000, "," * 500_000]
)
def test_a_file_made_to_be_slow_ends(tmp_path: Path, head: str, body: str) -> None:
    path = tmp_path / "slow.txt"
    path.write_text(head + body)
    with pytest.raises(Rejection) as caught:
        read_statement(path)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 1000


@pytest.mark.parametrize("end", ["2026-04-30,-15", "2026-04-30,-1500.00,供应商,货"])
def test_a_download_that_broke_off_is_not_read_as_if_it_were_whole(tmp_path: Path, end: str) -> None:
    file = tmp_path / "cut.csv"
    rows = [f"2026-04-{day:02d},100.00,客户,货款,{day}00.00" for day in range(1, 30)]
    file.write_text("\n".join(["date,amount,counterparty,memo,balance", *rows, end]), encoding="utf-8")
    with pytest.raises(InputRejected, match="ends in the middle of a row") as found:
        read_statement(file)
    assert found.value.row == 30


def test_a_short_last_row_with_an_end_or_a_note_is_no_broken_download(tmp_path: Path) -> None:
    file = tmp_path / "whole.csv"
    rows = [f"2026-04-{day:02d},100.00,客户,货款,{day}00.00" for day in range(1, 30)]
    for end in ("2026-04-30,-15.00\n", "合计,2900.00"):
        file.write_text("\n".join(["date,amount,counterparty,memo,balance", *rows, end]), encoding="utf-8")
        assert read_statement(file).rows.height in (29, 30)
