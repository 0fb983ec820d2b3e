"""Has the population moved? The stability index, with what chance alone may give.

PSI = sum over bins of (a - e) ln(a / e), e and a the shares of expected and actual rows: the symmetric Kullback-Leibler
divergence (Jeffreys). Under no change, PSI / (1/n + 1/m) is about chi-square with bins - 1 degrees of freedom
(Yurdakul and Naranjo, Statistical properties of the population stability index, 2020), so that small samples of a
stable population pass 0.1 often: ``psi_critical`` tells how often.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brambling.kit.errors import InputRejected


@dataclass(frozen=True, eq=False)
class Bins:
    """Bins learnt from the expected population: quantiles of numbers (missing apart), or categories (new ones apart)."""

    edges: NDArray[np.float64] | None
    categories: tuple[str, ...]

    @classmethod
    def of(cls, expected: Sequence[Any] | NDArray[Any], bins: int = 10) -> Bins:
        """Bins with about equal shares of ``expected``; fewer where values repeat. Raises InputRejected for no values."""
        values = np.asarray(expected)
        if values.size == 0:
            raise InputRejected("no values to learn bins from")
        if values.dtype.kind not in "biuf":
            return cls(None, tuple(sorted({str(value) for value in values})))
        numbers = values.astype(float)
        numbers = numbers[~np.isnan(numbers)]
        if numbers.size == 0:
            return cls(np.empty(0), ())
        edges = np.unique(np.quantile(numbers, np.linspace(0, 1, bins + 1)[1:-1], method="inverted_cdf"))
        return cls(edges, ())

    @property
    def count(self) -> int:
        """How many bins there are, those for missing or new values included."""
        return (len(self.categories) if self.edges is None else len(self.edges) + 1) + 1

    def counts(self, values: Sequence[Any] | NDArray[Any]) -> NDArray[np.int64]:
        """Rows in each bin; the last bin holds missing numbers or categories that were not expected."""
        array = np.asarray(values)
        if self.edges is None:
            known = {name: i for i, name in enumerate(self.categories)}
            index = np.array([known.get(str(value), len(known)) for value in array], dtype=np.int64)
        else:
            numbers = array.astype(float)
            index = np.searchsorted(self.edges, numbers, side="left").astype(np.int64)
            index[np.isnan(numbers)] = len(self.edges) + 1
        return np.bincount(index, minlength=self.count)


def psi(expected: Sequence[Any] | NDArray[Any], actual: Sequence[Any] | NDArray[Any], bins: int = 10) -> float:
    """The stability index of ``actual`` against ``expected``, numbers or categories; 0 is the same population."""
    cut = Bins.of(expected, bins)
    return psi_of_counts(cut.counts(expected), cut.counts(actual))


def psi_of_counts(expected: NDArray[Any], actual: NDArray[Any]) -> float:
    """The index of two rows of counts over the same bins.

    Half a row is added to each bin that has any on either side: an empty bin would make the index infinite. Raises
    InputRejected when a side has no rows.
    """
    e, a = np.asarray(expected, float), np.asarray(actual, float)
    if e.sum() <= 0 or a.sum() <= 0:
        raise InputRejected("no rows to compare")
    used = (e + a) > 0
    e, a = e[used] + 0.5, a[used] + 0.5
    e, a = e / e.sum(), a / a.sum()
    return float(((a - e) * np.log(a / e)).sum())


def psi_critical(bins: int, rows_expected: int, rows_actual: int, share: float = 0.999) -> float:
    """The index that a population without change stays below in ``share`` of samples of these sizes."""
    from scipy.stats import chi2

    return float(chi2.ppf(share, max(1, bins - 1)) * (1 / rows_expected + 1 / rows_actual))
