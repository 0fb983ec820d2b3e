"""Numerals as people write them."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.kit.errors import InputRejected
from brambling.kit.text import find_numbers, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("零", "0"),
        ("十", "10"),
        ("十五", "15"),
        ("二十", "20"),
        ("廿五", "25"),
        ("一百", "100"),
        ("一百二", "120"),
        ("一百十五", "115"),
        ("一百零二", "102"),
        ("两千零五十", "2050"),
        ("两千零五", "2005"),
        ("三千五", "3500"),
        ("3千5", "3500"),
        ("三万五", "35000"),
        ("三万零五", "30005"),
        ("一万二千", "12000"),
        ("三十万", "300000"),
        ("百万", "1000000"),
        ("三百五十万", "3500000"),
        ("1.5万", "15000"),
        ("三点五万", "35000"),
        ("十二点零五", "12.05"),
        ("零点五", "0.5"),
        ("2,000万", "20000000"),
        ("一亿", "100000000"),
        ("三亿五千万", "350000000"),
        ("三亿5000万", "350000000"),
        ("三万亿", "3000000000000"),
        ("三万五千亿", "3500000000000"),
        ("一亿零三", "100000003"),
        ("叁拾万", "300000"),
        ("壹仟零伍", "1005"),
        ("貳佰參拾", "230"),
        ("二〇二六", "2026"),
        ("１２３４．５０", "1234.50"),
        ("百分之五", "0.05"),
        ("百分之三点八五", "0.0385"),
        ("千分之三", "0.003"),
        ("5%", "0.05"),
        ("５．５％", "0.055"),
        ("三成", "0.3"),
        ("负三百", "-300"),
        ("-1,234.5", "-1234.5"),
        ("1.5千", "1500"),
        ("1.5万亿", "1500000000000"),
        ("3千500", "3500"),
        ("1万2000", "12000"),
        ("三", "3"),
    ],
)
def test_reads(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "万",
        "三五百",
        "十几万",
        "一百零",
        "三万五万",
        "一二百",
        "百千",
        "1,23",
        "1.2.3",
        "3点5",
        "三点",
        "点五",
        "三十万左右",
        "元",
        "1万23",
        "五%%",
        "三万零",
        "三点五万六",
        "1.5万5",
        "零十",
        "一亿二万亿三",
        "1亿20000万",
    ],
)
def test_rejects_what_is_not_one_number(text: str) -> None:
    with pytest.raises(InputRejected, match="is not a number"):
        parse_number(text)


def naive(value: int) -> str:
    """Chinese numeral of a whole number below 10^16, written the schoolbook way, apart from the code under test."""
    digits = "零一二三四五六七八九"
    if value == 0:
        return digits[0]
    groups, names = [], ["", "万", "亿", "万亿"]
    while value:
        value, group = divmod(value, 10000)
        groups.append(group)
    text, gap = "", False
    for position in reversed(range(len(groups))):
        group = groups[position]
        if group == 0:
            gap = True
            continue
        if text and (gap or group < 1000):
            text += "零"
        gap = False
        part, zero = "", False
        for digit, unit in zip(f"{group:04d}", "千百十个", strict=True):
            if digit == "0":
                zero = bool(part)
                continue
            part += ("零" if zero else "") + digits[int(digit)] + unit.replace("个", "")
            zero = False
        # 万亿 shares its 亿 with the group below when that one is there
        name = names[position] if position < 3 or not groups[2] else "万"
        text += part + name
    return text


@given(st.integers(0, 10**16 - 1))
def test_every_whole_number_is_read_back(value: int) -> None:
    assert parse_number(naive(value)) == value


@given(st.decimals(0, 10**9, places=4))
def test_arabic_numerals_with_separators_are_exact(value: Decimal) -> None:
    assert parse_number(f"{value:,.4f}") == value
    assert parse_number(f"{value:.4f}万") == value * 10000


@given(st.text("一二三十百千万亿零点两3.5,%负", max_size=12))
def test_any_text_is_a_number_or_a_rejection(text: str) -> None:
    with contextlib.suppress(InputRejected):
        assert parse_number(text).is_finite()


def test_long_numerals_are_exact_and_endless_ones_are_none() -> None:
    long = "12345678901234567890123456789012.34"
    assert parse_number(long) == Decimal(long)
    assert parse_number(f"{long}%") == Decimal("123456789012345678901234567890.1234")
    with pytest.raises(InputRejected):
        parse_number("1" * 65)
    assert len(find_numbers("三万" * 50_000)) == 0
    assert len(find_numbers("1-" * 1000)) == 1000


def test_finds_numbers_with_their_places() -> None:
    text = "合同金额为人民币叁拾万元整，年利率４．３５％，分12期，首付三成。共1,200.50元"
    found = find_numbers(text)
    values = [number.value for number in found]
    assert values == [Decimal(v) for v in ("300000", "0.0435", "12", "0.3", "1200.50")]
    for number in found:
        assert text[number.start : number.end] == number.words


def test_a_run_that_is_no_numeral_gives_its_arabic_parts() -> None:
    assert [number.value for number in find_numbers("1万23")] == [1, 23]
    assert find_numbers("没有数字") == []
