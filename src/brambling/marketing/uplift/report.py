"""The words and pictures of uplift, calls and allocation, and their JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from brambling.engine.doors.charts import ACCENT, MUTED, TEAL, Chart, bar_chart, base, line, value_axis
from brambling.engine.doors.report import Figure, Report, Section, Table, table_of
from brambling.kit.i18n import N_, Lang, show_money, translator
from brambling.marketing.uplift.model.estimator import UpliftModel
from brambling.marketing.uplift.model.grid import ALL_CHANNELS, BUDGET
from brambling.marketing.uplift.rules import NOTES, VERDICT_LEVEL, Note, Verdict
from brambling.marketing.uplift.shapes import Allocation, CallPlan, Interval, UpliftFit

if TYPE_CHECKING:
    import polars as pl

Say = Callable[[str], str]

VERDICTS: Mapping[Verdict, str] = {
    "heterogeneous": N_("Customers differ: choose by uplift"),
    "no-evidence": N_("No evidence that customers differ: treat by average effect and cost"),
}
CANDIDATE_NAMES: Mapping[str, str] = {
    "response": N_("response model"),
    "two-model": N_("two models"),
    "interactions": N_("one model with interactions (S)"),
    "boosted": N_("boosting with the arm (S)"),
    "boosted-on": N_("boosting on the interactions (S)"),
    "crossed": N_("crossed boosting (X)"),
    "forest": N_("doubly robust forest (DR)"),
}
DIGITS_SHOWN = 4


def note_text(note: Note, lang: Lang = "en") -> str:
    """One line for people."""
    return translator(lang)(NOTES[note.code]).format(**note.parameters)


def _effect(value: float, binary: bool) -> str:
    """An effect as percentage points, or as an amount."""
    return f"{value * 100:+.2f} pp" if binary else f"{value:+.4g}"


def _between(one: Interval, binary: bool) -> str:
    return f"{_effect(one.value, binary)} ({_effect(one.lower, binary)} .. {_effect(one.upper, binary)})"


def _qini(one: Interval) -> str:
    return f"{one.value:.3f} ({one.lower:.3f} .. {one.upper:.3f})"


def fit_plain(made: UpliftFit, lang: Lang = "en") -> dict[str, Any]:
    """What ``uplift fit --json`` prints."""
    return {
        "verdict": made.verdict,
        "test": {
            "name": "robust score test of interactions",
            "statistic": made.statistic,
            "directions": made.directions,
            "rows_effective": made.rows_effective,
            "p_value": made.p_value,
            "level": VERDICT_LEVEL,
        },
        "average": made.average,
        "rows": {"treated": made.rows_treated, "control": made.rows_control},
        "rates": {"treated": made.rate_treated, "control": made.rate_control},
        "treated": made.treated,
        "control": made.control,
        "qini": made.qini,
        "qini_ahead_of": made.ahead_of,
        "shrinkage": {"slope_found": made.slope_found, "slope_kept": made.slope_kept},
        "candidates": made.candidates,
        "groups": made.groups,
        "marks": made.marks,
        "features": made.features,
        "seed": made.seed,
        "notes": [{"code": note.code, "text": note_text(note, lang)} for note in made.notes],
    }


def fit_lines(made: UpliftFit, lang: Lang = "en") -> list[str]:
    """The result in a few lines for the terminal."""
    _ = translator(lang)
    return [
        _(VERDICTS[made.verdict]) + f" (p = {made.p_value:.2g})",
        _("Average effect of contact: {effect}; {rate_on} with, {rate_off} without").format(
            effect=_between(made.average, made.binary),
            rate_on=_rate(made.rate_treated, made.binary),
            rate_off=_rate(made.rate_control, made.binary),
        ),
        _("Qini on rows not seen: {qini}").format(qini=_qini(made.qini)),
    ]


def _rate(value: float, binary: bool) -> str:
    return f"{value:.2%}" if binary else f"{value:.4g}"


def candidates_table(made: UpliftFit, lang: Lang = "en") -> Table:
    """The candidates with weight, loss and Qini."""
    _ = translator(lang)
    heads = (_("learner"), _("weight"), _("loss against a constant, in standard errors"), _("Qini on rows not seen"))
    rows = [
        (_(CANDIDATE_NAMES[c.name]), f"{c.weight:.0%}", f"{c.loss_errors:+.2f}", _qini(c.qini)) for c in made.candidates
    ]
    return table_of(heads, rows, numeric=heads[1:])


def fit_report(made: UpliftFit, lang: Lang = "en") -> Report:
    """The HTML report: verdict, whom to leave alone, what marks them, the curve, the learners."""
    _ = translator(lang)
    page = Report(
        title=_("What contact changes"),
        lang=lang,
        lead=_(VERDICTS[made.verdict]),
        footer=_("Method, guarantees and measured figures: docs/algorithms/uplift.md"),
    )
    first = page.section(_("Do customers differ?"))
    first.paragraphs.append(
        _(
            "Robust score test of interactions: F = {f} with {directions} directions, p = {p}; the verdict needs p below {level}"
        ).format(f=f"{made.statistic:.2f}", directions=made.directions, p=f"{made.p_value:.2g}", level=VERDICT_LEVEL)
    )
    first.figures += [
        Figure(_("average effect"), _effect(made.average.value, made.binary), _between(made.average, made.binary)),
        Figure(
            _("customers"),
            f"{made.rows_treated + made.rows_control:,}",
            f"{made.rows_treated:,} / {made.rows_control:,}",
        ),
        Figure(_("Qini on rows not seen"), f"{made.qini.value:.3f}", f"{made.qini.lower:.3f} .. {made.qini.upper:.3f}"),
    ]
    _groups(page.section(_("Whom contact helps, and whom to leave alone")), made, _)
    if made.marks:
        part = page.section(_("What marks those who answer most"))
        heads = (
            _("column"),
            _("mean in the fifth that answers most"),
            _("in the fifth that answers least"),
            _("distance"),
        )
        rows = [(m.column, f"{m.most:.3g}", f"{m.least:.3g}", f"{m.distance:+.2f}") for m in made.marks]
        part.tables.append(table_of(heads, rows, numeric=heads[1:]))
    _curve(page.section(_("How well the ordering works")), made, _)
    learners = page.section(_("The learners"))
    learners.paragraphs.append(
        _("The blend is drawn to the average effect: slope {found} found on rows not seen, {kept} kept").format(
            found=f"{made.slope_found:.2f}", kept=f"{made.slope_kept:.2f}"
        )
    )
    learners.tables.append(candidates_table(made, lang))
    if made.notes:
        page.section(_("What to know")).tables.append(
            table_of((_("note"),), [(note_text(note, lang),) for note in made.notes])
        )
    return page


def _groups(section: Section, made: UpliftFit, _: Say) -> None:
    labels = [str(number + 1) for number in range(len(made.groups))]
    scale = 100 if made.binary else 1
    groups = {
        _("predicted"): [round(g.predicted * scale, DIGITS_SHOWN) for g in made.groups],
        _("happened"): [round(g.observed.value * scale, DIGITS_SHOWN) for g in made.groups],
    }
    rows = tuple(
        (label, g.rows, _effect(g.predicted, made.binary), _between(g.observed, made.binary))
        for label, g in zip(labels, made.groups, strict=True)
    )
    heads = (_("tenth by predicted uplift"), _("customers"), _("predicted"), _("happened"))
    unit = _("percentage points") if made.binary else ""
    section.paragraphs.append(_("Each tenth was predicted by models that had not seen it"))
    section.charts.append(Chart(bar_chart(labels, groups, unit=unit, colors=[MUTED, TEAL]), heads, rows))
    section.tables.append(table_of(heads, rows, numeric=heads[1:]))


def _curve(section: Section, made: UpliftFit, _: Say) -> None:
    last = made.curve[-1][1]
    ours = [[round(x * 100, 1), round(q * 1000, 3)] for x, q in made.curve]
    chance = [[0, 0], [100, round(last * 1000, 3)]]
    series = [line(_("ours"), [], ACCENT), line(_("by chance"), [], MUTED)]
    series[0]["data"], series[1]["data"] = ours, chance
    option = base(
        xAxis=value_axis(_("customers contacted, %"), max=100),
        yAxis=value_axis(_("outcomes won for 1,000 customers")),
        series=series,
    )
    section.charts.append(
        Chart(
            option,
            (_("customers contacted, %"), _("outcomes won for 1,000 customers")),
            tuple((a, b) for a, b in ours[::10]),
        )
    )
    for name, one in made.ahead_of.items():
        section.paragraphs.append(
            _("Ahead of the {name}: {difference}").format(name=_(CANDIDATE_NAMES[name]), difference=_qini(one))
        )


@dataclass(frozen=True)
class ScoreSummary:
    """Counts of a scored table."""

    rows: int
    act: int
    uplift_mean: float
    uplift_act_mean: float
    below_zero: int
    surely_below_zero: int
    verdict: Verdict
    binary: bool


def score_summary(scored: pl.DataFrame, model: UpliftModel) -> ScoreSummary:
    """What a scored table holds."""
    acting = scored.filter(scored["act"])["uplift"]
    mean: Any = scored["uplift"].mean()
    acting_mean: Any = acting.mean() if len(acting) else 0.0
    return ScoreSummary(
        rows=scored.height,
        act=len(acting),
        uplift_mean=float(mean),
        uplift_act_mean=float(acting_mean),
        below_zero=int((scored["uplift"] < 0).sum()),
        surely_below_zero=int((scored["upper"] < 0).sum()),
        verdict=model.verdict,
        binary=model.binary,
    )


def score_plain(scored: pl.DataFrame, summary: ScoreSummary, *, rows: bool) -> dict[str, Any]:
    """What ``uplift score --json`` prints: the summary, and the rows where no file takes them."""
    out: dict[str, Any] = {"summary": summary}
    if rows:
        out["rows"] = scored.select("row", "uplift", "lower", "upper", "act").to_dicts()
    return out


def score_lines(summary: ScoreSummary, lang: Lang = "en") -> list[str]:
    """The result in a few lines for the terminal."""
    _ = translator(lang)
    return [
        _(VERDICTS[summary.verdict]),
        _("{act} of {rows} customers to contact; mean uplift {mean}, of those to contact {acting}").format(
            act=f"{summary.act:,}",
            rows=f"{summary.rows:,}",
            mean=_effect(summary.uplift_mean, summary.binary),
            acting=_effect(summary.uplift_act_mean, summary.binary),
        ),
        _("{below} have an uplift below zero, {surely} of them with their whole interval").format(
            below=f"{summary.below_zero:,}", surely=f"{summary.surely_below_zero:,}"
        ),
    ]


def score_report(scored: pl.DataFrame, summary: ScoreSummary, lang: Lang = "en") -> Report:
    """The HTML report of scored customers."""
    _ = translator(lang)
    page = Report(title=_("Whom to contact"), lang=lang, lead=_(VERDICTS[summary.verdict]))
    part = page.section(_("In figures"), *score_lines(summary, lang)[1:])
    part.figures += [
        Figure(_("to contact"), f"{summary.act:,}"),
        Figure(_("to leave alone"), f"{summary.rows - summary.act:,}"),
    ]
    scale = 100 if summary.binary else 1
    levels = [level / 20 for level in range(21)]
    cuts: list[Any] = [scored["uplift"].quantile(level, "nearest") for level in levels]
    labels, values = [f"{level:.0%}" for level in levels], [round(float(cut) * scale, DIGITS_SHOWN) for cut in cuts]
    unit = _("percentage points") if summary.binary else ""
    heads = (_("share of customers below"), _("uplift"))
    chart = Chart(bar_chart(labels, {_("uplift"): values}, unit=unit), heads, tuple(zip(labels, values, strict=True)))
    page.section(_("How uplift is spread")).charts.append(chart)
    return page


def calls_plain(made: CallPlan, lang: Lang = "en") -> dict[str, Any]:
    """What ``uplift calls --json`` prints."""
    return {
        "rows_learnt": made.rows_learnt,
        "rows_walked": made.rows_walked,
        "refits": made.refits,
        "rate_learnt": made.rate_learnt,
        "rate_walked": made.rate_walked,
        "auc": made.auc,
        "stop_rule": {
            "calls_made": made.calls_made,
            "calls_kept": made.calls_kept,
            "outcomes_made": made.outcomes_made,
            "outcomes_kept": made.outcomes_kept,
            "keep_target": made.keep_target,
        },
        "notes": [{"code": note.code, "text": note_text(note, lang)} for note in made.notes],
    }


def calls_lines(made: CallPlan, lang: Lang = "en") -> list[str]:
    """The result in a few lines for the terminal."""
    _ = translator(lang)
    auc = f"{made.auc:.3f}" if made.auc is not None else "-"
    kept = made.outcomes_kept / made.outcomes_made if made.outcomes_made else 1.0
    return [
        _(
            "{walked} calls walked after {learnt} learnt, refitted {refits} times; rate {before} before, {after} then"
        ).format(
            walked=f"{made.rows_walked:,}",
            learnt=f"{made.rows_learnt:,}",
            refits=made.refits,
            before=f"{made.rate_learnt:.1%}",
            after=f"{made.rate_walked:.1%}",
        ),
        _("AUC {auc}, each block predicted from the blocks before it").format(auc=auc),
        _("Stop rule: {share} of the calls keep {kept} of the outcomes (meant to keep {target})").format(
            share=f"{made.calls_kept / made.calls_made:.1%}", kept=f"{kept:.1%}", target=f"{made.keep_target:.0%}"
        ),
    ]


def calls_report(made: CallPlan, lang: Lang = "en") -> Report:
    """The HTML report of a walk through calls."""
    _ = translator(lang)
    page = Report(title=_("Who to call first, and when to stop"), lang=lang, lead=calls_lines(made, lang)[0])
    part = page.section(_("In figures"), *calls_lines(made, lang)[1:])
    part.figures += [
        Figure(_("calls made"), f"{made.calls_made:,}"),
        Figure(_("calls the rule would make"), f"{made.calls_kept:,}"),
        Figure(_("outcomes"), f"{made.outcomes_made:,}"),
        Figure(_("outcomes kept"), f"{made.outcomes_kept:,}"),
    ]
    return page


def allocation_plain(made: Allocation) -> dict[str, Any]:
    """What ``allocate --json`` prints."""
    return {
        "contacts": made.contacts,
        "customers": made.customers,
        "left_alone": made.left_alone,
        "value": made.value,
        "bound": made.bound,
        "gap": made.gap,
        "cost": made.cost,
        "by_offer": made.by_offer,
        "limits": {
            name: {"limit": made.limits[name], "used": made.used[name], "price": made.prices[name]}
            for name in made.limits
        },
    }


def allocation_lines(made: Allocation, lang: Lang = "en") -> list[str]:
    """The result in a few lines for the terminal."""
    _ = translator(lang)
    return [
        _("{contacts} contacts with {customers} customers; {alone} are left alone").format(
            contacts=f"{made.contacts:,}", customers=f"{made.customers:,}", alone=f"{made.left_alone:,}"
        ),
        _("Expected value {value}, cost {cost}; no plan can exceed {bound} (gap {gap})").format(
            value=show_money(made.value, lang),
            cost=show_money(made.cost, lang),
            bound=show_money(made.bound, lang),
            gap=f"{made.gap:.4%}",
        ),
    ]


def limits_table(made: Allocation, lang: Lang = "en") -> Table:
    """Each limit, what is used of it, and what one more would earn."""
    _ = translator(lang)
    names = {BUDGET: _("budget"), ALL_CHANNELS: _("all channels")}
    heads = (_("limit"), _("available"), _("used"), _("one more would earn"))
    rows = []
    for name, limit in made.limits.items():
        shown = [f"{one / 100:,.2f}" if name == BUDGET else f"{one:,}" for one in (limit, made.used[name])]
        rows.append((names.get(name, name), *shown, f"¥ {made.prices[name]:,.2f}"))
    return table_of(heads, rows, numeric=heads[1:])


def allocation_report(made: Allocation, lang: Lang = "en") -> Report:
    """The HTML report of a plan."""
    _ = translator(lang)
    page = Report(
        title=_("Who is contacted with what"),
        lang=lang,
        lead=allocation_lines(made, lang)[0],
        footer=_("Method, guarantees and measured figures: docs/algorithms/allocation.md"),
    )
    part = page.section(_("In figures"), allocation_lines(made, lang)[1])
    part.figures += [
        Figure(_("contacts"), f"{made.contacts:,}"),
        Figure(_("expected value"), show_money(made.value, lang)),
        Figure(_("cost"), show_money(made.cost, lang)),
        Figure(_("left alone"), f"{made.left_alone:,}"),
    ]
    if made.limits:
        page.section(_("What the limits are worth")).tables.append(limits_table(made, lang))
    offers, counts = list(made.by_offer), list(made.by_offer.values())
    chart = Chart(
        bar_chart(offers, {_("contacts"): counts}, unit=""),
        (_("campaign offer"), _("contacts")),
        tuple(made.by_offer.items()),
    )
    page.section(_("Contacts by offer")).charts.append(chart)
    return page
