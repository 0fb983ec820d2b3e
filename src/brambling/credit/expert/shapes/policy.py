"""What a policy is made of and what fitting and deciding give back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from brambling.credit.expert.rules.agreement import Counts, Figure
from brambling.credit.expert.rules.policy import Rung
from brambling.kit.reasons import Reason

if TYPE_CHECKING:
    import polars as pl

    from brambling.credit.expert.model.policy import Expert
    from brambling.engine.learn import Artefact

KIND, FORMAT = "expert", 1

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Stage = Literal["axioms", "supervised", "enlarged", "curriculum", "reinforcement"]
STAGES: tuple[Stage, ...] = ("axioms", "supervised", "enlarged", "curriculum", "reinforcement")
TRIED_BY_DEFAULT: tuple[Stage, ...] = ("enlarged", "curriculum")


@dataclass(frozen=True, eq=False)
class Decisions:
    """People's decisions on applications: ``approved`` is 1 or 0 by row.

    ``bad`` is the later outcome where it is known (NaN where not), ``limits`` what was granted in smallest units (NaN
    where nothing was). ``groups`` are the protected columns as labels: for the audit, never an input. ``roles`` are the
    columns that are no inputs because they say what was decided or what came of it.
    """

    frame: pl.DataFrame
    approved: Floats
    bad: Floats
    limits: Floats | None
    groups: Mapping[str, NDArray[np.object_]]
    roles: tuple[str, ...]
    spelled: bool
    notes: tuple[Reason, ...] = ()

    def take(self, rows: NDArray[Any]) -> Decisions:
        """These rows."""
        return Decisions(
            self.frame[rows.tolist()],
            self.approved[rows],
            self.bad[rows],
            None if self.limits is None else self.limits[rows],
            {name: values[rows] for name, values in self.groups.items()},
            self.roles,
            self.spelled,
        )


@dataclass(frozen=True)
class Ratio:
    """Rates of approval by group of a protected column, and the lowest over the highest (disparate impact)."""

    column: str
    people: float
    machine: float
    rates: tuple[tuple[str, int, float, float], ...]  # group, rows, approved by people, approved by the machine


@dataclass(frozen=True)
class Figures:
    """How the decisions of a policy agree with people's on rows that it has not seen.

    ``all`` counts every row decided by the cut alone; ``decided`` those that the dial leaves without a person.
    """

    rows: int
    all: Counts
    agreement: Figure | None
    kappa: Figure | None
    decided: Counts
    share: Figure | None
    decided_agreement: Figure | None
    decided_kappa: Figure | None
    ratios: tuple[Ratio, ...] = ()


@dataclass(frozen=True)
class StageStory:
    """One stage on the held-out part, and what the training folds said of it.

    ``loss_before`` and ``loss_after`` are mean log losses of cross-fitted probabilities on the training part; a stage is
    ``helping`` where the fall is more than its own standard error. ``taken`` says whether the policy uses it.
    """

    stage: Stage
    figures: Figures
    loss_before: float | None
    loss_after: float | None
    helping: bool
    taken: bool
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LimitFigures:
    """Held-out limits against people's: shares within 10, 20 and 30 %, on rows that both approved."""

    rows: int
    within: Mapping[int, Figure]


@dataclass(frozen=True, eq=False)
class Fitted:
    """A policy, what each stage did on the held-out part, and everything its owner has to be told."""

    expert: Expert
    artefact: Artefact
    stages: tuple[StageStory, ...]
    held_out: Figures | None
    dial: tuple[Rung, ...]
    limits: LimitFigures | None
    rows: int
    approved: int
    left_out: tuple[tuple[str, Reason], ...]
    notes: tuple[Reason, ...]


@dataclass(frozen=True, eq=False)
class Decided:
    """``table`` has row, decision, confidence, limit (where trained), reasons, and the columns of the input."""

    table: pl.DataFrame
    notes: tuple[Reason, ...] = ()
