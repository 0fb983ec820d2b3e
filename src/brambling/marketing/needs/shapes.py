"""What ``audience`` gives back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from brambling.kit.money import Money
from brambling.marketing.needs.rules.audience import NeedSpec, Stand, Step

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class FunnelStep:
    """One step: how many came to it, passed it, were left alone there, and are held because something is not known.

    ``reasons`` counts the reason codes of those who stopped, the commonest first.
    """

    step: Step
    entered: int
    passed: int
    left: int
    held: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, eq=False)
class Audience:
    """Whom a need is for on a day.

    ``stands`` are in the order of the rows of ``table`` (the customers as read, with ``row`` from 1). ``value_contact``
    and ``value_nothing`` are those of the two acts, summed over the customers to contact; ``missing`` the deciding
    columns that the file does not have, and ``replaced`` its columns that a result takes the name of.
    """

    spec: NeedSpec
    version: str
    today: date
    table: pl.DataFrame
    stands: tuple[Stand, ...]
    steps: tuple[FunnelStep, ...]
    value_contact: Money
    value_nothing: Money
    missing: tuple[str, ...]
    replaced: tuple[str, ...]
    synthetic: bool = False

    @property
    def contacts(self) -> int:
        """How many customers to contact."""
        return sum(stand.act == "contact" for stand in self.stands)

    @property
    def held(self) -> int:
        """How many are held because something is not known."""
        return sum(stand.act == "hold" for stand in self.stands)

    @property
    def left(self) -> int:
        """How many are left alone."""
        return sum(stand.act == "leave" for stand in self.stands)
