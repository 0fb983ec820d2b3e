"""The page of a customer's consents: what holds, one switch each, and the whole history."""

from __future__ import annotations

from uuid import UUID

from nicegui import ui
from starlette.responses import Response

from brambling.bank import customers
from brambling.bank.consent import service
from brambling.bank.consent.report import BASES, NAMES, WHAT_FOR, change_text
from brambling.bank.consent.rules import ON_BEHALF, OWN, PURPOSES, Change
from brambling.bank.customers import Customer
from brambling.bank.events import Bus
from brambling.engine.doors import console as c
from brambling.engine.doors.console import Visit
from brambling.engine.doors.context import Context
from brambling.kit.i18n import translator


def pages(context: Context, bus: Bus) -> None:
    """Register ``/consents/{customer}``."""

    @c.page("/consents/{customer_id}", context, act="read", thing="consent", own=True)
    async def consents_page(visit: Visit, customer_id: UUID) -> Response | None:
        visit.require("read", "consent", customer_id)

        def load() -> tuple[Customer, dict[str, bool], list[Change]]:
            now = context.clock.now()
            with context.db.read() as session:
                holds = {purpose: service.has(session, customer_id, purpose, now) for purpose in PURPOSES}
                return customers.get(session, customer_id), holds, service.history(session, customer_id)

        customer, holds, history = await c.in_thread(load)
        _draw(visit, bus, customer, holds, history)
        return None


def _draw(visit: Visit, bus: Bus, customer: Customer, holds: dict[str, bool], history: list[Change]) -> None:
    lang = visit.lang
    _ = translator(lang)
    own = visit.user is not None and visit.user.business_id == customer.id
    lead = _("What you agree to. Change it any time; a no holds at once.") if own else _("What the customer agrees to")
    with c.frame(customer.name, visit, narrow=own, active="/customers"):
        c.heading(_("Consent") if own else customer.name, lead=lead, synthetic=customer.synthetic, lang=lang)
        for purpose in PURPOSES:
            with ui.element("div").classes("b-full"):
                c.section(_(NAMES[purpose]))
                c.paragraph(_(WHAT_FOR[purpose]))
                c.facts([(_("Agreed"), _("yes") if holds[purpose] else _("no"))])
                if visit.may("write", "consent", customer.id):
                    _button(visit, bus, customer, purpose, holds[purpose], own)
        c.section(_("History"))
        c.entries([(*change_text(change, lang), None, "" if change.given else "bad") for change in reversed(history)])
        if not history:
            c.empty(_("Nothing was agreed or withdrawn yet."))


def _button(visit: Visit, bus: Bus, customer: Customer, purpose: str, held: bool, own: bool) -> None:
    _ = translator(visit.lang)
    text = _("Withdraw") if held else _("Agree")
    with ui.element("div").classes("b-actions"):
        button = c.quiet_button(text, lambda: _change(visit, bus, customer, purpose, not held, own))
        button.props(f'aria-label="{text}: {_(NAMES[purpose])}"')


async def _change(visit: Visit, bus: Bus, customer: Customer, purpose: str, given: bool, own: bool) -> None:
    """Say what will hold, ask a member of staff how the customer said it, and note it."""
    lang, context = visit.lang, visit.context
    _ = translator(lang)
    what, basis = _(NAMES[purpose]), OWN
    line = _("From now on the bank may: {what}.") if given else _("From now on the bank may not: {what}.")
    with ui.dialog() as dialog, ui.card().classes("b-dialog"):
        ui.label(_("Agree") if given else _("Withdraw")).classes("b-h2 b-bare")
        c.paragraph(line.format(what=what))
        told = None
        if not own:
            c.paragraph(_("You note this on the customer's behalf; your name stands beside it."))
            choices = {key: _(BASES[key]) for key in ON_BEHALF}
            told = ui.select(choices, value=ON_BEHALF[0], label=_("How the customer said it")).classes("b-field")
            told.props("outlined dense")
        with ui.element("div").classes("b-actions"):
            c.main_button(_("Agree") if given else _("Withdraw"), lambda: dialog.submit("go"))
            c.quiet_button(_("Cancel"), lambda: dialog.submit(None))
    answer = await dialog
    if told is not None:
        basis = str(told.value)
    dialog.delete()
    if answer != "go":
        return

    def note() -> None:
        now = context.clock.now()
        with context.db.write(visit.actor) as session:
            if given:
                service.give(session, customer.id, purpose, now, basis=basis, bus=bus)
            else:
                service.withdraw(session, customer.id, purpose, now, basis=basis, bus=bus)

    with c.told(lang):
        await c.in_thread(note)
        ui.navigate.reload()
