"""The words and pictures of a scorecard, and its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from brambling.credit.scorecard.rules import HUNDREDTHS, Characteristic, pair_name
from brambling.credit.scorecard.shapes import Figures, Fitted, Interval, Monitored, Rates, Scored, Stability
from brambling.engine.doors.charts import Chart, bar_chart
from brambling.engine.doors.report import Figure, Report, Table, table_of
from brambling.kit.i18n import N_, Lang, translator
from brambling.kit.reasons import Reason, show_share, tell

if TYPE_CHECKING:
    import polars as pl

ROWS_SHOWN, CHARTS_SHOWN = 10, 12

NOTES: Mapping[str, str] = {
    "target-classes": N_("the target has {count} values; {bad} is bad, all others are good"),
    "no-outcome": N_("{rows} rows have no outcome and are left out"),
    "infinite": N_("{column}: {rows} infinite values, taken as missing"),
    "many-labels": N_("{column}: {count} categories, grouped by what is known of each"),
    "absent-column": N_("{column}: not in this file, taken as missing in every row"),
    "unseen-labels": N_("{column}: {rows} rows with a category that the card never saw, in a bin of their own"),
    "challenger-tells": N_(
        "probability_default is the challenger's, which the fit found clearly better; score and reasons are the card's "
        "(--model card for its own probability)"
    ),
    "replaced-column": N_("{column}: the result replaces the column of this name"),
}
LEFT_OUT: Mapping[str, str] = {
    "leak-alone": N_("leaks: alone it orders good and bad with AUC {auc}"),
    "leak-above-others": N_("leaks: alone AUC {auc}, all other columns together {others}"),
    "leak-filled-for-bad": N_("leaks: {rate:share} of the loans for which it is filled are bad"),
    "leak-filled-for-good": N_("leaks: {rate:share} of the loans for which it is filled are good"),
    "leak-dated-after": N_("leaks: {share:share} of its dates lie after the decision"),
    "constant": N_("always the same value"),
    "empty": N_("empty"),
    "identifier": N_("an identifier or free text: hardly any value comes twice"),
    "date": N_("a date"),
    "protected": N_("a protected attribute: for the audit, not for the decision"),
    "no-information": N_("tells nothing"),
}
MADE: Mapping[str, str] = {
    "same": N_("whether {first} and {other} hold the same"),
    "ratio": N_("{first} divided by {other}"),
    "per": N_("{first} divided by {other} and one more"),
    "prefix": N_("the first {length} letters of {first}"),
    "count": N_("how many loans of the fit have the same {first}"),
}
LEVELS: Mapping[str, str] = {"stable": N_("stable"), "watch": N_("watch"), "alarm": N_("alarm")}
TONES: Mapping[str, str] = {"stable": "good", "watch": "watch", "alarm": "bad"}


def note_text(note: Reason, lang: Lang = "en") -> str:
    """One line about the data."""
    return tell(note, NOTES, lang)


def left_out_text(name: str, reason: Reason, lang: Lang = "en") -> str:
    """Why a column is left out."""
    return translator(lang)("{column} is left out: {why}").format(column=name, why=tell(reason, LEFT_OUT, lang))


def line_text(item: Characteristic, lang: Lang = "en") -> str:
    """What a line that is made of columns is, in words; empty for a column."""
    if item.made is None:
        return ""
    said = translator(lang)(MADE[item.made.how])
    return said.format(first=item.columns[0], other=item.columns[-1], length=item.made.length)


def _shown(interval: Interval) -> str:
    return f"{interval.value:.4f} ({interval.low:.3f} .. {interval.high:.3f})"


def fit_to_plain(fitted: Fitted, lang: Lang = "en") -> dict[str, Any]:
    """What ``fit --json`` prints."""
    return {
        "version": fitted.artefact.version,
        "rows": fitted.rows,
        "bads": fitted.bads,
        "form": fitted.form,
        "held_out": fitted.held_out,
        "figures": {
            "card": asdict(fitted.card_figures),
            "challenger": asdict(fitted.challenger_figures),
            "without_directions": asdict(fitted.free_figures),
        },
        "by_period": {name: asdict(one) for name, one in fitted.by_period.items()},
        "characteristics": [asdict(story) for story in fitted.stories],
        "made": {item.name: line_text(item, lang) for item in fitted.card.characteristics if item.made},
        "pairs": [pair_name(fitted.card, pair) for pair in fitted.card.pairs],
        "base_points": fitted.card.base / HUNDREDTHS,
        "calibration": fitted.card.calibration.method,
        "left_out": [
            {"column": name, "code": reason.code, "text": tell(reason, LEFT_OUT, lang)}
            for name, reason in fitted.left_out
        ],
        "stability": [asdict(one) for one in fitted.stability],
        "rates": [asdict(one) for one in fitted.rates],
        "reject_inference": {
            "rejects_given": fitted.rejects_given,
            "band": [asdict(one) for one in fitted.sensitivity],
        },
        "notes": [{"code": one.code, "text": note_text(one, lang)} for one in fitted.notes],
    }


def fit_lines(fitted: Fitted, lang: Lang = "en") -> list[str]:
    """The card in a few lines."""
    _ = translator(lang)
    form = _("one table a column") if fitted.form == "additive" else _("tables of one and of two columns")
    return [
        _("A card of {columns} columns and {pairs} pairs ({form}) from {rows} loans, {bads} of them bad").format(
            columns=len(fitted.card.characteristics),
            pairs=len(fitted.card.pairs),
            form=form,
            rows=f"{fitted.rows:,}",
            bads=f"{fitted.bads:,}",
        ),
        _held_out(fitted, lang),
    ]


def _held_out(fitted: Fitted, lang: Lang) -> str:
    _ = translator(lang)
    rows = f"{fitted.card_figures.rows:,}"
    if fitted.held_out == "newest":
        return _("Figures are of the newest {rows} loans, by a card that never saw them").format(rows=rows)
    return _("Figures are of {rows} loans drawn at random, by a card that never saw them").format(rows=rows)


def figures_table(fitted: Fitted, lang: Lang = "en") -> Table:
    """Card, challenger and unbound boosting side by side, then the card by period."""
    _ = translator(lang)
    rows = [
        _row(_("scorecard"), fitted.card_figures),
        _row(_("challenger (LightGBM, directions kept where they cost nothing)"), fitted.challenger_figures),
        _row(_("LightGBM without directions"), fitted.free_figures),
    ]
    rows += [_row(_("scorecard, {period}").format(period=name), one) for name, one in fitted.by_period.items()]
    return table_of(("", _("rows"), "AUC", "KS", "Brier", "ECE"), rows, numeric=(_("rows"),))


def _row(name: str, figures: Figures) -> tuple[str, ...]:
    four = (figures.auc, figures.ks, figures.brier, figures.ece)
    return (name, f"{figures.rows:,}", *(_shown(one) for one in four))


def fit_report(fitted: Fitted, lang: Lang = "en") -> Report:
    """The page a reviewer reads: figures, columns left out, each column's bins, drift, and what rejects could change."""
    _ = translator(lang)
    page = Report(
        title=_("Scorecard"),
        lang=lang,
        lead=fit_lines(fitted, lang)[0],
        footer=_("Method, guarantees and measured figures: docs/algorithms/scorecard.md"),
    )
    first = page.section(_("How good it is"), _held_out(fitted, lang))
    for label, one in (
        ("AUC", fitted.card_figures.auc),
        ("KS", fitted.card_figures.ks),
        ("ECE", fitted.card_figures.ece),
    ):
        first.figures.append(Figure(label, f"{one.value:.3f}", f"{one.low:.3f} .. {one.high:.3f}"))
    first.tables.append(figures_table(fitted, lang))
    if fitted.left_out:
        rows = [(name, tell(reason, LEFT_OUT, lang)) for name, reason in fitted.left_out]
        page.section(_("Columns left out")).tables.append(table_of((_("column"), _("why")), rows))
    _columns(page, fitted, lang)
    watch = page.section(_("Drift over the held-out rows"))
    watch.tables += [_stability_table(fitted.stability, lang), _rates_table(fitted.rates, lang)]
    _rejects(page, fitted, lang)
    if fitted.notes:
        rows_of_notes = [(note_text(one, lang),) for one in fitted.notes]
        page.section(_("What to know")).tables.append(table_of((_("note"),), rows_of_notes))
    return page


