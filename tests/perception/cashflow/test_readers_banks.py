"""Exports as banks in China make them: titles above, totals below, words of their own. The rows are made up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from brambling.kit.money import Money
from brambling.perception.cashflow import read_statement

ICBC_STATEMENT = """\
中国工商银行借记账户历史明细（电子版）
卡号 6222020200111222233 户名：某某商行 起止日期：2026-01-01 — 2026-01-31
交易日期,账号,储种,序号,币种,钞汇,摘要,地区,收入/支出金额,余额,对方户名,对方账号,渠道
2026-01-05 09:10:11,1001,活期,00001,人民币,钞,货款,0200,"+1,200.50","11,200.50",甲公司,6217,网上银行
2026-01-05 10:10:11,1001,活期,00001,人民币,钞,工资,0200,-200.00,"11,000.50",张三,6217,批量
2026-01-06 10:10:11,1001,活期,00001,人民币,钞,房租,0200,"-1,000.00","10,000.50",房东,6217,网上银行
本页支出笔数：2,,,,,,,,,,,,
"""
CCB_PERSONAL = """\
中国建设银行个人活期账户全部交易明细
卡号/账号：6217000000000001
客户名称：某某商行
序号,摘要,币别,钞汇,交易日期,交易金额,账户余额,交易地点/附言,对方账号与户名
1,货款,人民币,钞,20260105,1200.50,11200.50,网银,6217/甲公司
2,工资,人民币,钞,20260105,-200.00,11000.50,代发,6217/张三
3,房租,人民币,钞,20260106,-1000.00,10000.50,网银,6217/房东
"""
ABC_CORPORATE = """\
账号：10-000000000000001,,,,,,,,
账户名称：某某商行,,,,,,,,
交易时间,收入金额,支出金额,账户余额,交易行名,对方省市,对方账号,对方户名,交易用途
2026-01-06 10:10:11,,"1,000.00","10,000.50",某支行,江苏,6228,房东,房租
2026-01-05 10:10:11,,200.00,"11,000.50",某支行,江苏,6228,张三,工资
2026-01-05 09:10:11,"1,200.50",,"11,200.50",某支行,江苏,6228,甲公司,货款
合计,"1,200.50","1,200.00",,,,,,
"""
BOC_CORPORATE = """\
查询账号[ Inquirer account number ],777700000001
交易类型[ Transaction Type ],业务类型[ Business type ],付款人名称[ Payer's Name ],收款人名称[ Payee's Name ],交易日期[ Transaction Date ],交易货币[ Trade Currency ],交易金额[ Trade Amount ],交易后余额[ After-transaction balance ],摘要[ Reference ]
来账,转账,甲公司,某某商行,20260105,CNY,1200.50,11200.50,货款
往账,代发,某某商行,张三,20260105,CNY,-200.00,11000.50,工资
往账,转账,某某商行,房东,20260106,CNY,-1000.00,10000.50,房租
"""
CMB_STATEMENT = """\
招商银行交易流水
户    名：某某商行,账号：6225000000001234
记账日期,货币,交易金额,联机余额,交易摘要,对手信息
2026-01-05,CNY,"1,200.50","11,200.50",货款,甲公司 6217
2026-01-05,CNY,-200.00,"11,000.50",工资,张三 6217
2026-01-06,CNY,"-1,000.00","10,000.50",房租,房东 6217
温馨提示：交易流水验真请使用手机银行
"""
MYBANK = """\
网商银行账户明细
开户单位：某某商行
交易时间,交易流水号,业务类型,收入金额（元）,支出金额（元）,账户余额（元）,对方户名,对方账号,备注
2026-01-05 09:10:11,1,转账,¥1200.50,,¥11200.50,甲公司,6217,货款
2026-01-05 10:10:11,2,代发,,¥200.00,¥11000.50,张三,6217,工资
2026-01-06 10:10:11,3,转账,,"￥1,000.00",￥10000.50,房东,6217,房租
总收入,,,1200.50,,,,,
总支出,,,,1200.00,,,,
"""
BOCOM_STATEMENT = """\
交通银行借记卡账户交易明细
序号 Serial Num,交易日期 Trans Date,交易时间 Trans Time,交易类型 Trading Type,借贷状态 Dc Flg,交易金额 Trans Amt,余额 Balance,对方账号 Payment Receipt Account,对方户名 Payment Receipt Account Name,摘要 Abstract
1,2026-01-05,09:10:11,转账,贷 Cr,"1,200.50","11,200.50",6222,甲公司,货款
2,2026-01-05,10:10:11,代发,借 Dr,200.00,"11,000.50",6222,张三,工资
3,2026-01-06,10:10:11,转账,借 Dr,"1,000.00","10,000.50",6222,房东,房租
"""
PSBC = """\
中国邮政储蓄银行对账单
户名：某某商行 币种：人民币 单位：元
期初余额：10000.00
交易日期,交易渠道,摘要,收入金额,支出金额,余额,对方户名,对方账号
2026年1月5日,网银,货款,1200.50,-,11200.50,甲公司,6217
2026年1月5日,批量,工资,-,200.00,11000.50,张三,6217
2026年1月6日,网银,房租,-,1000.00,10000.50,房东,6217
期末余额：10000.50
"""
RURAL = """\
某农村信用合作联社分户账
日期,摘要,借方,贷方,结存,对方户名
2026.01.05,承前页,,,10000.00,
2026.01.05,货款,,1200.50,11200.50,甲公司
2026.01.05,工资,200.00,,11000.50,张三
2026.01.06,房租,1000.00,,10000.50,房东
2026.01.06,本月合计,1200.00,1200.50,,
"""
ABROAD = """\
Account Name: Some Trading,Account No: 001-000000-001
Date,Description,Withdrawals,Deposits,Balance After,Name
05/01/2026,货款,,"1,200.50","11,200.50",甲公司
05/01/2026,工资,200.00,,"11,000.50",张三
16/01/2026,房租,"1,000.00",,"10,000.50",房东
Total,,"1,200.00","1,200.50",,
"""
BANKS = {
    "icbc": ICBC_STATEMENT, "ccb": CCB_PERSONAL, "abc": ABC_CORPORATE, "boc": BOC_CORPORATE, "cmb": CMB_STATEMENT,
    "mybank": MYBANK, "bocom": BOCOM_STATEMENT, "psbc": PSBC, "rural": RURAL, "abroad": ABROAD,
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("bank", BANKS)
def test_titles_totals_and_words_of_each_bank(tmp_path: Path, bank: str, encoding: str) -> None:
    path = tmp_path / "statement.csv"
    path.write_bytes(BANKS[bank].encode(encoding))
    statement = read_statement(path)
    rows = statement.rows
    assert [str(Money(minor)) for minor in rows["amount_minor"]] == ["1200.50", "-200.00", "-1000.00"]
    assert rows["date"][0] == date(2026, 1, 5) and rows["date"][2] == date(2026, 1, 16 if bank == "abroad" else 6)
    assert statement.balance_known and statement.closing_balance == Money.of("10000.50")
    assert "货款" in rows["memo"][0] and "房租" in rows["memo"][2]
    assert "甲公司" in rows["counterparty"][0] and "房东" in rows["counterparty"][2]


@pytest.mark.parametrize(
    "word",
    [
        "结存",
        "账户余额",
        "帐户余额",
        "本次余额",
        "Balance After",
        "balance_after",
        "余额（元）",
        "交易后余额",
        "账户结余",
        "Running Balance",
        "余额 Balance",
        "Ledger Balance",
    ],
)
def test_a_balance_has_many_names(tmp_path: Path, word: str) -> None:
    path = tmp_path / "statement.csv"
    path.write_text(f"日期,金额,{word}\n2026-01-05,1.00,11.00\n2026-01-06,2.00,13.00\n", encoding="utf-8")
    assert read_statement(path).closing_balance == Money.of("13.00")
