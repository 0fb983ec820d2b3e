"""The gate's pages: what was sent, held and dropped, and why; one customer's messages and refusals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from nicegui import ui
from starlette.responses import Response

from brambling.bank import customers
from brambling.bank.contact import service
from brambling.bank.contact.report import reason_text, verdict_text
from brambling.bank.contact.rules import CHANNELS, MARKETING, Refusal
from brambling.bank.contact.service import Entry, Gate
from brambling.bank.customers import Customer
from brambling.engine.doors import console as c
from brambling.engine.doors.console import Visit
from brambling.engine.doors.context import Context
from brambling.kit.clock import BEIJING
from brambling.kit.i18n import N_, Lang, translator

STATES: Mapping[str, str] = {"sent": N_("sent"), "open": N_("held"), "dropped": N_("dropped")}
CHANNEL_NAMES: Mapping[str, str] = {
    "sms": N_("text message"),
    "app": N_("app"),
    "phone": N_("phone"),
    "mail": N_("mail"),
    "wecom": N_("WeCom"),
    "all": N_("every channel"),
}
SCOPES: Mapping[str, str] = {
    "marketing": N_("all that sells"),
    "credit": N_("lending"),
    "wealth": N_("idle cash"),
    "all": N_("everything"),
}
PURPOSE_WORDS: Mapping[str, str] = {"marketing": N_("to sell"), "service": N_("to serve")}
SHOWN_MAX = 200


def pages(context: Context, gate: Gate) -> None:
    """Register ``/gate`` and ``/gate/{customer}``."""

    @c.page("/gate", context, act="read", thing="contact", own=True)
    async def ledger_page(visit: Visit, state: str = "", channel: str = "") -> Response | None:
        visit.require("read", "contact")

        def load() -> tuple[list[Entry], dict[UUID, Customer]]:
            with context.db.read() as session:
                found = service.ledger(session, None, SHOWN_MAX, state=state, channel=channel, gate=gate)
                return found, customers.get_many(session, (entry.message.customer_id for entry in found))

        entries, known = await c.in_thread(load)
        _draw_ledger(visit, entries, known, state, channel)
        return None

    @c.page("/gate/{customer_id}", context, act="read", thing="contact", own=True)
    async def customer_page(visit: Visit, customer_id: UUID) -> Response | None:
        visit.require("read", "contact", customer_id)

        def load() -> tuple[Customer, list[Entry], list[tuple[UUID, Refusal]]]:
            with context.db.read() as session:
                who = customers.get(session, customer_id)
                found = service.ledger(session, customer_id, SHOWN_MAX, gate=gate)
                return who, found, service.refusals(session, customer_id)

        customer, entries, refusals = await c.in_thread(load)
        _draw_customer(visit, gate, customer, entries, refusals)
        return None


def _draw_ledger(visit: Visit, entries: list[Entry], known: Mapping[UUID, Customer], state: str, channel: str) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.frame(_("Gate"), visit, active="/gate"):
        c.heading(
            _("The gate"),
            lead=_("Every message passes here, and silence is an action: what was sent, held or dropped, and why."),
            synthetic=any(customer.synthetic for customer in known.values()),
            lang=lang,
        )
        choices = [("", _("all")), *((key, _(words)) for key, words in STATES.items())]
        c.filters("/gate", "state", choices, state, channel=channel)
        choices = [("", _("every channel")), *((key, _(CHANNEL_NAMES[key])) for key in CHANNELS)]
        c.filters("/gate", "channel", choices, channel, state=state)
        columns = (_("Business"), _("Asked"), _("About"), _("By"), _("Became"), _("Why"))
        rows = [
            (
                known[entry.message.customer_id].name,
                f"{entry.asked_at.astimezone(BEIJING):%Y-%m-%d %H:%M}",
                f"{_(SCOPES.get(entry.message.topic, entry.message.topic))} · {_(PURPOSE_WORDS[entry.message.purpose])}",
                _(CHANNEL_NAMES[entry.message.channel]),
                _became(entry, lang),
                _why(entry, lang),
            )
            for entry in entries
        ]
        links = [f"/gate/{entry.message.customer_id}" for entry in entries]
        nothing = _(
            "No message has stood before the gate yet. It fills when a line finds a need and asks to tell of it."
        )
        c.table(columns, rows, links=links, empty=nothing)
        if len(entries) == SHOWN_MAX:
            c.paragraph(_("Only the newest {n} are shown; narrow the list above.").format(n=SHOWN_MAX), muted=True)


def _became(entry: Entry, lang: Lang) -> str:
    """An open message that nothing stands against is not held: it goes out with the gate's next sweep."""
    _ = translator(lang)
    return _("about to go out") if entry.state == "open" and entry.outcome == "release" else _(STATES[entry.state])


