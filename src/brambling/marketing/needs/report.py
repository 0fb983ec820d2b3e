"""The words and pictures of needs: messages to a customer, and the funnel of an audience."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brambling.engine.doors.charts import MUTED, TEAL, Chart, bar_chart
from brambling.engine.doors.report import Figure, Report, Table, table_of
from brambling.kit.i18n import N_, Lang, show_money, translator
from brambling.kit.money import Money
from brambling.kit.reasons import Reason, tell
from brambling.marketing.needs.rules.audience import Act, NeedSpec, Stand, Step
from brambling.marketing.needs.shapes import Audience

if TYPE_CHECKING:
    import polars as pl

SENTENCES: Mapping[str, str] = {
    "gap-ahead": N_(
        "Your account may run short around {day}: a chance of {probability:share}. About {amount:money} would cover it. Look at what can be done before then."
    ),
    "idle-cash": N_(
        "About {amount:money} in your account is not needed before {until}. See where it can earn something until then."
    ),
}
STEP_NAMES: Mapping[Step, str] = {
    "eligible": N_("may have it"),
    "suitable": N_("it suits them"),
    "needs": N_("need it"),
    "timely": N_("the moment is near"),
    "consents": N_("agreed to be told"),
    "rested": N_("were left in peace"),
    "worth": N_("worth a contact"),
}
ACT_NAMES: Mapping[Act, str] = {"contact": N_("contact"), "hold": N_("wait"), "leave": N_("leave alone")}
GROUPS: Mapping[str, str] = {
    "over-indebted": N_("over-indebted"),
    "vulnerable": N_("vulnerable"),
    "student": N_("a student"),
    "minor": N_("a minor"),
}
EVENTS: Mapping[str, str] = {
    "season_on": N_("the season begins"),
    "spring_festival_on": N_("Spring Festival"),
    "tax_on": N_("the tax day"),
    "payroll_on": N_("the pay day"),
    "gap_on": N_("the gap in the account"),
}
WHY: Mapping[str, str] = {
    "twice": N_("The same customer stands in row {row}."),
    "not-eligible": N_("May not have it: {told}."),
    "not-suitable": N_("It does not suit: {told}."),
    "protected": N_("Never offered credit: {group}."),
    "protection-not-known": N_("Not known whether {group}: no credit is offered until it is."),
    "not-known": N_("Not known: {column}."),
    "no-need": N_("No need seen: {told}."),
    "no-moment": N_("Nothing ahead: {event}."),
    "too-early": N_("Too early: {event} on {day}; from {first} on."),
    "passed": N_("The moment has passed: {event} on {day}."),
    "no-consent": N_("Has not agreed to be told."),
    "refused": N_("Has refused: {scope}."),
    "contacted-lately": N_("Last contacted on {day}; {days} days of rest."),
    "contacted-often": N_("Contacted {count} times in 90 days."),
    "not-worth": N_("Silence is worth more: {nothing:money} against {contact:money}."),
    "needs-now": N_("Needs it now; worth {gain:money} more than silence; until {until}."),
    "needs-ahead": N_(
        "Needs it before {day} ({event}); worth {gain:money} more than silence; a message is of use until {until}."
    ),
}


def message_text(reason: Reason, lang: Lang, currency: str = "CNY") -> str:
    """The message for a need's reason."""
    return tell(reason, SENTENCES, lang, currency)


def why(reason: Reason, lang: Lang, currency: str = "CNY") -> str:
    """Why a customer stands where it does, in one line."""
    _ = translator(lang)
    params = dict(reason.params)
    for name, words in (("group", GROUPS), ("event", EVENTS)):
        if name in params:
            params[name] = _(words.get(params[name], params[name]))
    return tell(Reason(reason.code, params), WHY, lang, currency)


def spec_title(spec: NeedSpec, lang: Lang) -> str:
    """What a described need is called."""
    return (spec.titles or {}).get(lang, spec.title)


def offer_text(spec: NeedSpec, lang: Lang) -> str:
    """What is told to a customer of an exported audience: the offer, without pressure, and how to stop."""
    line = translator(lang)(N_("{title}: would it help? Answer no, and we write no more."))
    return line.format(title=spec_title(spec, lang))


def audience_table(made: Audience, lang: Lang = "en") -> pl.DataFrame:
    """The customers as they were read, with where each stands: what ``--out`` writes."""
    import polars as pl

    def text(amount: Money | None) -> str | None:
        return None if amount is None else str(amount)

    stands = made.stands
    results = pl.DataFrame(
        {
            "act": [one.act for one in stands],
            "step": [one.step for one in stands],
            "reason_code": [one.reason.code for one in stands],
            "reason": [why(one.reason, lang, made.spec.currency) for one in stands],
            "not_before": [one.not_before for one in stands],
            "not_after": [one.not_after for one in stands],
            "value_contact": [text(one.contact) for one in stands],
            "value_nothing": [text(one.nothing) for one in stands],
            "gain": [text(_gain(one)) for one in stands],
        },
        schema_overrides={
            "step": pl.String, "not_before": pl.Date, "not_after": pl.Date,
            "value_contact": pl.String, "value_nothing": pl.String, "gain": pl.String,
        },
    )  # fmt: skip
    kept = made.table.drop([*made.replaced]).with_row_index("row", offset=1)
    return pl.concat([kept, results], how="horizontal")


def _gain(one: Stand) -> Money | None:
    return one.contact - one.nothing if one.contact is not None and one.nothing is not None else None


