"""The marketer's page of audiences: the funnel of a need over the bank's customers, why each, and the export."""

from __future__ import annotations

from nicegui import ui
from starlette.responses import Response

from brambling.bank import contact
from brambling.engine.doors import console as c
from brambling.engine.doors.console import Visit
from brambling.engine.doors.context import Context
from brambling.engine.doors.report import Figure
from brambling.kit.i18n import Lang, show_money, translator
from brambling.marketing.needs.readers import read_spec, shipped_specs
from brambling.marketing.needs.report import (
    ACT_NAMES,
    audience_lines,
    funnel_chart,
    funnel_table,
    offer_text,
    spec_title,
    standing_rows,
)
from brambling.marketing.needs.rules.audience import Act
from brambling.marketing.needs.service.customers import Exported, audience_of, export
from brambling.marketing.needs.shapes import Audience

FIRST = "idle-cash"
SHOWN_MAX = 200
CHANNEL = "sms"


def pages(context: Context, gate: contact.Gate) -> None:
    """Register ``/audience``."""

    @c.page("/audience", context, act="read", thing="campaign")
    async def audience_page(visit: Visit, need: str = FIRST, act: str = "contact") -> Response | None:
        def load() -> Audience:
            with context.db.read() as session:
                return audience_of(session, need if need in shipped_specs() else FIRST, context.clock, gate=gate)

        made = await c.in_thread(load)
        _draw(visit, made, gate, act if act in ACT_NAMES else "contact")  # type: ignore[arg-type]
        return None


def _draw(visit: Visit, made: Audience, gate: contact.Gate, act: Act) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.frame(_("Audience"), visit, active="/audience"):
        lead = _("Who needs an offer now and who is left alone; silence is an action and has its value.")
        c.heading(_("Audience"), lead=lead, synthetic=made.synthetic, lang=lang)
        choices = [(name, spec_title(read_spec(name), lang)) for name in shipped_specs()]
        c.filters("/audience", "need", choices, made.spec.name, act=act)
        c.says(audience_lines(made, lang)[0])
        c.figures(
            [
                Figure(_("to contact"), f"{made.contacts:,}"),
                Figure(_("value of contact"), show_money(made.value_contact, lang)),
                Figure(_("value of doing nothing"), show_money(made.value_nothing, lang), _("the same customers")),
                Figure(_("not known"), f"{made.held:,}", _("nobody is chosen for what is not known")),
            ]
        )
        c.chart(funnel_chart(made, lang), lang=lang, label=_("Who needs it, and who is left alone"), name="funnel")
        c.report_table(funnel_table(made, lang))
        if visit.may("write", "campaign"):
            _export_button(visit, made, gate)
        _people(made, act, lang)


def _people(made: Audience, act: Act, lang: Lang) -> None:
    _ = translator(lang)
    c.section(_("Why each of them"))
    c.filters("/audience", "act", [(key, _(words)) for key, words in ACT_NAMES.items()], act, need=made.spec.name)
    rows = standing_rows(made, act, lang)
    c.table(
        (_("Business"), _("Why")),
        [(name, words) for _customer, name, words in rows[:SHOWN_MAX]],
        links=[f"/gate/{customer}" for customer, _name, _words in rows[:SHOWN_MAX]],
        empty=_("Nobody stands here today."),
    )
    if len(rows) > SHOWN_MAX:
        c.paragraph(_("The first {n} of {all}.").format(n=SHOWN_MAX, all=f"{len(rows):,}"), muted=True)


def _export_button(visit: Visit, made: Audience, gate: contact.Gate) -> None:
    lang, context = visit.lang, visit.context
    _ = translator(lang)
    text = offer_text(made.spec, lang)

    def work() -> Exported:
        with context.db.write(visit.actor) as session:
            return export(session, made, text, context.clock, channel=CHANNEL, gate=gate)

    async def ask() -> None:
        lines = [
            _("An export is a contact: each customer passes the gate, which counts it and has the last word."),
            text,
        ]
        if await c.confirm(_("Export"), lines, _("Export"), lang) is None:
            return
        with c.told(lang):
            given = await c.in_thread(work)
            rows = "".join(f"{customer},{until}\n" for customer, _text, until in given.rows)
            ui.download(f"customer,not_after\n{rows}".encode(), f"{made.spec.name}.csv", "text/csv")
            said = _("{sent} released, {held} held, {dropped} dropped by the gate")
            ui.notify(said.format(sent=len(given.rows), held=given.held, dropped=given.dropped), position="top")

    with ui.element("div").classes("b-actions"):
        c.quiet_button(_("Export"), ask)
