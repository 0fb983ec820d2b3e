"""What a ladder and a backtest give back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from brambling.kit.reasons import Reason
from brambling.wealth.flows.rules import Note
from brambling.wealth.ladder.rules import Holders, Light, Position, RuleBook, Trade

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """Par yields by day: ``days`` (day), ``tenors`` in days (tenor), ``yields`` as fractions a year (day, tenor)."""

    days: NDArray[np.datetime64]
    tenors: Floats
    yields: Floats

    def at(self, day: int, tenor_days: float | Floats) -> Floats:
        """Yield of a tenor on row ``day``, straight between tenors, flat beyond them."""
        out: Floats = np.interp(np.asarray(tenor_days, dtype=float), self.tenors, self.yields[day])
        return out


@dataclass(frozen=True)
class Need:
    """Money that must be there by each day, as shares of net assets, cumulated; ``sales`` may cover it or not.

    ``name`` is base, front-loaded, quarter-end, rumour. ``share`` is (day).
    """

    name: str
    share: Floats
    sales: bool


@dataclass(frozen=True)
class Binding:
    """A limit or a need that costs yield: ``bp`` a year for one more point (share) or day (WAM, WAL) of room."""

    name: str
    bp: float
    unit: str


@dataclass(frozen=True)
class SpiralDay:
    """One day of the feedback: rise of yields in bp so far, price fall in bp, shares redeemed, sold by force."""

    day: int
    rise_bp: float
    fall_bp: float
    redeemed: float
    sold: float


@dataclass(frozen=True)
class SpiralRun:
    """A spiral: its days, whether everybody was paid, and shares redeemed and sold by force in all."""

    days: tuple[SpiralDay, ...]
    paid: bool
    redeemed: float
    sold: float
    fall_bp: float


@dataclass(frozen=True)
class Stress:
    """Stress of one portfolio. ``coverage`` is money there over money needed on the tightest day, by need.

    ``breaking_share`` is the least share redeemed in five days that cannot be paid (None: even all is paid);
    ``breaking_shock_bp`` the least first rise of yields with which the spiral ends unpaid (None: none up to the top).
    """

    coverage: Mapping[str, float]
    spiral: SpiralRun
    breaking_share: float | None
    breaking_shock_bp: float | None


@dataclass(frozen=True)
class Portfolio:
    """Positions with what they are: lights, income a year in bp of net assets, stress."""

    positions: tuple[Position, ...]
    lights: tuple[Light, ...]
    yield_bp: float
    wam_days: float
    stress: Stress

    @property
    def breaches(self) -> tuple[Light, ...]:
        """The clauses that do not hold."""
        return tuple(light for light in self.lights if light.status == "breach")


@dataclass(frozen=True)
class Ladder:
    """Today, and what to do. ``plan`` is None where no plan satisfies everything: ``conflict`` then names a minimal
    set of clauses and needs that cannot hold together. ``gaps`` has one row a day (see :meth:`table`).
    """

    as_of: date
    product: str
    book: RuleBook
    currency: str
    assets_minor: int
    confidence: float
    days: NDArray[np.datetime64]
    needs: tuple[Need, ...]
    today: Portfolio
    plan: Portfolio | None
    trades: tuple[Trade, ...]
    cost_minor: int
    gained_bp: float
    binding: tuple[Binding, ...]
    conflict: tuple[str, ...]
    holders: Holders
    gaps: Mapping[str, Any]
    curve_day: date
    notes: tuple[Reason, ...] = ()
    flow_notes: tuple[Note, ...] = ()

    @property
    def breach(self) -> bool:
        """Whether a pipeline should stop: a clause is broken today, or no plan can hold all of them and the needs."""
        return bool(self.today.breaches) or self.plan is None

    def table(self) -> pl.DataFrame:
        """One row a day: date, what may be needed, what comes due, and the gap, today and with the plan."""
        import polars as pl

        frame = pl.DataFrame({name: np.asarray(column) for name, column in self.gaps.items()})
        money = [pl.col(name) for name in self.gaps if name not in ("date", "workday")]
        return frame.with_columns(
            *(((column.cast(pl.Decimal(38, 2))) / 100).cast(pl.Decimal(38, 2)) for column in money)
        )


@dataclass(frozen=True)
class PolicyYear:
    """One policy over all replays: yield in bp a year, what overnight money cost, days on which a rule broke or money was
    missing (each a forced sale), and the share of assets sold by force."""

    policy: str
    yield_bp: float
    cash_share: float
    drag_bp: float
    wam_days: float
    breach_days: int
    forced_sales: int
    sold_share: float
    days: int


@dataclass(frozen=True)
class Gain:
    """Yield of the forecast ladder over the fixed one, in bp a year, taken apart."""

    total_bp: float
    cash_bp: float
    term_bp: float
    choice_bp: float
    wam_gap_days: float


@dataclass(frozen=True)
class QuarterEnds:
    """The last five trading days of quarters: change of size, and book yield of both ladders in bp."""

    weeks: int
    size_change: float
    yield_bp: float
    fixed_bp: float


@dataclass(frozen=True)
class Volatility:
    """Spread in bp (standard deviation) of the yield between and within quarters, ours and the fixed ladder's."""

    between_bp: float
    between_fixed_bp: float
    within_bp: float
    within_fixed_bp: float


@dataclass(frozen=True)
class Reserve:
    """The redemption reserve set each evening: how often it fell short, and what lay idle over mean redemption."""

    level: float
    short_share: float
    idle: float
    product_days: int
    plain_short_share: float
    plain_idle: float


@dataclass(frozen=True)
class Trial:
    """All replays with flows ``times`` what they were. ``redemption_rate`` is redemptions a day over assets.

    ``crunch_bp`` is the yield over the fixed ladder in June 2013, None where no window holds it.
    """

    times: int
    redemption_rate: float
    policies: tuple[PolicyYear, ...]
    gain: Gain
    quarter_ends: QuarterEnds
    volatility: Volatility
    crunch_bp: float | None


@dataclass(frozen=True)
class Backtest:
    """Replays of the flows on the curve; ``table`` has a row for each product, times, window and policy."""

    products: tuple[str, ...]
    align: str
    windows: int
    curve_from: date
    curve_to: date
    flows_from: date
    flows_to: date
    trials: tuple[Trial, ...]
    reserve: Reserve
    table: pl.DataFrame
    notes: tuple[Reason, ...] = ()
    flow_notes: tuple[Note, ...] = ()
