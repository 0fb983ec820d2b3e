"""What follows from an uplift: whether customers differ, whom to contact, and what must be said. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from brambling.kit.i18n import N_
from brambling.kit.money import Money

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Progress = Callable[[int, int], None]  # hears how much is done, and of how much
Verdict = Literal["heterogeneous", "no-evidence"]

VERDICT_LEVEL = 0.01  # a false alarm in a hundred campaigns; at 5 % one in twenty would target noise
ARM_ROWS_MIN = 20
UPLIFT_DECIMALS = 6  # the grid on which a probability enters a decision

NOTES: Mapping[str, str] = MappingProxyType(
    {
        "leak": N_("column {column!r} is known only after the outcome; left out (--keep {column} holds it in)"),
        "identifier": N_("column {column!r} names rows rather than describing them; left out"),
        "constant": N_("column {column!r} has one value; left out"),
        "other-arms": N_("{rows} rows of other treatments are left out"),
        "no-outcome": N_("{rows} rows without treatment or outcome are left out"),
        "few-outcomes": N_("only {count} outcomes in one arm; nothing fine can be learnt from so few"),
        "not-random": N_(
            "treatment follows the features (p = {p}), so it was not random; its probability is estimated from them. "
            "What decided the sends and is not in the file may stand behind the figures"
        ),
        "propensity-clipped": N_("{rows} propensities lie outside 0.01 to 0.99 and are drawn to it"),
        "unseen": N_(
            "column {column!r}: {rows} rows hold values that the model never saw; they count as the commonest"
        ),
        "replaced": N_("column {column!r} of the file is replaced by the result of that name"),
        "no-value": N_("{rows} offers without uplift or value are left out"),
    }
)


@dataclass(frozen=True)
class Note:
    """Something the reader must know: a code of ``NOTES`` and its parameters."""

    code: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert self.code in NOTES, self.code


def verdict_of(p_value: float, level: float = VERDICT_LEVEL) -> Verdict:
    """``heterogeneous`` where the test rejects that all customers answer alike, else ``no-evidence``."""
    return "heterogeneous" if p_value < level else "no-evidence"


def break_even(value: Money, cost: Money) -> float:
    """The uplift from which a contact pays: its cost over the value of one outcome.

    A value of zero has no break-even: nothing pays, so it is infinite (or zero where contact is free).
    """
    if not cost:
        return 0.0
    return cost.minor / value.minor if value.minor > 0 else float("inf")


def act(uplift: Floats, average: float, verdict: Verdict, threshold: float) -> Bools:
    """Whom to contact: where the uplift exceeds ``threshold``.

    Without evidence that customers differ, the average decides for all alike: a fine ranking of noise would leave out
    customers for no reason that anybody could tell them. Uplifts are taken on the grid of 1e-6.
    """
    judged = np.full(uplift.shape, average) if verdict == "no-evidence" else uplift
    contacted: Bools = np.round(judged, UPLIFT_DECIMALS) > threshold
    return contacted
