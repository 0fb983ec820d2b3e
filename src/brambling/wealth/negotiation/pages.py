"""Sales plans: which are negotiated, and one of them with every version and what it does."""

from __future__ import annotations

from uuid import UUID

from nicegui import ui
from starlette.responses import Response

from brambling.bank.events import Bus
from brambling.engine.doors import console as c
from brambling.engine.doors.console import Visit
from brambling.engine.doors.context import Context
from brambling.engine.doors.report import Figure
from brambling.kit.clock import BEIJING
from brambling.kit.i18n import show_money, translator
from brambling.kit.reasons import show_share
from brambling.wealth.negotiation import store
from brambling.wealth.negotiation.report import plan_chart, side_name, state_name, versions_table
from brambling.wealth.negotiation.rules import Side
from brambling.wealth.negotiation.service import talks
from brambling.wealth.negotiation.shapes import Negotiation
from brambling.wealth.negotiation.store import Kept, Said
from brambling.wealth.negotiation.workflow import ROLE

SHOWN_MAX = 100


def pages(context: Context, bus: Bus) -> None:
    """Register ``/sales-plans`` and ``/sales-plans/{id}``."""

    @c.page("/sales-plans", context, act="read", thing="negotiation")
    async def list_page(visit: Visit) -> Response | None:
        def load() -> list[tuple[Kept, list[Said]]]:
            with context.db.read() as session:
                return [(one, store.versions_of(session, one.id)) for one in store.newest(session, SHOWN_MAX)]

        _draw_list(visit, await c.in_thread(load))
        return None

    @c.page("/sales-plans/{negotiation_id}", context, act="read", thing="negotiation")
    async def talk_page(visit: Visit, negotiation_id: UUID) -> Response | None:
        def load() -> tuple[Kept, list[Said]]:
            with context.db.read() as session:
                return talks.get(session, negotiation_id), store.versions_of(session, negotiation_id)

        kept, said = await c.in_thread(load)
        _draw_talk(visit, kept, said, bus)
        return None


def _draw_list(visit: Visit, found: list[tuple[Kept, list[Said]]]) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.frame(_("Sales plans"), visit, active="/sales-plans"):
        c.heading(
            _("Sales plans"), lead=_("What the platform will sell of each product, day by day, and at what price.")
        )
        columns = (_("Product"), _("State"), _("Version"), _("Quota"), _("Next to speak"), _("Until"))
        rows = [
            (
                kept.product,
                state_name(kept.state, lang),
                str(said[-1].version.number),
                show_money(kept.grid.lot * said[-1].version.offer.total, lang, short=True),
                side_name(talks.turn_of(said), lang) if kept.state == "open" else "-",
                f"{(kept.ended_at or kept.expires_at).astimezone(BEIJING):%Y-%m-%d %H:%M}",
            )
            for kept, said in found
        ]
        nothing = _("No sales plan is negotiated. The platform puts one on the table with POST /api/sales-plans.")
        links = [f"/sales-plans/{kept.id}" for kept, _said in found]
        c.table(columns, rows, numeric=(columns[2], columns[3]), links=links, empty=nothing)


def _draw_talk(visit: Visit, kept: Kept, said: list[Said], bus: Bus) -> None:
    lang = visit.lang
    _ = translator(lang)
    made = _as_negotiation(kept, said)
    last, before = said[-1], kept.effects
    after = last.effects
    title = _("Sales plan: {product}").format(product=kept.product)
    with c.frame(title, visit, active="/sales-plans"):
        c.heading(title, lead=kept.ended_why or "")
        c.figures(
            [
                Figure(_("State"), state_name(kept.state, lang), tone="good" if kept.state == "accepted" else "plain"),
                Figure(
                    _("Daily net flow varies by"), f"{after.volatility_bp:.1f} bp", f"{before.volatility_bp:.1f} bp"
                ),
                Figure(_("Reserve"), show_share(after.need_share), show_share(before.need_share)),
                Figure(_("Chance of a shortage"), show_share(after.p_breach), show_share(before.p_breach)),
            ],
            lang=lang,
        )
        c.paragraph(_("Below each figure: the same without a plan."), muted=True)
        if kept.state == "open":
            _draw_turn(visit, kept, said, bus)
        c.section(_("Version {number}").format(number=last.version.number))
        c.chart(plan_chart(made, last.version, lang), lang=lang, label=title, name="sales-plan")
        c.section(_("Every offer"))
        c.report_table(versions_table(made, lang))


def _draw_turn(visit: Visit, kept: Kept, said: list[Said], bus: Bus) -> None:
    _ = translator(visit.lang)
    side = talks.turn_of(said)
    mine = visit.user is not None and ROLE[side] in visit.user.roles and visit.may("write", "negotiation")
    if not mine:
        c.paragraph(_("It is the turn of the {side}.").format(side=side_name(side, visit.lang)))
        return
    with ui.element("div").classes("b-actions"):
        c.main_button(_("Accept this version"), lambda: _accept(visit, kept, said, side, bus))
        c.quiet_button(_("End without a plan"), lambda: _reject(visit, kept, side, bus))


async def _accept(visit: Visit, kept: Kept, said: list[Said], side: Side, bus: Bus) -> None:
    _ = translator(visit.lang)
    context, last = visit.context, said[-1].version
    total = show_money(kept.grid.lot * last.offer.total, visit.lang)
    what = _("Version {number} becomes the sales plan: {amount} in all.").format(number=last.number, amount=total)

    def make() -> None:
        with context.db.write(visit.actor) as session:
            talks.accept(session, kept.id, side, last.number, clock=context.clock, bus=bus)

    if await c.confirm(_("Accept this version"), [what], _("Accept"), visit.lang) is not None:
        with c.told(visit.lang):
            await c.in_thread(make)
            ui.navigate.reload()


async def _reject(visit: Visit, kept: Kept, side: Side, bus: Bus) -> None:
    _ = translator(visit.lang)
    context = visit.context
    why = await c.confirm(
        _("End without a plan"),
        [_("The talk ends; another needs a new proposal.")],
        _("End it"),
        visit.lang,
        reason=_("Reason"),
    )
    if why is None:
        return

    def make() -> None:
        with context.db.write(visit.actor) as session:
            talks.reject(session, kept.id, side, why, clock=context.clock, bus=bus)

    with c.told(visit.lang):
        await c.in_thread(make)
        ui.navigate.reload()


def _as_negotiation(kept: Kept, said: list[Said]) -> Negotiation:
    effects = {0: kept.effects} | {one.version.number: one.effects for one in said}
    versions = tuple(one.version for one in said)
    return Negotiation(kept.product, kept.grid, versions, kept.state, (), effects, kept.opened_at.date())