def _columns(page: Report, fitted: Fitted, lang: Lang) -> None:
    _ = translator(lang)
    part = page.section(
        _("Columns by information value"),
        _("Score = {base} + the points of each bin; more points are a lower risk.").format(
            base=f"{fitted.card.base / HUNDREDTHS:.2f}"
        ),
    )
    rows = [(s.name, s.kind, s.direction, f"{s.information_value:.3f}") for s in fitted.stories]
    part.tables.append(table_of((_("column"), _("kind"), _("risk"), "IV"), rows, numeric=("IV",)))
    columns = (_("bin"), _("rows"), _("share"), _("bad rate"), "WoE", _("points"))
    said = {item.name: line_text(item, lang) for item in fitted.card.characteristics}
    for place, story in enumerate(fitted.stories):
        used = [one for one in story.bins if one.rows]
        cells = [
            (one.label, one.rows, f"{one.share:.3f}", f"{one.bad_rate:.4f}", f"{one.woe:.3f}", one.points / HUNDREDTHS)
            for one in used
        ]
        section = page.section(story.name, said[story.name])
        if place < CHARTS_SHOWN:
            bars = bar_chart([one.label for one in used], {_("bad rate"): [one.bad_rate for one in used]}, unit="")
            section.charts.append(Chart(bars, height_px=220))
        section.tables.append(table_of(columns, cells, numeric=columns[1:]))


