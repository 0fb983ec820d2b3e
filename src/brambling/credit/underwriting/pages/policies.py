"""Policy release: what is at work, what was brought, what differs, what the axioms say, who and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from nicegui import ui
from starlette.responses import Response

from brambling.credit.underwriting.pages.parts import draw_report
from brambling.credit.underwriting.readers import policy_version
from brambling.credit.underwriting.readers.policies import policy_of_text
from brambling.credit.underwriting.report import backtest as swap_words
from brambling.credit.underwriting.report.policy import (
    axioms_table,
    axioms_words,
    counter_examples,
    drift_table,
    state_words,
)
from brambling.credit.underwriting.rules import Policy
from brambling.credit.underwriting.service import releasing, watching
from brambling.credit.underwriting.shapes.backtest import Backtest
from brambling.credit.underwriting.shapes.policies import Drifted, Proposal, Role
from brambling.engine.doors import console as c
from brambling.engine.doors.console import Visit
from brambling.engine.doors.context import Context
from brambling.kit.i18n import translator

DRIFT_DAYS = 365


@dataclass(frozen=True)
class _Shown:
    """What the list shows."""

    present: Policy
    challenger: Policy | None
    brought: list[Proposal]
    shadow: Backtest | None
    drift: tuple[Drifted, ...]


def pages(context: Context, outcomes: watching.Outcomes) -> None:
    """Register ``/policies`` and ``/policies/{id}``."""

    @c.page("/policies", context, act="read", thing="policy")
    async def list_page(visit: Visit) -> Response | None:
        def find() -> _Shown:
            with context.db.read() as session:
                challenger = releasing.challenger_at_work(session)
                version = policy_version(challenger) if challenger else ""
                since = context.clock.now() - timedelta(days=DRIFT_DAYS)
                return _Shown(
                    releasing.policy_at_work(session),
                    challenger,
                    releasing.proposals(session),
                    watching.shadow_run(session, version, outcomes) if challenger else None,
                    watching.drift_by_month(session, since),
                )

        _draw_list(visit, context, await c.in_thread(find))
        return None

    @c.page("/policies/{release_id}", context, act="read", thing="policy")
    async def one_page(visit: Visit, release_id: UUID) -> Response | None:
        def find() -> Proposal:
            with context.db.read() as session:
                return releasing.proposal(session, release_id)

        _draw_one(visit, context, await c.in_thread(find))
        return None


def _draw_list(visit: Visit, context: Context, shown: _Shown) -> None:
    lang = visit.lang
    _ = translator(lang)
    now = context.clock.now()
    with c.frame(_("Policies"), visit, active="/policies"):
        lead = _(
            "A policy decides; it is brought by one person with a reason, searched by the axioms, and released by another."
        )
        c.heading(_("Policies"), lead=lead)
        rows = [(_("Decides"), policy_version(shown.present))]
        rows.append((_("In the shadow"), policy_version(shown.challenger) if shown.challenger else _("nobody")))
        c.facts(rows)
        if visit.may("write", "policy"):
            with ui.element("div").classes("b-actions"):
                c.main_button(_("Bring a policy"), lambda: _bring(visit, context))
        c.section(_("Brought so far"))
        columns = (_("Policy"), _("State"), _("Changes"), _("Brought by"), _("When"), _("Released by"))
        table = [
            (
                one.version,
                state_words(one, lang),
                ", ".join(change.key for change in one.changes if change.key != "version") or "-",
                one.author,
                c.show_moment(one.proposed_at, now, lang),
                one.approver or "-",
            )
            for one in shown.brought
        ]
        nothing = _("None yet: the policy that comes with this version decides.")
        c.table(columns, table, links=[f"/policies/{one.release_id}" for one in shown.brought], empty=nothing)
        _draw_watch(visit, shown)


def _draw_watch(visit: Visit, shown: _Shown) -> None:
    lang = visit.lang
    _ = translator(lang)
    c.section(_("Champion and challenger"))
    if shown.challenger is None:
        c.paragraph(
            _("No challenger runs. One that is released decides every application silently beside the champion.")
        )
    elif shown.shadow is None:
        c.paragraph(_("The challenger has decided nothing yet: it starts with the next application."))
    else:
        for text in swap_words.lines(shown.shadow, lang):
            c.paragraph(text)
        c.report_table(swap_words.swap_table(shown.shadow.whole.groups, lang))
        with c.more(_("Everything that is told of the two")):
            draw_report(swap_words.report(shown.shadow, lang), lang)
    c.section(_("Drift"))
    if not shown.drift:
        c.paragraph(_("Too few decisions so far: two months with thirty each are needed."))
        return
    lead = _("How far the newest month lies from the months before it; what chance alone may give stands beside it.")
    c.paragraph(lead)
    c.report_table(drift_table(shown.drift, lang))


def _draw_one(visit: Visit, context: Context, one: Proposal) -> None:
    lang = visit.lang
    _ = translator(lang)
    now = context.clock.now()
    with c.frame(_("Policy release"), visit, active="/policies"):
        c.heading(one.version, lead=state_words(one, lang))
        _buttons(visit, context, one)
        with ui.element("div").classes("b-columns b-case"):
            with ui.element("div").classes("b-middle"):
                c.section(_("What it says otherwise than {policy}").format(policy=one.compared_to))
                c.report_table(swap_words.differences_table(one.changes, lang))
                c.section(_("Axioms"))
                c.says(axioms_words(one.axioms, lang))
                c.points(counter_examples(one.axioms, lang))
                c.report_table(axioms_table(one.axioms, lang))
            with ui.element("div").classes("b-aside"):
                c.section(_("People and times"))
                rows = [
                    (_("Brought by"), one.author),
                    (_("Why"), one.why),
                    (_("When"), c.show_moment(one.proposed_at, now, lang)),
                ]
                if one.approver is not None and one.released_at is not None:
                    rows += [
                        (_("Released by"), one.approver),
                        (_("Why released"), one.approver_why or ""),
                        (_("Released"), c.show_moment(one.released_at, now, lang)),
                    ]
                c.facts(rows)


def _buttons(visit: Visit, context: Context, one: Proposal) -> None:
    lang = visit.lang
    _ = translator(lang)
    open_draft = one.state == "draft"
    with ui.element("div").classes("b-actions"):
        if open_draft and visit.may("release", "policy") and not one.broken and visit.actor != one.author:
            c.main_button(_("Release"), lambda: _release(visit, context, one))
        leaves = open_draft or (one.role == "challenger" and one.state == "released")
        if leaves and visit.may("write", "policy"):
            c.quiet_button(_("Withdraw"), lambda: _withdraw(visit, context, one))
    if open_draft and visit.user is not None and visit.user.name == one.author:
        c.paragraph(_("You brought it; somebody else has to release it."), muted=True)


async def _release(visit: Visit, context: Context, one: Proposal) -> None:
    lang = visit.lang
    _ = translator(lang)
    lines = [
        _("From now on {policy} decides every application; what decided so far retires.").format(policy=one.version),
        _("The axioms are searched once more before that."),
    ]
    if one.role == "challenger":
        lines[0] = _("{policy} decides every application in the shadow; nobody is told.").format(policy=one.version)
    why = await c.confirm(_("Release this policy?"), lines, _("Release"), lang, reason=_("Why"))
    if why is None:
        return

    def work() -> None:
        with context.db.write(visit.actor) as session:
            releasing.release_policy(session, one.release_id, why, actor=visit.actor, now=context.clock.now())

    with c.told(lang):
        await c.in_thread(work)
        ui.navigate.reload()


async def _withdraw(visit: Visit, context: Context, one: Proposal) -> None:
    def work() -> None:
        with context.db.write(visit.actor) as session:
            releasing.withdraw_policy(session, one.release_id, actor=visit.actor, now=context.clock.now())

    with c.told(visit.lang):
        await c.in_thread(work)
        ui.navigate.reload()


async def _bring(visit: Visit, context: Context) -> None:
    """A dialog with the policy's text, its role and the reason."""
    lang = visit.lang
    _ = translator(lang)
    with ui.dialog() as dialog, ui.card().classes("b-dialog"):
        ui.label(_("Bring a policy")).classes("b-h2 b-bare")
        text = ui.textarea(_("The policy as YAML")).classes("b-field").props("outlined rows=12")
        choices = {"champion": _("to decide"), "challenger": _("to decide in the shadow")}
        role = ui.select(choices, value="champion", label=_("What for")).classes("b-field").props("outlined")
        why = ui.textarea(_("Why")).classes("b-field").props("outlined autogrow")

        async def bring() -> None:
            kind: Role = "challenger" if role.value == "challenger" else "champion"

            def work() -> Proposal:
                policy = policy_of_text(str(text.value or ""))
                with context.db.write(visit.actor) as session:
                    now = context.clock.now()
                    return releasing.propose_policy(
                        session, policy, str(why.value or ""), actor=visit.actor, now=now, role=kind
                    )

            with c.told(lang):
                made = await c.in_thread(work)
                dialog.close()
                ui.navigate.to(f"/policies/{made.release_id}")

        with ui.element("div").classes("b-actions"):
            c.main_button(_("Bring it"), bring)
            c.quiet_button(_("Cancel"), dialog.close)
    dialog.on("hide", dialog.delete)
    dialog.open()
