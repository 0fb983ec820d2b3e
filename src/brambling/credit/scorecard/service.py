"""One function for each thing that can be asked: fit, score, export, monitor."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from brambling.credit.scorecard.features import leaks, measures, periods
from brambling.credit.scorecard.features.columns import LeftOut, read_columns
from brambling.credit.scorecard.features.derived import propose
from brambling.credit.scorecard.model import artefacts, challenger, exporting, stories, watch
from brambling.credit.scorecard.model.calibrating import probabilities
from brambling.credit.scorecard.model.fitting import Choices, Fit, fit_card, score_of_margin
from brambling.credit.scorecard.model.scoring import bins_of_frame, losses, reasons, sums
from brambling.credit.scorecard.readers import file_of, read_loans, read_named
from brambling.credit.scorecard.rules import HUNDREDTHS, REASONS, Card, pair_name
from brambling.credit.scorecard.shapes import (
    KIND,
    Figures,
    Fitted,
    Floats,
    Form,
    Ints,
    Loans,
    Monitored,
    Rates,
    Raw,
    Scored,
)
from brambling.engine.learn import Artefact, read_artefact
from brambling.kit.clock import Clock, SystemClock
from brambling.kit.errors import InputRejected
from brambling.kit.reasons import Reason

if TYPE_CHECKING:
    import polars as pl

HELD_OUT_SHARE = 0.25
CardLike = Card | Artefact | Path | str
Target = Literal["sql", "json", "onnx"]
Teller = Literal["auto", "card", "challenger"]


def fit(
    source: Any,
    target: str,
    bad: str,
    *,
    weight: str | None = None,
    time: str | None = None,
    exclude: Collection[str] = (),
    keep: Collection[str] = (),
    rejects: Any = None,
    monotone: str = "sensible",
    form: Form | None = None,
    derived: bool = True,
    mapping: Mapping[str, str] | None = None,
    seed: int = 7,
    clock: Clock | None = None,
    by: str = "scorecard fit",
) -> Fitted:
    """A scorecard from loans with known outcomes (a path or any dataframe).

    The figures come from a card fitted without the held-out rows (the newest quarter by ``time``, else a random quarter);
    the card returned is then fitted on all rows in the same form. ``exclude`` columns are never looked at, ``keep``
    columns are used whatever the guard says. With ``derived`` lines made of columns (``a / b``, ``a = b``, ``a[:3]``,
    ``count(a)``) join where they help out of fold. Raises InputRejected for input that no card can be made of, ExtraMissing
    without the extra ``scorecard``.
    """
    loans = read_loans(source, target=target, bad=bad, weight=weight, time=time, mapping=mapping)
    _require_named(loans, (*exclude, *keep), source)
    raws, left_out, notes = _usable(loans, {target, weight, time, *exclude} - {None}, set(keep), seed)  # type: ignore[arg-type]
    if not raws:
        raise _nothing_left(left_out, source)
    held, newest = periods.split(loans.bad, loans.period, len(loans.periods), HELD_OUT_SHARE, seed)
    early, late = loans.take(~held), loans.take(held)
    made, leaking = _made(raws, loans, keep, seed) if derived else ([], [])
    some = np.flatnonzero(~held)
    tried = fit_card(
        [raw.take(some) for raw in raws], early, Choices(monotone, form, seed), [raw.take(some) for raw in made]
    )
    again = Choices(monotone, tried.boosted.form, seed, tried.directions, tried.forest.shape, tried.lines, tried.since)
    final = fit_card(raws, loans, again, made)
    risks = _risks(tried, late)
    figures = {name: _figures(late, risk, seed) for name, risk in risks.items()}
    dropped = [raw.name for raw in raws if raw.name not in final.card.names]
    seen = sums(tried.card, bins_of_frame(tried.card, early.frame))
    stability, rates = watch.over_periods(tried.card, early, late, seen)
    at, own = (clock or SystemClock()).now(), figures["card"]
    artefact = artefacts.make(final, loans, target=target, bad=bad, time=time, at=at, by=by, figures=own)
    return Fitted(
        card=final.card,
        artefact=artefact,
        form=tried.boosted.form,
        held_out="newest" if newest else "random",
        card_figures=own,
        challenger_figures=figures["challenger"],
        free_figures=figures["free"],
        by_period=_by_period(late, risks["card"], seed) if newest else {},
        stories=stories.tell(final.card, bins_of_frame(final.card, loans.frame), loans),
        left_out=(*left_out, *leaking, *((name, Reason("no-information", {})) for name in dropped)),
        notes=(*loans.notes, *notes),
        stability=stability,
        rates=rates,
        sensitivity=watch.sensitivity(tried.card, early, late, _read(rejects, mapping), seed),
        rejects_given=rejects is not None,
        rows=int(loans.bad.size),
        bads=int(loans.bad.sum()),
    )


def _read(rejects: Any, mapping: Mapping[str, str] | None) -> pl.DataFrame | None:
    return None if rejects is None else read_named(rejects, mapping)


def _figures(late: Loans, risk: tuple[Floats, Floats], seed: int) -> Figures:
    place, chance = risk
    return measures.figures(late.bad, chance, late.weight, place, seed=seed)


def _nothing_left(left_out: Sequence[LeftOut], source: Any) -> InputRejected:
    named = "; ".join(f"{name}: {reason.code}" for name, reason in left_out)
    return InputRejected(f"no usable column is left ({named})", file=file_of(source))


def _require_named(loans: Loans, names: Collection[str], source: Any) -> None:
    for name in names:
        if name not in loans.frame.columns:
            have = ", ".join(loans.frame.columns[:12])
            raise InputRejected(f"no column {name!r}", file=file_of(source), expected=f"one of {have}")


def _usable(
    loans: Loans, without: set[str], keep: set[str], seed: int
) -> tuple[list[Raw], list[LeftOut], list[Reason]]:
    """Columns that may speak; those left out with the reason, leaks by name."""
    raws, out, notes = read_columns(loans.frame, without=without, keep=keep)
    dates = [name for name, reason in out if reason.code == "date"]
    late = dict(leaks.dated_after(loans.frame, loans, dates))
    out = [(name, late.get(name, reason)) for name, reason in out]
    found = [item for item in leaks.find_leaks(raws, loans, seed) if item[0] not in keep]
    names = {name for name, _ in found}
    return [raw for raw in raws if raw.name not in names], [*found, *out], notes


def _made(raws: list[Raw], loans: Loans, keep: Collection[str], seed: int) -> tuple[list[Raw], list[LeftOut]]:
    """Lines that could be made of the usable columns, and those of them that know the outcome."""
    made = propose(raws)
    found = [item for item in leaks.find_made_leaks(made, raws, loans, seed) if item[0] not in keep]
    names = {name for name, _ in found}
    return [raw for raw in made if raw.name not in names], found


def _risks(tried: Fit, late: Loans) -> dict[str, tuple[Floats, Floats]]:
    """Order and probability of held-out rows by the card, by the challenger, and by boosting without directions."""
    scores = sums(tried.card, bins_of_frame(tried.card, late.frame))
    values = challenger.matrix_of_frame(tried.card, late.frame)
    out = {"card": (-scores.astype(float), probabilities(tried.card.calibration, scores))}
    for name, grown, line in (
        ("challenger", tried.forest, tried.forest_calibration),
        ("free", tried.free, tried.free_calibration),
    ):
        at = score_of_margin(challenger.margin_of(grown.text, values), tried.start)
        out[name] = (-at.astype(float), probabilities(line, at))
    return out


def _by_period(late: Loans, risk: tuple[Floats, Floats], seed: int) -> dict[str, Figures]:
    out = {}
    for number in np.unique(late.period):
        rows = late.period == number
        if 10 <= late.bad[rows].sum() < rows.sum():
            out[late.periods[number]] = measures.figures(
                late.bad[rows], risk[1][rows], late.weight[rows], risk[0][rows], seed=seed
            )
    return out


def open_card(card: CardLike) -> Card:
    """The card of a file, an artefact, or itself; raises InputRejected for anything else."""
    if isinstance(card, Card):
        return card
    artefact = card if isinstance(card, Artefact) else read_artefact(Path(card), kind=KIND)
    return artefacts.SCORECARD.load(artefact)


def score(
    card: CardLike,
    source: Any,
    *,
    points: bool = False,
    model: Teller = "auto",
    mapping: Mapping[str, str] | None = None,
) -> Scored:
    """Every application with ``row``, ``probability_default``, ``score`` and up to four reasons (column names), then the
    columns of the input. With ``points`` every part of the score in a column of its own; they sum to the score.

    ``model`` says whose probability is told: ``card``, ``challenger``, or ``auto``, the one that the fit found clearly better;
    score, points and reasons are always the card's. A column that the file lacks is missing in every row, and is told. Raises InputRejected where it has none of them.
    """
    import polars as pl

    artefact = read_artefact(Path(card), kind=KIND) if isinstance(card, str | Path) else card
    opened = open_card(artefact)
    frame = read_named(source, mapping)
    absent = [name for name in opened.columns if name not in frame.columns]
    if len(absent) == len(opened.columns):
        raise InputRejected(
            "has none of the card's columns", file=file_of(source), expected=f"for example {', '.join(absent[:6])}"
        )
    notes = [Reason("absent-column", {"column": name}) for name in absent]
    bins = bins_of_frame(opened, frame)
    for item, place in zip(opened.characteristics, bins, strict=True):
        strange = int((place == item.unseen).sum())
        if strange and item.made is None:
            notes.append(Reason("unseen-labels", {"column": item.name, "rows": str(strange)}))
    total = sums(opened, bins)
    p = probabilities(opened.calibration, total)
    if isinstance(artefact, Artefact):
        teller = str(artefact.data.get("champion", "card")) if model == "auto" else model
        if teller == "challenger":
            p = artefacts.challenger_probabilities(artefact, opened, frame)
            notes.append(Reason("challenger-tells", {}))
    elif model == "challenger":
        raise InputRejected("a card alone has no challenger", expected="the artefact that fit made")
    where, _ = reasons(opened, bins)
    names = np.array([*opened.names, None], dtype=object)
    made = {
        "row": np.arange(1, frame.height + 1),
        "probability_default": p,
        "score": total / HUNDREDTHS,
    }
    table = pl.DataFrame(made).with_columns(
        pl.Series(f"reason_{k + 1}", names[where[:, k]].tolist(), dtype=pl.String) for k in range(REASONS)
    )
    if points:
        table = table.with_columns(_points(opened, bins))
    replaced = [name for name in frame.columns if name in table.columns]
    notes += [Reason("replaced-column", {"column": name}) for name in replaced]
    return Scored(pl.concat([table, frame.drop(replaced)], how="horizontal"), tuple(notes))


def _points(card: Card, bins: list[Ints]) -> list[pl.Series]:
    import polars as pl

    out = [pl.Series("points_base", np.full(bins[0].size, card.base / HUNDREDTHS))]
    for item, place in zip(card.characteristics, bins, strict=True):
        out.append(pl.Series(f"points_{item.name}", np.array(item.points)[place] / HUNDREDTHS))
    for pair in card.pairs:
        cells = np.array(pair.points)[bins[pair.first], bins[pair.second]]
        out.append(pl.Series(f"points_{pair_name(card, pair)}", cells / HUNDREDTHS))
    return out


def export(card: CardLike, to: Target, *, table: str = "applications") -> bytes:
    """The card for another engine: ``sql`` (a SELECT over ``table`` for PostgreSQL and DuckDB), ``json`` (the card's data
    alone) or ``onnx``. Score and probability are the same to the last digit."""
    opened = open_card(card)
    if to == "sql":
        return exporting.sql(opened, table).encode()
    if to == "json":
        return exporting.json_text(opened).encode()
    return exporting.onnx(opened)


def monitor(
    card: Artefact | Path | str,
    source: Any,
    *,
    target: str | None = None,
    bad: str | None = None,
    weight: str | None = None,
    time: str | None = None,
    recalibrate: bool = False,
    mapping: Mapping[str, str] | None = None,
    seed: int = 7,
    clock: Clock | None = None,
    by: str = "scorecard monitor",
) -> Monitored:
    """The watch over newer applications: PSI of the score, CSI of every column, and, where outcomes are known, expected
    against observed bad rates, each by period. With ``recalibrate`` also the card with its calibration renewed on the
    newest matured window of the file. Raises InputRejected for input that cannot be watched."""
    artefact = card if isinstance(card, Artefact) else read_artefact(Path(card), kind=KIND)
    opened = artefacts.SCORECARD.load(artefact)
    if recalibrate and target is None:
        raise InputRejected("recalibration needs outcomes", expected="--target COL --bad VALUE")
    if target is not None:
        if bad is None:
            raise InputRejected("--target needs the value that is bad", expected="--bad VALUE")
        loans = read_loans(
            source, target=target, bad=bad, weight=weight, time=time, mapping=mapping, rows_min=1, class_min=0
        )
    else:
        loans = watch.without_outcomes(read_named(source, mapping), time, file_of(source))
    stability, rates = watch.watched(opened, artefact, loans, with_outcomes=target is not None)
    figures, renewed = None, None
    after: tuple[Rates, ...] = ()
    if target is not None and min(loans.bad.sum(), (1 - loans.bad).sum()) >= 5:
        total = sums(opened, bins_of_frame(opened, loans.frame))
        p = probabilities(opened.calibration, total)
        figures = measures.figures(loans.bad, p, loans.weight, -total.astype(float), seed=seed)
    if recalibrate:
        made_at = (clock or SystemClock()).now()
        line = watch.renewed(opened, loans, seed)
        renewed = artefacts.remake(artefact, replace(opened, calibration=line), at=made_at, by=by)
        after = watch.rates_of(replace(opened, calibration=line), loans)
    return Monitored(stability, rates, figures, renewed, after, loans.notes)


def explain(card: CardLike, application: Mapping[str, Any]) -> dict[str, int]:
    """What each column of one application costs against its typical value, in hundredths of a point."""
    import polars as pl

    opened = open_card(card)
    frame = pl.DataFrame({name: [application.get(name)] for name in opened.columns})
    return dict(zip(opened.names, losses(opened, bins_of_frame(opened, frame))[0].tolist(), strict=True))
