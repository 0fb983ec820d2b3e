"""What a forecast gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from brambling.wealth.flows.rules import QUANTILES, Ints, Note

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Choice:
    """How one series was forecast: ``method`` is blend, seasonal-naive or zero; ``weights`` of the blend's members.

    ``loss_relative`` is the loss of the blend over that of the seasonal naive at the earlier origins (None: could not
    be measured).
    """

    product: str
    side: str
    method: str
    weights: Mapping[str, float]
    loss_relative: float | None


@dataclass(frozen=True)
class Paths:
    """Joint paths in smallest units: ``subscription`` and ``redemption`` are (path, product, day)."""

    products: tuple[str, ...]
    days: NDArray[np.datetime64]
    subscription: Ints
    redemption: Ints

    @property
    def net(self) -> Ints:
        """Money in less money out, (path, product, day)."""
        return self.subscription - self.redemption

    def frame(self) -> pl.DataFrame:
        """Long table: path, date, product, subscription, redemption."""
        import polars as pl

        count, products, days = self.subscription.shape
        frame = pl.DataFrame(
            {
                "path": np.repeat(np.arange(1, count + 1), products * days),
                "date": np.tile(self.days, count * products),
                "product": pl.Series(np.tile(np.repeat(np.array(self.products, dtype=object), days), count).tolist()),
                "subscription": self.subscription.reshape(-1),
                "redemption": self.redemption.reshape(-1),
            }
        )
        return frame.with_columns(yuan("subscription"), yuan("redemption"))


@dataclass(frozen=True)
class Coverage:
    """Share of days inside the bands at earlier origins, each banded from what was known before it."""

    share_80: float
    share_95: float
    origins: int


@dataclass(frozen=True)
class History:
    """The flows that were read, in smallest units, NaN where unknown: (product, day) for each side."""

    products: tuple[str, ...]
    days: NDArray[np.datetime64]
    subscription: NDArray[np.float64]
    redemption: NDArray[np.float64]


@dataclass(frozen=True)
class Forecast:
    """A forecast of every product and side.

    ``table`` has the columns date, product, side, mean, q0.025, q0.10, q0.50, q0.90, q0.975, amounts as decimals of two
    places. ``mean`` is the point forecast: it adds up exactly over sides and over the hierarchy. ``levels`` names the
    level of each product in the hierarchy (0 is the whole; empty without a hierarchy).
    """

    table: pl.DataFrame
    horizon_days: int
    origin: str
    history: History
    notes: tuple[Note, ...]
    choices: tuple[Choice, ...]
    coverage: Coverage | None
    levels: Mapping[str, int]
    paths: Paths | None = None
    seed: int = 7

    def rows(self) -> list[dict[str, Any]]:
        """The table as records, amounts as text with two decimals."""
        import polars as pl

        amounts = ["mean", *QUANTILES]
        table = self.table.with_columns(pl.col(amounts).cast(pl.String), pl.col("date").cast(pl.String))
        return table.to_dicts()


def yuan(name: str) -> pl.Expr:
    """A column of smallest units as decimals of two places, exactly."""
    import polars as pl

    return (pl.col(name).cast(pl.Decimal(38, 2)) / 100).cast(pl.Decimal(38, 2)).alias(name)
