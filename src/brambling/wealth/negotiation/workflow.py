"""The talk goes on by itself as far as it may, and waits for a person where it must.

``sales-plan/1`` answers the newest version again and again, each answer a step, until the talk ends or a person of one
side has to speak; then a task waits for that side. The sweep ends talks whose time is over and finds versions that nobody
was told of, such as one whose process died.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from brambling.bank.events import Bus
from brambling.engine.workflow import Task, Workflows, get_task, open_task
from brambling.kit.clock import Clock
from brambling.kit.db import WriteSession
from brambling.kit.errors import Rejection
from brambling.kit.ids import key_of
from brambling.wealth.negotiation import store
from brambling.wealth.negotiation.rules import ROUNDS_MAX, Side
from brambling.wealth.negotiation.service import talks

TALK, DECIDED = "sales-plan/1", "sales-plan-decided/1"
TASK_KIND, TASK_DAYS = "sales-plan", 1
ACCEPT, REJECT, COUNTER = "accept", "reject", "counter"
ROLE: dict[Side, str] = {"manager": "investment_manager", "platform": "marketer"}


def register(workflows: Workflows, clock: Clock, bus: Bus) -> None:
    """Register the talk and its sweep; before ``workflows.launch()``."""

    @workflows.register(TALK)
    def go_on(work: Workflows, negotiation_id: str, number: int) -> str:
        found = UUID(negotiation_id)

        def answer(session: WriteSession) -> str:
            return talks.answer(session, found, clock=clock, bus=bus)

        def ask(session: WriteSession) -> str:
            return _ask(session, found, clock)

        said = "countered"
        for step in range(2 * (ROUNDS_MAX + 1)):
            said = work.step(f"answer-{step}", answer)
            if said != "countered":
                break
        return work.step("ask", ask) if said == "waits" else said

    @workflows.register(DECIDED)
    def decided(work: Workflows, task_id: str) -> str:
        def apply(session: WriteSession) -> str:
            task = get_task(session, UUID(task_id))
            found, side, number = UUID(task.data["negotiation"]), task.data["side"], task.data["version"]
            session.actor = task.decided_by or session.actor
            try:
                if task.outcome == ACCEPT:
                    return talks.accept(session, found, side, number, clock=clock, bus=bus).state
                if task.outcome == REJECT:
                    return talks.reject(session, found, side, task.log[-1]["reason"], clock=clock, bus=bus).state
            except Rejection as reason:  # the talk has moved on or ended meanwhile: nothing is done twice
                return f"too late: {reason}"
            return "another offer is to come"

        return str(work.step("apply", apply))

    workflows.on_sweep(lambda swept: sweep(swept, clock, bus))


def start(workflows: Workflows, negotiation_id: UUID, number: int) -> None:
    """Let the talk go on from a version; the same version starts it once."""
    workflows.start(TALK, str(negotiation_id), number, key=key_of("workflow", TALK, negotiation_id, number))


def sweep(workflows: Workflows, clock: Clock, bus: Bus) -> int:
    """End what is overdue and go on with what nobody was told of; returns how many."""
    with workflows.db.read() as session:
        late, open_ones = store.overdue(session, clock.now()), store.unanswered(session)
    ended = 0
    for one in late:
        with workflows.db.write() as session:
            ended += talks.expire(session, one, clock=clock, bus=bus)
    for one in open_ones:
        with workflows.db.read() as session:
            number = len(store.versions_of(session, one))
        start(workflows, one, number)
    return ended + len(open_ones)


def _ask(session: WriteSession, negotiation_id: UUID, clock: Clock) -> str:
    kept = talks.get(session, negotiation_id)
    said = store.versions_of(session, negotiation_id)
    last, side, now = said[-1], talks.turn_of(said), clock.now()
    before, after = kept.effects, last.effects
    told = {
        "version": str(last.version.number),
        "product": kept.product,
        "volatility_bp": f"{after.volatility_bp:.1f} ({before.volatility_bp:.1f})",
        "p_breach": f"{after.p_breach:.4f} ({before.p_breach:.4f})",
    }
    data = {
        "negotiation": str(negotiation_id),
        "side": side,
        "version": last.version.number,
        "total": str(kept.grid.lot * last.version.offer.total),
        "reasons": [{"code": "sales-plan", "params": told}],
        "outcomes": [ACCEPT, COUNTER, REJECT],
    }
    due = min(now + timedelta(days=TASK_DAYS), max(kept.expires_at, now))
    task = Task(
        key_of("task", TASK_KIND, negotiation_id, last.version.number),
        TASK_KIND,
        negotiation_id,
        ROLE[side],
        now,
        due,
        "sales-plan",
        data,
        then=DECIDED,
    )
    open_task(session, task)
    return "waits"
