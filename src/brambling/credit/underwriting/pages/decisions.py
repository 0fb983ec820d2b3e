"""Applications, and the anatomy of a decision: outcome, limit, reasons, what would change it, evidence, people, capsule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nicegui import ui
from starlette.responses import HTMLResponse, Response

from brambling.bank import customers, decisions
from brambling.bank.customers import Customer
from brambling.bank.decisions import Decision
from brambling.credit.underwriting import service, store
from brambling.credit.underwriting.agent import retold
from brambling.credit.underwriting.model import answer_of, judged
from brambling.credit.underwriting.replaying import KIND
from brambling.credit.underwriting.report import (
    ceiling_name,
    ceilings_table,
    change_text,
    facts_table,
    reason_text,
    schedule_table,
)
from brambling.credit.underwriting.report.decision import improvement_lines
from brambling.credit.underwriting.report.memo import html_of
from brambling.credit.underwriting.report.opinions import said_words
from brambling.credit.underwriting.rules import Change, Offer
from brambling.credit.underwriting.rules.improving import Improvement, smallest_change
from brambling.credit.underwriting.service import TASK_KIND
from brambling.credit.underwriting.service.memos import memo
from brambling.credit.underwriting.service.opinions import outcome_of, override, say
from brambling.credit.underwriting.shapes import Application, OpenOffer, facts_from
from brambling.credit.underwriting.shapes.opinions import Opinion
from brambling.credit.underwriting.store import policy_of
from brambling.credit.underwriting.store.opinions import opinions_on
from brambling.engine.access import record
from brambling.engine.doors import charts
from brambling.engine.doors import console as c
from brambling.engine.doors.console import Visit
from brambling.engine.doors.context import Context
from brambling.engine.llm import Door
from brambling.engine.workflow import Task, get_task
from brambling.kit.clock import BEIJING
from brambling.kit.db import ReadSession
from brambling.kit.errors import Conflict, NotFound
from brambling.kit.i18n import N_, Lang, show_date, show_money, translator
from brambling.kit.ids import key_of
from brambling.kit.money import Money
from brambling.kit.policy import load
from brambling.kit.reasons import Reason

OUTCOMES: Mapping[str, str] = {"offer": N_("Offer"), "refer": N_("For a person"), "decline": N_("Decline")}
STATUSES: Mapping[str, str] = {
    "waiting": N_("waits for a person"),
    "open": N_("can be accepted"),
    "withdrawn": N_("withdrawn by a person"),
    "taken": N_("taken"),
}
MOVES: Mapping[str, str] = {
    "claim": N_("took it"),
    "hand-back": N_("gave it back"),
    "approve": N_("approved"),
    "reject": N_("rejected"),
    "cancel": N_("cancelled it"),
}
SHOWN_MAX = 200

# Accept an offer as an actor, on the customer's instruction (None when the customer acts); what came of it, in the
# reader's words. Lending fills it.
Accept = Callable[[UUID, str, str | None, Lang], str]


@dataclass(frozen=True)
class Case:
    """A decision with all that its page shows."""

    decision: Decision
    customer: Customer
    application: Application | None
    standing: OpenOffer | None
    offer: Offer | None
    task: Task | None
    axioms: tuple[tuple[str, str, bool], ...] = ()
    opinions: tuple[Opinion, ...] = ()
    improvement: Improvement | None = None


def pages(context: Context, accept: Accept) -> None:
    """Register ``/applications`` and ``/decisions/{id}``."""

    @c.page("/applications", context, act="read", thing="application")
    async def list_page(visit: Visit, outcome: str = "") -> Response | None:
        def find() -> tuple[list[Application], dict[UUID, Customer], dict[UUID, Money]]:
            with context.db.read() as session:
                found = service.newest_applications(session, outcome if outcome in OUTCOMES else "", SHOWN_MAX)
                limits = store.limits_of(session, [one.decision_id for one in found])
                return found, customers.get_many(session, (one.customer_id for one in found)), limits

        applications, known, limits = await c.in_thread(find)
        _draw_list(visit, applications, known, limits, outcome)
        return None

    @c.page("/decisions/{decision_id}", context, act="read", thing="decision", own=True)
    async def decision_page(visit: Visit, decision_id: UUID) -> Response | None:
        def find() -> Case:
            with context.db.read() as session:
                return _case(session, decision_id)

        case = await c.in_thread(find)
        visit.require("read", "decision", case.decision.subject)
        _draw_case(visit, case, accept)
        return None

    _memo_page(context)


def _memo_page(context: Context) -> None:
    """Register the memo: a page of its own that prints on A4."""

    @c.page("/decisions/{decision_id}/memo", context, act="read", thing="decision", own=True)
    async def memo_page(visit: Visit, decision_id: UUID) -> Response:
        def subject_of() -> UUID:
            with context.db.read() as session:
                return decisions.get(session, decision_id).subject

        def make() -> str:
            with context.db.read() as session:
                made = memo(session, decision_id, visit.lang)
            return html_of(retold(made, Door.open(context.settings, context.clock)))

        visit.require("read", "capsule", await c.in_thread(subject_of))
        return HTMLResponse(await c.in_thread(make))


def _case(session: ReadSession, decision_id: UUID) -> Case:
    decision = decisions.get(session, decision_id)
    made = decision.result.get("offer")
    offer = load(Offer, made, currency=decision.features["currency"]) if made else None
    standing, task = store.find_offer(session, decision_id), None
    if decision.outcome == "refer":
        try:
            task = get_task(session, key_of(TASK_KIND, decision_id))
        except NotFound:
            task = None
    known = decision.inputs.get("application")
    application = store.find_application(session, UUID(known)) if known else None
    customer = customers.get(session, decision.subject)
    if decision.kind != KIND:
        return Case(decision, customer, application, standing, offer, task)
    answer = answer_of(outcome_of(decision))
    axioms = tuple((axiom.name, axiom.reason, holds) for axiom, holds in judged(facts_from(decision.features), answer))
    said = tuple(opinions_on(session, decision_id))
    facts = facts_from(decision.features)
    policy = policy_of(session, str(decision.versions["policy"]))
    better = None if policy is None else smallest_change(facts, policy)
    return Case(decision, customer, application, standing, offer, task, axioms, said, better)


# -- the list -----------------------------------------------------------------------------------------------------------


def _draw_list(
    visit: Visit,
    applications: list[Application],
    known: Mapping[UUID, Customer],
    limits: Mapping[UUID, Money],
    outcome: str,
) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.frame(_("Applications"), visit, active="/applications"):
        lead = _("Each is decided at once by the policy; what it may not decide alone waits for a person.")
        synthetic = any(customer.synthetic for customer in known.values())
        c.heading(_("Applications"), lead=lead, synthetic=synthetic, lang=lang)
        choices = [("", _("all")), *((key, _(words)) for key, words in OUTCOMES.items())]
        c.filters("/applications", "outcome", choices, outcome)
        columns = (_("Business"), _("Applied"), _("Asked for"), _("Outcome"), _("Limit"))
        rows = [
            (
                known[one.customer_id].name,
                f"{one.applied_at.astimezone(BEIJING):%Y-%m-%d %H:%M}",
                show_money(one.requested, lang) if one.requested else _("what is possible"),
                _(OUTCOMES[one.outcome]),
                show_money(limits[one.decision_id], lang) if one.decision_id in limits else "-",
            )
            for one in applications
        ]
        nothing = _("No application yet. Open a business and apply for it: the decision is there before you look up.")
        links = [f"/decisions/{one.decision_id}" for one in applications]
        c.table(columns, rows, numeric=(columns[2], columns[4]), links=links, empty=nothing)


# -- one decision -------------------------------------------------------------------------------------------------------


def _draw_case(visit: Visit, case: Case, accept: Accept) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.frame(_("Decision"), visit, active="/applications"):
        c.heading(_headline(case, lang), synthetic=case.customer.synthetic, lang=lang)
        with ui.element("div").classes("b-lead"):
            if visit.may("read", "business", case.customer.id):
                ui.link(case.customer.name, f"/customers/{case.customer.id}").classes("b-under")
            else:
                ui.label(case.customer.name)
        _actions(visit, case, accept)
        with ui.element("div").classes("b-columns b-case"):
            with ui.element("div").classes("b-middle"):
                if case.decision.kind == KIND:
                    _why(case, lang)
                else:
                    _confirmed(case, lang)
            with ui.element("div").classes("b-aside"):
                _people(visit, case)
                if visit.may("write", "decision"):
                    _said(case, visit)
                _proof(case, lang)


def _headline(case: Case, lang: Lang) -> str:
    _ = translator(lang)
    decision, offer = case.decision, case.offer
    if decision.kind != KIND:
        approved = decision.outcome == "offer"
        return _("Confirmed by a person") if approved else _("Rejected by a person")
    if offer is None:
        return _("Decline: no loan at present")
    text = _("Up to {limit} at {rate} a year for {days} days")
    if decision.outcome == "refer":
        text = _("A person decides: up to {limit} at {rate} a year for {days} days")
    shown = {"limit": show_money(offer.limit, lang), "rate": offer.rate_annual.shown(), "days": offer.tenor_days}
    return text.format(**shown)


def _why(case: Case, lang: Lang) -> None:
    _ = translator(lang)
    currency = case.decision.features["currency"]
    c.section(_("Reasons"))
    told = [reason_text(Reason(one["code"], one["params"]), lang, currency) for one in case.decision.reasons]
    if case.decision.outcome == "refer" and case.offer is not None:
        c.paragraph(_("Why a person looks at it:"))
        c.points(told)
        told = [reason_text(reason, lang, currency) for reason in case.offer.reasons]
        c.paragraph(_("Why this much, at this price:"))
    c.points(told)
    changes = case.decision.result.get("decline", {}).get("changes", ())
    if changes:
        c.section(_("What would change it"))
        c.points([change_text(Change(one["code"], one["params"]), lang, currency) for one in changes])
    if case.improvement is not None:
        c.section(_("The smallest change that would help"))
        c.points(improvement_lines(case.improvement, lang, currency))
    if case.offer is not None:
        c.section(_("How the limit comes about"))
        c.chart(_waterfall(case.offer, lang), lang=lang, label=_headline(case, lang), name="limit")
        c.report_table(ceilings_table(case.offer.lines, case.offer.limit, lang))
        with c.more(_("Instalments")):
            c.report_table(schedule_table(case.offer, lang))
    c.section(_("Evidence"))
    for line in _contradictions(case, lang):
        ui.label(line).classes("b-note")
    c.report_table(facts_table(facts_from(case.decision.features), lang))
    _axioms(case, lang)


def _axioms(case: Case, lang: Lang) -> None:
    """The axioms that can be judged on this one answer; what compares two answers was searched on the policy."""
    _ = translator(lang)
    c.section(_("Axioms"))
    broken = [name for name, _reason, holds in case.axioms if not holds]
    if broken:
        c.says(_("This decision breaks {names}.").format(names=", ".join(broken)))
    else:
        c.paragraph(_("This decision satisfies the {count} axioms that speak of it.").format(count=len(case.axioms)))
    with c.more(_("Which ones, and why")):
        columns = (_("Axiom"), _("Found"), _("Why it is one"))
        c.table(columns, [(name, _("holds") if holds else _("BROKEN"), why) for name, why, holds in case.axioms])


def _said(case: Case, visit: Visit) -> None:
    """What persons said of the decision."""
    lang = visit.lang
    _ = translator(lang)
    if not case.opinions:
        return
    now = visit.context.clock.now()
    c.section(_("What persons said of it"))
    c.entries(
        [
            (
                f"{one.said_by}: {said_words(one, lang)}",
                f"{one.why} · {c.show_moment(one.said_at, now, lang)}",
                f"/decisions/{one.effect_id}" if one.effect_id else None,
                "",
            )
            for one in case.opinions
        ]
    )


def _waterfall(offer: Offer, lang: Lang) -> charts.Chart:
    """From the highest ceiling down to the least, which is the limit."""
    _ = translator(lang)
    steps: list[tuple[str, float]] = []
    before = 0.0
    for line in sorted(offer.lines, key=lambda line: line.amount, reverse=True):
        amount = float(line.amount.decimal)
        steps.append((ceiling_name(line, lang), amount - before))
        before = amount
    limit = float(offer.limit.decimal)
    if limit != before:
        steps.append((_("rounded to whole steps"), limit - before))
    option = charts.waterfall_chart(steps, unit=_("yuan"), total_name=_("Limit"))
    option["xAxis"]["axisLabel"] = {
        **option["xAxis"]["axisLabel"],
        "interval": 0,
        "hideOverlap": False,
        "width": 76,
        "overflow": "break",
    }
    return charts.Chart(option, height_px=300)


def _contradictions(case: Case, lang: Lang) -> list[str]:
    """What does not fit together, on top of the evidence."""
    facts = facts_from(case.decision.features)
    _ = translator(lang)
    lines = []
    if not facts.balance_known:
        lines.append(_("The balance is not known; everything was counted as if the account were empty."))
    if facts.idle and facts.requested is not None and facts.idle >= facts.requested:
        lines.append(_("The business asks for a loan that its own idle cash would cover."))
    return lines


def _confirmed(case: Case, lang: Lang) -> None:
    _ = translator(lang)
    c.section(_("In the person's words"))
    c.points([str(one["params"].get("words", "")) for one in case.decision.reasons])
    first = case.decision.inputs.get("decision")
    if first:
        ui.link(_("The decision it is about"), f"/decisions/{first}").classes("b-under")


def _people(visit: Visit, case: Case) -> None:
    lang, decision = visit.lang, case.decision
    _ = translator(lang)
    now = visit.context.clock.now()
    c.section(_("People and times"))
    actor = _("the policy") if decision.actor == "policy" else decision.actor
    rows = [(_("Decided by"), actor), (_("At"), c.show_moment(decision.at, now, lang))]
    if case.application is not None:
        asked = case.application.requested
        rows.append((_("Asked for"), show_money(asked, lang) if asked else _("what is possible")))
    until = decision.inputs.get("statement_until")
    if until:
        rows.append((_("Statement until"), str(until)))
    if case.standing is not None:
        rows.append((_("Offer"), _(STATUSES[case.standing.status])))
        if case.standing.status in ("open", "waiting"):
            rows.append((_("Valid until"), show_date(case.standing.expires_on, lang)))
    c.facts(rows)
    if case.task is not None:
        c.entries(
            [
                (
                    f"{move['by']} {_(MOVES.get(move['move'], move['move']))}",
                    f"{move['at'][:16]} · {move['reason']}",
                    None,
                    "",
                )
                for move in case.task.log
            ]
        )
        if not case.task.ended and visit.may("read", "task"):
            ui.link(_("The task that waits"), f"/tasks/{case.task.id}").classes("b-under")


def _proof(case: Case, lang: Lang) -> None:
    _ = translator(lang)
    decision = case.decision
    c.section(_("Proof"))
    rows = [(_("Number in the chain"), f"{decision.number}"), (_("Hash"), decision.hash[:16])]
    rows.append((_("Hash before"), decision.previous_hash[:16]))
    c.facts([*rows, *((name, str(version)) for name, version in decision.versions.items())])
    c.paragraph(_("brambling replay on the capsule makes this decision again, bit by bit."), muted=True)


# -- what can be done ---------------------------------------------------------------------------------------------------


def _actions(visit: Visit, case: Case, accept: Accept) -> None:
    lang, decision = visit.lang, case.decision
    _ = translator(lang)
    with ui.element("div").classes("b-actions"):
        is_open = case.standing is not None and case.standing.status == "open"
        if is_open and visit.may("accept", "offer", decision.subject):
            c.main_button(_("Accept and pay out"), lambda: _accept(visit, case, accept))
        if decision.kind == KIND and visit.may("read", "capsule", decision.subject):
            ui.link(_("Credit memo"), f"/decisions/{decision.id}/memo", new_tab=True).classes("b-under")
            c.quiet_button(_("Capsule"), lambda: _download(visit, decision.id))
        if decision.kind == KIND and visit.may("write", "decision", decision.subject):
            c.quiet_button(_("I see it otherwise"), lambda: _say(visit, case, binding=False))
        taken = case.standing is not None and case.standing.status == "taken"
        if decision.kind == KIND and not taken and visit.may("override", "decision", decision.subject):
            c.quiet_button(_("Overrule"), lambda: _say(visit, case, binding=True))


async def _accept(visit: Visit, case: Case, accept: Accept) -> None:
    lang = visit.lang
    _ = translator(lang)
    assert case.standing is not None
    offer = case.standing
    lines = [
        _("{limit} go to the current account of {name} at once, and a loan of that amount is booked.").format(
            limit=show_money(offer.limit, lang), name=case.customer.name
        ),
        _("It is paid back in {n} instalments; the first, {amount}, is due {days} days after the pay-out.").format(
            n=len(offer.schedule), amount=show_money(offer.schedule[0].total, lang), days=offer.schedule[0].due_day
        ),
    ]
    own = visit.user is not None and visit.user.business_id == case.decision.subject
    asked = "" if own else _("How and when the customer asked for it, in the customer's words")
    words = await c.confirm(_("Accept this offer?"), lines, _("Accept and pay out"), lang, reason=asked)
    if words is None:
        return
    with c.told(visit.lang):
        said = await c.in_thread(accept, case.decision.id, visit.actor, None if own else words, lang)
        ui.notify(said, position="top", type="positive")
        ui.navigate.reload()


async def _say(visit: Visit, case: Case, *, binding: bool) -> None:
    """A dialog for a person's word: decision, limit, reason; binding where it overrules the policy."""
    lang, decision = visit.lang, case.decision
    _ = translator(lang)
    with ui.dialog() as dialog, ui.card().classes("b-dialog"):
        ui.label(_("Overrule the policy") if binding else _("A second opinion")).classes("b-h2 b-bare")
        told = _(
            "It takes effect; above a size of the policy a second person has to agree. It is judged by what comes of it."
        )
        if not binding:
            told = _("It changes nothing; where it differs a third person says whose word holds.")
        ui.label(told).classes("b-p")
        choices = {"approve": _("approve"), "decline": _("decline")}
        word = ui.select(choices, value="approve", label=_("Decision")).classes("b-field").props("outlined")
        limit = ui.input(_("Limit in yuan, where you approve")).classes("b-field").props("outlined")
        why = ui.textarea(_("Why")).classes("b-field").props("outlined autogrow")

        async def send() -> None:
            def work() -> None:
                person, reason = str(word.value), str(why.value or "")
                amount = Money.of(str(limit.value)) if person == "approve" and str(limit.value or "").strip() else None
                context = visit.context
                with context.db.write(visit.actor) as session:
                    if binding:
                        override(session, decision.id, person, amount, reason, actor=visit.actor, clock=context.clock)
                    else:
                        now = context.clock.now()
                        say(session, decision.id, person, amount, reason, actor=visit.actor, now=now)

            with c.told(lang):
                await c.in_thread(work)
                dialog.close()
                ui.navigate.reload()

        with ui.element("div").classes("b-actions"):
            c.main_button(_("Overrule") if binding else _("Say it"), send)
            c.quiet_button(_("Cancel"), dialog.close)
    dialog.on("hide", dialog.delete)
    dialog.open()


async def _download(visit: Visit, decision_id: UUID) -> None:
    _ = translator(visit.lang)
    context = visit.context

    def export() -> tuple[bytes, bool]:
        with context.db.write(visit.actor) as session:
            raw = True
            try:
                content = service.export_capsule(session, decision_id)
            except Conflict:  # rows came since: the rules can still be replayed
                content, raw = service.export_capsule(session, decision_id, raw=False), False
            detail: dict[str, Any] = {"raw": raw}
            record(session, visit.actor, "export", "capsule", decision_id, now=context.clock.now(), detail=detail)
        return content, raw

    with c.told(visit.lang):
        content, raw = await c.in_thread(export)
        ui.download(content, f"decision-{decision_id}.capsule.json", "application/json")
        if not raw:
            ui.notify(
                _("The statement has changed since: the capsule holds the facts without the rows."), position="top"
            )
