"""Statements of known layouts are read as their banks and wallets write them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from brambling.kit.money import Money
from brambling.perception.cashflow import Statement, read_statement
from brambling.perception.cashflow.shapes import COLUMNS, schema

ICBC = """\
明细查询文件下载
卡号: 6222 0200 1111 2222 333	户名：某某商行

交易日期,摘要,交易场所,交易国家或地区简称,钞/汇,交易金额(收入),交易金额(支出),交易币种,记账金额(收入),记账金额(支出),记账币种,余额,对方户名
2026-01-05,货款,,CHN,钞,"1,200.50",,人民币,"1,200.50",,人民币,"11,200.50",甲公司
2026-01-05,工资,,CHN,钞,,200.00,人民币,,200.00,人民币,"11,000.50",张三
2026-01-06,房租,,CHN,钞,,1000.00,人民币,,1000.00,人民币,"10,000.50",房东
合计,,,,,,,,1200.50,1200.00,,,
"""
CCB = """\
账号,账户名称,交易时间,借方发生额（支取）,贷方发生额（收入）,余额,币种,对方户名,对方账号,对方开户机构,记账日期,摘要,备注
4300001,某某商行,20260105 09:10:11,0.00,1200.50,11200.50,人民币元,甲公司,6217000000000001,某行,20260105,货款,
4300001,某某商行,20260105 10:10:11,200.00,0.00,11000.50,人民币元,张三,6217000000000002,某行,20260105,工资,一月
4300001,某某商行,20260106 10:10:11,1000.00,0.00,10000.50,人民币元,房东,6217000000000003,某行,20260106,房租,
"""
ABC = """\
交易日期,交易时间,交易金额,本次余额,对方户名,对方账号,交易行,交易渠道,交易类型,交易用途,交易摘要
20260105,091011,+1200.50,11200.50,甲公司,6228,某支行,网银,转账,,货款
20260105,101011,-200.00,11000.50,张三,6228,某支行,网银,转账,,工资
20260106,101011,-1000.00,10000.50,房东,6228,某支行,网银,转账,,房租
"""
BOC = """\
记账日期,记账时间,币别,金额,余额,交易名称,渠道,网点名称,附言,对方账户名,对方卡号/账号,对方开户行
2026/01/06,10:10:11,人民币,-1000.00,10000.50,转账支出,网银,某行,房租,房东,6013,某行
2026/01/05,10:10:11,人民币,-200.00,11000.50,转账支出,网银,某行,工资,张三,6013,某行
2026/01/05,09:10:11,人民币,1200.50,11200.50,转账收入,网银,某行,货款,甲公司,6013,某行
"""
CMB = (
    """\
# 招商银行交易记录
# 账号: [6225********1234]
交易日期\t交易时间\t支出\t收入\t余额\t交易类型\t交易备注
\t20260105\t09:10:11\t\t1200.50\t11200.50\t汇入汇款\t货款
""".replace("\n\t20260105", "\n20260105")
    + """\
