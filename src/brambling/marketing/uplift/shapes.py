"""What the verbs give back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from brambling.engine.learn import Artefact
from brambling.kit.money import Money
from brambling.marketing.uplift.rules import Note, Verdict

if TYPE_CHECKING:
    import polars as pl

KIND = "uplift"
FORMAT = 1


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Candidate:
    """How one candidate did on rows it had not seen: its share of the blend, its R-loss against a constant effect in
    standard errors (below 0 is better), and its Qini."""

    name: str
    weight: float
    loss_errors: float
    qini: Interval


@dataclass(frozen=True)
class Group:
    """Customers whose predicted uplift is alike (cross-fitted): what was predicted and what happened."""

    rows: int
    predicted: float
    observed: Interval


@dataclass(frozen=True)
class Mark:
    """A column in which those who answer most differ from those who answer least: means in both fifths, and their
    distance in standard deviations."""

    column: str
    most: float
    least: float
    distance: float


@dataclass(frozen=True)
class UpliftFit:
    """A fitted model and what was found on the way.

    ``verdict`` is the answer of the test whose ``p_value`` and parts are beside it; ``average`` the effect of contact
    on all; ``qini`` that of the calibrated blend on rows it had not seen, ``ahead_of`` the paired difference to other
    orderings; ``curve`` the points (share of customers, Qini curve per customer) for a chart.
    """

    model: Any
    verdict: Verdict
    statistic: float
    directions: int
    rows_effective: float
    p_value: float
    average: Interval
    rows_treated: int
    rows_control: int
    rate_treated: float
    rate_control: float
    qini: Interval
    ahead_of: Mapping[str, Interval]
    candidates: tuple[Candidate, ...]
    groups: tuple[Group, ...]
    marks: tuple[Mark, ...]
    slope_found: float
    slope_kept: float
    curve: tuple[tuple[float, float], ...]
    features: tuple[str, ...]
    treatment: str
    outcome: str
    treated: tuple[str, ...]
    control: str
    binary: bool
    notes: tuple[Note, ...] = ()
    seed: int = 7

    def artefact(self, created_by: str, created_at: datetime) -> Artefact:
        """The model as a file's content; what was found is its metadata."""
        found = {
            "verdict": self.verdict,
            "p_value": self.p_value,
            "average": self.average.value,
            "qini": self.qini.value,
            "rows": self.rows_treated + self.rows_control,
            "seed": self.seed,
        }
        data, parts = self.model.to_plain()
        return Artefact(KIND, FORMAT, created_by, created_at, data=data, parts=parts, metadata=found)


@dataclass(frozen=True)
class Allocation:
    """Who is contacted with what.

    ``table`` is the input with ``chosen`` and ``net_value``; ``value`` what the plan is expected to earn net of cost
    and nuisance, ``bound`` what no plan can exceed, ``gap`` the share between them. ``prices`` are yuan that one more
    unit of a resource (a yuan of budget, a contact of a channel) would earn.
    """

    table: pl.DataFrame
    contacts: int
    customers: int
    value: Money
    bound: Money
    gap: float
    cost: Money
    prices: Mapping[str, float]
    used: Mapping[str, int]
    limits: Mapping[str, int]
    by_offer: Mapping[str, int] = field(default_factory=dict)
    left_alone: int = 0
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class CallPlan:
    """A walk through past calls: how well each next block was ordered by what was known before it, and the stop rule.

    ``table`` has a row each for the walked customers: ``row, probability, calls_planned``; None for figures that the
    file could not give (no outcome in a part).
    """

    table: pl.DataFrame
    rows_learnt: int
    rows_walked: int
    refits: int
    rate_learnt: float
    rate_walked: float
    auc: float | None
    calls_made: int
    calls_kept: int
    outcomes_made: int
    outcomes_kept: int
    keep_target: float
    notes: tuple[Note, ...] = ()