def _rejects(page: Report, fitted: Fitted, lang: Lang) -> None:
    _ = translator(lang)
    said = (
        _("Accepted and rejected applications together, if the odds of the rejected were so many times the card's.")
        if fitted.rejects_given
        else _(
            "No rejected applications were given; the fifth of the held-out loans with the lowest scores stands in for "
            "them."
        )
    )
    rows = [(f"{one.factor:g}", show_share(one.bad_rate), f"{one.auc:.3f}") for one in fitted.sensitivity]
    part = page.section(_("If rejected applications were worse than the card says"), said)
    part.tables.append(table_of((_("odds times"), _("bad rate"), "AUC"), rows, numeric=(_("odds times"),)))


def scored_to_plain(scored: Scored) -> dict[str, Any]:
    """What ``score --json`` prints: the result columns of each row."""
    names = [name for name in scored.table.columns if name in _result_columns(scored)]
    return {"scores": scored.table.select(names).to_dicts(), "notes": [one.code for one in scored.notes]}


def _result_columns(scored: Scored) -> set[str]:
    own = {"row", "probability_default", "score", "reason_1", "reason_2", "reason_3", "reason_4"}
    return own | {name for name in scored.table.columns if name.startswith("points_")}


def scored_line(scored: Scored, lang: Lang = "en") -> str:
    """How many rows, and how risky they are on average."""
    mean = scored.table["probability_default"].mean()
    share = show_share(float(mean)) if isinstance(mean, float) else "-"
    return translator(lang)("{rows} applications scored; mean probability of default {share}").format(
        rows=f"{scored.table.height:,}", share=share
    )


def scored_table(scored: Scored) -> Table:
    """The first rows."""
    names = ("row", "probability_default", "score", "reason_1", "reason_2", "reason_3", "reason_4")
    return table_of(names, scored.table.select(names).head(ROWS_SHOWN).rows(), numeric=names[:3])


