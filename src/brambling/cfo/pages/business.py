"""All that is known of one business: who it is, its twin, its timeline, decisions, plan and contacts; and the way to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from nicegui import ui
from starlette.responses import Response

from brambling.bank import consent, contact, customers, decisions, events
from brambling.bank.consent import PURPOSES
from brambling.bank.consent.report import change_text
from brambling.bank.contact import Entry
from brambling.bank.customers import Customer, block_text
from brambling.bank.decisions import Decision
from brambling.bank.events import Bus, Event
from brambling.cfo.pages.answer import draw_forecast
from brambling.cfo.report import words
from brambling.cfo.report.page import figures
from brambling.cfo.report.timeline import WORDS, event_link, event_text, event_tone
from brambling.cfo.report.why import trails
from brambling.cfo.service import preview
from brambling.cfo.shapes import Brief
from brambling.credit import underwriting
from brambling.credit.lending import Loan, held, known_flows, loans_of
from brambling.credit.lending.report import state_name
from brambling.credit.underwriting.pages import OUTCOMES
from brambling.engine.access import record
from brambling.engine.doors import console as c
from brambling.engine.doors.console import Visit
from brambling.engine.doors.context import Context
from brambling.kit.db import ReadSession
from brambling.kit.errors import BramblingError, NotAllowed
from brambling.kit.i18n import Lang, show_date, show_money, translator
from brambling.kit.money import Money
from brambling.wealth.advice import Plan, shipped_shelf
from brambling.wealth.advice.report import product_name, reason_text
from brambling.wealth.advice.store import latest

if TYPE_CHECKING:
    from nicegui.elements.input import Input

FOUND_MAX, EVENTS_MAX = 50, 40
SEED = 7


@dataclass(frozen=True)
class Known:
    """What the database says of one business."""

    customer: Customer
    consents: dict[str, bool]
    changes: list[consent.Change]
    blocks: list[str]
    events: list[Event]
    decisions: list[Decision]
    loans: list[Loan]
    plan: Plan | None
    contacts: list[Entry]


def pages(context: Context, bus: Bus, gate: contact.Gate) -> None:
    """Register ``/customers`` and ``/customers/{id}``."""

    @c.page("/customers", context, act="read", thing="business")
    async def list_page(visit: Visit, q: str = "") -> Response | None:
        def find() -> list[Customer]:
            with context.db.read() as session:
                return customers.search(session, q, FOUND_MAX)

        _draw_list(visit, await c.in_thread(find), q)
        return None

    @c.page("/customers/{customer_id}", context, act="read", thing="business", own=True)
    async def business_page(visit: Visit, customer_id: UUID) -> Response | None:
        visit.require("read", "business", customer_id)

        def load() -> Known:
            with context.db.write(visit.actor) as session:
                record(session, visit.actor, "look", "business", customer_id, now=context.clock.now())
                return _known(session, visit, customer_id, gate)

        await _draw(visit, await c.in_thread(load), bus)
        return None


def _known(session: ReadSession, visit: Visit, customer_id: UUID, gate: contact.Gate) -> Known:
    """Everything the visitor may see; what he may not is left empty."""
    clock = visit.context.clock
    now, today = clock.now(), clock.today()

    def may(thing: str) -> bool:
        return visit.may("read", thing, customer_id)

    return Known(
        customer=customers.get(session, customer_id),
        consents={purpose: consent.has(session, customer_id, purpose, now) for purpose in PURPOSES},
        changes=consent.history(session, customer_id) if may("consent") else [],
        blocks=[block_text(block, visit.lang) for block in customers.blocked(session, customer_id, today)]
        if may("block")
        else [],
        events=events.timeline(session, customer_id, EVENTS_MAX),
        decisions=decisions.list_for(session, customer_id, 10) if may("decision") else [],
        loans=loans_of(session, customer_id) if may("loan") else [],
        plan=latest(session, customer_id) if may("plan") else None,
        contacts=contact.ledger(session, customer_id, 5, gate=gate) if may("contact") else [],
    )


# -- the list -----------------------------------------------------------------------------------------------------------


def _draw_list(visit: Visit, found: list[Customer], text: str) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.frame(_("Businesses"), visit, active="/customers"):
        c.heading(_("Businesses"), synthetic=any(customer.synthetic for customer in found), lang=lang)
        c.search_form("/customers", text, lang, label=_("Part of the name, or the beginning of the credit code"))
        columns = (_("Name"), _("Credit code"), _("Trade"), _("Region"), _("Since"))
        rows = [(one.name, one.uscc, one.gbt4754, one.region, show_date(one.opened_on, lang)) for one in found]
        nothing = _("No business is called so. Names are matched anywhere, credit codes from their beginning.")
        c.table(columns, rows, links=[f"/customers/{one.id}" for one in found], empty=nothing)
        if len(found) == FOUND_MAX:
            c.paragraph(_("Only the first {n} are shown; search to narrow the list.").format(n=FOUND_MAX), muted=True)


# -- one business -------------------------------------------------------------------------------------------------------


async def _draw(visit: Visit, known: Known, bus: Bus) -> None:
    lang, customer = visit.lang, known.customer
    _ = translator(lang)
    with c.frame(customer.name, visit, active="/customers"):
        c.heading(customer.name, synthetic=customer.synthetic, lang=lang)
        for line in known.blocks:
            ui.label(line).classes("b-problem")
        with ui.element("div").classes("b-actions"):
            if visit.may("write", "application", customer.id):
                c.main_button(_("Apply for a loan"), lambda: _apply(visit, customer, bus))
            if visit.may("read", "plan", customer.id):
                c.quiet_button(_("Idle-cash plan"), lambda: ui.navigate.to(f"/plans/{customer.id}"))
            if visit.may("read", "statement", customer.id):
                c.quiet_button(_("Movements"), lambda: ui.navigate.to(f"/statements/{customer.id}"))
            if visit.may("read", "consent", customer.id):
                c.quiet_button(_("Consent"), lambda: ui.navigate.to(f"/consents/{customer.id}"))
            if visit.may("read", "contact", customer.id):
                c.quiet_button(_("Messages and refusals"), lambda: ui.navigate.to(f"/gate/{customer.id}"))
        with ui.element("div").classes("b-columns"):
            with ui.element("div").classes("b-aside"):
                _identity(known, lang)
            with ui.element("div").classes("b-middle"):
                place = ui.element("div").classes("b-full")
                with place:
                    c.section(_("The next 13 weeks"))
                    c.skeleton(96)
                    c.skeleton(360)
                _timeline(visit, known)
            with ui.element("div").classes("b-aside"):
                _right(visit, known)
    await ui.context.client.connected()
    await _draw_twin(visit, customer, place)


def _identity(known: Known, lang: Lang) -> None:
    _ = translator(lang)
    customer = known.customer
    c.section(_("Who it is"))
    c.facts(
        [
            (_("Credit code"), customer.uscc),
            (_("Trade"), f"GB/T 4754 {customer.gbt4754}"),
            (_("Region"), customer.region),
            (_("Since"), show_date(customer.opened_on, lang)),
        ]
    )
    c.section(_("It agrees to"))
    c.facts([(_(WORDS[purpose]), _("yes") if given else _("no")) for purpose, given in known.consents.items()])
    if known.changes:
        with c.more(_("How it came about")):
            c.entries([(*change_text(one, lang), None, "") for one in reversed(known.changes)])
    if known.loans:
        c.section(_("Loans"))
        rows: list[tuple[str, str, str | None, str]] = [
            (
                show_money(loan.principal, lang),
                f"{loan.rate_annual.shown()} · {state_name(loan.state, lang)}",
                f"/decisions/{loan.decision_id}",
                "",
            )
            for loan in known.loans
        ]
        c.entries(rows)


def _timeline(visit: Visit, known: Known) -> None:
    lang = visit.lang
    _ = translator(lang)
    now = visit.context.clock.now()
    c.section(_("What happened"))
    c.entries(
        [
            (event_text(event, lang), c.show_moment(event.at, now, lang), event_link(event), event_tone(event))
            for event in known.events
        ]
    )
    if not known.events:
        c.empty(_("Nothing yet. Decisions, pay-outs, plans and messages line up here as they happen."))


def _right(visit: Visit, known: Known) -> None:
    lang = visit.lang
    _ = translator(lang)
    now = visit.context.clock.now()
    if visit.may("read", "decision", known.customer.id):
        c.section(_("Decisions"))
        c.entries([_decision_row(one, c.show_moment(one.at, now, lang), lang) for one in known.decisions])
        if not known.decisions:
            c.empty(_("None yet."))
    if visit.may("read", "plan", known.customer.id):
        c.section(_("Idle cash"))
        _plan(known.plan, known.customer.id, lang)
    if visit.may("read", "contact", known.customer.id):
        c.section(_("Messages"))
        rows: list[tuple[str, str, str | None, str]] = [
            (
                one.message.text,
                contact.verdict_text(one.verdict, known.customer.zone, lang),
                None,
                "",
            )
            for one in known.contacts
        ]
        c.entries(rows)
        if not rows:
            c.empty(_("None: nobody had anything to say that would have helped."))


def _decision_row(one: Decision, moment: str, lang: Lang) -> tuple[str, str, str | None, str]:
    _ = translator(lang)
    made = one.result.get("offer")
    limit = show_money(Money.of(made["limit"], one.features["currency"]), lang) if made else ""
    return " ".join(part for part in (_(OUTCOMES[one.outcome]), limit) if part), moment, f"/decisions/{one.id}", ""


def _plan(plan: Plan | None, customer_id: UUID, lang: Lang) -> None:
    _ = translator(lang)
    if plan is None:
        c.empty(_("No plan was made for this business yet."))
        return
    shelf = shipped_shelf()
    rows: list[tuple[str, str, str | None, str]] = [
        (
            show_money(line.amount, lang),
            f"{product_name(line.product, shelf, lang)} · {show_date(line.release_on, lang)}",
            f"/plans/{customer_id}",
            "",
        )
        for line in plan.lines
    ]
    c.entries(rows)
    if not rows:
        c.empty(reason_text(plan.reasons[0], lang, plan.amount.currency))


async def _draw_twin(visit: Visit, customer: Customer, place: ui.element) -> None:
    """The twin comes when it is computed; the rest of the page does not wait for it."""
    lang, context = visit.lang, visit.context
    _ = translator(lang)

    def compute() -> Brief:
        with context.db.read() as session:
            if not consent.has(session, customer.id, "statement", context.clock.now()):
                raise NotAllowed("the customer has not agreed that its statement is read")
            return preview(session, customer.id, context.clock, seed=SEED)

    brief: Brief | None = None
    wrong: BramblingError | None = None
    if visit.may("read", "twin", customer.id):
        try:
            brief = await c.in_thread(compute)
        except BramblingError as error:
            wrong = error
    place.clear()
    with place:
        if brief is not None:
            c.section(_("From the statement until {day}").format(day=show_date(brief.twin.statement_until, lang)))
            c.says(words.lead(brief, lang))
            c.figures(figures(brief, lang), whys=trails(brief, lang), lang=lang)
            draw_forecast(brief, lang)
        elif wrong is not None:
            c.section(_("The next 13 weeks"))
            c.problem(wrong, lang, advice=_("Import a statement of this business to see its twin."))


# -- what can be done ---------------------------------------------------------------------------------------------------


async def _apply(visit: Visit, customer: Customer, bus: Bus) -> None:
    """Ask for the amount, say what will happen, decide, and open the decision."""
    lang, context = visit.lang, visit.context
    _ = translator(lang)

    def decide(requested: Money | None) -> UUID:
        with context.db.write(visit.actor) as session:
            made = underwriting.apply(
                session,
                customer.id,
                context.clock,
                requested=requested,
                actor="policy",
                bus=bus,
                held=held,
                known_flows=known_flows,
            )
            return made.decision_id

    with ui.dialog() as dialog, ui.card().classes("b-dialog"):
        ui.label(_("Apply for {name}").format(name=customer.name)).classes("b-h2 b-bare")
        text = _(
            "The policy decides at once on the newest statement. The decision is recorded for good, also a decline."
        )
        c.paragraph(text)
        asked = ui.input(_("Amount in yuan; empty for what is possible")).classes("b-field")
        asked.props('outlined inputmode="decimal" prefix="¥"')
        with ui.element("div").classes("b-actions"):
            c.main_button(_("Decide now"), _answer(dialog, asked))
            c.quiet_button(_("Cancel"), lambda: dialog.submit(None))
    answer = await dialog
    dialog.delete()
    if not isinstance(answer, str):
        return
    with c.told(visit.lang):
        decision = await c.in_thread(decide, Money.of(answer) if answer else None)
        ui.navigate.to(f"/decisions/{decision}")


def _answer(dialog: ui.dialog, asked: Input) -> Callable[[], None]:
    return lambda: dialog.submit(str(asked.value or "").strip())
