"""The six kinds of money, by what takes it out again. Pure."""

from __future__ import annotations

from typing import Literal

Kind = Literal["operating", "payroll", "tax", "seasonal", "idle", "hot"]
KINDS: tuple[Kind, ...] = ("operating", "payroll", "tax", "seasonal", "idle", "hot")
PLACE = {kind: number for number, kind in enumerate(KINDS)}
VOLATILE_DAYS = 30  # what is expected to leave within them is volatile, the rest stable
IDLE_DAYS = 90  # money that was asked for by nothing for as long lies idle
HOT_DAYS = 30  # money that came for a yield stays no longer
NEAR_DAYS = 5  # a payment within so many days after money left is what it left for
FESTIVAL_DAYS = (60, 10)  # stock is bought from so many days before Spring Festival until so many before it
SEASON_TIMES = 1.5  # a month is a season where at least so many times the usual is paid to suppliers
YIELD_EDGE = 0.001  # a yield a year so much above its rivals draws money that follows yields

# What a payment of this category (perception/cashflow) was for. What the owner takes was needed by nothing.
OF_CATEGORY: dict[str, Kind] = {
    "payroll": "payroll",
    "tax": "tax",
    "supplier": "operating",
    "rent": "operating",
    "loan": "operating",
    "other": "operating",
    "sales": "operating",
    "owner": "idle",
}
