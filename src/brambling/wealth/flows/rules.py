"""What a forecast must be, whatever made it: exact sums, nothing negative, quantiles in order. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from brambling.kit.i18n import N_

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVELS: tuple[float, ...] = (0.025, 0.10, 0.50, 0.90, 0.975)
QUANTILES: tuple[str, ...] = ("q0.025", "q0.10", "q0.50", "q0.90", "q0.975")
SIDES: tuple[str, ...] = ("subscription", "redemption", "net")

HISTORY_DAYS_MIN = 14  # two weeks: below it not even the seasonal naive can be judged
CLOSED_AFTER_DAYS = 10  # rows end this long before the file does: the product is taken as closed
HORIZON_DAYS_MAX = 366

# Reason codes with the English of their texts; parameters are filled in by the report.
NOTES: Mapping[str, str] = MappingProxyType(
    {
        "gap": N_("{product}: {days} days are missing between {first} and {last}; they are taken as unknown"),
        "closed": N_("{product}: no rows after {last}; taken as closed and left out"),
        "young": N_("{product}: {days} days of history, too few for any forecast; left out"),
        "zero": N_("{product}: every {side} is zero; the forecast is zero"),
        "asleep": N_("{product}: no {side} in the last {days} days; the forecast is zero"),
        "short": N_(
            "{product}: {days} days of history are too few to judge anything at this horizon; "
            "the forecast is last week's days (seasonal naive)"
        ),
        "naive": N_("{product}: nothing beat the seasonal naive for the {side}; the forecast is last week's days"),
        "days-off": N_("{product}: no {side} on days off; the forecast is zero there"),
        "rounded": N_("{count} amounts have more than two decimals; they are rounded to the fen"),
        "plan-learnt": N_("sales plan: {percent} % of what was planned came in the past, and is expected to come"),
        "plan-assumed": N_("sales plan: no planned day lies in the past, so the plan is taken as it is"),
        "known-used": N_("{column}: known ahead; {percent} % of it is expected in the {side}"),
        "known-left": N_("{column}: known ahead, but it did not help on the days held back; not used for the {side}"),
    }
)


@dataclass(frozen=True)
class Note:
    """Something the reader must know: a code of ``NOTES`` and its parameters."""

    code: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert self.code in NOTES, self.code


def whole(amounts: Floats) -> Ints:
    """Non-negative smallest units of ``amounts``; a flow below zero is no flow."""
    units: Ints = np.rint(np.maximum(amounts, 0)).astype(np.int64)
    return units


def ordered(quantiles: Ints) -> Ints:
    """Quantiles (level, ...) made non-decreasing by sorting, which never widens a band (Chernozhukov et al. 2010)."""
    out: Ints = np.sort(quantiles, axis=0)
    return out


def roll_up(leaves: Ints, members: Sequence[Sequence[int]]) -> Ints:
    """Exact sums: row ``i`` is the sum of the ``leaves`` (series, ...) listed in ``members[i]``."""
    return np.stack([leaves[list(places)].sum(axis=0) for places in members])


def weighted_quantiles(values: Floats, weights: Floats, levels: Sequence[float]) -> Floats:
    """The least value whose share of the weight, with one more value at infinity, reaches each level.

    The extra value is the finite-sample step of split conformal prediction; where the level cannot be reached the
    largest value is given.
    """
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weights[order])
    share = share / (share[-1] + weights.mean())
    places = np.minimum(np.searchsorted(share, np.asarray(levels)), values.size - 1)
    out: Floats = values[order][places]
    return out
