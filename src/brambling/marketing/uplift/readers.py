"""The sends file and the customers file, every fault in them as one clear line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.kit.errors import InputRejected
from brambling.kit.files import Column, read_frame, read_table
from brambling.marketing.uplift.features import MISSING, is_number, leaks, numbers_of, words_of
from brambling.marketing.uplift.rules import ARM_ROWS_MIN, Floats, Ints, Note

if TYPE_CHECKING:
    import polars as pl

NOT_FEATURES = ("customer", "row", "propensity")
FEW_OUTCOMES = 20
YES = ("yes", "y", "true", "1", "1.0", "是", "treated", "treatment", "test")
NO = ("no", "n", "false", "0", "0.0", "否", "control", "none", "holdout", "hold-out")
PROPENSITY_MIN = 0.01
ARMS_SHOWN = 8


@dataclass(frozen=True)
class Question:
    """What is asked of a sends file: which columns and values mean what."""

    treatment: str
    outcome: str
    treated: tuple[str, ...] = ()
    control: str = ""
    propensity: str = ""
    exclude: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sends:
    """Past sends: the kept rows, names of the features, arms and outcomes as numbers; ``treated_words`` names the arm.

    ``propensity`` is None where the file has none.
    """

    frame: pl.DataFrame
    features: tuple[str, ...]
    treated: Floats
    outcome: Floats
    propensity: Floats | None
    binary: bool
    treated_words: tuple[str, ...]
    control_word: str
    notes: tuple[Note, ...]


def read_sends(source: Any, question: Question, mapping: Mapping[str, str] | None = None) -> Sends:
    """The sends in ``source``.

    Raises InputRejected for a missing column, a treatment with one value, arms that cannot be told apart, an arm with
    fewer than 20 rows, an outcome that is no number or never differs, and a propensity outside (0, 1).
    """
    file = Path(source) if isinstance(source, str | Path) else None
    frame = _named(source, mapping, file)
    propensity = question.propensity or ("propensity" if "propensity" in frame.columns else "")
    wanted = [question.treatment, question.outcome, *question.exclude, *question.keep]
    for name in [*wanted, *([propensity] if propensity else [])]:
        if name not in frame.columns:
            have = ", ".join(frame.columns[:12])
            raise InputRejected(f"no column {name!r}", file=file, expected=f"one of {have}")
    if question.treatment == question.outcome:
        raise InputRejected("treatment and outcome are one column", file=file, column=question.outcome)
    words = words_of(frame[question.treatment])
    treated_words, control = _arms(words, question, file)
    outcome = _outcome(frame[question.outcome], file)
    chances = _propensity(frame[propensity], file) if propensity else None
    on = words.is_in(list(treated_words)).to_numpy()
    in_trial = on | (words == control).to_numpy()
    there = (words != MISSING).to_numpy() & ~np.isnan(outcome)
    kept = in_trial & there
    notes = [
        Note(code, {"rows": int(rows)})
        for code, rows in (
            ("other-arms", ((words != MISSING).to_numpy() & ~in_trial).sum()),
            ("no-outcome", (~there).sum()),
        )
        if rows
    ]
    frame, on, outcome = frame.filter(kept), on[kept], outcome[kept]
    binary = bool(np.isin(outcome, (0, 1)).all())
    notes += _check(on, outcome, binary, question, file)
    names, left = _features(frame, question, propensity, outcome == 1 if binary else None)
    if not names:
        raise InputRejected("no column is left to tell customers apart", file=file, expected="at least one feature")
    if chances is not None:
        chances, clipped = _clip(chances[kept])
        notes += [Note("propensity-clipped", {"rows": clipped})] if clipped else []
    return Sends(
        frame, tuple(names), on.astype(float), outcome, chances, binary, treated_words, control, (*notes, *left)
    )


def _named(source: Any, mapping: Mapping[str, str] | None, file: Path | None) -> pl.DataFrame:
    frame = read_frame(source).rename(lambda name: name.strip().lstrip("\ufeff"))
    for ours, theirs in (mapping or {}).items():
        if theirs not in frame.columns:
            have = ", ".join(frame.columns[:12])
            raise InputRejected(f"--map {ours}={theirs}: no column {theirs!r}", file=file, expected=f"one of {have}")
        if ours != theirs and ours in frame.columns:
            frame = frame.drop(ours)
        frame = frame.rename({theirs: ours})
    if frame.height == 0:
        raise InputRejected("has no rows", file=file)
    return frame


def _arms(words: pl.Series, question: Question, file: Path | None) -> tuple[tuple[str, ...], str]:
    """The words of the treated arm and the word of the control arm."""
    values = [word for word in words.unique().sort().to_list() if word != MISSING]
    column, shown = question.treatment, ", ".join(repr(value) for value in values[:ARMS_SHOWN])
    if len(values) < 2:
        raise InputRejected(
            f"only one value ({shown})", file=file, column=column, expected="treated and untreated customers"
        )
    for word in (*question.treated, *([question.control] if question.control else [])):
        if word not in values:
            raise InputRejected(f"no row has {word!r}", file=file, column=column, expected=f"one of {shown}")
    if question.control in question.treated:
        raise InputRejected(f"{question.control!r} is both treated and control", file=file, column=column)
    if question.treated and question.control:
        return question.treated, question.control
    if question.control:
        return tuple(value for value in values if value != question.control), question.control
    others = [value for value in values if value not in question.treated]
    if question.treated and len(others) == 1:
        return question.treated, others[0]
    if not question.treated and len(values) == 2:
        signs = [_sign(value) for value in values]
        if signs[0] != signs[1]:  # one word that says yes or no tells what the other means
            control_at = signs.index(0) if 0 in signs else 1 - signs.index(1)
            return (values[1 - control_at],), values[control_at]
    raise InputRejected(
        f"which of {shown} is the control is not said", file=file, column=column, expected="--control VALUE"
    )


def _sign(word: str) -> int:
    lower = word.lower()
    return 1 if lower in YES else 0 if lower in NO else -1


def _outcome(column: pl.Series, file: Path | None) -> Floats:
    """The outcome as numbers, NaN where nothing stands."""
    words = words_of(column)
    if is_number(column):
        return numbers_of(column)
    lower = words.str.to_lowercase()
    yes, no = lower.is_in(list(YES)).to_numpy(), lower.is_in(list(NO)).to_numpy()
    odd = ~(yes | no | (words == MISSING).to_numpy())
    if odd.any():
        row = int(odd.argmax())
        raise InputRejected(
            f"{words[row]!r} is no outcome", file=file, row=row + 1, column=column.name, expected="0 or 1, or an amount"
        )
    return np.where(yes, 1.0, np.where(no, 0.0, np.nan))


def _propensity(column: pl.Series, file: Path | None) -> Floats:
    values = numbers_of(column)
    bad = ~((values > 0) & (values < 1))
    if bad.any():
        row = int(bad.argmax())
        raise InputRejected(
            f"a propensity of {column[row]}: such a customer has no counterpart in the other arm",
            file=file,
            row=row + 1,
            column=column.name,
            expected="the probability of being treated, above 0 and below 1",
        )
    return values


def _clip(values: Floats) -> tuple[Floats, int]:
    inside = np.clip(values, PROPENSITY_MIN, 1 - PROPENSITY_MIN)
    return inside, int((inside != values).sum())


def _check(on: Any, outcome: Floats, binary: bool, question: Question, file: Path | None) -> list[Note]:
    for arm, name in ((on, "treated"), (~on, "control")):
        if arm.sum() < ARM_ROWS_MIN:
            raise InputRejected(
                f"{int(arm.sum())} {name} rows with an outcome",
                file=file,
                column=question.treatment,
                expected=f"at least {ARM_ROWS_MIN}",
            )
    if np.ptp(outcome) == 0:
        what = "no row has the outcome" if binary and outcome[0] == 0 else f"every outcome is {outcome[0]:g}"
        raise InputRejected(what, file=file, column=question.outcome, expected="outcomes that differ")
    if not binary:
        return []
    fewest = min(int(outcome[on].sum()), int(outcome[~on].sum()))
    return [Note("few-outcomes", {"count": fewest})] if fewest < FEW_OUTCOMES else []


def _features(frame: pl.DataFrame, question: Question, propensity: str, positive: Any) -> tuple[list[str], list[Note]]:
    without = {question.treatment, question.outcome, propensity, *question.exclude, *NOT_FEATURES} - set(question.keep)
    names, notes = [], []
    for name in frame.columns:
        if name in without:
            continue
        if positive is not None and name not in question.keep and leaks(frame[name], positive):
            notes.append(Note("leak", {"column": name}))
            continue
        names.append(name)
    return names, notes


def read_customers(source: Any, features: Sequence[str], mapping: Mapping[str, str] | None = None) -> pl.DataFrame:
    """Customers to score, with every feature of the model; raises InputRejected for one that is missing."""
    file = Path(source) if isinstance(source, str | Path) else None
    frame = _named(source, mapping, file)
    for name in features:
        if name not in frame.columns:
            raise InputRejected(
                f"no column {name!r}", file=file, expected=f"the model's features, or --map {name}=YOUR_NAME"
            )
    return frame


OFFER_COLUMNS = (
    Column("customer", "text", required=False),
    Column("offer", "text", required=False),
    Column("channel", "text", required=False),
    Column("uplift", "number", nullable=True),
    Column("need", "number", required=False, nullable=True),
    Column("value", "money", required=False, nullable=True),
    Column("cost", "money", required=False),
    Column("nuisance", "money", required=False),
)


def read_offers(source: Any, mapping: Mapping[str, str] | None = None) -> pl.DataFrame:
    """Scored offers, a row each: uplift, and where the file has them customer, offer, channel, need, value, cost,
    nuisance (money columns become ``*_minor``).

    Raises InputRejected for an uplift that is no number, a need outside 0..1, a negative cost or nuisance.
    """
    import polars as pl

    file = Path(source) if isinstance(source, str | Path) else None
    frame = read_table(source, OFFER_COLUMNS, mapping)
    faults = (
        ("need", pl.col("need").is_between(0, 1), "a probability from 0 to 1"),
        ("cost_minor", pl.col("cost_minor") >= 0, "an amount of zero or more"),
        ("nuisance_minor", pl.col("nuisance_minor") >= 0, "an amount of zero or more"),
    )
    for name, fine, expected in faults:
        if name not in frame.columns:
            continue
        bad = ~frame.select(fine.fill_null(True)).to_series()
        if bad.any():
            row = int(bad.arg_max() or 0)
            column = name.removesuffix("_minor")
            shown = frame[name][row] / 100 if name.endswith("_minor") else frame[name][row]
            raise InputRejected(f"{shown} does not fit", file=file, row=row + 1, column=column, expected=expected)
    return frame


CALLS_MIN = 1_000


@dataclass(frozen=True)
class Calls:
    """Past calls in time order: features, outcome 0/1, and calls made to each row's customer."""

    frame: pl.DataFrame
    features: tuple[str, ...]
    outcome: Floats
    attempts: Ints
    notes: tuple[Note, ...]


