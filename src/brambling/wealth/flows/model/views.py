"""What a candidate may see: logs of the flows up to an origin, and the calendar beyond it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brambling.wealth.flows.features import Calendar, Floats, Ints


@dataclass(frozen=True)
class View:
    """``logs`` (series, origin) of series that all begin with its first day; ``begin`` is that day in ``calendar``.

    ``group`` numbers the side of each series: series of one group may borrow from each other. All candidates return
    (series, horizon) log forecasts, NaN where the history is too short for them.
    """

    logs: Floats
    calendar: Calendar
    begin: int
    horizon: int
    group: Ints

    @property
    def length(self) -> int:
        """Days of history."""
        return int(self.logs.shape[1])

    def past(self, days: int) -> tuple[Floats, slice]:
        """The last ``days`` of history (or all), and their place in the calendar."""
        days = min(days, self.length)
        end = self.begin + self.length
        return self.logs[:, self.length - days :], slice(end - days, end)

    @property
    def future(self) -> slice:
        """The place of the horizon in the calendar."""
        end = self.begin + self.length
        return slice(end, end + self.horizon)

    @property
    def nothing(self) -> Floats:
        """The answer of a candidate that has too little history."""
        return np.full((self.logs.shape[0], self.horizon), np.nan)
