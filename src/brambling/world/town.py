"""What a town is (its description), and what comes out of it (its frames)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from brambling.kit.calendar import YEAR_MAX, YEAR_MIN
from brambling.kit.errors import InputRejected

if TYPE_CHECKING:
    import polars as pl

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = list[str]

# Businesses of a district: payments inside the town stay inside it, and each has its own random streams.
DISTRICT = 500
# Days simulated before the first statement line (so that invoices are under way) and after the last (the truth ahead).
WARM_UP_DAYS = 120
FUTURE_DAYS = 365
BUSINESSES_MAX = 10_000_000

REGION = "999101"  # the form of a GB/T 2260 county code; no register has 99xxxx
COUNTY = "仿真县"
TOWNS = ("禾溪镇", "云雀镇", "砚台镇", "南埠镇", "青石镇", "柳湾镇")


@dataclass(frozen=True)
class Town:
    """The description of a town; everything else follows from it.

    ``months`` whole months of statements end with the month of ``end``, whose last day is the last line's. Raises
    InputRejected for a town that cannot be built.
    """

    seed: int = 7
    businesses: int = 2000
    months: int = 18
    end: date = date(2026, 10, 31)

    def __post_init__(self) -> None:
        if not 0 <= self.seed < 2**32:
            raise InputRejected(f"seed {self.seed}", expected="a whole number from 0 to 4294967295")
        if not 1 <= self.businesses <= BUSINESSES_MAX:
            raise InputRejected(f"{self.businesses} businesses", expected=f"1 to {BUSINESSES_MAX:,}")
        if not 1 <= self.months <= 120:
            raise InputRejected(f"{self.months} months", expected="1 to 120")
        if (self.end + timedelta(days=1)).day != 1:
            raise InputRejected(f"the town ends on {self.end}", expected="the last day of a month")
        if self.start.year - 1 < YEAR_MIN or self.end.year + 2 > YEAR_MAX:
            raise InputRejected(f"the town ends on {self.end}", expected=f"years inside {YEAR_MIN + 2}..{YEAR_MAX - 2}")

    @property
    def start(self) -> date:
        """The first day of the statements."""
        number = self.end.year * 12 + self.end.month - self.months
        return date(number // 12, number % 12 + 1, 1)

    @property
    def districts(self) -> int:
        """How many districts there are, the last one perhaps smaller than ``DISTRICT``."""
        return -(-self.businesses // DISTRICT)

    def district_size(self, district: int) -> int:
        """Businesses of the district with number ``district`` (from 0)."""
        return min(DISTRICT, self.businesses - district * DISTRICT)


@dataclass(frozen=True, eq=False)
class Simulation:
    """The frames of a town, all synthetic. ``business`` is the number of a business, from 1; amounts are fen.

    - ``businesses``: business, customer (UUID text), uscc, name, trade, gbt4754, trade_zh, trade_en, region, town,
      address, owner, owner_id, owner_age, phone, account, opened_on, legal_form, turnover_year_minor, headcount, synthetic
    - ``statements``: business, date, amount_minor (positive is money in), counterparty, memo, balance_minor, account,
      true_category; in the order of the account
    - ``truth``: business, first_missed_on, default_on, closed_on, and the latent parameters
    - ``needs``: business, as_of, kind, happens_on, not_after, amount_minor, strength
    - ``responses``: business, as_of, offer, need, contacts_before, p_without, p_with, take_without, take_with, refuses,
      contacted, taken
    - ``payers``: business, counterparty, terms_days, usual_delay_days, turned_late_on, late_extra_days, lost_on
    - ``related``: business, person, person_id, role
    - ``funds``: date, product, subscription, redemption (yuan, Decimal), yield_annual
    - ``holders``: product, holder, share
    - ``future``: business, date, net_minor (the days after ``town.end``)
    """

    town: Town
    businesses: pl.DataFrame
    statements: pl.DataFrame
    truth: pl.DataFrame
    needs: pl.DataFrame
    responses: pl.DataFrame
    payers: pl.DataFrame
    related: pl.DataFrame
    funds: pl.DataFrame
    holders: pl.DataFrame
    future: pl.DataFrame

    def statement(self, business: int) -> pl.DataFrame:
        """One statement in the contract's columns: date, amount, counterparty, memo, balance, account.

        ``amount`` and ``balance`` are yuan as Decimal with two places. Raises InputRejected for no such business.
        """
        import polars as pl

        rows = self.statements.filter(pl.col("business") == business)
        if rows.is_empty():
            raise InputRejected(f"no business {business}", expected=f"1 to {self.town.businesses}")
        return rows.select(
            "date",
            yuan("amount_minor").alias("amount"),
            "counterparty",
            "memo",
            yuan("balance_minor").alias("balance"),
            "account",
        )


def yuan(column: str) -> pl.Expr:
    """Fen as exact yuan: Decimal with two places."""
    import polars as pl

    return (pl.col(column).cast(pl.Decimal(38, 2)) / pl.lit(100).cast(pl.Decimal(38, 0))).cast(pl.Decimal(38, 2))


def stream(seed: int, name: str, district: int | None = None) -> np.random.Generator:
    """The random stream called ``name`` of a district, or of the whole town: no stream touches another."""
    place = 0 if district is None else district + 1
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, place, zlib.crc32(name.encode())])))
