"""The three funds of the town: flows of its businesses, and of households outside the statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brambling.world.economy import Books
from brambling.world.population import Population
from brambling.world.registry import Register
from brambling.world.timeline import FUNDS, Timeline
from brambling.world.town import Flags, Floats, Ints, Town, stream, yuan

if TYPE_CHECKING:
    import polars as pl

_DAILY, _MONTHLY, _BONDS = range(3)
# Households of one district: what they hold in each fund at the start (yuan), and the usual daily share bought and sold.
_HELD = np.array([6_000_000.0, 4_000_000.0, 3_000_000.0])
_BUYS = np.array([0.013, 0.0065, 0.0042])
_SELLS = np.array([0.012, 0.0060, 0.0040])
_COHORTS = 24  # of households, as holders


@dataclass(frozen=True, eq=False)
class FundPart:
    """One district's part: flows [days of the statements, products] in fen, and its holders on the last day."""

    bought: Ints
    sold: Ints
    holders: list[tuple[int, str, int]]  # product, name, fen


def fund_part(
    town: Town, district: int, people: Population, time: Timeline, *, who: Register, books: Books
) -> FundPart:
    """Flows and holders of one district."""
    rng = stream(town.seed, "households", district)
    bought, sold, held = _households(rng, time)
    window = slice(time.first, time.last + 1)
    bought, sold = bought[window], sold[window]
    for product in range(len(FUNDS)):
        of = people.product == product
        bought[:, product] += books.lines["to_fund"][window][:, of].sum(axis=1)
        sold[:, product] += books.lines["from_fund"][window][:, of].sum(axis=1)
    last = books.fund[time.last]
    holders = [(int(people.product[k]), who.names[k], int(last[k])) for k in np.flatnonzero(last > 0)]
    for product in range(len(FUNDS)):
        parts = rng.dirichlet(np.full(_COHORTS, 0.7)) * held[product]
        holders += [
            (product, f"仿真个人投资者{district + 1:03d}-{k + 1:02d}", int(part)) for k, part in enumerate(parts)
        ]
    return FundPart(bought, sold, holders)


def _households(rng: np.random.Generator, time: Timeline) -> tuple[Ints, Ints, Ints]:
    """Flows [days, products] in fen of the households of a district, and what they hold after the statements' last day.

    They buy after pay days and when the yield stands above its mean, sell at quarter end, before long holidays and for
    the tax day, and now and then one of them sells a large piece. Only the daily fund trades on days off.
    """
    buys, sells = _calendar_pull(time)
    mean = time.fund_yield.mean(axis=0)
    appeal = np.exp(60 * (time.fund_yield - mean) / mean * 0.02)
    shock = np.exp(rng.normal(0.0, [0.30, 0.35, 0.45], size=(2, time.length, 3)))
    piece = np.where(rng.random((time.length, 3)) < 0.004, rng.uniform(0.03, 0.12, (time.length, 3)), 0.0)
    opens = np.ones((time.length, 3), dtype=np.bool_)
    opens[:, _MONTHLY:] = time.calendar["workday"][:, None]
    quiet = np.where(time.calendar["workday"], 1.0, 0.55)[:, None]
    rate_in = _BUYS * buys * appeal * shock[0] * opens * quiet
    rate_out = np.minimum(_SELLS * sells / appeal * shock[1] * quiet + piece, 0.5) * opens
    held = _HELD * 100
    bought, sold = np.zeros((time.length, 3), dtype=np.int64), np.zeros((time.length, 3), dtype=np.int64)
    for t in range(time.last + 1):
        bought[t] = np.rint(held * rate_in[t])
        sold[t] = np.rint(held * rate_out[t])
        # what is held is pulled back to its usual size: a fund of this kind neither dries up nor takes the county
        held = (held + bought[t] - sold[t]) * (1 + time.fund_yield[t] / 365)
        held += 0.002 * (_HELD * 100 - held)
    return bought, sold, np.rint(held).astype(np.int64)


def _calendar_pull(time: Timeline) -> tuple[Floats, Floats]:
    day = time.calendar["day_of_month"].astype(np.int64)
    to_end = time.calendar["days_to_month_end"].astype(np.int64)
    quarter: Flags = time.calendar["month"] % 3 == 0
    festival = time.calendar["days_to_spring_festival"].astype(np.int64)
    long_break = time.calendar["days_off_after"] >= 3
    buys = 1 + 0.5 * np.isin(day, (10, 11, 12, 15, 16)) + 0.9 * ((day <= 3) & (time.calendar["month"] % 3 == 1))
    sells = (
        1
        + 1.4 * (quarter & (to_end <= 2))
        + 0.5 * (to_end <= 1)
        + 0.8 * long_break
        + 0.4 * (time.calendar["days_to_tax_day"] == -1)
    )
    sells = sells + 1.2 * ((festival >= -15) & (festival < 0))
    buys = buys + 0.9 * ((festival > 8) & (festival < 25))
    return buys[:, None], sells[:, None]


def flows(time: Timeline, parts: list[FundPart]) -> pl.DataFrame:
    """The contract's flows: date, product, subscription, redemption in yuan; the yield is a covariate."""
    import polars as pl

    days = time.days[time.first : time.last + 1]
    shape = (days.size, len(FUNDS))
    bought = sum((part.bought for part in parts), np.zeros(shape, dtype=np.int64))
    sold = sum((part.sold for part in parts), np.zeros(shape, dtype=np.int64))
    frame = pl.DataFrame({
        "date": pl.Series(np.repeat(days, len(FUNDS))).cast(pl.Date),
        "product": pl.Series(FUNDS).gather(np.tile(np.arange(len(FUNDS)), days.size)),
        "subscription": bought.reshape(-1),
        "redemption": sold.reshape(-1),
        "yield_annual": np.round(time.fund_yield[time.first : time.last + 1], 6).reshape(-1),
    })  # fmt: skip
    return frame.with_columns(yuan("subscription").alias("subscription"), yuan("redemption").alias("redemption"))


def holders(parts: list[FundPart]) -> pl.DataFrame:
    """The contract's holders on the last day: product, holder, share (of the product, they add up to one)."""
    import polars as pl

    rows = [row for part in parts for row in part.holders]
    frame = pl.DataFrame(rows, schema={"at": pl.Int64, "holder": pl.String, "held": pl.Int64}, orient="row")
    return (
        frame.with_columns(
            pl.Series(FUNDS).gather(frame["at"]).alias("product"),
            (pl.col("held") / pl.col("held").sum().over("at")).alias("share"),
        )
        .sort(["at", "held"], descending=[False, True], maintain_order=True)
        .select("product", "holder", "share")
    )
