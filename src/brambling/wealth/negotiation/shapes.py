"""What a negotiation is given and gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money, Rate
from brambling.kit.reasons import Reason
from brambling.wealth.flows.rules import Note
from brambling.wealth.negotiation.rules import PRICE_UNIT, Grid, Limits, Offer, Side, State, Version

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Terms:
    """What both sides know of the product: size, liquid share, yields, and how the talk runs.

    ``fill_share`` of a quota is expected to come. ``lot`` is what quotas are whole numbers of.
    """

    assets: Money
    liquid_share: Decimal
    yield_cash_annual: Rate
    yield_term_annual: Rate
    lot: Money
    confidence: Decimal = Decimal("0.99")
    fill_share: Decimal = Decimal(1)
    rounds: int = 8

    def __post_init__(self) -> None:
        if self.assets.minor <= 0 or self.lot.minor <= 0:
            raise InputRejected("assets and lot must be above zero")
        if not 0 <= self.liquid_share <= 1 or not 0 < self.fill_share <= 2:
            raise InputRejected("liquid_share must be 0 to 1 and fill_share above 0")
        if not Decimal("0.5") < self.confidence < 1:
            raise InputRejected("confidence must be above 0.5 and below 1")


@dataclass(frozen=True)
class Setting:
    """A limits file: the terms, and the limits of both sides."""

    version: str
    currency: str
    terms: Terms
    manager: Limits
    platform: Limits


@dataclass(frozen=True)
class Effects:
    """What a plan does, counted on the same joint paths.

    ``net_minor`` is the expected net flow by day, ``volatility_bp`` the standard deviation of daily net flow over all paths
    and days, ``need_share`` what has to lie liquid at the confidence, ``drag_bp`` what that costs a year against the
    longer yield, ``fee_bp`` the price of the plan, ``yield_bp`` what is left; ``p_breach`` is P(money due out on some day
    is more than what is liquid). All bp are of net assets.
    """

    net_minor: tuple[int, ...]
    volatility_bp: float
    need_share: float
    drag_bp: float
    fee_bp: float
    yield_bp: float
    p_breach: float


@dataclass(frozen=True, eq=False)
class Negotiation:
    """A negotiation of one product. ``effects`` are by version, 0 is without any plan."""

    product: str
    grid: Grid
    versions: tuple[Version, ...]
    state: State
    between: tuple[tuple[Side, Reason], ...]
    effects: Mapping[int, Effects]
    origin: date
    flow_notes: tuple[Note, ...] = field(default=())

    @property
    def agreed(self) -> Version | None:
        """The accepted version."""
        return self.versions[-1] if self.state == "accepted" else None

    def table(self, version: Version) -> pl.DataFrame:
        """An offer as a sales plan of the contract: date, product, channel, quota, price."""
        return plan_frame(version.offer, self.grid, self.product)


def plan_frame(offer: Offer, grid: Grid, product: str) -> pl.DataFrame:
    """The rows of an offer in which something is sold; quota in yuan, price as a fraction a year."""
    import polars as pl

    rows = [
        (
            day,
            product,
            channel,
            (grid.lot * int(offer.lots[d, c])).decimal,
            Decimal(int(offer.price[d, c])) / PRICE_UNIT,
        )
        for d, day in enumerate(grid.days)
        for c, channel in enumerate(grid.channels)
        if offer.lots[d, c] > 0
    ]
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "date": pl.Date,
        "product": pl.String,
        "channel": pl.String,
        "quota": pl.Decimal(38, 2),
        "price": pl.Decimal(10, 6),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


@dataclass(frozen=True)
class KeptDay:
    """What was promised for a day and what came over an ordinary day."""

    day: date
    promised: Money
    came: Money


@dataclass(frozen=True)
class Kept:
    """A promise beside what came: ``share`` of it came; ``low`` and ``high`` is the 80 % band of an ordinary total."""

    days: tuple[KeptDay, ...]
    promised: Money
    came: Money
    low: Money
    high: Money

    @property
    def share(self) -> float:
        return self.came.minor / self.promised.minor if self.promised.minor else 0.0