def _why(entry: Entry, lang: Lang) -> str:
    _ = translator(lang)
    if not entry.reasons:
        return _("nothing stood against it")
    return _("; ").join(reason_text(reason, lang) for reason in entry.reasons)


def _draw_customer(
    visit: Visit, gate: Gate, customer: Customer, entries: list[Entry], refusals: list[tuple[UUID, Refusal]]
) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.frame(customer.name, visit, active="/gate"):
        c.heading(customer.name, lead=_("Messages and refusals"), synthetic=customer.synthetic, lang=lang)
        with ui.element("div").classes("b-columns b-case"):
            with ui.element("div").classes("b-middle"):
                c.section(_("Messages"))
                c.entries(_message_rows(visit, customer, entries))
                if not entries:
                    c.empty(_("Nothing was ever sent to this business, nor asked to be sent."))
            with ui.element("div").classes("b-aside"):
                c.section(_("Refusals that stand"))
                c.entries([_refusal_row(refusal, lang) for _id, refusal in refusals])
                if not refusals:
                    c.empty(
                        _("The customer has refused nothing. A no, in whatever words, is noted here and holds at once.")
                    )
                if visit.may("write", "refusal", customer.id):
                    _refuse_form(visit, gate, customer)


def _message_rows(visit: Visit, customer: Customer, entries: list[Entry]) -> list[tuple[str, str, str | None, str]]:
    _ = translator(visit.lang)
    now = visit.context.clock.now()
    rows: list[tuple[str, str, str | None, str]] = []
    for entry in entries:
        state, channel = _(STATES[entry.state]), _(CHANNEL_NAMES[entry.message.channel])
        moment = c.show_moment(entry.sent_at or entry.judged_at, now, visit.lang)
        below = [state, channel, moment, verdict_text(entry.verdict, customer.zone, visit.lang), entry.policy_version]
        rows.append((entry.message.text, " · ".join(below), None, ""))
    return rows


def _refusal_row(refusal: Refusal, lang: Lang) -> tuple[str, str, str | None, str]:
    _ = translator(lang)
    what, where = _(SCOPES.get(refusal.scope, refusal.scope)), _(CHANNEL_NAMES[refusal.channel])
    since = _("since {day}").format(day=f"{refusal.at.astimezone(BEIJING):%Y-%m-%d}")
    until = _("until {day}").format(day=f"{refusal.until:%Y-%m-%d}") if refusal.until else _("without end")
    return f"{what}, {where}", f"{since}, {until}", None, "bad"


def _refuse_form(visit: Visit, gate: Gate, customer: Customer) -> None:
    lang = visit.lang
    _ = translator(lang)
    context = visit.context
    with c.more(_("Note a refusal")):
        scope = ui.select({key: _(words) for key, words in SCOPES.items()}, value=MARKETING, label=_("What is refused"))
        channel = ui.select({key: _(words) for key, words in CHANNEL_NAMES.items()}, value="all", label=_("Where"))
        words = ui.textarea(_("In the customer's words"))
        for field in (scope, channel, words):
            field.classes("b-field").props("outlined dense")

        def note(at: datetime, given: dict[str, Any]) -> None:
            with context.db.write(visit.actor) as session:
                service.refuse(
                    session, customer.id, given["scope"], given["channel"], at=at, words=given["words"], gate=gate
                )

        async def refuse() -> None:
            given = {"scope": scope.value, "channel": channel.value, "words": str(words.value or "").strip()}
            if not given["words"]:
                ui.notify(_("Write down what the customer said."), position="top")
                return
            what, where = SCOPES[given["scope"]], CHANNEL_NAMES[given["channel"]]
            line = _("From now on no such message leaves the bank: {scope}, {channel}.")
            lines = [line.format(scope=_(what), channel=_(where))]
            if await c.confirm(_("Note a refusal"), lines, _("Note it"), lang) is None:
                return
            with c.told(visit.lang):
                await c.in_thread(note, context.clock.now(), given)
                ui.navigate.reload()

        with ui.element("div").classes("b-actions"):
            c.quiet_button(_("Note it"), refuse)
