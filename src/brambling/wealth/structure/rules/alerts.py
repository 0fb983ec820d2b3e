"""When a change of the structure is told, and why. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from brambling.kit.reasons import Reason

ALERT_DAYS = 5
HOT_POINTS = 5.0  # percentage points within ALERT_DAYS
TOP10_LEVELS = (0.2, 0.5)  # where the rules for cash management products turn stricter
TOP10 = 10


@dataclass(frozen=True)
class Share:
    """The share of hot money, and of the ten largest holders, in one product on one evening."""

    day: date
    hot: float
    top10: float


@dataclass(frozen=True)
class Alert:
    """A change that is told: in which product, by which day, from what to what, and the reason."""

    product: str
    day: date
    before: float
    after: float
    reason: Reason


def alerts(product: str, shares: Sequence[Share], points: float = HOT_POINTS) -> tuple[Alert, ...]:
    """What is told of the days of ``shares`` (rising, gaps allowed), newest first.

    Hot money: the first day of each run of days on which its share stands ``points`` or more above its lowest of the
    ``ALERT_DAYS`` before. Holders: the first day on which the ten largest pass a level above which rules are stricter.
    """
    told: list[Alert] = []
    before_hot = False
    for place, now in enumerate(shares):
        window = [one.hot for one in shares[:place] if now.day - one.day <= timedelta(days=ALERT_DAYS)]
        rose = bool(window) and (now.hot - min(window)) * 100 >= points
        if rose and not before_hot:
            params = {"before": f"{min(window):.4f}", "after": f"{now.hot:.4f}", "days": str(ALERT_DAYS)}
            told.append(Alert(product, now.day, min(window), now.hot, Reason("hot-money", params)))
        before_hot = rose
        last = shares[place - 1].top10 if place else now.top10
        for level in TOP10_LEVELS:
            if last <= level < now.top10:
                params = {"before": f"{last:.4f}", "after": f"{now.top10:.4f}", "level": f"{level:.2f}"}
                told.append(Alert(product, now.day, last, now.top10, Reason("top10-level", params)))
    return tuple(reversed(told))
