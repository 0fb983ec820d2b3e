"""Ties the house together: what runs, who listens to which event, which replayer serves which decision.

Nothing here decides. ``Bank`` is what every door is handed; tests build one on a database and a clock of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from brambling.bank.contact.channels import ChannelPort, LogChannel
from brambling.bank.contact.service import Gate
from brambling.bank.decisions.capsules import Replayer
from brambling.bank.events.service import Bus, Handler
from brambling.engine.doors.context import Context
from brambling.engine.workflow import Workflows, executor_id
from brambling.kit.clock import Clock, SystemClock
from brambling.kit.crypto import FieldCipher, load_cipher
from brambling.kit.db import Database, ReadSession
from brambling.kit.i18n import Lang
from brambling.kit.log import configure
from brambling.kit.money import Money
from brambling.kit.settings import Settings

if TYPE_CHECKING:
    from brambling.credit.underwriting.service.watching import Outcomes
    from brambling.marketing.needs.rules import Need
    from brambling.marketing.needs.service.finding import Compose
    from brambling.perception.cashflow.twin_shapes import Twin


@dataclass(frozen=True)
class Bank(Context):
    """One process of the bank: its database, clock, cipher, workflows, and the wiring between rooms."""

    workflows: Workflows
    bus: Bus
    gate: Gate
    channel: ChannelPort = field(default_factory=LogChannel)


def placed(twin: Twin) -> tuple[Money, date | None]:
    """What the bank's idle-cash plan places on a twin, and until when all of it can be away: what needs may tell."""
    from brambling.wealth.advice.service import plan

    made = plan(twin)
    return made.amount, made.until


def composer(clock: Clock) -> Compose:
    """The words about a need: product and price from the bank's own sheets, checked before they reach the gate."""

    def words(session: ReadSession, need: Need, channel: str, lang: Lang) -> str | None:
        from brambling.marketing.creative.service import compose

        return compose(session, need, channel, lang, today=clock.today())

    return words


def loan_outcomes(clock: Clock) -> Outcomes:
    """Which loans of decisions went bad, as of today: what challengers, overrides and training rows are judged by."""

    def known(session: ReadSession, decision_ids: Sequence[UUID]) -> Mapping[UUID, bool]:
        from brambling.credit.lending import outcomes

        return outcomes(session, decision_ids, clock.today())

    return known


def replayers() -> Mapping[str, Replayer]:
    """Which kind of decision is made again by whom."""
    from brambling.credit.underwriting.replaying import KIND, UnderwritingReplayer

    return {KIND: UnderwritingReplayer()}


def assemble(
    db: Database, settings: Settings, *, clock: Clock, cipher: FieldCipher, channel: ChannelPort | None = None
) -> Bank:
    """A bank on an open database, with its workflows registered and not yet launched."""
    from brambling.app.listening import handlers
    from brambling.credit.lending.workflow import register
    from brambling.wealth.negotiation.workflow import register as negotiation

    subscriptions: dict[str, Sequence[Handler]] = {}
    bus = Bus(subscriptions)
    workflows = Workflows(db, executor_id())
    register(workflows, clock, bus)
    negotiation(workflows, clock, bus)
    gate = Gate(cipher=cipher, bus=bus)
    subscriptions.update(handlers(clock, gate))
    return Bank(db, clock, cipher, settings, workflows, bus, gate, channel or LogChannel())


@contextmanager
def open_bank(settings: Settings, *, clock: Clock | None = None, launch: bool = True) -> Iterator[Bank]:
    """The bank of this installation; its durable workflows run while the block does (with ``launch``)."""
    configure(settings.log_level)
    db = Database.open(settings)
    try:
        bank = assemble(db, settings, clock=clock or SystemClock(), cipher=load_cipher(settings))
        if not launch:
            yield bank
            return
        with bank.workflows:
            yield bank
    finally:
        db.close()