def read_calls(
    source: Any, outcome: str, attempts: str, exclude: Sequence[str], mapping: Mapping[str, str] | None = None
) -> Calls:
    """The calls in ``source``; raises InputRejected for what cannot be walked through in time."""
    file = Path(source) if isinstance(source, str | Path) else None
    frame = _named(source, mapping, file)
    for name in [outcome, *exclude, *([attempts] if attempts else [])]:
        if name not in frame.columns:
            raise InputRejected(f"no column {name!r}", file=file, expected=f"one of {', '.join(frame.columns[:12])}")
    y = _outcome(frame[outcome], file)
    odd = ~np.isin(y, (0, 1))
    if odd.any():
        row = int(odd.argmax())
        raise InputRejected(
            f"{frame[outcome][row]!r} does not fit", file=file, row=row + 1, column=outcome, expected="yes or no"
        )
    if frame.height < CALLS_MIN or np.ptp(y) == 0:
        raise InputRejected(
            f"{frame.height} calls, {int(y.sum())} with the outcome",
            file=file,
            expected=f"at least {CALLS_MIN:,} calls, some with the outcome and some without",
        )
    made = np.ones(frame.height, dtype=np.int64)
    if attempts:
        values = numbers_of(frame[attempts])
        bad = ~((values >= 1) & (values == np.round(values)))
        if bad.any():
            row = int(bad.argmax())
            raise InputRejected(
                f"{frame[attempts][row]!r} does not fit", file=file, row=row + 1, column=attempts, expected="1, 2, ..."
            )
        made = values.astype(np.int64)
    names, notes = _features(frame, Question(attempts or outcome, outcome, exclude=tuple(exclude)), "", y == 1)
    return Calls(frame, tuple(names), y, made, tuple(notes))
