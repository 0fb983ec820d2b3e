"""Every threshold of a credit decision."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money, Rate


@dataclass(frozen=True)
class Band:
    """A risk band: probabilities up to ``probability_max`` pay ``rate_annual`` for at most ``tenor_months_max``."""

    name: str
    probability_max: Decimal
    rate_annual: Rate
    tenor_months_max: int


@dataclass(frozen=True)
class Policy:
    """Every threshold of the decision. Raises InputRejected when the bands are not in order or break the legal cap."""

    version: str
    currency: str
    limit_max: Money
    group_limit_max: Money
    limit_min: Money
    limit_step: Money
    turnover_multiple: Decimal
    refer_above: Money
    history_days_min: int
    floor_days: int
    p_miss_max: Decimal
    p_early_max: Decimal
    surplus_share_max: Decimal
    tenor_months: tuple[int, ...]
    trades_excluded: tuple[str, ...]
    rate_annual_max: Rate
    refer_bands_apart: int
    refer_days: int
    override_alone_max: Money
    offer_valid_days: int
    statement_age_days_max: int
    bands: tuple[Band, ...]

    def __post_init__(self) -> None:
        if not self.bands or not self.tenor_months:
            raise InputRejected("bands and tenor_months must not be empty")
        if list(self.tenor_months) != sorted(set(self.tenor_months)) or self.tenor_months[0] < 1:
            raise InputRejected("tenor_months are not rising", expected="months from short to long")
        step = self.limit_step.minor
        if step <= 0 or not self.limit_step <= self.limit_min <= self.limit_max:
            raise InputRejected("limits are not in order", expected="limit_step <= limit_min <= limit_max")
        if self.limit_min.minor % step or self.limit_max.minor % step:
            raise InputRejected("limit_min and limit_max must be multiples of limit_step")
        if self.group_limit_max < self.limit_max:
            raise InputRejected(
                "group_limit_max is below limit_max", expected="what a group may owe: at least limit_max"
            )
        if self.turnover_multiple <= 0 or not 0 < self.surplus_share_max <= 1 or not 0 <= self.p_miss_max < 1:
            raise InputRejected("turnover_multiple, surplus_share_max or p_miss_max is out of range")
        for band in self.bands:
            if band.rate_annual > self.rate_annual_max or band.rate_annual.annual < 0:
                raise InputRejected(
                    f"band {band.name}: {band.rate_annual.shown()} is outside the legal range",
                    expected=f"0 to {self.rate_annual_max.shown()}",
                )
            if band.tenor_months_max < self.tenor_months[0]:
                raise InputRejected(f"band {band.name}: no tenor fits tenor_months_max")
        for better, worse in zip(self.bands, self.bands[1:], strict=False):
            if not (
                better.probability_max < worse.probability_max
                and better.rate_annual <= worse.rate_annual
                and better.tenor_months_max >= worse.tenor_months_max
            ):
                raise InputRejected(
                    f"bands {better.name} and {worse.name} are out of order",
                    expected="rising probability and rate, tenor that does not rise",
                )

    def band_of(self, probability: Decimal) -> int | None:
        """Index of the band of ``probability``; None beyond the last one."""
        return next((i for i, band in enumerate(self.bands) if probability <= band.probability_max), None)
