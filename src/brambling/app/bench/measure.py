"""What a benchmark gives back, and what it is given."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Measure:
    """One figure. ``value`` None means skipped, with the reason in ``note``.

    ``peer`` names what stands beside it and ``peer_value`` is the peer's figure in the same unit and run; ``aim`` is
    the figure that was aimed at, in words (``<= 50``).
    """

    name: str
    value: float | None
    unit: str
    peer: str = ""
    peer_value: float | None = None
    aim: str = ""
    note: str = ""
    synthetic: bool = False

    @property
    def ratio(self) -> float | None:
        """Ours over the peer's."""
        if self.value is None or not self.peer_value:
            return None
        return self.value / self.peer_value


def skipped(name: str, reason: str) -> Measure:
    """A figure that could not be measured here."""
    return Measure(name, None, "", note=reason)


@dataclass(frozen=True)
class Bench:
    """What a benchmark may use: the folder of real data (or None), a seed, and a way to say where it is."""

    data: Path | None = None
    seed: int = 7
    say: Callable[[str], None] = field(default=lambda text: None)

    def file(self, name: str) -> Path | None:
        """A file of the data folder, None where it is absent."""
        path = self.data / name if self.data else None
        return path if path is not None and path.exists() else None


def times_ms(work: Callable[[], object], *, runs: int, warm: int = 2) -> list[float]:
    """Wall milliseconds of each of ``runs`` calls, after ``warm`` uncounted ones."""
    for _ in range(warm):
        work()
    spent = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of the sorted values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]