def watch_to_plain(watched: Monitored, lang: Lang = "en") -> dict[str, Any]:
    """What ``monitor --json`` prints."""
    return {
        "alarm": watched.alarm,
        "stability": [asdict(one) for one in watched.stability],
        "rates": [asdict(one) for one in watched.rates],
        "figures": None if watched.figures is None else asdict(watched.figures),
        "recalibrated": None if watched.recalibrated is None else watched.recalibrated.version,
        "recalibrated_rates": [asdict(one) for one in watched.recalibrated_rates],
        "notes": [{"code": one.code, "text": note_text(one, lang)} for one in watched.notes],
    }


def watch_frame(watched: Monitored) -> pl.DataFrame:
    """Stability and rates as one table: period, measure, column, value, limit, level."""
    import polars as pl

    rows = [
        ("psi" if not one.name else "csi", one.period, one.name, one.psi, one.noise, one.level)
        for one in watched.stability
    ]
    rows += [("bad_rate", one.period, "", one.observed, one.expected, one.level) for one in watched.rates]
    names = ["measure", "period", "column", "value", "expected", "level"]
    return pl.DataFrame(rows, schema=names, orient="row")


def watch_tables(watched: Monitored, lang: Lang = "en") -> list[Table]:
    """Stability of the score and of what moved, then rates."""
    tables = [_stability_table(watched.stability, lang)]
    if watched.rates:
        tables.append(_rates_table(watched.rates, lang))
    if watched.recalibrated_rates:
        caption = translator(lang)("After recalibration")
        tables.append(_rates_table(watched.recalibrated_rates, lang, caption))
    return tables


def _stability_table(stability: tuple[Stability, ...], lang: Lang) -> Table:
    _ = translator(lang)
    rows = [
        (one.period, one.name or _("score"), f"{one.psi:.4f}", f"{one.noise:.4f}", _(LEVELS[one.level]))
        for one in stability
        if not one.name or one.level != "stable"
    ]
    columns = (_("period"), _("column"), "PSI", _("chance alone"), _("level"))
    return table_of(columns, rows, _("Stability: the score, and the columns that moved"), columns[2:4])


def _rates_table(rates: tuple[Rates, ...], lang: Lang, caption: str = "") -> Table:
    _ = translator(lang)
    rows = [
        (
            one.period,
            f"{one.rows:,}",
            f"{one.expected:.4f}",
            f"{one.observed:.4f}",
            f"{one.z:.1f}",
            _(LEVELS[one.level]),
        )
        for one in rates
    ]
    columns = (_("period"), _("rows"), _("expected bad rate"), _("observed"), "z", _("level"))
    return table_of(columns, rows, caption or _("Expected and observed bad rate"), columns[1:5])


def watch_report(watched: Monitored, lang: Lang = "en") -> Report:
    """The watch as a page."""
    _ = translator(lang)
    page = Report(title=_("Scorecard watch"), lang=lang, lead=alarm_text(watched, lang) if watched.alarm else "")
    part = page.section(_("What moved"))
    part.tables += watch_tables(watched, lang)
    if watched.figures is not None:
        table = table_of(("", _("rows"), "AUC", "KS", "Brier", "ECE"), [_row(_("scorecard"), watched.figures)])
        page.section(_("How good it is")).tables.append(table)
    return page


def alarm_text(watched: Monitored, lang: Lang = "en") -> str:
    """What stands at alarm, in one line."""
    _ = translator(lang)
    moved = [f"{one.name or _('score')} ({one.period})" for one in watched.stability if one.level == "alarm"]
    off = [one.period for one in watched.rates if one.level == "alarm"]
    parts = []
    if moved:
        parts.append(_("moved: {what}").format(what=", ".join(moved[:6]) + (" ..." if len(moved) > 6 else "")))
    if off:
        parts.append(_("the bad rate is not the expected one: {what}").format(what=", ".join(off)))
    return _("drift alarm; {what}").format(what="; ".join(parts))
