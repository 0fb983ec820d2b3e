"""Agreement of persons and policy: the report of ``credit agree``, the differences to judge, the overrides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from nicegui import ui
from starlette.responses import Response

from brambling.bank import customers
from brambling.bank.customers import Customer
from brambling.credit.expert.report import agreement as words
from brambling.credit.expert.shapes.agreement import Agreement
from brambling.credit.underwriting.pages.parts import draw_report
from brambling.credit.underwriting.report.opinions import JUDGED, STATES, said_words
from brambling.credit.underwriting.service import opinions, watching
from brambling.credit.underwriting.shapes.opinions import Opinion, Side
from brambling.engine.doors import console as c
from brambling.engine.doors.console import Visit
from brambling.engine.doors.context import Context
from brambling.kit.i18n import Lang, translator

TRAINING_NAME = "decisions.csv"


@dataclass(frozen=True)
class _Shown:
    """What the page shows."""

    queue: list[Opinion]
    overrides: list[tuple[Opinion, bool | None]]
    agreement: Agreement | None
    known: Mapping[UUID, Customer]


def pages(context: Context, outcomes: watching.Outcomes) -> None:
    """Register ``/agreement``."""

    @c.page("/agreement", context, act="judge", thing="decision")
    async def page(visit: Visit) -> Response | None:
        def find() -> _Shown:
            with context.db.read() as session:
                waiting, overruled = opinions.queue(session), opinions.overrides(session, outcomes)
                ids = {one.customer_id for one in waiting} | {one.customer_id for one, _ in overruled}
                told = opinions.agreement(session, outcomes)
                return _Shown(waiting, overruled, told, customers.get_many(session, ids))

        _draw(visit, context, outcomes, await c.in_thread(find))
        return None


def _draw(visit: Visit, context: Context, outcomes: watching.Outcomes, shown: _Shown) -> None:
    lang = visit.lang
    _ = translator(lang)
    with c.frame(_("Agreement"), visit, active="/agreement"):
        synthetic = any(one.synthetic for one in shown.known.values())
        lead = words.lead(shown.agreement, lang) if shown.agreement else ""
        c.heading(_("Persons and policy"), lead=lead, synthetic=synthetic, lang=lang)
        c.section(_("Differences that nobody has judged"))
        if not shown.queue:
            c.empty(
                _("None. Where somebody says otherwise than the policy, a third person says here whose word holds.")
            )
        for one in shown.queue:
            _draw_difference(visit, context, one, shown.known.get(one.customer_id))
        _draw_overrides(visit, shown)
        if visit.may("read", "model"):
            c.section(_("What is learnt from it"))
            c.paragraph(_("Judged differences and what both said alike are the training rows of the expert."))
            with ui.element("div").classes("b-actions"):
                c.quiet_button(_("Download training rows"), lambda: _download(context, outcomes))
        if shown.agreement is not None:
            for text in words.notes(shown.agreement, lang):
                c.paragraph(text, muted=True)
            draw_report(words.report(shown.agreement, lang), lang)


def _draw_difference(visit: Visit, context: Context, one: Opinion, customer: Customer | None) -> None:
    lang = visit.lang
    _ = translator(lang)
    now = context.clock.now()
    name = customer.name if customer else str(one.customer_id)
    text, below = said_words(one, lang), c.show_moment(one.said_at, now, lang)
    c.entries([(f"{name}: {text}", f"{one.why} · {one.said_by} · {below}", f"/decisions/{one.decision_id}", "")])
    if visit.actor == one.said_by:
        c.paragraph(_("You said it; somebody else judges."), muted=True)
        return
    with ui.element("div").classes("b-actions"):
        c.quiet_button(_("The person is right"), lambda: _judge(visit, context, one, "person"))
        c.quiet_button(_("The policy is right"), lambda: _judge(visit, context, one, "machine"))


async def _judge(visit: Visit, context: Context, one: Opinion, side: Side) -> None:
    lang = visit.lang
    _ = translator(lang)
    lines = [said_words(one, lang), _("It becomes a training row with your judgment; what was decided stays.")]
    why = await c.confirm(_(JUDGED[side]), lines, _("Judge"), lang, reason=_("Why"))
    if why is None:
        return

    def work() -> None:
        with context.db.write(visit.actor) as session:
            opinions.adjudicate(session, one.id, side, why, actor=visit.actor, now=context.clock.now())

    with c.told(lang):
        await c.in_thread(work)
        ui.navigate.reload()


def _draw_overrides(visit: Visit, shown: _Shown) -> None:
    lang = visit.lang
    _ = translator(lang)
    c.section(_("Overrides"))
    columns = (_("Business"), _("What was overruled"), _("By"), _("Second"), _("State"), _("What came of it"))
    rows = [_override_row(one, bad, shown.known, lang) for one, bad in shown.overrides]
    links = [f"/decisions/{one.decision_id}" for one, _bad in shown.overrides]
    c.table(columns, rows, links=links, empty=_("Nobody has overruled the policy yet."))


def _override_row(one: Opinion, bad: bool | None, known: Mapping[UUID, Customer], lang: Lang) -> Sequence[str]:
    _ = translator(lang)
    came = _("not known yet") if bad is None else _("went bad") if bad else _("went well")
    name = known[one.customer_id].name if one.customer_id in known else str(one.customer_id)
    return (name, said_words(one, lang), one.said_by, one.second_by or "-", _(STATES[one.state]), came)


async def _download(context: Context, outcomes: watching.Outcomes) -> None:
    def table() -> bytes:
        with context.db.read() as session:
            return opinions.training_table(session, outcomes).write_csv().encode("utf-8")

    ui.download(await c.in_thread(table), TRAINING_NAME, "text/csv")
