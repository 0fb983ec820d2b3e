"""Idle-cash plans: who has one, and one business's plan with what stands behind it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nicegui import ui
from starlette.responses import Response

from brambling.bank import customers
from brambling.bank.customers import Customer
from brambling.bank.events import Bus
from brambling.engine.doors import charts
from brambling.engine.doors import console as c
from brambling.engine.doors.console import Visit
from brambling.engine.doors.context import Context
from brambling.engine.doors.report import Figure, Section, table_of
from brambling.kit.clock import BEIJING
from brambling.kit.errors import Rejection
from brambling.kit.i18n import Lang, show_date, show_money, translator
from brambling.kit.money import Money
from brambling.kit.reasons import show_share
from brambling.perception.cashflow.shapes import KnownFlows
from brambling.wealth.advice import service, store
from brambling.wealth.advice.readers import shelf_version, shipped_shelf
from brambling.wealth.advice.report import plan_lines, plan_table, product_name, reason_text, sweep_table
from brambling.wealth.advice.rules import Plan
from brambling.wealth.advice.service import mandates
from brambling.wealth.advice.service.mandates import Standing

SHOWN_MAX = 200


def pages(context: Context, bus: Bus, known_flows: KnownFlows | None = None) -> None:
    """Register ``/plans`` and ``/plans/{customer}``."""

    @c.page("/plans", context, act="read", thing="plan")
    async def list_page(visit: Visit) -> Response | None:
        def load() -> tuple[list[tuple[UUID, datetime, Plan]], dict[UUID, Customer]]:
            with context.db.read() as session:
                found = store.newest(session, SHOWN_MAX)
                return found, customers.get_many(session, (customer for customer, _at, _plan in found))

        plans, known = await c.in_thread(load)
        _draw_list(visit, plans, known)
        return None

    @c.page("/plans/{customer_id}", context, act="read", thing="plan", own=True)
    async def plan_page(visit: Visit, customer_id: UUID) -> Response | None:
        visit.require("read", "plan", customer_id)

        def load() -> tuple[Customer, Plan | None, Standing | None]:
            with context.db.read() as session:
                given = mandates.standing(session, customer_id)
                return customers.get(session, customer_id), store.latest(session, customer_id), given

        customer, plan, given = await c.in_thread(load)
        _draw_plan(visit, customer, plan, given, bus, known_flows)
        return None


def _draw_list(visit: Visit, plans: list[tuple[UUID, datetime, Plan]], known: dict[UUID, Customer]) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.frame(_("Plans"), visit, active="/plans"):
        synthetic = any(customer.synthetic for customer in known.values())
        lead = _("What each business can place, until when, and never what payroll and tax will need.")
        c.heading(_("Idle cash"), lead=lead, synthetic=synthetic, lang=lang)
        columns = (_("Business"), _("Made"), _("Idle"), _("Free until"), _("Interest"), _("Needed early"))
        rows = [
            (
                known[customer].name,
                f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}",
                show_money(plan.amount, lang),
                show_date(plan.until, lang) if plan.until else reason_text(plan.reasons[0], lang, plan.amount.currency),
                show_money(plan.interest, lang),
                show_share(plan.p_early) if plan.lines else "-",
            )
            for customer, at, plan in plans
        ]
        nothing = _("No plan was made yet. Open a business and ask for one; it takes its statement and your shelf.")
        numeric = (columns[2], columns[4], columns[5])
        c.table(
            columns, rows, numeric=numeric, links=[f"/plans/{customer}" for customer, *_rest in plans], empty=nothing
        )


def _draw_plan(
    visit: Visit,
    customer: Customer,
    plan: Plan | None,
    given: Standing | None,
    bus: Bus,
    known_flows: KnownFlows | None,
) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.frame(customer.name, visit, active="/plans"):
        c.heading(customer.name, lead=_("Idle-cash plan"), synthetic=customer.synthetic, lang=lang)
        if plan is None:
            c.empty(_("No plan was made for this business yet."))
        else:
            _draw_lines(plan, lang)
        _draw_mandate(visit, customer, given, bus, known_flows)
        with ui.element("div").classes("b-actions"):
            if visit.may("write", "plan", customer.id):
                _new_plan(visit, customer, bus, known_flows)
            if visit.may("read", "business", customer.id):
                c.quiet_button(_("All about this business"), lambda: ui.navigate.to(f"/customers/{customer.id}"))


def _draw_lines(plan: Plan, lang: Lang) -> None:
    _ = translator(lang)
    shelf = shipped_shelf()
    until = show_date(plan.until, lang) if plan.until else "-"
    floor = show_money(plan.floor, lang, short=True)
    items = [
        Figure(_("Idle cash"), show_money(plan.amount, lang, short=True), tone="good" if plan.lines else "plain"),
        Figure(_("Free until"), until, _("hardly ever needed before")),
        Figure(_("Stays in the account"), floor, _("payroll, tax, rent and loans")),
        Figure(_("Needed early"), show_share(plan.p_early) if plan.lines else "-", _("chance, all lines together")),
    ]
    text = _("Counted on the same simulated futures that the limit and the forecast come from.")
    rule = table_of(
        (_("Rule"), _("Value")),
        [
            (_("Chance of being needed early, at most"), show_share(shelf.p_early_max)),
            (_("Days of payroll, tax, rent and loans that stay"), str(shelf.floor_days)),
            (_("Shelf"), shelf_version(shelf)),
        ],
    )
    trail = Section(_("Idle cash"), [text, *plan_lines(plan, lang)], tables=[rule])
    c.figures(items, whys=[trail, None, trail, trail], lang=lang)
    for line in plan_lines(plan, lang):
        c.paragraph(line)
    if plan.lines:
        c.section(_("When it comes back"))
        c.chart(_ladder(plan, lang), lang=lang, label=plan_lines(plan, lang)[0], name="plan")
        c.report_table(plan_table(plan, shelf, lang))


def _ladder(plan: Plan, lang: Lang) -> charts.Chart:
    """What comes back on which day, by product."""
    _ = translator(lang)
    shelf = shipped_shelf()
    lines = sorted(plan.lines, key=lambda line: line.release_on)
    bars = [
        {
            "value": float(line.amount.decimal),
            "label": {"show": True, "position": "top", "formatter": product_name(line.product, shelf, lang)},
        }
        for line in lines
    ]
    series = [{"type": "bar", "data": bars, "barMaxWidth": 48, "itemStyle": {"color": charts.TEAL}}]
    series[0]["label"] = {"color": charts.INK}
    axis = charts.category_axis([show_date(line.release_on, lang) for line in lines])
    option = charts.base(xAxis=axis, yAxis=charts.value_axis(_("yuan")), series=series)
    return charts.Chart(option, height_px=240)


def _new_plan(visit: Visit, customer: Customer, bus: Bus, known_flows: KnownFlows | None) -> None:
    lang, context = visit.lang, visit.context
    _ = translator(lang)

    def make() -> Plan:
        with context.db.write(visit.actor) as session:
            return service.advise(session, customer.id, context.clock, bus=bus, known_flows=known_flows)

    async def ask() -> None:
        what = _("A new plan is computed from the newest statement and kept; the one before stays in the books.")
        if await c.confirm(_("Make a new plan"), [what], _("Make it"), lang) is None:
            return
        with c.told(visit.lang):
            await c.in_thread(make)
            ui.navigate.reload()

    c.main_button(_("Make a new plan"), ask)


# -- the mandate --------------------------------------------------------------------------------------------------------


def _draw_mandate(
    visit: Visit, customer: Customer, given: Standing | None, bus: Bus, known_flows: KnownFlows | None
) -> None:
    lang = visit.lang
    _ = translator(lang)
    c.section(_("Sweep mandate"))
    if given is None or not given.mandate.living:
        c.paragraph(
            _(
                "With a mandate idle cash goes into the same-day product by itself and is back before a forecast payment. It can be ended at any time; the money is then back at once."
            )
        )
        if visit.may("give", "mandate", customer.id):
            _give(visit, customer, bus, known_flows)
    else:
        words = _("{amount} of at most {limit} is in the product, by the order of {name}.")
        limit, name = show_money(given.mandate.swept_max, lang), given.mandate.given_by
        c.paragraph(words.format(amount=show_money(given.swept, lang), limit=limit, name=name))
        if visit.may("end", "mandate", customer.id):
            _end(visit, customer, given, bus)
    if given is not None and given.sweeps:
        c.report_table(sweep_table(given.sweeps, lang))


def _give(visit: Visit, customer: Customer, bus: Bus, known_flows: KnownFlows | None) -> None:
    _ = translator(visit.lang)
    context = visit.context
    most = ui.input(_("At most, in yuan"), value="200000.00").classes("b-field").props("outlined")

    def make() -> None:
        shelf = shipped_shelf()
        product = next((one for one in shelf.products if not one.tenor_days and not one.release_days), None)
        if product is None:
            raise Rejection("the shelf has no product that gives money back on the same day")
        with context.db.write(visit.actor) as session:
            made = mandates.give_mandate(
                session,
                customer.id,
                product=product.code,
                swept_max=Money.of(str(most.value or "")),
                move_min=product.amount_min,
                clock=context.clock,
                bus=bus,
            )
            mandates.sweep(session, made.id, context.clock, bus=bus, known_flows=known_flows)

    async def ask() -> None:
        what = _("From now on idle cash is moved without asking again, within this limit, until the mandate is ended.")
        if await c.confirm(_("Give the mandate"), [what], _("Give it"), visit.lang) is None:
            return
        with c.told(visit.lang):
            await c.in_thread(make)
            ui.navigate.reload()

    c.quiet_button(_("Give the mandate"), ask)


def _end(visit: Visit, customer: Customer, given: Standing, bus: Bus) -> None:
    _ = translator(visit.lang)
    context = visit.context

    def make() -> None:
        with context.db.write(visit.actor) as session:
            mandates.revoke(session, customer.id, context.clock, bus=bus)

    async def ask() -> None:
        what = _("{amount} comes back into the account at once, and nothing moves by this mandate any more.")
        lines = [what.format(amount=show_money(given.swept, visit.lang))]
        if await c.confirm(_("End the mandate"), lines, _("End it"), visit.lang) is None:
            return
        with c.told(visit.lang):
            await c.in_thread(make)
            ui.navigate.reload()

    c.quiet_button(_("End the mandate"), ask)
