"""Words, tables and charts of a policy that learned from people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from brambling.credit.expert.report.agreement import interval, percent, two
from brambling.credit.expert.rules.agreement import Figure
from brambling.credit.expert.rules.policy import Dial, Rung
from brambling.credit.expert.shapes.policy import Figures, Fitted, Ratio, Stage, StageStory
from brambling.engine.doors.charts import ACCENT, INK, MUTED, Chart, base, category_axis, line, value_axis
from brambling.engine.doors.report import Figure as Tile
from brambling.engine.doors.report import Report, Table, table_of
from brambling.kit.i18n import N_, Lang, translator
from brambling.kit.reasons import Reason, tell

_NOTES = {
    "many-declines": N_("these labels are read as declines: {labels}"),
    "no-decision": N_("{rows} rows lack a decision or were referred and are left out"),
    "bad-assumed": N_("{column}: 1, true, yes, bad and default are read as a bad outcome; name another with --bad"),
    "infinite": N_("{column}: {rows} infinite values, taken as missing"),
    "many-labels": N_("{column}: {count} categories, grouped by what is known of each"),
    "veto-against-people": N_("people approved {rows} applications that an axiom vetoes; the policy follows the axiom"),
    "absent-column": N_("{column}: not in this file, taken as missing in every row"),
    "unseen-labels": N_("{column}: {rows} rows with a category that the policy never saw, taken as none that it knows"),
    "replaced-column": N_("{column}: the result replaces the column of this name"),
    "dial-out-of-reach": N_("no part of the rows reached an agreement of {agreement}: every application is referred"),
}
_LEFT_OUT = {
    "constant": N_("{column} is left out: one value in every row"),
    "empty": N_("{column} is left out: it is empty"),
    "date": N_("{column} is left out: a date"),
    "identifier": N_("{column} is left out: a name or number of its own for every row"),
    "protected": N_("{column} is left out: a protected attribute is for the audit, not for deciding"),
    "axiom-excludes": N_("{column} is left out: an axiom says that it changes nothing"),
    "knows-decision": N_("{column} is left out: it knows the decision (--keep insists)"),
}
_STAGES: Mapping[Stage, str] = {
    "axioms": N_("axioms and policy only"),
    "supervised": N_("learnt from people's decisions"),
    "enlarged": N_("enlarged by what axioms imply and cases near the border"),
    "curriculum": N_("easy cases first"),
    "reinforcement": N_("reinforced by a reward that can be checked"),
}
_MISSING = {
    "none": N_("no language model is configured"),
    "nothing-held": N_("nothing that the language model wrote stands in the application"),
    "no-directions": N_("the axioms give no column of this file a direction: there is nothing to draft"),
}


def notes(reasons: Sequence[Reason], lang: Lang) -> list[str]:
    """What the user has to know besides; axioms that do not apply in one line."""
    _ = translator(lang)
    skipped = [one.params["axiom"] for one in reasons if one.code == "axiom-skipped"]
    out = [tell(one, _NOTES, lang) for one in reasons if one.code in _NOTES]
    if skipped:
        out.append(
            _("{count} axioms do not apply: this file has not their fields ({first} ...)").format(
                count=len(skipped), first=skipped[0]
            )
        )
    return out


def left_out(fitted: Fitted, lang: Lang) -> list[str]:
    """The columns that the policy does not read, and why."""
    return [tell(Reason(reason.code, {"column": name}), _LEFT_OUT, lang) for name, reason in fitted.left_out]


def missing_text(code: str, lang: Lang) -> str:
    """Why there is no opinion or draft of a language model."""
    _ = translator(lang)
    return _(_MISSING[code]) if code in _MISSING else _("the language model gave no answer ({code})").format(code=code)


def lines(fitted: Fitted, lang: Lang = "en") -> list[str]:
    """The finding for a terminal, without the tables."""
    _ = translator(lang)
    out = []
    if fitted.held_out is not None:
        out.append(_held_out_text(fitted.held_out, lang))
    out.append(dial_text(fitted.expert.dial, lang))
    if fitted.limits is not None:
        out.append(
            _(
                "Limits of {rows} held-out applications: within 10 % {w10}, within 20 % {w20}, within 30 % {w30}."
            ).format(rows=fitted.limits.rows, **{f"w{p}": percent(one) for p, one in fitted.limits.within.items()})
        )
    out += [ratio_text(one, lang) for one in (fitted.held_out.ratios if fitted.held_out else ())]
    held = fitted.expert.grounds.held
    out.append(
        _("Axioms kept by construction: {count} ({names}).").format(count=len(held), names=", ".join(held) or "-")
    )
    return out


def decided_text(counts: Mapping[str, int], lang: Lang) -> str:
    """How many applications went which way."""
    _ = translator(lang)
    return _("{approve} approved, {decline} declined, {refer} referred to a person.").format(**counts)


def _held_out_text(figures: Figures, lang: Lang) -> str:
    _ = translator(lang)
    return _(
        "On {rows} held-out applications: agreement {agreement} and kappa {kappa} where all are decided; by the dial {share} are decided, with agreement {decided} and kappa {decided_kappa}."
    ).format(
        rows=figures.rows,
        agreement=percent(figures.agreement),
        kappa=two(figures.kappa),
        share=percent(figures.share),
        decided=percent(figures.decided_agreement),
        decided_kappa=two(figures.decided_kappa),
    )


def dial_text(dial: Dial, lang: Lang) -> str:
    """Where the dial stands."""
    _ = translator(lang)
    here = next((rung for rung in dial.rungs if rung.confidence == dial.confidence), None)
    if here is None:
        return _("No part of the rows reached an agreement of {target}: the dial refers every application.").format(
            target=percent(dial.target)
        )
    return _(
        "Dial at {target}: of the rows learnt from, {share} would be decided without a person at an agreement of {agreement} (at least {low}, 95 %), each by learners that had not seen it."
    ).format(
        target=percent(dial.target), share=percent(here.share), agreement=percent(here.agreement), low=percent(here.low)
    )


def ratio_text(ratio: Ratio, lang: Lang) -> str:
    """Disparate impact in a sentence."""
    _ = translator(lang)
    return _("{column}: the lowest rate of approval of a group is {machine} of the highest, people's {people}.").format(
        column=ratio.column, machine=f"{ratio.machine:.2f}", people=f"{ratio.people:.2f}"
    )


def stages_table(fitted: Fitted, lang: Lang) -> Table:
    """One row a stage, on the held-out part."""
    _ = translator(lang)
    numeric = (_("agreement"), _("kappa"), _("decided"), _("agreement of decided"), _("log loss, folds"))
    columns = (_("stage"), *numeric, _("taken"))
    return table_of(columns, [_stage_row(one, lang) for one in fitted.stages], numeric=numeric)


def _stage_row(story: StageStory, lang: Lang) -> tuple[str, ...]:
    _ = translator(lang)
    figures = story.figures
    told = "-" if story.loss_after is None else f"{story.loss_after:.4f}"
    if story.loss_before is not None and story.loss_after is not None:
        told += f" ({story.loss_after - story.loss_before:+.4f})"
    if story.stage in ("axioms", "supervised"):
        taken = _("always")
    elif story.taken:
        taken = _("yes") if story.helping else _("yes, though it does not help")
    else:
        taken = _("no, it does not help")
    return (
        _(_STAGES[story.stage]),
        f"{percent(figures.agreement)} ({interval(figures.agreement)})",
        two(figures.kappa),
        percent(figures.share),
        percent(figures.decided_agreement),
        told,
        taken,
    )


def rungs_table(rungs: Sequence[Rung], lang: Lang) -> Table:
    """The dial in steps of ten percent of the rows."""
    _ = translator(lang)
    steps = [min(rungs, key=lambda rung: abs(rung.share - step / 10)) for step in range(1, 11)] if rungs else []
    rows = [
        (percent(one.share), percent(one.agreement), percent(one.low), f"{one.confidence:.3f}")
        for one in dict.fromkeys(steps)
    ]
    columns = (_("decided"), _("agreement"), _("at least (95 %)"), _("confidence from"))
    return table_of(columns, rows, numeric=columns)


def ratios_table(ratios: Sequence[Ratio], lang: Lang) -> Table:
    """Rates of approval by group."""
    _ = translator(lang)
    rows = [
        (one.column, label, str(count), percent(people), percent(machine))
        for one in ratios
        for label, count, people, machine in one.rates
    ]
    numeric = (_("rows"), _("approved by people"), _("approved by the policy"))
    return table_of((_("column"), _("group"), *numeric), rows, numeric=numeric)


def report(fitted: Fitted, lang: Lang = "en") -> Report:
    """The whole report."""
    _ = translator(lang)
    page = Report(
        _("A policy that learned from people"),
        lang=lang,
        lead=_("{rows} decisions, {approved} of them approvals.").format(rows=fitted.rows, approved=fitted.approved),
    )
    if fitted.held_out is not None:
        figures = fitted.held_out
        part = page.section(_("On rows that it has not seen"), *lines(fitted, lang))
        part.figures += [
            _tile(_("agreement, all decided"), figures.agreement),
            Tile(_("kappa, all decided"), two(figures.kappa)),
            _tile(_("decided without a person"), figures.share),
            _tile(_("agreement of those"), figures.decided_agreement),
        ]
        stages = page.section(
            _("What each stage did"),
            _(
                "Every stage is told on the same held-out rows. Whether it is taken is decided on the others: its cross-fitted log loss has to fall by more than its standard error."
            ),
        )
        stages.tables.append(stages_table(fitted, lang))
        if figures.ratios:
            page.section(_("Rates of approval by group")).tables.append(ratios_table(figures.ratios, lang))
    dial = page.section(_("The dial"), dial_text(fitted.expert.dial, lang))
    dial.charts.append(dial_chart(fitted.expert.dial, lang))
    dial.tables.append(rungs_table(fitted.dial, lang))
    besides = [*notes(fitted.notes, lang), *left_out(fitted, lang)]
    if besides:
        page.section(_("What to know besides"), *besides)
    return page


def _tile(label: str, figure: Figure | None) -> Tile:
    return Tile(label, percent(figure), interval(figure))


def dial_chart(dial: Dial, lang: Lang) -> Chart:
    """Agreement over the share that is decided."""
    _ = translator(lang)
    shares = [f"{100 * one.share:.0f} %" for one in dial.rungs]
    option = base(
        xAxis=category_axis(shares, name=_("decided without a person")),
        yAxis=value_axis(_("agreement, %"), scale=True),
        series=[
            line(_("agreement"), [round(100 * one.agreement, 2) for one in dial.rungs], ACCENT),
            line(_("at least (95 %)"), [round(100 * one.low, 2) for one in dial.rungs], MUTED),
            line(_("asked for"), [100 * dial.target for _one in dial.rungs], INK),
        ],
    )
    rows = tuple((one.share, one.agreement, one.low) for one in dial.rungs)
    return Chart(option, (_("decided"), _("agreement"), _("at least (95 %)")), rows)


def to_plain(fitted: Fitted, lang: Lang = "en") -> dict[str, Any]:
    """The fit as JSON knows it."""
    return {
        "words": lines(fitted, lang),
        "rows": fitted.rows,
        "approved": fitted.approved,
        "stages": [
            {
                "stage": one.stage,
                "figures": one.figures,
                "log_loss_before": one.loss_before,
                "log_loss_after": one.loss_after,
                "helping": one.helping,
                "taken": one.taken,
                "detail": one.detail,
            }
            for one in fitted.stages
        ],
        "held_out": fitted.held_out,
        "limits": fitted.limits,
        "dial": fitted.expert.dial,
        "axioms_kept": list(fitted.expert.grounds.held),
        "left_out": [{"column": name, "reason": reason.code} for name, reason in fitted.left_out],
        "notes": notes(fitted.notes, lang),
        "version": fitted.artefact.version,
    }
