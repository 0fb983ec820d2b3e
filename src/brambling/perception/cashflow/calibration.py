"""How far cumulated flows really stray, against how far resampled paths do: the calibration of a twin.

Resampled paths repeat one past, so their spread is too small. A calibration says, at each knot of the horizon, how
much of the paths' own spread to keep and how much of the spread of past windows to add on either side. It is a
plain table of fifteen numbers, applied by :mod:`forecast`; a bank with many businesses fits its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brambling.kit.errors import InputRejected

Floats = NDArray[np.float64]

KNOTS = (7, 14, 30, 60, 91)


@dataclass(frozen=True)
class Calibration:
    """Quantile at level u of a long history: median + keep * (own quantile - median) + add * spread * g(u).

    ``spread`` is the mean distance of past windows from their median, g is the normal score divided by that of 0.9 (so that
    ``add_below`` and ``add_above`` move the 10 % and the 90 % quantile by just that share of ``spread``). One entry for
    each of ``knots`` (days ahead); days between follow by straight lines. ``businesses`` and ``origins`` say what it
    was learnt on; ``source`` in words. A short history gets a wider band around a doubted drift, and beyond the 5 and
    95 % quantiles every tail is stretched: see :mod:`forecast`.
    """

    knots: tuple[int, ...]
    keep: tuple[float, ...]
    add_below: tuple[float, ...]
    add_above: tuple[float, ...]
    businesses: int
    origins: int
    source: str

    def __post_init__(self) -> None:
        lists = (self.knots, self.keep, self.add_below, self.add_above)
        if not self.knots or len({len(part) for part in lists}) != 1:
            raise InputRejected("a calibration needs one number of each kind for each knot")
        if list(self.knots) != sorted(set(self.knots)) or self.knots[0] < 1:
            raise InputRejected("the knots of a calibration must rise from 1", column="knots")
        if min(self.keep) <= 0 or min(*self.add_below, *self.add_above) < 0:
            raise InputRejected("a calibration keeps a positive share and adds no negative one")

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; :meth:`from_dict` reads them back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Calibration:
        """The calibration written by :meth:`to_dict`; raises InputRejected when a field is missing or wrong."""
        try:
            return cls(
                knots=tuple(int(v) for v in values["knots"]),
                keep=tuple(float(v) for v in values["keep"]),
                add_below=tuple(float(v) for v in values["add_below"]),
                add_above=tuple(float(v) for v in values["add_above"]),
                businesses=int(values["businesses"]),
                origins=int(values["origins"]),
                source=str(values["source"]),
            )
        except (KeyError, TypeError, ValueError) as problem:
            raise InputRejected(f"not a calibration: {problem}", expected="what Calibration.to_dict wrote") from None

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits of the SHA-256 of its content."""
        text = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


# Rounded, and learnt on businesses that the reported figures leave out; docs/algorithms/twin.md says which and how.
PRIOR = Calibration(
    knots=KNOTS,
    keep=(0.9, 0.9, 0.9, 0.9, 0.9),
    add_below=(0.05, 0.05, 0.0, 0.05, 0.05),
    add_above=(0.2, 0.35, 0.4, 0.8, 1.1),
    businesses=0,
    origins=0,
    source="prior",
)
