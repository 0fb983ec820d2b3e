"""The desk: what waits for a person with its time, and one conversation with all that helps to answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from nicegui import ui
from sqlalchemy.engine import RowMapping
from starlette.responses import Response

from brambling.bank import customers
from brambling.bank.customers import Customer
from brambling.engine.access import User
from brambling.engine.doors import console as c
from brambling.engine.doors.console import Visit
from brambling.engine.doors.context import Context
from brambling.engine.workflow import Task
from brambling.kit.db import WriteSession
from brambling.kit.i18n import N_, Lang, translator
from brambling.marketing.dialogue.model.knowledge import Text
from brambling.marketing.dialogue.report.words import REASON_WORDS
from brambling.marketing.dialogue.routes import ToolsOf
from brambling.marketing.dialogue.service import conversations
from brambling.marketing.dialogue.service.conversations import Answering

SPEAKERS: Mapping[str, str] = {
    "owner": N_("owner"),
    "assistant": N_("assistant"),
    "desk": N_("desk"),
    "note": N_("note"),
}
BECAUSE_WORDS: Mapping[str, str] = {
    "resolved": N_("Resolved"),
    "passed-on": N_("Passed on"),
    "not-reached": N_("Not reached"),
    "no-answer-needed": N_("No answer needed"),
}
LOOK_SECONDS = 1.0


def pages(context: Context, answering: Answering, tools_of: ToolsOf) -> None:
    """Register ``/desk``, ``/desk/{id}`` and the owner's ``/talk/{customer}``."""

    @c.page("/desk", context, act="answer", thing="conversation")
    async def queue_page(visit: Visit) -> Response | None:
        def load() -> tuple[list[Task], Mapping[UUID, Customer]]:
            with context.db.read() as session:
                waiting = conversations.queue(session)
                return waiting, customers.get_many(session, (task.subject for task in waiting))

        waiting, known = await c.in_thread(load)
        lang = visit.lang
        _ = translator(lang)
        with c.frame(_("Desk"), visit, active="/desk"):
            c.heading(_("Owners who wait for a person"), synthetic=any(k.synthetic for k in known.values()), lang=lang)
            place = ui.element("div")
            _draw_queue(place, waiting, known, context.clock.now(), lang)

            async def refresh() -> None:
                found, firms = await c.in_thread(load)
                place.clear()
                _draw_queue(place, found, firms, context.clock.now(), lang)

            ui.timer(5 * LOOK_SECONDS, refresh)
        return None

    @c.page("/desk/{conversation_id}", context, act="answer", thing="conversation")
    async def conversation_page(visit: Visit, conversation_id: UUID) -> Response | None:
        await _draw_conversation(visit, context, answering, conversation_id)
        return None

    @c.page("/talk/{customer_id}", context, act="write", thing="conversation", own=True)
    async def talk_page(visit: Visit, customer_id: UUID) -> Response | None:
        visit.require("write", "conversation", customer_id)
        await _draw_talk(visit, context, answering, tools_of, customer_id)
        return None


# -- the queue ----------------------------------------------------------------------------------------------------------