20260105\t10:10:11\t200.00\t\t11000.50\t代发\t工资
20260106\t10:10:11\t1000.00\t\t10000.50\t转账\t房租
# 收入合计：1笔，共1200.50元
# 支出合计：2笔，共1200.00元
"""
)
BOCOM = """\
交易日期,借贷标志,交易金额,余额,对方户名,摘要
2026-01-05,贷,１２００.５０,11200.50,甲公司,货款
2026-01-05,借,200.00,11000.50,张三,工资
2026-01-06,借,1000.00,10000.50,房东,房租
"""
OURS = """\
date,amount,counterparty,memo,balance,account
2026-01-05,1200.50,甲公司,货款,11200.50,A
2026-01-05,-200,张三,工资,11000.50,A
2026-01-06,"-1,000.00",房东,房租,10000.50,A
"""
BANKS = {"icbc": ICBC, "ccb-corporate": CCB, "abc": ABC, "boc": BOC, "cmb": CMB, "bocom": BOCOM, "brambling": OURS}


def write(folder: Path, text: str, encoding: str = "utf-8", name: str = "statement.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def amounts(statement: Statement) -> list[str]:
    return [str(Money(minor)) for minor in statement.rows["amount_minor"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("dialect", BANKS)
def test_the_same_three_movements_in_every_layout(tmp_path: Path, dialect: str, encoding: str) -> None:
    statement = read_statement(write(tmp_path, BANKS[dialect], encoding))
    assert statement.dialect == dialect
    assert statement.rows.columns == list(COLUMNS)
    assert statement.rows.schema == pl.Schema(schema())
    assert amounts(statement) == ["1200.50", "-200.00", "-1000.00"]
    assert statement.rows["date"].to_list() == [date(2026, 1, 5), date(2026, 1, 5), date(2026, 1, 6)]
    assert statement.rows["category"].to_list() == ["sales", "payroll", "rent"]
    assert statement.balance_known
    assert statement.closing_balance == Money.of("10000.50")
    assert statement.currency == "CNY"


def test_who_it_is_and_whose_account_come_from_the_preamble(tmp_path: Path) -> None:
    statement = read_statement(write(tmp_path, ICBC))
    assert statement.holder == "某某商行"
    assert statement.rows["account"].unique().to_list() == ["6222020011112222333"]


def test_label_and_value_of_a_preamble_may_stand_in_two_cells(tmp_path: Path) -> None:
    text = (
        "某银行\n户名：,某某商行,币种：,人民币\n账号,62220000111122,\n\n交易日期,摘要,交易金额\n2026-01-05,货款,1.00\n"
    )
    statement = read_statement(write(tmp_path, text))
    assert statement.holder == "某某商行"
    assert statement.rows["account"].to_list() == ["62220000111122"]


def test_a_layout_nobody_listed_is_read_by_the_words_of_its_header(tmp_path: Path) -> None:
    text = "入账日期;收支方向;发生额(元);账户结余;对手户名;附言\n2026年1月5日;收;88.00;188.00;甲;零售\n2026年1月6日;支;8.00;180.00;乙;水费\n"
    statement = read_statement(write(tmp_path, text))
    assert statement.dialect == "by-names"
    assert amounts(statement) == ["88.00", "-8.00"]


def test_columns_can_be_named(tmp_path: Path) -> None:
    text = "Tag,Betrag,Wer,Zweck\n2026-01-05,10.00,A,x\n2026-01-06,-4.00,B,y\n"
    mapping = {"date": "Tag", "amount": "Betrag", "counterparty": "Wer", "memo": "Zweck"}
    statement = read_statement(write(tmp_path, text), mapping=mapping)
    assert amounts(statement) == ["10.00", "-4.00"]
    assert statement.rows["memo"].to_list() == ["x", "y"]


def test_a_frame_and_a_parquet_file_are_read_like_a_file(tmp_path: Path) -> None:
    frame = pl.DataFrame({"date": [date(2026, 1, 5), date(2026, 1, 6)], "amount": [10.1, -4.0], "memo": ["x", "y"]})
    frame.write_parquet(tmp_path / "statement.parquet")
    for source in (frame, frame.to_arrow(), tmp_path / "statement.parquet"):
        assert amounts(read_statement(source)) == ["10.10", "-4.00"]


def test_debit_and_credit_of_the_firms_own_books_are_turned_when_the_balance_says_so(tmp_path: Path) -> None:
    text = "日期,摘要,借方,贷方,余额\n2026-01-05,收货款,100.00,,1100.00\n2026-01-06,付房租,,50.00,1050.00\n2026-01-07,收货款,7.00,,1057.00\n"
    assert amounts(read_statement(write(tmp_path, text))) == ["100.00", "-50.00", "7.00"]


def test_a_given_balance_is_the_balance_after_the_last_row(tmp_path: Path) -> None:
    path = write(tmp_path, "date,amount\n2026-01-05,10\n2026-01-06,-4\n")
    assert not read_statement(path).balance_known
    given = read_statement(path, balance=Money.of("77.00"))
    assert given.balance_known
    assert given.closing_balance_minor == 7700


ALIPAY = """\
------------------------------------------------------------------------------------
导出信息：
姓名：某某
支付宝账户：shop@example.com
起始时间：[2026-01-01 00:00:00]    终止时间：[2026-01-31 23:59:59]
------------------------支付宝（中国）网络技术有限公司  电子客户回单------------------------
交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,
2026-01-09 10:00:00,商业服务,乙商店,b***@x.com,包装盒,支出,30.00,余额,交易成功,20260109001\t,T1\t,,
2026-01-08 10:00:00,投资理财,某基金,,余额宝-自动转入,不计收支,500.00,余额,交易成功,20260108001\t,T2\t,,
2026-01-07 10:00:00,退款,乙商店,b***@x.com,退款-打印纸,不计收支,12.00,余额,退款成功,20260105001_20260107\t,T3\t,,
2026-01-06 10:00:00,转账,某银行,,提现-普通提现,不计收支,200.00,余额,交易成功,20260106001\t,T4\t,,
2026-01-05 10:00:00,办公,乙商店,b***@x.com,打印纸,支出,12.00,余额,交易成功,20260105001\t,T5\t,,
2026-01-04 10:00:00,办公,丙商店,c***@x.com,椅子,不计收支,99.00,余额,交易关闭,20260104001\t,T6\t,,
2026-01-03 10:00:00,收款码,顾客,d***@x.com,收款,收入,45.00,余额,交易成功,20260103001\t,T7\t,,
"""
WECHAT = """\
微信支付账单明细,,,,,,,,
微信昵称：[某某],,,,,,,,
共4笔记录,,,,,,,,
----------------------微信支付账单明细列表--------------------,,,,,,,,
交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注
2026-01-06 09:00:00,零钱提现,某银行,"/",/,¥100.00,零钱,提现已到账,1000000004\t,"/",服务费¥0.10
2026-01-05 09:00:00,二维码收款,甲,收款方备注:二维码收款,收入,¥18.00,/,已收钱,1000000003\t,"/","/"
2026-01-04 09:00:00,商户消费,乙商店,纸杯,支出,¥9.50,零钱,已全额退款,1000000002\t,T,"/"
2026-01-05 08:00:00,乙商店-退款,乙商店,纸杯,收入,¥9.50,/,已全额退款,1000000009\t,T,"/"
"""


def test_alipay_counts_what_moved_and_leaves_out_what_did_not(tmp_path: Path) -> None:
    statement = read_statement(write(tmp_path, ALIPAY, "gb18030"))
    assert statement.dialect == "alipay"
    # closed trade and the move into the wallet's own fund are left out; refund comes in; withdrawal leaves the wallet
    assert amounts(statement) == ["45.00", "-12.00", "-200.00", "12.00", "-30.00"]
    assert statement.left_out == 2
    assert not statement.balance_known
    assert statement.rows["category"].to_list()[2:4] == ["transfer", "other"]


def test_a_refund_of_a_closed_trade_is_left_out_with_it(tmp_path: Path) -> None:
    text = ALIPAY.replace("打印纸,支出,12.00,余额,交易成功", "打印纸,支出,12.00,余额,交易关闭")
    assert amounts(read_statement(write(tmp_path, text))) == ["45.00", "-200.00", "-30.00"]


def test_wechat_bills_are_read(tmp_path: Path) -> None:
    statement = read_statement(write(tmp_path, WECHAT))
    assert statement.dialect == "wechat"
    assert amounts(statement) == ["-9.50", "9.50", "18.00", "-100.00"]
    assert statement.rows["category"].to_list()[-1] == "transfer"


def test_wechat_merchant_funds_with_backticks_and_totals(tmp_path: Path) -> None:
    text = """\
记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号
`2026-01-05 04:21:23,`5000,`A1,`交易,`交易,`收入,`0.02,`100.02,`system,`缺省,`REF1
`2026-01-06 04:21:23,`5000,`A2,`退款,`退款,`支出,`0.01,`100.01,`system,`缺省,`REF2
资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额
`2,`1,`0.02,`1,`0.01
"""
    statement = read_statement(write(tmp_path, text))
    assert statement.dialect == "wechat-merchant"
    assert amounts(statement) == ["0.02", "-0.01"]
