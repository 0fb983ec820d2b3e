"""Policies on their way to work in words and tables: what differs, what the axioms say, who and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from brambling.credit.underwriting.shapes.policies import AxiomsSeen, Drifted, Proposal
from brambling.engine.doors.report import Table, table_of
from brambling.kit.i18n import N_, Lang, translator

ROLES: Mapping[str, str] = {"champion": N_("to decide"), "challenger": N_("to decide in the shadow")}
STATES: Mapping[str, str] = {
    "draft": N_("waits for other eyes"),
    "released": N_("at work"),
    "retired": N_("no longer at work"),
}
STATUSES: Mapping[str, str] = {
    "proved": N_("proved"),
    "held": N_("no counter-example"),
    "broken": N_("broken"),
    "not-applicable": N_("does not apply"),
}
LEVELS: Mapping[str, str] = {"stable": N_("stable"), "watch": N_("watch"), "alarm": N_("alarm")}
FIGURES: Mapping[str, str] = {
    "p_shortfall": N_("chance of running short"),
    "probability_default": N_("chance of default"),
    "inflow_year": N_("sales of a year"),
    "surplus_monthly": N_("left over in a month"),
    "existing_debt_monthly": N_("present instalments a month"),
    "capacity_instalment": N_("instalment the cash flow carries"),
    "gap": N_("gap"),
    "history_days": N_("length of the history"),
    "requested": N_("asked for"),
    "trade": N_("trade"),
    "outcome": N_("what was decided"),
}


def axioms_words(seen: Sequence[AxiomsSeen], lang: Lang) -> str:
    """What the axioms say, in a sentence."""
    _ = translator(lang)
    applies = [one for one in seen if one.status != "not-applicable"]
    broken = [one for one in applies if one.status == "broken"]
    cases = sum(one.cases for one in applies)
    if broken:
        names = ", ".join(one.axiom for one in broken)
        return _("It breaks {count} axioms and cannot be released: {names}.").format(count=len(broken), names=names)
    return _("{count} axioms apply; {cases} cases were tried on them and none broke one.").format(
        count=len(applies), cases=f"{cases:,}"
    )


def axioms_table(seen: Sequence[AxiomsSeen], lang: Lang) -> Table:
    """Every axiom that applies, the broken ones first."""
    _ = translator(lang)
    columns = (_("Axiom"), _("Found"), _("Cases"), _("Why it is one"))
    order = {"broken": 0, "held": 1, "proved": 2}
    applies = sorted((one for one in seen if one.status in order), key=lambda one: order[one.status])
    rows = [(one.axiom, _(STATUSES[one.status]), f"{one.cases:,}", one.reason) for one in applies]
    return table_of(columns, rows, numeric=(columns[2],))


def counter_examples(seen: Sequence[AxiomsSeen], lang: Lang) -> list[str]:
    """The counter-examples in words."""
    return [f"{one.axiom}: {one.words.get(lang, '')}" for one in seen if one.status == "broken"]


def state_words(one: Proposal, lang: Lang) -> str:
    """How it stands with a proposal."""
    _ = translator(lang)
    return f"{_(STATES[one.state])} · {_(ROLES[one.role])}"


def drift_table(found: Sequence[Drifted], lang: Lang) -> Table:
    """The newest month of every figure, what moved most first."""
    _ = translator(lang)
    newest = max((one.month for one in found), default="")
    columns = (_("Figure in {month}").format(month=newest), _("Index"), _("Chance alone"), _("Level"))
    rows = [
        (_(FIGURES[one.name]), f"{one.psi:.3f}", f"{one.noise:.3f}", _(LEVELS[one.level]))
        for one in sorted(found, key=lambda one: -one.psi)
        if one.month == newest
    ]
    return table_of(columns, rows, numeric=columns[1:3])
