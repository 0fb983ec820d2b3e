"""The words and pictures of a backtest, and its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brambling.engine.doors.charts import Chart, bar_chart
from brambling.engine.doors.report import Figure, Report, Table, table_of
from brambling.kit.i18n import N_, Lang, translator
from brambling.kit.reasons import tell
from brambling.wealth.flows.report import note_text
from brambling.wealth.ladder.shapes import Backtest, Trial

SENTENCES: Mapping[str, str] = {
    "assets-assumed": N_(
        "{product}: the flows added up are too small for a fund; its assets at the start are assumed larger"
    ),
}
POLICY_NAMES: Mapping[str, str] = {
    "fixed": N_("10 % cash and a 90-day ladder"),
    "forecast": N_("forecast-driven ladder"),
    "no-forecast": N_("same ladder without a forecast"),
}


def to_plain(made: Backtest, lang: Lang = "en") -> dict[str, Any]:
    """What ``--json`` prints."""
    return {
        "products": made.products,
        "align": made.align,
        "windows": made.windows,
        "curve_from": made.curve_from,
        "curve_to": made.curve_to,
        "flows_from": made.flows_from,
        "flows_to": made.flows_to,
        "trials": made.trials,
        "reserve": made.reserve,
        "notes": [
            {"code": note.code, "text": text} for note, text in zip(_all_notes(made), notes(made, lang), strict=True)
        ],
    }


def _all_notes(made: Backtest) -> list[Any]:
    return [*made.notes, *made.flow_notes]


def notes(made: Backtest, lang: Lang) -> list[str]:
    """What the reader must know, one line each."""
    return [tell(note, SENTENCES, lang) for note in made.notes] + [note_text(note, lang) for note in made.flow_notes]


def headline(made: Backtest, lang: Lang) -> str:
    """The sentence that says it all: the hardest trial."""
    _ = translator(lang)
    trial = made.trials[-1]
    ours = next(year for year in trial.policies if year.policy == "forecast")
    return _(
        "{bp:+.1f} bp a year over 10 % cash and a 90-day ladder under the flows times {times} ({rate:.1f} % of assets "
        "redeemed a day), {breaches} days with a rule broken, {sales} forced sales"
    ).format(
        bp=trial.gain.total_bp,
        times=trial.times,
        rate=trial.redemption_rate * 100,
        breaches=ours.breach_days,
        sales=ours.forced_sales,
    )


def lines(made: Backtest, lang: Lang = "en") -> list[str]:
    """The result for the terminal, beside its table."""
    _ = translator(lang)
    out = [headline(made, lang), _aligned(made, lang)]
    for trial in made.trials:
        out += trial_lines(trial, lang)
    reserve = made.reserve
    out.append(
        _(
            "Reserve set each evening at {level:.1f} %: short on {short:.1f} % of {days} product-days, idle money "
            "{idle:.2f} times mean redemption"
        ).format(
            level=reserve.level * 100, short=reserve.short_share * 100, days=reserve.product_days, idle=reserve.idle
        )
    )
    return out


def _aligned(made: Backtest, lang: Lang) -> str:
    _ = translator(lang)
    return _(
        "Flows of {first} to {last} replayed in {windows} windows of the curve from {begin} to {end}; yields are the "
        "curve's, without any spread"
    ).format(first=made.flows_from, last=made.flows_to, windows=made.windows, begin=made.curve_from, end=made.curve_to)


def trial_lines(trial: Trial, lang: Lang) -> list[str]:
    """What the gain is made of, quarter ends and volatility, for one multiple of the flows."""
    _ = translator(lang)
    gain, ends, spread = trial.gain, trial.quarter_ends, trial.volatility
    out = [
        _(
            "Flows times {times}: {total:+.1f} bp = {cash:+.1f} less cash, {term:+.1f} term, {choice:+.1f} tenors chosen; "
            "weighted maturity {gap:+.1f} days apart"
        ).format(
            times=trial.times,
            total=gain.total_bp,
            cash=gain.cash_bp,
            term=gain.term_bp,
            choice=gain.choice_bp,
            gap=gain.wam_gap_days,
        )
    ]
    if ends.weeks:
        out.append(
            _(
                "Quarter-end weeks ({weeks}): size {change:+.2f} %, book yield {ours:.1f} bp against {fixed:.1f} bp"
            ).format(weeks=ends.weeks, change=ends.size_change * 100, ours=ends.yield_bp, fixed=ends.fixed_bp)
        )
    out.append(
        _(
            "Yield volatility: {between:.1f} bp between quarters against {between_fixed:.1f}, {within:.1f} bp within a "
            "replay against {within_fixed:.1f}; nearly all of it is the level of rates, which no plan of liquidity removes"
        ).format(
            between=spread.between_bp,
            between_fixed=spread.between_fixed_bp,
            within=spread.within_bp,
            within_fixed=spread.within_fixed_bp,
        )
    )
    if trial.crunch_bp is not None:
        out.append(_("In June 2013: {bp:+.1f} bp against the fixed ladder").format(bp=trial.crunch_bp))
    return out


def policies_table(made: Backtest, lang: Lang) -> Table:
    """Every policy at every multiple of the flows."""
    _ = translator(lang)
    rows = [
        (
            f"x {trial.times}",
            _(POLICY_NAMES[year.policy]),
            f"{year.yield_bp:.1f}",
            f"{year.cash_share * 100:.1f} %",
            f"{year.drag_bp:.1f}",
            f"{year.wam_days:.1f}",
            year.breach_days,
            year.forced_sales,
        )
        for trial in made.trials
        for year in trial.policies
    ]
    heads = (
        _("flows"),
        _("policy"),
        _("yield, bp"),
        _("overnight"),
        _("cash drag, bp"),
        _("weighted maturity, days"),
        _("days with a rule broken"),
        _("forced sales"),
    )
    return table_of(heads, rows, numeric=heads[2:])


def report(made: Backtest, lang: Lang = "en") -> Report:
    """The HTML report: policies, what the gain is made of, windows, reserve."""
    _ = translator(lang)
    page = Report(
        title=_("Backtest of the liquidity ladder"),
        lang=lang,
        lead=headline(made, lang),
        footer=_("Flows and curve are those of your files. Method and assumptions: docs/algorithms/ladder.md"),
    )
    top = page.section(_("In short"), _aligned(made, lang))
    for trial in made.trials:
        top.figures.append(
            Figure(
                _("Gain, flows x {times}").format(times=trial.times),
                f"{trial.gain.total_bp:+.1f} bp",
                _("a year; {cash:+.1f} from less cash").format(cash=trial.gain.cash_bp),
                "good" if trial.gain.total_bp > 0 else "watch",
            )
        )
    top.figures.append(Figure(_("Reserve short"), f"{made.reserve.short_share * 100:.1f} %", _("of days; aim 2.5 %")))
    top.figures.append(Figure(_("Idle reserve"), f"{made.reserve.idle:.2f}", _("times mean redemption")))
    page.section(_("Policies")).tables.append(policies_table(made, lang))
    page.section(_("What the gain is made of"), *(text for trial in made.trials for text in trial_lines(trial, lang)))
    page.section(_("Window by window")).charts.append(_windows(made, lang))
    told = [(text,) for text in notes(made, lang)]
    if told:
        page.section(_("What to know")).tables.append(table_of((_("note"),), told))
    return page


def _windows(made: Backtest, lang: Lang) -> Chart:
    """Gain over the fixed ladder by window, mean of the products, at the largest multiple of the flows."""
    import polars as pl

    _ = translator(lang)
    times = made.trials[-1].times
    frame = made.table.filter(pl.col("times") == times).group_by("window_from", "policy").agg(pl.col("yield_bp").mean())
    wide = frame.pivot(on="policy", index="window_from", values="yield_bp").sort("window_from")
    days = [str(day) for day in wide["window_from"]]
    gain = [round(value, 2) for value in wide["forecast"] - wide["fixed"]]
    option = bar_chart(days, {_("gain over the fixed ladder"): gain}, unit="bp")
    return Chart(option, (_("window from"), "bp"), tuple(zip(days, gain, strict=True)))
