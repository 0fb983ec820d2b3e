"""OFX of both kinds and camt.053 are read, and hostile XML is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from brambling.kit.errors import InputRejected
from brambling.perception.cashflow import Statement, read_statement

OFX1 = """\
OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:UTF-8

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>CNY
<BANKACCTFROM><BANKID>1<ACCTID>6222001234567890<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260101<DTEND>20260131
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260105120000[+8:CST]<TRNAMT>1200.50<FITID>1<NAME>甲公司<MEMO>货款 &amp; 运费</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260106<TRNAMT>-200.00<FITID>2<NAME>张三<MEMO>工资</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260106<TRNAMT>-200.00<FITID>2<NAME>张三<MEMO>工资</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>11000.50<DTASOF>20260131</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""
OFX2 = """\
<?xml version="1.0" encoding="UTF-8"?>
<?OFX OFXHEADER="200" VERSION="220"?>
<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>CNY</CURDEF>
<BANKACCTFROM><ACCTID>6222001234567890</ACCTID></BANKACCTFROM><BANKTRANLIST>
<STMTTRN><DTPOSTED>20260106</DTPOSTED><TRNAMT>-200</TRNAMT><FITID>2</FITID><NAME>张三</NAME><MEMO>工资</MEMO></STMTTRN>
<STMTTRN><DTPOSTED>20260105</DTPOSTED><TRNAMT>1200.5000</TRNAMT><FITID>1</FITID><NAME>甲公司</NAME><MEMO>货款</MEMO></STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>11000.50</BALAMT></LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""
CAMT = """\
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Acct><Id><Othr><Id>6222001234567890</Id></Othr></Id><Ownr><Nm>某某商行</Nm></Ownr></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">10000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">11000.50</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="CNY">1200.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-01-05</Dt></BookgDt>
<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>甲公司</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>62170001</Id></Othr></Id></DbtrAcct></RltdPties>
<RmtInf><Ustrd>货款</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CNY">200.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><DtTm>2026-01-06T10:00:00</DtTm></BookgDt>
<NtryDtls><TxDtls><RltdPties><Cdtr><Nm>张三</Nm></Cdtr></RltdPties><RmtInf><Ustrd>工资</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CNY">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts><BookgDt><Dt>2026-01-06</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""


def read(folder: Path, text: str) -> Statement:
    path = folder / "statement.xml"
    path.write_text(text, encoding="utf-8")
    return read_statement(path)


@pytest.mark.parametrize("text", [OFX1, OFX2, CAMT], ids=["ofx1", "ofx2", "camt"])
def test_the_same_two_movements_in_each(tmp_path: Path, text: str) -> None:
    statement = read(tmp_path, text)
    assert statement.rows["date"].to_list() == [date(2026, 1, 5), date(2026, 1, 6)]
    assert statement.rows["amount_minor"].to_list() == [120_050, -20_000]
    assert statement.rows["counterparty"].to_list() == ["甲公司", "张三"]
    assert statement.rows["balance_minor"].to_list() == [1_120_050, 1_100_050]
    assert statement.rows["account"].unique().to_list() == ["6222001234567890"]
    assert statement.rows["category"].to_list() == ["sales", "payroll"]
    assert statement.closing_balance_minor == 1_100_050


def test_sgml_entities_are_read(tmp_path: Path) -> None:
    assert read(tmp_path, OFX1).rows["memo"][0] == "货款 & 运费"


def test_camt_balances_that_do_not_add_up(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match=r"11000\.50.*11000\.40"):
        read(tmp_path, CAMT.replace("11000.50", "11000.40"))


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Document><Stmt>&b;</Stmt></Document>',
        '<!DOCTYPE d SYSTEM "http://localhost/x.dtd"><Document/>',
    ],
)
def test_document_types_are_refused_before_anything_is_expanded(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputRejected, match="document type"):
        read(tmp_path, text)


@pytest.mark.parametrize("text", ["<Document><Stmt>", "<html><body>no</body></html>", "<a>" * 200])
def test_other_xml_is_rejected_with_what_was_expected(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputRejected):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("was", "now"),
    [("2026-01-05", "05.01.2026"), ("1200.50<", "12x<"), ("CRDT</CdtDbtInd><Sts>", "UP</CdtDbtInd><Sts>")],
)
def test_a_bad_value_names_its_row(tmp_path: Path, was: str, now: str) -> None:
    with pytest.raises(InputRejected, match=r"statement\.xml, row 1"):
        read(tmp_path, CAMT.replace(was, now))
