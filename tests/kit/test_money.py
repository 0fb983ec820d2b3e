"""Money is exact: nothing is lost on the way in, in sums, or in shares."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.kit.errors import MoneyRejected
from brambling.kit.money import MINOR_DIGITS, Money, Rate

minors = st.integers(-(10**15), 10**15)
moneys = minors.map(Money)
weights = st.lists(st.integers(0, 10**6) | st.decimals(0, 10**6, places=3), min_size=1, max_size=12).filter(
    lambda w: sum(map(Fraction, w)) > 0
)


@given(minors, st.sampled_from(sorted(MINOR_DIGITS)))
def test_text_gives_back_the_amount(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.of(str(money), currency) == money
    assert Money.of(money.grouped(), currency) == money
    assert Money.of(money.decimal, currency) == money


@given(moneys, moneys, moneys)
def test_sums_are_those_of_integers(a: Money, b: Money, c: Money) -> None:
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a - b == -(b - a)
    assert (a < b) == (a.minor < b.minor) and (a <= b) == (a.minor <= b.minor)
    assert a * 3 == a + a + a == 3 * a
    assert bool(a) == (a != Money.zero())


@given(moneys, weights)
def test_allocation_never_loses_a_fen(money: Money, shares) -> None:
    parts = money.allocate(shares)
    assert sum((part.minor for part in parts), 0) == money.minor
    total = sum(map(Fraction, shares))
    for part, share in zip(parts, shares, strict=True):
        assert abs(part.minor - Fraction(money.minor) * Fraction(share) / total) < 1
        if share == 0:
            assert part.minor == 0


@given(moneys, st.permutations([1, 2, 3, 4]))
def test_equal_weights_differ_by_a_fen_at_most(money: Money, order) -> None:
    equal = [part.minor for part in money.allocate([7] * 5)]
    assert max(equal) - min(equal) <= 1
    assert sum(part.minor for part in money.allocate(order)) == money.minor


@given(minors, st.fractions(-100, 100, max_denominator=10**6))
def test_times_rounds_the_exact_product(minor: int, factor: Fraction) -> None:
    exact = Fraction(minor) * factor
    assert Money(minor).times(factor).minor == round(exact)  # Python rounds half to even too
    down = Money(minor).times(factor, ROUND_DOWN).minor
    up = Money(minor).times(factor, ROUND_UP).minor
    assert abs(down) <= abs(exact) <= abs(up) and abs(up) - abs(down) <= 1


@given(minors, st.decimals(-50, 50, places=6))
def test_times_of_a_decimal_and_of_its_fraction_agree(minor: int, factor: Decimal) -> None:
    assert Money(minor).times(factor, ROUND_HALF_EVEN) == Money(minor).times(Fraction(factor))


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1,234.50", 123450),
        ("１２．３０", 1230),
        (" ¥ 5 ", 500),
        ("-0.01", -1),
        (".5", 50),
        ("－３", -300),
        ("+7", 700),
    ],
)
def test_reads_what_people_write(text: str, minor: int) -> None:
    assert Money.of(text).minor == minor


@pytest.mark.parametrize(
    "value",
    ["", "-", ".", "1.005", "1,23", "12,345,6", "1e3", "NaN", "inf", "5 元 6", 1.5, True, Decimal("NaN"), "1.2.3"],
)
def test_what_is_not_exact_is_rejected(value) -> None:
    with pytest.raises(MoneyRejected):
        Money.of(value)


def test_currencies_never_mix() -> None:
    for act in (
        lambda: Money(1) + Money(1, "USD"),
        lambda: Money(1) - Money(1, "USD"),
        lambda: Money(1) < Money(1, "USD"),
        lambda: Money(1) >= Money(1, "USD"),
    ):
        with pytest.raises(MoneyRejected, match="cannot mix"):
            act()
    with pytest.raises(MoneyRejected, match="unknown currency"):
        Money(1, "XXX")
    assert Money.of("5", "JPY").minor == 5
    with pytest.raises(MoneyRejected):
        Money.of("5.5", "JPY")


@pytest.mark.parametrize("minor", [1.0, True, "1", Decimal(1)])
def test_units_are_whole(minor) -> None:
    with pytest.raises(MoneyRejected):
        Money(minor)


def test_no_digit_is_lost_beyond_those_of_decimal_arithmetic() -> None:
    for text in ("1234567890123456789.01", "12345678901234567890123456789012.34", "1" * 4000, "-1E+999999999"):
        with pytest.raises(MoneyRejected) as caught:
            Money.of(text if "E" not in text else Decimal(text))
        assert len(str(caught.value)) < 150
    with pytest.raises(MoneyRejected, match="more digits"):
        Money.of("1.00" + "0" * 40 + "1")
    assert Money.of("1.00" + "0" * 40) == Money(100)
    assert Money.of(Decimal("0E-60")) == Money(0)
    with pytest.raises(MoneyRejected, match="is a mistake"):
        Money(10**18)


def test_a_product_is_rounded_once() -> None:
    # at 28 digits the product would become a tie and be rounded down
    factor = Decimal("0.5000000000000000000000001")
    assert Money(10**17 + 1).times(factor).minor == round(Fraction(10**17 + 1) * Fraction(factor))
    assert Money(10**16 + 1).times(Fraction(factor)).minor == round(Fraction(10**16 + 1) * Fraction(factor))


@pytest.mark.parametrize("shares", [[], [0, 0], [1, -1]])
def test_allocation_needs_weights(shares) -> None:
    with pytest.raises(MoneyRejected):
        Money(100).allocate(shares)


def test_money_is_not_multiplied_by_a_float() -> None:
    with pytest.raises(MoneyRejected):
        Money(1) * 1.5


@given(st.decimals(-5, 5, places=6))
def test_a_rate_comes_back_from_its_text(annual: Decimal) -> None:
    assert Rate.of(str(Rate(annual))).annual == annual
    assert Rate.of(f"{annual * 100:f}%").annual == annual


@given(moneys, st.decimals(0, 1, places=4), st.integers(0, 400))
def test_interest_is_simple_and_rounded_once(principal: Money, annual: Decimal, days: int) -> None:
    exact = Fraction(principal.minor) * Fraction(annual) * days / 365
    assert Rate(annual).interest(principal, days).minor == round(exact)


def test_a_rate_is_exact_too() -> None:
    assert Rate.of("4.35%") == Rate.of("0.0435") == Rate.of(" 4.35％ ")
    assert Rate.of("4.35%").shown() == "4.35 %" and str(Rate.of("4.35%")) == "0.0435"
    for value in ("", "x", 0.05, "NaN"):
        with pytest.raises(MoneyRejected):
            Rate.of(value)
