"""Words, tables and charts of agreement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from brambling.credit.expert.rules.agreement import DECISIONS, Counts, Figure, share
from brambling.credit.expert.shapes.agreement import Agreement, Limits, Outcomes, Pair, Part
from brambling.engine.doors import report as doors
from brambling.engine.doors.charts import (
    ACCENT,
    INK,
    MUTED,
    TEAL,
    Chart,
    bar_chart,
    base,
    category_axis,
    line,
    value_axis,
)
from brambling.engine.doors.report import Report, table_of
from brambling.kit.i18n import N_, Lang, show_money, translator

_NOTES = {
    "label-assumed": N_("{column}: {label} is read as an approval; name another label with --approve"),
    "label-assumed-none": N_("{column}: no label in it is read as an approval; name one with --approve"),
    "bad-assumed": N_("{column}: 1, true, yes, bad and default are read as a bad outcome; name another with --bad"),
    "one-label": N_("kappa is not defined: both gave one and the same decision to all"),
}
_DECISIONS = {"approve": N_("approve"), "decline": N_("decline"), "refer": N_("refer")}
WATCH, GOOD = 0.4, 0.6  # Landis and Koch (1977): below .4 fair at most, from .6 on substantial


def percent(figure: Figure | float | None, digits: int = 1) -> str:
    """A share in percent."""
    value = figure.value if isinstance(figure, Figure) else figure
    return "-" if value is None else f"{100 * value:.{digits}f} %"


def interval(figure: Figure | None, digits: int = 1) -> str:
    """The interval of a share in percent."""
    return "" if figure is None else f"{100 * figure.low:.{digits}f}-{100 * figure.high:.{digits}f} %"


def two(figure: Figure | None) -> str:
    """A coefficient with two decimals."""
    return "-" if figure is None else f"{figure.value:.2f}"


def notes(found: Agreement, lang: Lang) -> list[str]:
    """What the reader has to know besides."""
    _ = translator(lang)
    out = [_(_NOTES[code]).format(**params) for code, params in found.notes]
    if found.left_out:
        out.append(_("{count} rows lack a decision and are left out").format(count=found.left_out))
    return out


def lead(found: Agreement, lang: Lang) -> str:
    """The finding in a sentence or two."""
    _ = translator(lang)
    part = found.whole
    text = _(
        "They agree in {agreement} of {rows} decisions ({interval}); always approving would agree in {always}; kappa {kappa}."
    ).format(
        agreement=percent(part.agreement),
        rows=f"{part.counts.total:,}",
        interval=interval(part.agreement),
        always=percent(part.always_approve),
        kappa=two(part.kappa),
    )
    if part.agreement and part.always_approve is not None and part.agreement.low <= part.always_approve:
        text += " " + _("So far nothing shows that the machine agrees more than a rubber stamp would.")
    return text


def lines(found: Agreement, lang: Lang = "en") -> list[str]:
    """The finding for a terminal, without the tables."""
    _ = translator(lang)
    counts = found.whole.counts
    out = [lead(found, lang)]
    out.append(
        _(
            "The machine approved what the person declined {lenient} times, and declined what the person approved {strict} times."
        ).format(lenient=f"{counts.lenient:,}", strict=f"{counts.strict:,}")
    )
    out.append(
        _("Decided without a person: {share} of {rows} rows.").format(
            share=percent(found.auto_decided), rows=f"{found.rows - found.left_out:,}"
        )
    )
    if found.limits:
        out.append(limits_text(found.limits, lang))
    if found.outcomes:
        out.append(outcomes_text(found.outcomes, lang))
    out += sample_texts(found, lang)
    return out


def limits_text(limits: Limits, lang: Lang) -> str:
    """How far limits lie apart."""
    _ = translator(lang)
    return _(
        "Limits of {pairs} approved by both: within 10 % {w10}, within 20 % {w20}, within 30 % {w30}; typical deviation {median}."
    ).format(
        pairs=f"{limits.pairs:,}",
        w10=percent(limits.within[10]),
        w20=percent(limits.within[20]),
        w30=percent(limits.within[30]),
        median=f"{100 * limits.median_deviation:+.1f} %",
    )


def outcomes_text(outcomes: Outcomes, lang: Lang) -> str:
    """Who was right."""
    _ = translator(lang)
    if not outcomes.known:
        return _("No outcome is known where they differ.")
    text = _(
        "Where they differ and the outcome is known ({known}): the person was right {person} times, the machine {machine} times; so uneven a split comes by chance with probability {chance}."
    ).format(
        known=f"{outcomes.known:,}",
        person=f"{outcomes.person_right:,}",
        machine=f"{outcomes.machine_right:,}",
        chance=f"{outcomes.chance:.2g}",
    )
    strict = share(outcomes.strict_bad, outcomes.strict_bad + outcomes.strict_good)
    if strict is None or outcomes.bad_rate_both is None:
        return text
    # most loans are repaid, so that who declines is rarely "right": what a decline knows is in the bad rates
    return f"{text} " + _(
        "Of the loans that only the person approved {strict} went bad ({interval}), of those that both approved {both}; what was declined has seldom an outcome."
    ).format(strict=percent(strict), interval=interval(strict), both=percent(outcomes.bad_rate_both))


def sample_texts(found: Agreement, lang: Lang) -> list[str]:
    """How many rows would be needed."""
    _ = translator(lang)
    out = []
    if found.rows_for_precision is not None:
        out.append(
            _("To know the agreement to {half} points: {rows} decided rows.").format(
                half=f"±{100 * found.precision:g}", rows=f"{found.rows_for_precision:,}"
            )
        )
    if found.rows_against_baseline is not None:
        out.append(
            _("To show that it is more than always approving would give (power 80 %): {rows} decided rows.").format(
                rows=f"{found.rows_against_baseline:,}"
            )
        )
    else:
        out.append(_("No number of rows would show an advantage over always approving: none was seen."))
    return out


def parts_table(parts: Sequence[Part], name: str, lang: Lang) -> doors.Table:
    """Segments or periods."""
    _ = translator(lang)
    columns = (
        name,
        _("decided"),
        _("agreement"),
        _("95 % interval"),
        _("kappa"),
        _("always approve"),
        _("lenient"),
        _("strict"),
        _("referred"),
    )
    rows = [
        (
            p.name,
            p.counts.total,
            percent(p.agreement),
            interval(p.agreement),
            two(p.kappa),
            percent(p.always_approve),
            p.counts.lenient,
            p.counts.strict,
            p.referred,
        )
        for p in parts
    ]
    return table_of(columns, rows, numeric=columns[1:])


def confusion_table(found: Agreement, lang: Lang) -> doors.Table:
    """Person by machine."""
    _ = translator(lang)
    said = [_(_DECISIONS[name]) for name in DECISIONS]
    rows = [
        (_("person: {decision}").format(decision=said[i]), *(found.table[person, machine] for machine in DECISIONS))
        for i, person in enumerate(DECISIONS)
    ]
    return table_of(("", *(_("machine: {decision}").format(decision=word) for word in said)), rows)


def worst_table(pairs: Sequence[Pair], lang: Lang) -> doors.Table:
    """The worst differences."""
    _ = translator(lang)
    columns = (
        _("row"),
        _("person"),
        _("machine"),
        _("limit of the person"),
        _("limit of the machine"),
        _("outcome"),
        _("segment"),
    )
    rows = []
    for pair in pairs:
        limits = [
            show_money(limit, lang) if limit is not None else "-" for limit in (pair.person_limit, pair.machine_limit)
        ]
        outcome = "-" if pair.bad is None else _("bad") if pair.bad else _("good")
        rows.append((pair.row, _(_DECISIONS[pair.person]), _(_DECISIONS[pair.machine]), *limits, outcome, pair.segment))
    return table_of(columns, rows, numeric=(columns[3], columns[4]))


def report(found: Agreement, lang: Lang = "en") -> Report:
    """The HTML report."""
    _ = translator(lang)
    made = Report(title=_("Agreement of person and machine"), lang=lang, lead=lead(found, lang))
    top = made.section(_("Result"), *notes(found, lang))
    kappa, part = found.whole.kappa, found.whole
    tone = "plain" if kappa is None else "good" if kappa.low >= GOOD else "bad" if kappa.high < WATCH else "watch"
    top.figures = [
        doors.Figure(_("agreement"), percent(part.agreement), interval(part.agreement)),
        doors.Figure(_("kappa"), two(kappa), "" if kappa is None else f"{kappa.low:.2f} - {kappa.high:.2f}", tone),
        doors.Figure(_("always approve"), percent(part.always_approve), _("what a rubber stamp agrees in")),
        doors.Figure(_("decided without a person"), percent(found.auto_decided), interval(found.auto_decided)),
    ]
    differ = made.section(_("Where they differ"), lines(found, lang)[1])
    differ.charts.append(_directions(part.counts, lang))
    differ.tables.append(confusion_table(found, lang))
    if found.limits:
        _limits_section(made, found.limits, lang)
    for parts, heading, name in (
        (found.segments, _("By segment"), _("segment")),
        (found.periods, _("Over time"), found.periods_by or _("rows of the file")),
    ):
        if parts:
            section = made.section(heading)
            section.charts.append(_over(parts, lang, by_time=parts is found.periods))
            section.tables.append(parts_table(parts, name, lang))
    if found.outcomes:
        section = made.section(_("Who was right"), outcomes_text(found.outcomes, lang))
        section.tables.append(_outcomes_table(found.outcomes, lang))
    made.section(_("How many rows are enough"), *sample_texts(found, lang))
    made.section(_("The worst differences")).tables.append(worst_table(found.worst, lang))
    return made


def _directions(counts: Counts, lang: Lang) -> Chart:
    _ = translator(lang)
    labels = [_("both approve"), _("both decline"), _("machine more lenient"), _("machine stricter")]
    values = [counts.both_approve, counts.both_decline, counts.lenient, counts.strict]
    option = bar_chart(labels, {_("decisions"): values}, unit="", colors=[TEAL])
    return Chart(option, ("", _("decisions")), tuple(zip(labels, values, strict=True)), 240)


def _limits_section(made: Report, limits: Limits, lang: Lang) -> None:
    _ = translator(lang)
    section = made.section(_("Limits"), limits_text(limits, lang))
    labels = [f"≤ {bound} %" for bound in limits.within]
    values = [round(100 * figure.value, 1) for figure in limits.within.values()]
    option = bar_chart(labels, {_("share of pairs"): values}, unit="%", colors=[TEAL])
    rows = tuple(
        (label, percent(figure), interval(figure)) for label, figure in zip(labels, limits.within.values(), strict=True)
    )
    section.charts.append(Chart(option, ("", _("share of pairs"), _("95 % interval")), rows, 240))


def _over(parts: Sequence[Part], lang: Lang, *, by_time: bool) -> Chart:
    """Agreement beside always approving, by part."""
    _ = translator(lang)
    names = [part.name for part in parts]
    own = [None if p.agreement is None else round(100 * p.agreement.value, 1) for p in parts]
    always = [None if p.always_approve is None else round(100 * p.always_approve, 1) for p in parts]
    rows = tuple(zip(names, own, always, strict=True))
    if not by_time:
        groups = {_("agreement"): [v or 0.0 for v in own], _("always approve"): [v or 0.0 for v in always]}
        return Chart(bar_chart(names, groups, unit="%", colors=[TEAL, MUTED]), ("", *groups), rows)
    series = [line(_("agreement"), own, ACCENT), line(_("always approve"), always, INK)]
    legend: dict[str, Any] = {"top": 0, "right": 0, "textStyle": {"color": MUTED}}
    option = base(xAxis=category_axis(names), yAxis=value_axis("%", scale=True), series=series, legend=legend)
    return Chart(option, ("", _("agreement"), _("always approve")), rows)


def _outcomes_table(outcomes: Outcomes, lang: Lang) -> doors.Table:
    _ = translator(lang)
    rows = [
        (_("person approved, machine declined"), outcomes.strict_good, outcomes.strict_bad),
        (_("person declined, machine approved"), outcomes.lenient_good, outcomes.lenient_bad),
    ]
    return table_of(("", _("went well"), _("went bad")), rows)


def to_plain(found: Agreement, lang: Lang = "en") -> dict[str, Any]:
    """The agreement as JSON knows it."""
    whole = found.whole
    counts = whole.counts
    limits = found.limits
    return {
        "rows": found.rows,
        "left_out": found.left_out,
        "decided_by_both": counts.total,
        "agreement": _figure(whole.agreement),
        "agreement_all_rows": _figure(found.agreement_all),
        "kappa": _figure(whole.kappa),
        "always_approve": whole.always_approve,
        "auto_decided": _figure(found.auto_decided),
        "confusion": {
            "both_approve": counts.both_approve,
            "both_decline": counts.both_decline,
            "human_decline_ai_approve": counts.lenient,
            "human_approve_ai_decline": counts.strict,
            "table": {f"human_{a}_ai_{b}": count for (a, b), count in found.table.items()},
        },
        "limits": limits
        and {
            "pairs": limits.pairs,
            **{f"within_{bound}": _figure(figure) for bound, figure in limits.within.items()},
            "median_deviation": limits.median_deviation,
        },
        "segments": [_part(part) for part in found.segments],
        "periods": [_part(part) for part in found.periods],
        "periods_by": found.periods_by or "rows",
        "outcomes": found.outcomes,
        "sample_size": {
            "precision": found.precision,
            "rows_for_precision": found.rows_for_precision,
            "rows_against_always_approve": found.rows_against_baseline,
        },
        "worst": [_pair(pair) for pair in found.worst],
        "words": lines(found, lang),
        "notes": notes(found, lang),
    }


def _figure(figure: Figure | None) -> Mapping[str, float] | None:
    return None if figure is None else {"value": figure.value, "low": figure.low, "high": figure.high}


def _part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "decided_by_both": part.counts.total,
        "referred": part.referred,
        "agreement": _figure(part.agreement),
        "kappa": _figure(part.kappa),
        "always_approve": part.always_approve,
        "human_decline_ai_approve": part.counts.lenient,
        "human_approve_ai_decline": part.counts.strict,
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "row": pair.row,
        "human": pair.person,
        "ai": pair.machine,
        "human_limit": pair.person_limit,
        "ai_limit": pair.machine_limit,
        "outcome": None if pair.bad is None else "bad" if pair.bad else "good",
        "segment": pair.segment,
        "period": pair.period,
    }
