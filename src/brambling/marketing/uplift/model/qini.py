"""The one Qini of this house: how much better than chance an ordering picks those whom contact helps.

Definition (that of scikit-uplift's ``qini_auc_score``; ours was compared with its release 0.5.1 on random orderings with
and without ties and gave the same doubles). Customers are ordered by predicted uplift, ties enter together. After the
first n customers, with n_t and n_c in the treated and control arm and Y_t and Y_c outcomes among them,

    q(n) = Y_t - Y_c * n_t / n_c        (the second term is 0 while n_c is 0).

The measure is the area between q and the straight line from (0, 0) to its last point, over the same area for the
ordering that puts treated with the outcome first and controls with the outcome last. 0 is a random ordering. Rows may
carry weights (a bootstrap counts a row as often as it was drawn).
"""

from __future__ import annotations

import numpy as np

from brambling.marketing.uplift.rules import Bools, Floats, Ints


def qini_curve(score: Floats, treated: Bools, outcome: Floats, weight: Floats | None = None) -> tuple[Floats, Floats]:
    """Points (customers, q) of the curve, from (0, 0) on, one a distinct score."""
    order = np.argsort(-score, kind="stable")
    return _curve(_ends(score[order]), treated[order].astype(float), outcome[order], _weights(weight, order))


def qini(score: Floats, treated: Bools, outcome: Floats, weight: Floats | None = None) -> float:
    """The normalised Qini of ``score`` on rows with ``treated`` and ``outcome``; 0 where no ordering could beat chance."""
    return _Ranked(score, treated, outcome).value(weight)


def qini_interval(
    scores: dict[str, Floats], treated: Bools, outcome: Floats, seed: int, draws: int = 200
) -> dict[str, Floats]:
    """Qini of several scores on the same ``draws`` bootstrap samples (paired): name to array of ``draws``."""
    random = np.random.default_rng(seed)
    ranked = {name: _Ranked(score, treated, outcome) for name, score in scores.items()}
    out = {name: np.empty(draws) for name in scores}
    n = outcome.size
    for draw in range(draws):
        weight = np.bincount(random.integers(0, n, n), minlength=n).astype(float)
        for name, one in ranked.items():
            out[name][draw] = one.value(weight)
    return out


class _Ranked:
    """A score and the perfect ordering, sorted once."""

    def __init__(self, score: Floats, treated: Bools, outcome: Floats) -> None:
        arm = treated.astype(float)
        perfect = outcome * arm - outcome * (1 - arm)
        self._parts = []
        for values in (np.asarray(score, dtype=float), perfect):
            order = np.argsort(-values, kind="stable")
            self._parts.append((order, _ends(values[order]), arm[order], outcome[order]))

    def value(self, weight: Floats | None = None) -> float:
        curves = [_curve(ends, arm, y, _weights(weight, order)) for order, ends, arm, y in self._parts]
        (x, ours), (most_x, most) = curves
        line = float(0.5 * most_x[-1] * most[-1])
        above = float(np.trapezoid(most, most_x)) - line
        if above <= 0:
            return 0.0
        return float((np.trapezoid(ours, x) - line) / above)


def _weights(weight: Floats | None, order: Ints) -> Floats | None:
    return None if weight is None else weight[order]


def _ends(ordered: Floats) -> Ints:
    """Last place of each run of equal scores."""
    ends: Ints = np.append(np.flatnonzero(np.diff(ordered)), ordered.size - 1)
    return ends


def _curve(ends: Ints, arm: Floats, outcome: Floats, weight: Floats | None) -> tuple[Floats, Floats]:
    w = np.ones(arm.size) if weight is None else weight
    customers = np.cumsum(w)[ends]
    in_arm = np.cumsum(w * arm)[ends]
    in_control = customers - in_arm
    won = np.cumsum(w * arm * outcome)[ends]
    won_anyway = np.cumsum(w * (1 - arm) * outcome)[ends]
    ratio = np.divide(in_arm, in_control, out=np.zeros_like(in_arm), where=in_control != 0)
    return np.append(0.0, customers), np.append(0.0, won - won_anyway * ratio)
