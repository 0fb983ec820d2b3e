"""A file of people's decisions: what was decided, what came of it, what was granted; and who belongs to which group."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.credit.axioms.features import TYPED
from brambling.credit.expert.features.pairs import read_amounts, read_bads
from brambling.credit.expert.rules.agreement import WORDS
from brambling.credit.expert.shapes.policy import Decisions, Floats
from brambling.credit.scorecard.features.columns import labels_of
from brambling.credit.scorecard.readers import file_of, read_named
from brambling.credit.scorecard.rules import label_of
from brambling.kit.errors import InputRejected
from brambling.kit.files import Column, read_table
from brambling.kit.reasons import Reason

if TYPE_CHECKING:
    import polars as pl

ROWS_MIN, CLASS_MIN = 30, 5
LABELS_MAX = 6  # different labels beside those that approve; more are free text


def is_spelled(source: Any) -> bool:
    """Whether the source knows nothing but text, so that numbers and flags have to be read out of it."""
    return isinstance(source, str | Path) and not str(source).lower().endswith(TYPED)


def read_decisions(
    source: Any,
    *,
    decision: str,
    approve: Collection[str],
    limit: str | None = None,
    outcome: str | None = None,
    bad: Collection[str] = (),
    protected: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    currency: str = "CNY",
) -> Decisions:
    """The decisions of ``source``; ``approve`` are the labels of ``decision`` that mean approve, all others decline.

    Rows without a decision, and those that were referred, are left out and told. Raises InputRejected for a missing
    column, a label that is not there, free text, decisions of one kind only, and fewer than 30 rows or 5 of a kind.
    """
    file = file_of(source)
    frame = read_named(source, mapping)
    roles = tuple(name for name in (decision, limit, outcome) if name is not None)
    for name in (*roles, *protected):
        if name not in frame.columns:
            have = ", ".join(frame.columns[:12]) + (" ..." if frame.width > 12 else "")
            raise InputRejected(f"no column {name!r}", file=file, expected=f"one of {have}")
    if len(set(roles)) < len(roles) or set(roles) & set(protected):
        raise InputRejected("a column has two roles", file=file, expected="a column of its own for each option")
    approved, notes = _approved(frame, decision, approve, file)
    frame, granted, bads = _limits_and_outcomes(frame, source, limit, outcome, bad, currency, notes)
    groups = {name: labels_of(frame[name]) for name in protected}
    spelled = is_spelled(source)
    whole = Decisions(frame, approved, bads, granted, groups, (*roles, *protected), spelled)
    keep = np.flatnonzero(~np.isnan(approved))
    _enough(approved[keep], file, decision)
    taken = whole.take(keep)
    return Decisions(
        taken.frame, taken.approved, taken.bad, taken.limits, taken.groups, taken.roles, spelled, tuple(notes)
    )


def _approved(
    frame: pl.DataFrame, column: str, approve: Collection[str], file: Path | None
) -> tuple[Floats, list[Reason]]:
    """1, 0 or NaN by row."""
    labels = labels_of(frame[column])
    known = list(dict.fromkeys(label for label in labels if label is not None))
    wanted = {label_of(word) for word in approve}
    shown = ", ".join(known[:6]) + (" ..." if len(known) > 6 else "")
    for word in approve:
        if label_of(word) not in known:
            raise InputRejected(
                f"--approve {word!r} is no value there", file=file, column=column, expected=f"one of {shown}"
            )
    referred = {label for label in known if WORDS.get(label.casefold()) == "refer"} - wanted
    others = [label for label in known if label not in wanted and label not in referred]
    if len(others) > LABELS_MAX:
        row = next(i for i, label in enumerate(labels) if label in others)
        raise InputRejected(
            f"{str(labels[row])[:60]!r} is no decision (the column has {len(known)} labels)",
            file=file,
            row=row + 1,
            column=column,
            expected="a column of decisions such as approve and decline, not free text",
        )
    if not others:
        raise InputRejected("every decision is the same", file=file, column=column, expected="approvals and declines")
    notes: list[Reason] = []
    if len(others) > 1:
        notes.append(Reason("many-declines", {"labels": ", ".join(others)}))
    out = np.array(
        [np.nan if label is None or label in referred else float(label in wanted) for label in labels], float
    )
    lost = int(np.isnan(out).sum())
    if lost:
        notes.append(Reason("no-decision", {"rows": str(lost)}))
    return out, notes


def _limits_and_outcomes(
    frame: pl.DataFrame,
    source: Any,
    limit: str | None,
    outcome: str | None,
    bad: Collection[str],
    currency: str,
    notes: list[Reason],
) -> tuple[pl.DataFrame, Floats | None, Floats]:
    file = file_of(source)
    granted: Floats | None = None
    if limit is not None:
        typed = read_table(frame, [Column(limit, "money", nullable=True)], currency=currency)
        amounts = read_amounts(typed, limit, currency)
        granted = np.array([np.nan if amount is None else float(amount.minor) for amount in amounts])
    bads: Floats = np.full(frame.height, np.nan)
    if outcome is not None:
        told: list[tuple[str, Mapping[str, Any]]] = []
        found = read_bads(frame[outcome].to_list(), outcome, bad, file, told)
        bads = np.array([np.nan if one is None else float(one) for one in found])
        notes += [Reason(code, {name: str(value) for name, value in params.items()}) for code, params in told]
    return frame, granted, bads


def _enough(approved: Floats, file: Path | None, column: str) -> None:
    yes = int(approved.sum())
    if approved.size < ROWS_MIN or min(yes, approved.size - yes) < CLASS_MIN:
        raise InputRejected(
            f"{approved.size} decisions with {yes} approvals are too few",
            file=file,
            column=column,
            expected=f"{ROWS_MIN} decisions and {CLASS_MIN} of each kind",
        )
