"""Amounts in words, both ways."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.kit.errors import MoneyRejected
from brambling.kit.money import Money
from brambling.kit.text import parse_amount, to_capitals


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("三十万", "300000.00"),
        ("1.5万", "15000.00"),
        ("1.5万元", "15000.00"),
        ("叁拾万元整", "300000.00"),
        ("人民币叁拾万元整", "300000.00"),
        ("壹佰贰拾叁元肆角伍分", "123.45"),
        ("壹佰元零伍分", "100.05"),
        ("人民币：壹佰元正", "100.00"),
        ("两千零五十", "2050.00"),
        ("3千5", "3500.00"),
        ("¥1,234.50", "1234.50"),
        ("￥１，２３４．５０元", "1234.50"),
        ("RMB 88", "88.00"),
        ("(200.00)", "-200.00"),
        ("-12.5", "-12.50"),
        ("负五元", "-5.00"),
        ("五角", "0.50"),
        ("捌分", "0.08"),
        ("伍角捌分", "0.58"),
        ("3块5", "3.50"),
        ("三块五毛", "3.50"),
        ("三块五毛二", "3.52"),
        ("12", "12.00"),
        ("零元整", "0.00"),
        ("1万2", "12000.00"),
    ],
)
def test_reads(text: str, amount: str) -> None:
    assert str(parse_amount(text)) == amount


@pytest.mark.parametrize(
    "text",
    ["", "元", "五成", "5%", "三五百元", "1.234元", "一元二元", "--5", "(-5)", "abc", "十几万元", "角", "5角5角"],
)
def test_rejects(text: str) -> None:
    with pytest.raises(MoneyRejected):
        parse_amount(text)


@pytest.mark.parametrize(
    ("amount", "capitals"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("123.45", "壹佰贰拾叁元肆角伍分"),
        ("1005.07", "壹仟零伍元零柒分"),
        ("100005", "壹拾万零伍元整"),
        ("300000", "叁拾万元整"),
        ("100000000", "壹亿元整"),
        ("1000000000000", "壹万亿元整"),
        ("10050.30", "壹万零伍拾元叁角整"),
        ("-7", "负柒元整"),
    ],
)
def test_writes_capitals(amount: str, capitals: str) -> None:
    assert to_capitals(Money.of(amount)) == capitals


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_capitals_are_read_back_to_the_fen(minor: int) -> None:
    assert parse_amount(to_capitals(Money(minor))) == Money(minor)


@given(st.integers(-(10**15), 10**15))
def test_grouped_text_is_read_back_to_the_fen(minor: int) -> None:
    money = Money(minor)
    assert parse_amount(money.grouped()) == money
    assert parse_amount(f"{money}元") == money


@given(st.text("壹贰叁万仟佰拾元角分整零3.5块-()", max_size=10))
def test_any_text_is_an_amount_or_a_rejection(text: str) -> None:
    with contextlib.suppress(MoneyRejected):
        parse_amount(text)


def test_no_digit_is_lost_and_no_message_is_endless() -> None:
    assert parse_amount("1234567890123456.78元") == Money(123456789012345678)
    for text in ("12345678901234567890123456789012.34元", "9" * 5000, "九" * 5000):
        with pytest.raises(MoneyRejected) as caught:
            parse_amount(text)
        assert len(str(caught.value)) < 150


def test_only_renminbi_has_capitals() -> None:
    with pytest.raises(MoneyRejected):
        to_capitals(Money.of("1", "USD"))
