"""Pages of work that waits for a person: what waits for me, and one task with what may be decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from nicegui import ui
from starlette.responses import Response

from brambling.app import tasks
from brambling.app.build import Bank
from brambling.bank import customers
from brambling.bank.customers import Customer
from brambling.credit.lending.report import TASK_REASONS
from brambling.credit.underwriting.pages import MOVES
from brambling.credit.underwriting.report import SENTENCES
from brambling.credit.underwriting.report.opinions import REASONS
from brambling.engine.access import User
from brambling.engine.access.report import role_name
from brambling.engine.doors import console as c
from brambling.engine.doors.console import Visit
from brambling.engine.workflow import Task, get_task
from brambling.kit.i18n import N_, Lang, show_money, translator
from brambling.kit.money import Money
from brambling.kit.reasons import Reason, tell

TITLES: Mapping[str, str] = {
    "credit-refer": N_("Confirm an offer of {limit}"),
    "credit-override": N_("Overrule the policy: {limit}"),
    "payout-stopped": N_("A stopped pay-out of {principal}"),
    "accept-on-behalf": N_("Lend {principal} on the customer's word"),
    "invariant": N_("An invariant of the bank is broken"),
    "conversation": N_("An owner waits for a person"),
    "loan-application": N_("An application of {amount} from a conversation"),
    "sales-plan": N_("Answer a sales plan of {total}"),
}
OUTCOME_WORDS: Mapping[str, str] = {
    "approve": N_("Approve"),
    "reject": N_("Reject"),
    "pay": N_("Pay out after all"),
    "cancel": N_("Cancel the loan"),
    "mended": N_("It is mended"),
    "accept": N_("Accept"),
    "counter": N_("Make another offer"),
}
CHECK_REASONS: Mapping[str, str] = {
    "sales-plan": N_(
        "The other side has put version {version} of {product} on the table. Daily net flow varies by {volatility_bp} bp, the chance of a shortage is {p_breach} (in brackets: without a plan)."
    ),
    "asked-in-conversation": N_("The owner confirmed it in a conversation; take it up with a current statement."),
    "invariant-broken": N_("A check that runs every hour found what must never be: {why}"),
}
WHAT_HAPPENS: Mapping[str, str] = {
    "approve": N_("The offer is opened; the customer can accept it and is paid at once."),
    "reject": N_("The offer is withdrawn; the customer is told no, with your reason on record."),
    "credit-override: approve": N_("The person's word takes the place of the policy's, at the policy's price."),
    "credit-override: reject": N_("What the policy decided stands."),
    "accept": N_("The version becomes the sales plan."),
    "sales-plan: reject": N_("The talk ends without a plan."),
    "counter": N_("The talk stays open; make the offer under Sales plans."),
    "pay": N_("The loan is paid out to the customer's current account."),
    "cancel": N_("The loan is cancelled; nothing is paid."),
}


def pages(bank: Bank) -> None:
    """Register ``/tasks`` and ``/tasks/{id}``."""

    @c.page("/tasks", bank, act="read", thing="task")
    async def list_page(visit: Visit) -> Response | None:
        user = _user(visit)

        def load() -> tuple[list[Task], dict[UUID, Customer]]:
            with bank.db.read() as session:
                found = tasks.waiting(session, user)
                return found, customers.get_many(session, (task.subject for task in found))

        waiting, known = await c.in_thread(load)
        _draw_list(visit, waiting, known)
        return None

    @c.page("/tasks/{task_id}", bank, act="read", thing="task")
    async def task_page(visit: Visit, task_id: UUID) -> Response | None:
        def load() -> tuple[Task, dict[UUID, Customer]]:
            with bank.db.read() as session:
                found = get_task(session, task_id)
                return found, customers.get_many(session, [found.subject])

        task, known = await c.in_thread(load)
        _draw_task(bank, visit, task, known.get(task.subject))
        return None


def _user(visit: Visit) -> User:
    assert visit.user is not None  # the frame sends strangers to sign in
    return visit.user


def title(task: Task, lang: Lang) -> str:
    """What is to be done, in one line."""
    _ = translator(lang)
    if task.kind not in TITLES:
        return task.kind
    amounts = {name: task.data[name] for name in ("limit", "principal", "total") if name in task.data}
    return _(TITLES[task.kind]).format(**{name: show_money(Money.of(text), lang) for name, text in amounts.items()})


def _draw_list(visit: Visit, waiting: list[Task], known: Mapping[UUID, Customer]) -> None:
    lang = visit.lang
    _ = translator(lang)
    now = visit.context.clock.now()
    with c.frame(_("Tasks"), visit, active="/tasks"):
        c.heading(_("What waits for you"), synthetic=any(one.synthetic for one in known.values()), lang=lang)
        columns = (_("Task"), _("Business"), _("Since"), _("Due"), _("State"))
        rows = [
            (
                title(task, lang),
                known[task.subject].name if task.subject in known else str(task.subject),
                c.show_moment(task.opened_at, now, lang),
                c.show_moment(task.due_at, now, lang) if task.due_at > now else _("overdue"),
                _state(task, lang),
            )
            for task in waiting
        ]
        nothing = _(
            "Nothing waits for you. When the policy may not decide alone, or a pay-out stops, it comes here with its deadline."
        )
        c.table(columns, rows, links=[f"/tasks/{task.id}" for task in waiting], empty=nothing)


def _state(task: Task, lang: Lang) -> str:
    _ = translator(lang)
    if task.status == "done":
        return _("done: {outcome}").format(outcome=_(OUTCOME_WORDS.get(task.outcome or "", task.outcome or "")))
    if task.status == "cancelled":
        return _("cancelled")
    if task.decided_by:
        return _("{name} decided; needs a second pair of eyes").format(name=task.decided_by)
    return _("with {name}").format(name=task.assignee) if task.assignee else _("open")


def _draw_task(bank: Bank, visit: Visit, task: Task, customer: Customer | None) -> None:
    lang, user = visit.lang, _user(visit)
    _ = translator(lang)
    now = bank.clock.now()
    with c.frame(title(task, lang), visit, active="/tasks"):
        c.heading(title(task, lang), synthetic=customer is not None and customer.synthetic, lang=lang)
        if customer is not None:
            ui.link(customer.name, f"/customers/{customer.id}").classes("b-lead b-under")
        _buttons(bank, visit, task)
        with ui.element("div").classes("b-columns b-case"):
            with ui.element("div").classes("b-middle"):
                c.section(_("Why it is here"))
                c.points(_reasons(task, lang))
                if "conversation" in task.data and visit.may("answer", "conversation"):
                    ui.link(_("The conversation"), f"/desk/{task.data['conversation']}").classes("b-under")
                if "decision" in task.data:
                    ui.link(_("The decision with all its evidence"), f"/decisions/{task.data['decision']}").classes(
                        "b-under"
                    )
            with ui.element("div").classes("b-aside"):
                c.section(_("People and times"))
                c.facts(
                    [
                        (_("State"), _state(task, lang)),
                        (_("For"), role_name(task.role, lang)),
                        (_("Since"), c.show_moment(task.opened_at, now, lang)),
                        (_("Due"), f"{task.due_at:%Y-%m-%d}"),
                        (_("Four eyes"), _("yes") if task.four_eyes else _("no")),
                    ]
                )
                c.entries([_move(move, lang) for move in task.log])
        if task.role not in user.roles and not task.ended:
            c.paragraph(_("Only somebody in the role {role} can decide it.").format(role=role_name(task.role, lang)))


def _reasons(task: Task, lang: Lang) -> list[str]:
    sentences = {**SENTENCES, **TASK_REASONS, **CHECK_REASONS, **REASONS}
    codes = task.data.get("reasons") or [{"code": task.reason, "params": {"why": str(task.data.get("why", ""))}}]
    return [tell(Reason(one["code"], one["params"]), sentences, lang) for one in codes]


def _move(move: Mapping[str, str], lang: Lang) -> tuple[str, str, str | None, str]:
    _ = translator(lang)
    words = _(MOVES.get(move["move"], move["move"]))
    return f"{move['by']} {words}", " · ".join(part for part in (move["at"][:16], move["reason"]) if part), None, ""


def _buttons(bank: Bank, visit: Visit, task: Task) -> None:
    lang, user = visit.lang, _user(visit)
    _ = translator(lang)
    if task.ended or task.role not in user.roles or not visit.may("write", "task"):
        return
    if task.four_eyes and task.decided_by == user.name:
        c.paragraph(_("You have decided; somebody else must confirm."))
        return
    if task.assignee not in (None, user.name):
        c.paragraph(_("{name} has it.").format(name=task.assignee))
        return

    async def take() -> None:
        with c.told(visit.lang):
            await _do(bank, user.name, lambda session: tasks.take(session, bank, task.id, user))

    with ui.element("div").classes("b-actions"):
        if task.status == "open":
            c.main_button(_("Take it"), take)
            return
        for i, outcome in enumerate(tasks.outcomes_of(task)):
            words = _(OUTCOME_WORDS.get(outcome, outcome))
            button = c.main_button if i == 0 else c.quiet_button
            button(words, lambda outcome=outcome, words=words: _decide(bank, visit, task, outcome, words))
        c.quiet_button(_("Give it back"), lambda: _give_back(bank, visit, task))


async def _decide(bank: Bank, visit: Visit, task: Task, outcome: str, words: str) -> None:
    lang, user = visit.lang, _user(visit)
    _ = translator(lang)
    happens = WHAT_HAPPENS.get(f"{task.kind}: {outcome}") or WHAT_HAPPENS.get(outcome)
    lines = [_(happens)] if happens else []
    if task.four_eyes and task.decided_by is None:
        lines.append(_("It counts once a second person decides the same."))
    reason = await c.confirm(words, lines, words, lang, reason=_("Why"))
    if reason is None:
        return
    with c.told(visit.lang):
        await _do(bank, user.name, lambda session: tasks.decide(session, bank, task.id, user, outcome, reason))


async def _give_back(bank: Bank, visit: Visit, task: Task) -> None:
    user = _user(visit)
    _ = translator(visit.lang)
    reason = await c.confirm(
        _("Give it back"), [_("Anybody in the role can take it again.")], _("Give it back"), visit.lang, reason=_("Why")
    )
    if reason is None:
        return
    with c.told(visit.lang):
        await _do(bank, user.name, lambda session: tasks.give_back(session, bank, task.id, user, reason))


async def _do(bank: Bank, actor: str, work: Any) -> None:
    def done() -> None:
        with bank.db.write(actor) as session:
            work(session)
        bank.workflows.follow_up()

    await c.in_thread(done)
    ui.navigate.reload()