def audience_plain(made: Audience, lang: Lang = "en", *, rows: bool) -> dict[str, Any]:
    """What ``audience --json`` prints: the funnel, the two acts with their values, and rows where no file takes them."""
    out: dict[str, Any] = {
        "need": made.spec.name,
        "title": spec_title(made.spec, lang),
        "offer": made.spec.offer,
        "version": made.version,
        "today": made.today,
        "customers": len(made.stands),
        "funnel": [
            {
                "step": step.step,
                "entered": step.entered,
                "passed": step.passed,
                "left_alone": step.left,
                "not_known": step.held,
                "reasons": dict(step.reasons),
            }
            for step in made.steps
        ],
        "contact": {"customers": made.contacts, "value": made.value_contact},
        "do_nothing": {"customers": len(made.stands) - made.contacts, "value": made.value_nothing},
        "gain": made.value_contact - made.value_nothing,
        "not_known": {"customers": made.held, "columns_missing": made.missing},
    }
    if rows:
        keys = ("row", "customer", "act", "step", "reason_code", "reason", "not_before", "not_after")
        table = audience_table(made, lang).select(*keys, "value_contact", "value_nothing", "gain")
        out["rows"] = table.to_dicts()
    return out


def audience_lines(made: Audience, lang: Lang = "en") -> list[str]:
    """The result in a few lines for the terminal."""
    _ = translator(lang)
    lines = [
        _("{title}: {contacts} of {customers} customers to contact, {held} wait, {left} are left alone").format(
            title=spec_title(made.spec, lang),
            contacts=f"{made.contacts:,}",
            customers=f"{len(made.stands):,}",
            held=f"{made.held:,}",
            left=f"{made.left:,}",
        ),
        _("Contact is worth {contact}; doing nothing, {nothing} for the same customers").format(
            contact=show_money(made.value_contact, lang), nothing=show_money(made.value_nothing, lang)
        ),
    ]
    if made.missing:
        lines.append(_("Not in the file, so not known: {columns}").format(columns=", ".join(made.missing)))
    return lines


def funnel_table(made: Audience, lang: Lang = "en") -> Table:
    """The steps with their counts and commonest reasons."""
    _ = translator(lang)
    heads = (_("step"), _("came"), _("passed"), _("left alone"), _("not known"))
    rows = [
        (_(STEP_NAMES[one.step]), f"{one.entered:,}", f"{one.passed:,}", f"{one.left:,}", f"{one.held:,}")
        for one in made.steps
    ]
    return table_of(heads, rows, numeric=heads[1:])


def funnel_chart(made: Audience, lang: Lang = "en") -> Chart:
    """How many are left after each step, beginning with all."""
    _ = translator(lang)
    labels = [_("all customers"), *(_(STEP_NAMES[one.step]) for one in made.steps)]
    left = [len(made.stands), *(one.passed for one in made.steps)]
    held = [0, *(one.held for one in made.steps)]
    option = bar_chart(labels, {_("still in"): left, _("not known"): held}, unit=_("customers"), colors=[TEAL, MUTED])
    rows = tuple(zip(labels, left, held, strict=True))
    return Chart(option, (_("step"), _("still in"), _("not known")), rows)


def audience_report(made: Audience, lang: Lang = "en", *, shown_max: int = 200) -> Report:
    """The HTML report: funnel, the two acts and their values, whom to contact and why, whom to leave alone and why."""
    _ = translator(lang)
    page = Report(
        title=spec_title(made.spec, lang),
        lang=lang,
        lead=audience_lines(made, lang)[0],
        footer=_("Method, guarantees and measured figures: docs/algorithms/need.md") + f" · {made.version}",
    )
    first = page.section(_("Who needs it, and who is left alone"), *audience_lines(made, lang)[1:])
    first.figures += [
        Figure(_("to contact"), f"{made.contacts:,}"),
        Figure(_("value of contact"), show_money(made.value_contact, lang)),
        Figure(_("value of doing nothing"), show_money(made.value_nothing, lang), _("the same customers")),
        Figure(_("not known"), f"{made.held:,}", _("nobody is chosen for what is not known")),
    ]
    first.charts.append(funnel_chart(made, lang))
    first.tables.append(funnel_table(made, lang))
    for act in ("contact", "hold", "leave"):
        people = people_rows(made, act, lang)
        part = page.section(_(ACT_NAMES[act]).capitalize())
        if len(people) > shown_max:
            part.paragraphs.append(_("The first {n} of {all}.").format(n=shown_max, all=f"{len(people):,}"))
        heads = (_("row"), _("customer"), _("why"))
        part.tables.append(table_of(heads, people[:shown_max], numeric=heads[:1]))
    return page


def people_rows(made: Audience, act: Act, lang: Lang = "en") -> list[tuple[int, str, str]]:
    """Row, customer and reason of those with ``act``; those to contact with the greatest gain first."""
    return [(row, made.table["customer"][row - 1], words) for row, words in _ordered(made, act, lang)]


def standing_rows(made: Audience, act: Act, lang: Lang = "en") -> list[tuple[str, str, str]]:
    """Customer, name and reason of those of the bank's customers with ``act``, in the same order."""
    names = made.table["name"]
    return [(made.table["customer"][row - 1], names[row - 1], words) for row, words in _ordered(made, act, lang)]


def _ordered(made: Audience, act: Act, lang: Lang) -> list[tuple[int, str]]:
    found = [(row, one) for row, one in enumerate(made.stands, start=1) if one.act == act]
    if act == "contact":
        found.sort(key=lambda item: (-_gain(item[1]).minor, item[0]))  # type: ignore[union-attr]
    return [(row, why(one.reason, lang, made.spec.currency)) for row, one in found]
