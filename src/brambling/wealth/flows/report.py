"""The words and pictures of a forecast, and its JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from brambling.engine.doors.charts import Chart, forecast_chart
from brambling.engine.doors.report import Figure, Report, Section, table_of
from brambling.kit.i18n import N_, Lang, translator
from brambling.kit.money import Money
from brambling.wealth.flows.rules import NOTES, QUANTILES, Floats, Ints, Note
from brambling.wealth.flows.shapes import Forecast

HISTORY_DAYS_SHOWN = 60
PRODUCTS_SHOWN = 6
NOTES_SHOWN = 40

SIDE_NAMES: Mapping[str, str] = {
    "subscription": N_("subscription"),
    "redemption": N_("redemption"),
    "net": N_("net flow"),
}
METHOD_NAMES: Mapping[str, str] = {
    "blend": N_("blend"),
    "seasonal-naive": N_("seasonal naive"),
    "zero": N_("zero"),
}
Say = Callable[[str], str]


def note_text(note: Note, lang: Lang = "en") -> str:
    """One line for people."""
    say = translator(lang)
    parameters = dict(note.parameters)
    if "side" in parameters:
        parameters["side"] = say(SIDE_NAMES[str(parameters["side"])])
    return say(NOTES[note.code]).format(**parameters)


def to_plain(forecast: Forecast, lang: Lang = "en") -> dict[str, Any]:
    """What ``--json`` prints: amounts as text with two decimals, notes as code and line."""
    coverage = forecast.coverage
    return {
        "origin": forecast.origin,
        "horizon_days": forecast.horizon_days,
        "seed": forecast.seed,
        "forecast": forecast.rows(),
        "choices": forecast.choices,
        "coverage": None
        if coverage is None
        else {
            "share_80": round(coverage.share_80, 4),
            "share_95": round(coverage.share_95, 4),
            "origins": coverage.origins,
        },
        "levels": forecast.levels,
        "notes": [{"code": note.code, "text": note_text(note, lang)} for note in forecast.notes],
    }


def lines(forecast: Forecast, lang: Lang = "en") -> list[str]:
    """The result in a few lines for the terminal: totals of the horizon, and how it was measured."""
    _ = translator(lang)
    out = [_("Forecast of {days} days after {origin}").format(days=forecast.horizon_days, origin=forecast.origin)]
    for name, values in _totals(forecast).items():
        amounts = ", ".join(f"{_(SIDE_NAMES[side])} {_yuan(value)}" for side, value in values.items())
        out.append(f"  {name}: {amounts}")
    left = len(forecast.history.products) - PRODUCTS_SHOWN
    if left > 0:
        out.append("  " + _("{count} more are in --out and --json").format(count=left))
    naive = sum(choice.method == "seasonal-naive" for choice in forecast.choices)
    out.append(
        _("{blend} of {total} series by the blend, {naive} by the seasonal naive").format(
            blend=sum(choice.method == "blend" for choice in forecast.choices), total=len(forecast.choices), naive=naive
        )
    )
    if forecast.coverage is not None:
        out.append(_coverage_line(forecast, _))
    return out


def _coverage_line(forecast: Forecast, _: Say) -> str:
    assert forecast.coverage is not None
    return _(
        "At {count} earlier origins {inner:.1%} of days lay inside the 80 % band and {outer:.1%} inside the 95 % band"
    ).format(count=forecast.coverage.origins, inner=forecast.coverage.share_80, outer=forecast.coverage.share_95)


def _yuan(minor: int) -> str:
    return Money(int(minor)).grouped()


def _totals(forecast: Forecast) -> dict[str, dict[str, int]]:
    """Sum of the means over the horizon, of the first products (a hierarchy: its whole first)."""
    out: dict[str, dict[str, int]] = {}
    for name in _shown(forecast):
        means = _minor(forecast, name, "mean")
        out[name] = {side: int(values.sum()) for side, values in means.items()}
    return out


def _shown(forecast: Forecast) -> list[str]:
    names = list(forecast.history.products)
    if forecast.levels:
        names.sort(key=lambda name: forecast.levels[name])
    return names[:PRODUCTS_SHOWN]


def _minor(forecast: Forecast, product: str, column: str) -> dict[str, Ints]:
    import polars as pl

    rows = forecast.table.filter(pl.col("product") == product)
    return {side: (rows.filter(pl.col("side") == side)[column] * 100).cast(pl.Int64).to_numpy() for side in SIDE_NAMES}


def report(forecast: Forecast, lang: Lang = "en") -> Report:
    """The HTML report: totals, one chart a side of the first products, what was chosen, what to know."""
    _ = translator(lang)
    page = Report(
        title=_("Subscriptions and redemptions"),
        lang=lang,
        lead=_("Forecast of {days} days after {origin}").format(days=forecast.horizon_days, origin=forecast.origin),
        footer=_("Method, guarantees and measured figures: docs/algorithms/forecast.md"),
    )
    first = page.section(_("What is expected"))
    for name, values in _totals(forecast).items():
        tone = "bad" if values["net"] < 0 else "plain"
        first.figures.append(
            Figure(f"{name}: {_('net flow')}", f"¥ {_yuan(values['net'])}", _("sum of the horizon"), tone)
        )
    if forecast.coverage is not None:
        first.paragraphs.append(_coverage_line(forecast, _))
    else:
        first.paragraphs.append(_("The history is too short to measure the bands at earlier origins"))
    for name in _shown(forecast):
        for side in ("subscription", "redemption"):
            _chart(page.section(f"{name}: {_(SIDE_NAMES[side])}"), forecast, name, side, _)
    _chosen(page.section(_("How each series was forecast")), forecast, _)
    if forecast.notes:
        texts = [(note_text(note, lang),) for note in forecast.notes[:NOTES_SHOWN]]
        page.section(_("What to know")).tables.append(table_of((_("note"),), texts))
    return page


def _chart(section: Section, forecast: Forecast, name: str, side: str, _: Say) -> None:
    place = forecast.history.products.index(name)
    columns = {key: _minor(forecast, name, key)[side] for key in ("mean", *QUANTILES)}
    past_days = [str(day) for day in forecast.history.days[-HISTORY_DAYS_SHOWN:]]
    ahead = [str(day) for day in forecast.history.days[-1] + 1 + np.arange(forecast.horizon_days)]
    past: Floats = getattr(forecast.history, side)[place][-HISTORY_DAYS_SHOWN:]
    blank: list[float | None] = [None] * len(past_days)
    low, inner_low, _middle, inner_high, high = ([*blank, *_units(columns[q])] for q in QUANTILES)
    option = forecast_chart(
        past_days + ahead,
        [None if np.isnan(v) else float(v) / 100 for v in past] + [None] * len(ahead),
        [*blank, *_units(columns["mean"])],
        {_("95 % band"): (low, high), _("80 % band"): (inner_low, inner_high)},
        unit=_("yuan"),
        history_name=_(SIDE_NAMES[side]),
        mid_name=_("forecast"),
    )
    rows = tuple((day, *(_yuan(columns[key][i]) for key in ("mean", *QUANTILES))) for i, day in enumerate(ahead))
    section.charts.append(Chart(option, (_("date"), _("mean"), *QUANTILES), rows))


def _units(minor: Ints) -> list[float]:
    return [float(value) / 100 for value in minor]


def _chosen(section: Section, forecast: Forecast, _: Say) -> None:
    section.paragraphs.append(_("Weights come from earlier origins only; a loss below 1 beats the seasonal naive"))
    rows = []
    for choice in forecast.choices[: 4 * PRODUCTS_SHOWN]:
        strongest = sorted(choice.weights.items(), key=lambda item: -item[1])[:4]
        rows.append(
            (
                choice.product,
                _(SIDE_NAMES[choice.side]),
                _(METHOD_NAMES[choice.method]),
                "" if choice.loss_relative is None else f"{choice.loss_relative:.2f}",
                ", ".join(f"{name} {weight:.0%}" for name, weight in strongest),
            )
        )
    heads = (_("product"), _("side"), _("method"), _("loss over seasonal naive"), _("strongest members"))
    section.tables.append(table_of(heads, rows, numeric=(heads[3],)))
