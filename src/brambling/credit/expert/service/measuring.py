"""Figures of a policy on rows that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from brambling.credit.expert.model.dialling import GROUP_ROWS_MIN
from brambling.credit.expert.model.policy import Expert
from brambling.credit.expert.rules.agreement import Decision, agreement, counts_of, kappa, share
from brambling.credit.expert.shapes.policy import Decisions, Figures, Ints, Ratio


def figures_of(expert: Expert, given: Decisions, rows: Ints) -> Figures:
    """Agreement with people's decisions on these rows, all decided and by the dial."""
    frame = given.frame[rows.tolist()]
    people: list[Decision] = ["approve" if one else "decline" for one in given.approved[rows]]
    dialled = [one.decision for one in expert.decide_table(frame, spelled=given.spelled)]
    everything = expert.turned(expert.dial.deciding_all()).decide_table(frame, spelled=given.spelled)
    forced = [one.decision for one in everything]
    return figures_of_decisions(people, forced, dialled, given, rows)


def figures_of_decisions(
    people: Sequence[Decision],
    forced: Sequence[Decision],
    dialled: Sequence[Decision],
    given: Decisions,
    rows: Ints,
) -> Figures:
    """The same of decisions that were made already."""
    everything = counts_of(list(zip(people, forced, strict=True)))
    decided = counts_of(list(zip(people, dialled, strict=True)))
    yes = np.array([one == "approve" for one in forced])
    return Figures(
        len(rows),
        everything,
        agreement(everything),
        kappa(everything),
        decided,
        share(decided.total, len(rows)),
        agreement(decided),
        kappa(decided),
        ratios_of(given, rows, yes),
    )


def ratios_of(given: Decisions, rows: Ints, yes: NDArray[np.bool_]) -> tuple[Ratio, ...]:
    """Rates of approval by protected group, people's and the machine's, in groups of 20 rows and more."""
    out = []
    for column, whole in given.groups.items():
        values, approved = whole[rows], given.approved[rows] > 0
        rates = []
        for label in sorted({label for label in values if label is not None}):
            here = values == label
            if here.sum() >= GROUP_ROWS_MIN:
                rates.append((str(label), int(here.sum()), float(approved[here].mean()), float(yes[here].mean())))
        if len(rates) > 1:
            out.append(
                Ratio(column, _ratio([one[2] for one in rates]), _ratio([one[3] for one in rates]), tuple(rates))
            )
    return tuple(out)


def _ratio(rates: Sequence[float]) -> float:
    return min(rates) / max(rates) if max(rates) > 0 else 1.0