def _draw_queue(
    place: ui.element, waiting: Sequence[Task], known: Mapping[UUID, Customer], now: datetime, lang: Lang
) -> None:
    _ = translator(lang)
    rows = [
        (
            _(REASON_WORDS[task.reason]),
            known[task.subject].name if task.subject in known else str(task.subject),
            _("{minutes} min").format(minutes=int((now - task.opened_at).total_seconds() // 60)),
            c.show_moment(task.due_at, now, lang) if task.due_at > now else _("overdue"),
            task.assignee or "-",
        )
        for task in waiting
    ]
    links = [f"/desk/{task.data['conversation']}" for task in waiting]
    columns = (_("Why"), _("Business"), _("Waits"), _("Due"), _("With"))
    with place:
        c.table(columns, rows, links=links, empty=_("Nobody waits."))


# -- one conversation ---------------------------------------------------------------------------------------------------


async def _draw_conversation(visit: Visit, context: Context, answering: Answering, conversation_id: UUID) -> None:
    lang, user = visit.lang, _user(visit)
    _ = translator(lang)

    def load() -> tuple[Sequence[RowMapping], Customer, Task | None, list[Text]]:
        from brambling.engine.workflow import get_task

        with context.db.read() as session:
            row, said = conversations.read(session, conversation_id)
            customer = customers.get(session, row["customer_id"])
            task = get_task(session, row["task_id"]) if row["task_id"] else None
            drafts = conversations.draft(session, conversation_id, answering.finder, answering.texts)
            return said, customer, task, drafts

    said, customer, task, drafts = await c.in_thread(load)
    with c.frame(customer.name, visit, active="/desk"):
        c.heading(customer.name, synthetic=customer.synthetic, lang=lang)
        with ui.element("div").classes("b-columns b-case"):
            with ui.element("div").classes("b-middle"):
                _live(context, conversation_id, said, lang, notes=True)
                if task is not None and not task.ended:
                    _writing(context, answering, conversation_id, user, drafts, lang)
                else:
                    c.paragraph(_("No person is asked for at present; the assistant answers."))
            with ui.element("div").classes("b-aside"):
                _aside(task, customer, context.clock.now(), lang)


def _aside(task: Task | None, customer: Customer, now: datetime, lang: Lang) -> None:
    _ = translator(lang)
    ui.link(_("Everything about this business"), f"/customers/{customer.id}").classes("b-under")
    if task is None:
        return
    c.section(_("Why it is here"))
    c.facts(
        [
            (_("Why"), _(REASON_WORDS[task.reason])),
            (_("Since"), c.show_moment(task.opened_at, now, lang)),
            (_("Due"), c.show_moment(task.due_at, now, lang) if task.due_at > now else _("overdue")),
            (_("With"), task.assignee or "-"),
        ]
    )
    c.section(_("What the owner said"))
    c.points(task.data["summary"])
    c.section(_("What was tried"))
    c.points(task.data["tried"] or ["-"])
    c.section(_("Facts that were given"))
    c.points([f"{one['tool']}: {one['facts']}" for one in task.data["facts"]] or ["-"])


def _live(context: Context, conversation_id: UUID, said: Sequence[RowMapping], lang: Lang, *, notes: bool) -> None:
    """The turns, with new ones as they come: the other browser's words stand here within a second or two."""
    box = ui.element("div").classes("b-talk").props('role=log aria-live=polite data-testid="talk"')
    last = {"number": 0}

    def show(turns: Sequence[RowMapping]) -> None:
        for turn in turns:
            if turn["number"] <= last["number"]:
                continue  # a slow look may bring a turn twice
            last["number"] = turn["number"]
            if turn["words"] and (notes or turn["speaker"] != "note"):
                with box:
                    _turn(turn, lang)

    async def look() -> None:
        def newer() -> Sequence[RowMapping]:
            with context.db.read() as session:
                return conversations.read(session, conversation_id, after=last["number"])[1]

        show(await c.in_thread(newer))

    show(said)
    ui.timer(LOOK_SECONDS, look)


def _turn(turn: RowMapping, lang: Lang) -> None:
    _ = translator(lang)
    speaker = turn["speaker"]
    who = _(SPEAKERS[speaker]) + (f" {turn['author']}" if turn["author"] else "")
    with ui.element("div").classes(f"b-turn b-{speaker}"):
        ui.label(who).classes("b-muted")
        ui.label(turn["words"]).classes("b-p").style("white-space: pre-line; overflow-wrap: anywhere")


def _writing(
    context: Context, answering: Answering, conversation_id: UUID, user: User, drafts: Sequence[Text], lang: Lang
) -> None:
    _ = translator(lang)
    words = ui.textarea(_("To the owner")).classes("b-field").props('outlined autogrow data-testid="words"')

    async def do(work: Callable[[WriteSession], Any], *, reload: bool = False) -> None:
        def done() -> None:
            with context.db.write(user.name) as session:
                work(session)

        with c.told(lang):
            await c.in_thread(done)
            words.value = ""
            if reload:
                ui.navigate.reload()

    async def send() -> None:
        text = str(words.value or "")
        await do(lambda session: conversations.answer(session, conversation_id, user.name, text, context.clock))

    async def keep_note() -> None:
        text = str(words.value or "")
        await do(lambda session: conversations.note(session, conversation_id, user.name, text, context.clock))

    async def take() -> None:
        await do(
            lambda session: conversations.take_over(session, conversation_id, user.name, context.clock), reload=True
        )

    async def close(because: str) -> None:
        lines = [_("The assistant answers again afterwards.")]
        why = await c.confirm(_(BECAUSE_WORDS[because]), lines, _(BECAUSE_WORDS[because]), lang, reason=_("Why"))
        if why is not None:
            await do(
                lambda session: conversations.close(session, conversation_id, user.name, because, why, answering),
                reload=True,
            )

    with ui.element("div").classes("b-actions"):
        c.main_button(_("Send"), send)
        c.quiet_button(_("Take it"), take)
        c.quiet_button(_("Keep as a note"), keep_note)
        for because, label in BECAUSE_WORDS.items():
            c.quiet_button(_(label), lambda because=because: close(because))
    if drafts:
        c.section(_("Approved texts that may answer"))
        for text in drafts:
            c.quiet_button(text.titles[lang], lambda text=text: words.set_value(text.words[lang]))


# -- the owner ----------------------------------------------------------------------------------------------------------


async def _draw_talk(
    visit: Visit, context: Context, answering: Answering, tools_of: ToolsOf, customer_id: UUID
) -> None:
    lang, user = visit.lang, _user(visit)
    _ = translator(lang)

    def opened() -> tuple[UUID, Sequence[RowMapping]]:
        with context.db.write(user.name) as session:
            key = conversations.latest_or_new(session, customer_id, "app", context.clock)
            return key, conversations.read(session, key)[1]

    conversation_id, said = await c.in_thread(opened)
    with c.frame(_("Talk to us"), visit, narrow=True):
        c.heading(_("Talk to us"), lang=lang)
        _live(context, conversation_id, said, lang, notes=False)
        words = ui.textarea(_("Your message")).classes("b-field").props('outlined autogrow data-testid="words"')

        async def send() -> None:
            text = str(words.value or "")

            def done() -> None:
                with context.db.write(user.name) as session:
                    tools = tools_of(session, customer_id)
                    conversations.say(session, conversation_id, text, answering, tools)

            with c.told(lang):
                await c.in_thread(done)
                words.value = ""

        with ui.element("div").classes("b-actions"):
            c.main_button(_("Send"), send)


def _user(visit: Visit) -> User:
    assert visit.user is not None  # the frame sends strangers to sign in
    return visit.user
