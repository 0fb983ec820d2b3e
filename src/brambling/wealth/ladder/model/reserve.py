"""The redemption reserve: enough on all but one day in forty, with little lying idle.

Every evening the flow forecast gives the median and the upper quantile of tomorrow's redemption. Quantile tracking
(Gibbs and Candes 2021; Angelopoulos and others 2023) stretches their distance: after a day on which the reserve fell short it
grows a little, after any other it shrinks a fortieth of that, so that the share of short days comes out at its aim
whatever the flows do. Only days that are over are used.
"""

from __future__ import annotations

import numpy as np

from brambling.wealth.ladder.shapes import Floats

STEP = 0.02  # by how much one short day stretches the distance from the median
STRETCH_MIN, STRETCH_MAX = 0.5, 3.0


def reserves(actual: Floats, median: Floats, high: Floats, level: float) -> Floats:
    """Reserves (product, day) for redemptions ``actual``, their forecast ``median`` and quantile ``high`` at ``level``."""
    out = np.empty(actual.shape)
    stretch = np.ones(actual.shape[0])
    distance = np.log(np.maximum(high, 1.0)) - np.log(np.maximum(median, 1.0))
    for day in range(actual.shape[1]):
        out[:, day] = np.maximum(median[:, day], 1.0) * np.exp(stretch * distance[:, day])
        short = actual[:, day] > out[:, day]
        stretch = np.clip(stretch + STEP * (short - (1 - level)), STRETCH_MIN, STRETCH_MAX)
    return out


def judged(actual: Floats, reserve: Floats) -> tuple[float, float, int]:
    """Share of days on which the reserve fell short, idle money over mean redemption, and product-days counted."""
    idle = np.maximum(reserve - actual, 0.0).sum()
    return float((actual > reserve).mean()), float(idle / actual.sum()), int(actual.size)
