"""Words for what was found: a counter-example as a pair in sentences, a verdict in a line, the whole as a report."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from brambling.credit.axioms.rules import Breach
from brambling.credit.axioms.shapes import Checked, CounterExample, Verdict
from brambling.engine.doors.report import Figure, Report, table_of
from brambling.kit.i18n import N_, Lang, translator

if TYPE_CHECKING:
    from brambling.credit.axioms.model.consistent import Consistent

_BREACHES = {
    "less": N_("{outcome} goes from {from} to {to}"),
    "contradiction-helps": N_("with more contradictions {outcome} goes from {from} to {to}"),
    "unsourced-helps": N_("although {source} shows nothing, {outcome} goes from {from} to {to}"),
    "differs": N_("{outcome} goes from {from} to {to}"),
    "veto": N_("{outcome} is {value}, and must be {wanted}"),
    "cap": N_("{outcome} is {value}, above the bound of {bound}"),
    "unsourced": N_("{outcome} is {value} although {source} shows nothing"),
    "no-reason": N_("it is declined and no reason is stated"),
    "untrue-reason": N_("the reason {code} is stated, but {condition} does not hold"),
    "no-ground": N_("the reason {code} is stated, but no other value of {field} helps or makes the reason go"),
    "not-a-number": N_("{outcome} is {value}, which is no finite number"),
}
_NOTES = {
    "no-field": N_("the applications have no field {field}"),
    "no-outcome": N_("the scorer returns no {outcome}"),
    "not-ordered": N_("{field} has no order"),
    "other-kind": N_("{field} holds values of another kind"),
    "one-value": N_("{field} has one value only, nothing can be swapped"),
    "source-never-absent": N_("{field} is never absent in the applications"),
    "never-applies": N_("no application was found to which it applies"),
    "within-range": N_("within the range of the applications"),
}
_METHODS = {
    "reads": N_("the scorer does not read the field"),
    "function": N_("the form is a function of the values alone"),
    "steps": N_("exact comparison of every step of its tables and trees"),
    "z3": N_("z3 found no application that could break it"),
}


def show(value: Any) -> str:
    """A value for people: numbers grouped, truth in words of the file."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.10g}"
    if isinstance(value, list | tuple):
        return ", ".join(show(item) for item in value)
    return str(value)


def breach_text(breach: Breach, lang: Lang = "en", values: Mapping[str, Any] | None = None) -> str:
    """The sentence of a breach."""
    filled = {key: show(value) for key, value in {**breach.params, **(values or {})}.items()}
    return translator(lang)(_BREACHES[breach.code]).format(outcome=breach.outcome, **filled)


def counter_example_text(example: CounterExample, lang: Lang = "en") -> str:
    """The pair in words: what changed, what the answers were, and the application it happened in."""
    _ = translator(lang)
    outcome = example.breach.outcome
    values: dict[str, Any] = {"from": _shown(example.outcome, outcome)}
    if example.other is None or example.other_outcome is None:
        found = breach_text(example.breach, lang, values)
        text = _("For {application}: {found}.").format(application=_listed(example.application), found=found)
    else:
        values["to"] = _shown(example.other_outcome, outcome)
        found = breach_text(example.breach, lang, values)
        moves = ", ".join(
            _("{field} goes from {from} to {to}").format(
                **{"field": name, "from": show(example.application[name]), "to": show(example.other.get(name))}
            )
            for name in example.changed
        )
        rest = {name: value for name, value in example.application.items() if name not in example.changed}
        text = (
            _("When {moves}, {found}; all else equal: {application}.")
            if moves
            else _("Asked again with the same facts, {found}: {application}.")
        ).format(moves=moves, found=found, application=_listed(rest))
    if not example.steady:
        text += " " + _("The scorer did not answer the same when asked once more.")
    return text


def _shown(outcome: Mapping[str, Any], name: str) -> Any:
    return outcome.get(name)


