"""What another policy would have earned, from the log of the one that ran; or that the log cannot say.

Each logged send has the probability with which the logging policy chose its action. A weight w is the probability of
that action under the policy in question over the logged one.

- IPS: mean of w * reward. Unbiased, wild where weights are large.
- SNIPS: sum of w * reward over sum of w. A little biased, much calmer, and never outside the range of rewards.
- DR: a model's expectation under the new policy plus the weighted errors of the model. Right if either is right.

The gate is Kish's effective sample size, (sum w)^2 / sum w^2: where few rows carry all the weight, or the weights do not
average to one, no figure is given at all, because its interval would be as wrong as itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from brambling.kit.errors import InputRejected, Rejection
from brambling.marketing.uplift.rules import Floats

EFFECTIVE_ROWS_MIN = 200.0
EFFECTIVE_SHARE_MIN = 0.01
MEAN_WEIGHT_ERRORS = 4.0
Z95 = 1.959963984540054


class LogTooThin(Rejection):
    """The log holds too little of what the policy in question would do; says how many effective rows there are."""


@dataclass(frozen=True)
class Estimate:
    """A value a send with its 95 % interval."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class PolicyValue:
    """The three estimates (``dr`` None without a model), and what stands behind them."""

    ips: Estimate
    snips: Estimate
    dr: Estimate | None
    rows: int
    rows_effective: float
    weight_mean: float
    weight_max: float


def evaluate_policy(
    reward: Any,
    propensity: Any,
    target: Any,
    *,
    expected: Any = None,
    expected_target: Any = None,
    rows_effective_min: float = EFFECTIVE_ROWS_MIN,
) -> PolicyValue:
    """The value of a policy on logged sends, arrays of one length.

    ``reward`` what came of each send; ``propensity`` the logged probability of its action; ``target`` the probability of
    that same action under the policy in question. For DR also ``expected``, a model's reward of the logged action, and
    ``expected_target``, its mean reward under the policy in question (fitted on other rows). Raises InputRejected for
    arrays that do not match, a propensity outside (0, 1] and a target outside [0, 1]; LogTooThin when the effective
    sample size is below ``rows_effective_min`` or one percent of the rows, or the weights are far from a mean of one,
    which says that the log never did what the policy would do, or that its propensities are wrong.
    """
    y, logged, asked = (
        _column(values, name) for values, name in ((reward, "reward"), (propensity, "propensity"), (target, "target"))
    )
    if not len(y) == len(logged) == len(asked) or len(y) < 2:
        raise InputRejected("rewards, propensities and targets differ in number", expected="a value for each send")
    _within(logged, "propensity", (logged > 0) & (logged <= 1), "above 0 and at most 1")
    _within(asked, "target", (asked >= 0) & (asked <= 1), "from 0 to 1")
    weight = asked / logged
    total = float(weight.sum())
    effective = total**2 / float(weight @ weight) if total > 0 else 0.0
    least = max(rows_effective_min, EFFECTIVE_SHARE_MIN * len(y))
    if effective < least:
        raise LogTooThin(
            f"the log holds {effective:.0f} effective rows for this policy; expected at least {least:.0f}: "
            "log more, or ask for a policy nearer to the one that ran"
        )
    error = float(weight.std(ddof=1)) / len(y) ** 0.5
    if abs(weight.mean() - 1) > MEAN_WEIGHT_ERRORS * error + 1e-9:
        raise LogTooThin(
            f"the weights average {weight.mean():.3f} instead of 1: this policy does what the log never did, "
            "or the logged propensities are wrong"
        )
    snips = float(weight @ y) / total
    return PolicyValue(
        ips=_estimate(weight * y),
        snips=_around(snips, weight * (y - snips) / weight.mean()),
        dr=_doubly_robust(y, weight, expected, expected_target),
        rows=len(y),
        rows_effective=effective,
        weight_mean=float(weight.mean()),
        weight_max=float(weight.max()),
    )


def _doubly_robust(y: Floats, weight: Floats, expected: Any, expected_target: Any) -> Estimate | None:
    if expected is None or expected_target is None:
        return None
    logged, asked = _column(expected, "expected"), _column(expected_target, "expected_target")
    if not len(logged) == len(asked) == len(y):
        raise InputRejected("the model's expectations differ in number from the rewards")
    return _estimate(asked + weight * (y - logged))


def _estimate(parts: Floats) -> Estimate:
    mean = float(parts.mean())
    return _around(mean, parts - mean)


def _around(value: float, deviations: Floats) -> Estimate:
    reach = Z95 * float(np.sqrt((deviations**2).sum() / (len(deviations) - 1) / len(deviations)))
    return Estimate(value, value - reach, value + reach)


def _column(values: Any, name: str) -> Floats:
    column = np.asarray(values, dtype=float).reshape(-1)
    _within(column, name, np.isfinite(column), "finite numbers")
    return column


def _within(column: Floats, name: str, fine: Any, expected: str) -> None:
    if not fine.all():
        row = int(np.argmin(fine))
        raise InputRejected(f"{column[row]:g} does not fit", row=row + 1, column=name, expected=expected)
