"""Money is a type: exact, with its currency, immutable. Rates are decimals of a year.

``Money`` holds an integer of the smallest unit (fen, cent), so sums never drift; text is the only way in and out for
people. ``Rate`` is an annual rate held as an exact decimal fraction (0.0435 is 4.35 % a year).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation, localcontext
from fractions import Fraction
from functools import cache

from brambling.kit.errors import MoneyRejected

# Digits after the point of the smallest unit (ISO 4217); currencies not listed here are rejected, not guessed.
MINOR_DIGITS = {"CNY": 2, "USD": 2, "EUR": 2, "GBP": 2, "HKD": 2, "CZK": 2, "SGD": 2, "JPY": 0, "KRW": 0}

# Far above any balance and inside the database's BIGINT; below it decimal arithmetic of 28 digits is exact.
MINOR_LIMIT = 10**18

_AMOUNT = re.compile(r"^[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d+)?$")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋\u2212\ufe63", "0123456789.,-+--")


def _short(value: object) -> str:
    """The value as a message quotes it: one line, not a whole file."""
    words = repr(value)
    return words if len(words) <= 60 else f"{words[:57]}..."


def digits_of(currency: str) -> int:
    """Digits of the smallest unit of ``currency``; raises MoneyRejected for a code this build does not know."""
    try:
        return MINOR_DIGITS[currency]
    except KeyError:
        known = " ".join(sorted(MINOR_DIGITS))
        raise MoneyRejected(f"unknown currency {currency!r}; expected one of {known}") from None


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount: ``minor`` smallest units of ``currency``. Negative is money out."""

    minor: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if type(self.minor) is not int:  # bool and numpy integers would travel on unseen
            raise MoneyRejected(f"minor units must be an int, not {type(self.minor).__name__}")
        if abs(self.minor) >= MINOR_LIMIT:
            raise MoneyRejected(f"an amount of more than {MINOR_LIMIT:.0e} smallest units is a mistake")
        digits_of(self.currency)

    # -- in and out -------------------------------------------------------------------------------------------

    @classmethod
    def of(cls, text: str | Decimal | int, currency: str = "CNY") -> Money:
        """Money from text such as ``1,234.50`` (full-width digits too), a Decimal, or whole units.

        Raises MoneyRejected for a float, for text that is not a plain amount, and for more digits than the currency
        has: rounding is a decision and never happens on the way in.
        """
        if isinstance(text, float | bool):
            raise MoneyRejected("money cannot come from a float; pass text or Decimal")
        if isinstance(text, str):
            cleaned = text.translate(_FULL_WIDTH).strip().lstrip("¥￥").strip()
            if not _AMOUNT.match(cleaned) or not any(ch.isdigit() for ch in cleaned):
                raise MoneyRejected(f"{_short(text)} is not an amount; expected text like 1,234.50")
            text = cleaned.replace(",", "")
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise MoneyRejected(f"{_short(text)} is not an amount") from None
        if not value.is_finite() or abs(value.adjusted()) > 20:
            if value == 0:
                return cls(0, currency)
            raise MoneyRejected(f"{_short(text)} is not an amount of money")
        # a fraction, because decimal arithmetic would round the 29th digit away without a word
        scaled = Fraction(value) * 10 ** digits_of(currency)
        if scaled.denominator != 1:
            raise MoneyRejected(f"{_short(text)} has more digits than {currency} has")
        return cls(scaled.numerator, currency)

    @classmethod
    def zero(cls, currency: str = "CNY") -> Money:
        """Nothing, in ``currency``."""
        return cls(0, currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in whole units, exact."""
        return Decimal(self.minor).scaleb(-digits_of(self.currency))

    def __str__(self) -> str:
        """Plain text with all digits of the currency: ``1234567.80``. The contract of JSON amounts."""
        return f"{self.decimal:.{digits_of(self.currency)}f}"

    def grouped(self) -> str:
        """Text for people: ``1,234,567.80``."""
        return f"{self.decimal:,.{digits_of(self.currency)}f}"

    # -- arithmetic -------------------------------------------------------------------------------------------

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise MoneyRejected(f"cannot mix {self.currency} and {other.currency}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.minor), self.currency)

    def __mul__(self, factor: int) -> Money:
        if type(factor) is not int:
            raise MoneyRejected("multiply money by an int, or use times(Decimal) and say how to round")
        return Money(self.minor * factor, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __gt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor > other.minor

    def __ge__(self, other: Money) -> bool:
        self._same(other)
        return self.minor >= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def times(self, factor: Decimal | Fraction, rounding: str = ROUND_HALF_EVEN) -> Money:
        """The product, rounded to the smallest unit by ``rounding`` (a constant of :mod:`decimal`)."""
        # 60 digits decide every rounding of amounts below 10**18 with denominators below 10**18 or factors of 40 digits
        with localcontext(prec=60):
            if isinstance(factor, Fraction):
                exact = Fraction(self.minor) * factor
                product = Decimal(exact.numerator) / Decimal(exact.denominator)
            else:
                product = Decimal(self.minor) * factor
            whole = product.quantize(Decimal(1), rounding=rounding)
        return Money(int(whole), self.currency)

    def allocate(self, weights: Sequence[int | Decimal]) -> tuple[Money, ...]:
        """Split into parts in proportion to ``weights`` without losing a unit.

        Largest remainder: each part gets its floor, the units left go to the largest remainders, ties to the earlier
        part. The parts sum to the whole exactly. Raises MoneyRejected when no weight is positive or one is negative.
        """
        shares = [Fraction(w) for w in weights]
        total = sum(shares, Fraction(0))
        if not shares or total <= 0 or min(shares) < 0:
            raise MoneyRejected("allocation needs weights of which none is negative and one is positive")
        sign, whole = (-1, -self.minor) if self.minor < 0 else (1, self.minor)
        exact = [whole * share / total for share in shares]
        floors = [int(part) for part in exact]
        left = whole - sum(floors)
        by_remainder = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
        for i in by_remainder[:left]:
            floors[i] += 1
        return tuple(Money(sign * part, self.currency) for part in floors)


@cache  # a bank has few rates
def _ratio(annual: Decimal) -> tuple[int, int]:
    return annual.as_integer_ratio()


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """An annual rate as an exact fraction of one: ``Rate.of("4.35%")`` is ``Rate(Decimal("0.0435"))``."""

    annual: Decimal

    def __post_init__(self) -> None:
        if not isinstance(self.annual, Decimal) or not self.annual.is_finite():
            raise MoneyRejected("a rate is a finite Decimal fraction of one, such as 0.0435")

    @classmethod
    def of(cls, text: str | Decimal) -> Rate:
        """Rate from ``4.35%`` or ``0.0435``; raises MoneyRejected for anything else."""
        if isinstance(text, Decimal):
            return cls(text)
        if not isinstance(text, str):
            raise MoneyRejected("a rate comes from text or Decimal, not from a float")
        cleaned = text.strip().replace("％", "%")
        try:
            value = Decimal(cleaned.rstrip("%"))
        except InvalidOperation:
            raise MoneyRejected(f"{_short(text)} is not a rate; expected text like 4.35% or 0.0435") from None
        return cls(value / 100 if cleaned.endswith("%") else value)

    @property
    def percent(self) -> Decimal:
        """Percent a year."""
        return self.annual * 100

    def interest(self, principal: Money, days: int, day_count: int = 365) -> Money:
        """Simple interest on ``principal`` over ``days`` (actual/``day_count``), rounded half to even to the unit."""
        return Money(self.interest_minor(principal.minor, days, day_count), principal.currency)

    def interest_minor(self, minor: int, days: int, day_count: int = 365) -> int:
        """:meth:`interest` of so many units, in units: for loops that make thousands of schedules."""
        numerator, denominator = _ratio(self.annual)
        whole, rest = divmod(minor * numerator * days, denominator * day_count)
        over = 2 * rest - denominator * day_count
        return whole + (over > 0 or (over == 0 and whole % 2 == 1))

    def __str__(self) -> str:
        """Fraction text without exponent: ``0.0435``. The contract of JSON rates."""
        return f"{self.annual.normalize():f}"

    def shown(self) -> str:
        """Text for people: ``4.35 %``."""
        return f"{self.percent:.2f} %"