def _listed(application: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {show(value)}" for name, value in application.items())


def verdict_text(verdict: Verdict, lang: Lang = "en") -> str:
    """What is known of one axiom, in a few words."""
    _ = translator(lang)
    if verdict.status == "held":
        return _("held in {cases} cases tried").format(cases=f"{verdict.cases:,}")
    if verdict.status == "broken":
        return _("BROKEN, found after {cases} cases").format(cases=f"{verdict.cases:,}")
    note = _(_NOTES[verdict.note]).format(**verdict.params) if verdict.note else ""
    if verdict.status == "proved":
        text = _("proved: {method}").format(method=_(_METHODS[verdict.method]))
        return f"{text} ({note})" if note else text
    return _("not applicable: {why}").format(why=note)


def lines(checked: Checked, lang: Lang = "en") -> list[str]:
    """The check in lines, broken axioms first and in words."""
    _ = translator(lang)
    out = []
    for verdict in sorted(checked.verdicts, key=lambda one: _ORDER.index(one.status)):
        if verdict.status == "not-applicable":
            continue
        out.append(f"{verdict.axiom}: {verdict_text(verdict, lang)}")
        if verdict.counter_example is not None:
            out.append(f"    {verdict.reason}")
            out.append(f"    {counter_example_text(verdict.counter_example, lang)}")
    absent = [verdict.axiom for verdict in checked.verdicts if verdict.status == "not-applicable"]
    if absent:
        out.append(_("not applicable here (why, says the report): {axioms}").format(axioms=", ".join(absent)))
    out.append(summary(checked, lang))
    out += notes(checked, lang)
    return out


_ORDER = ("broken", "held", "proved", "not-applicable")


def summary(checked: Checked, lang: Lang = "en") -> str:
    """One line of counts."""
    _ = translator(lang)
    counts = {status: sum(v.status == status for v in checked.verdicts) for status in _ORDER}
    return _(
        "{scorer}: {broken} broken, {proved} proved, {held} held in the cases tried, {absent} not applicable; {probes} questions asked"
    ).format(
        scorer=checked.scorer,
        broken=counts["broken"],
        proved=counts["proved"],
        held=counts["held"],
        absent=counts["not-applicable"],
        probes=f"{checked.probes:,}",
    )


def notes(checked: Checked, lang: Lang = "en") -> list[str]:
    """What the reader has to know besides."""
    _ = translator(lang)
    out = []
    if checked.unanswered:
        text = _("{count} applications were not answered (first: {example}); they count for nothing")
        out.append(text.format(count=f"{checked.unanswered:,}", example=checked.unanswered_example))
    if "form-differs" in checked.warnings:
        out.append(_("The form that the scorer states does not give its answers; nothing was proved on it."))
    return out


def to_plain(checked: Checked, lang: Lang = "en") -> dict[str, Any]:
    """The check as JSON knows it."""
    return {
        "axioms": checked.axioms_version,
        "scorer": checked.scorer,
        "seed": checked.seed,
        "ok": checked.ok,
        "broken": [verdict.axiom for verdict in checked.broken],
        "probes": checked.probes,
        "unanswered": checked.unanswered,
        "verdicts": [_verdict_plain(verdict, lang) for verdict in checked.verdicts],
        "notes": notes(checked, lang),
    }


def _verdict_plain(verdict: Verdict, lang: Lang) -> dict[str, Any]:
    example = verdict.counter_example
    plain: dict[str, Any] = {
        "axiom": verdict.axiom,
        "kind": verdict.kind,
        "reason": verdict.reason,
        "status": verdict.status,
        "cases": verdict.cases,
        "method": verdict.method,
        "words": verdict_text(verdict, lang),
        "counter_example": None,
    }
    if example is not None:
        plain["counter_example"] = {
            "words": counter_example_text(example, lang),
            "breach": example.breach.code,
            "outcome": example.breach.outcome,
            "changed": list(example.changed),
            "application": jsonable(example.application),
            "answer": jsonable(example.outcome),
            "other_application": jsonable(example.other),
            "other_answer": jsonable(example.other_outcome),
            "steady": example.steady,
        }
    return plain


def jsonable(value: Any) -> Any:
    """A scorer's own values as JSON knows them: what has no JSON form goes as text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(item) for item in value]
    return str(value)


def report(checked: Checked, lang: Lang = "en") -> Report:
    """The HTML report of a check."""
    _ = translator(lang)
    made = Report(title=_("Axioms"), lang=lang, lead=summary(checked, lang))
    broken = len(checked.broken)
    top = made.section(_("Result"), *notes(checked, lang))
    top.figures = [
        Figure(_("broken"), str(broken), tone="bad" if broken else "good"),
        Figure(_("proved"), str(sum(v.status == "proved" for v in checked.verdicts))),
        Figure(_("held in the cases tried"), str(sum(v.status == "held" for v in checked.verdicts))),
        Figure(_("questions asked"), f"{checked.probes:,}"),
    ]
    for verdict in checked.broken:
        assert verdict.counter_example is not None
        part = made.section(
            verdict.axiom,
            _("The axiom: {reason}.").format(reason=verdict.reason),
            counter_example_text(verdict.counter_example, lang),
        )
        part.tables.append(_pair_table(verdict.counter_example, lang))
    every = made.section(_("All axioms"))
    rows = [(v.axiom, v.kind, verdict_text(v, lang), v.reason) for v in checked.verdicts]
    every.tables.append(table_of((_("axiom"), _("kind"), _("what is known"), _("reason")), rows))
    made.footer = f"{checked.axioms_version} · {checked.scorer} · seed {checked.seed}"
    return made


def _pair_table(example: CounterExample, lang: Lang) -> Any:
    _ = translator(lang)
    names = [*example.changed, *(name for name in example.application if name not in example.changed)]
    other = example.other or {}
    rows: list[Sequence[str]] = [
        (name, show(example.application[name]), show(other[name]) if name in other else "") for name in names
    ]
    for name in example.outcome:
        answer = show((example.other_outcome or {}).get(name)) if example.other_outcome is not None else ""
        rows.append((f"→ {name}", show(example.outcome[name]), answer))
    return table_of((_("field"), _("first"), _("second")), rows)


# -- is the set itself consistent? ----------------------------------------------------------------------------------


def consistent_lines(result: Consistent, lang: Lang = "en") -> list[str]:
    """The proof or the contradiction in lines."""
    _ = translator(lang)
    if result.conflict is not None:
        conflict = result.conflict
        where = _listed(conflict.application) or _("any application")
        text = _(
            "{first} and {second} contradict each other: for {application}, {outcome} would have to be {low} at least and {high} at most"
        )
        if conflict.other is not None:
            text = _(
                "{first} and {second} contradict each other: {outcome} has to be {low} at least for {application}, {high} at most for {other}, and the axioms in between let it not fall from the one to the other"
            )
        return [
            _("the set has no model"),
            text.format(
                first=conflict.first,
                second=conflict.second,
                application=where,
                other=_listed(conflict.other or {}),
                outcome=conflict.outcome,
                low=show(conflict.low),
                high=show(conflict.high),
            ),
        ]
    if not result.decided:
        return [
            _("not decided: no contradiction was found, and no model either ({axioms})").format(
                axioms=", ".join(result.undecided)
            )
        ]
    out = [_("the set has a model, proved for {count} axioms").format(count=result.axioms)]
    out.append(
        _("declining everyone satisfies it")
        if result.trivial
        else _("the least answers that the set forces satisfy it")
    )
    if result.lends is not None:
        out.append(
            _("so does a scorer that lends to {application}, and to everyone at least as good").format(
                application=_listed(result.lends) or _("any application")
            )
        )
    else:
        out.append(_("no scorer that lends was found to satisfy it"))
    return out
