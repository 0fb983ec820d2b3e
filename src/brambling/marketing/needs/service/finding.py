"""One function for each thing a user can ask of needs: find them, keep them, and ask the gate for a message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from brambling.bank import consent, contact, customers
from brambling.bank.events import Bus, Event
from brambling.kit.clock import Clock
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.i18n import Lang
from brambling.kit.ids import key_of
from brambling.kit.money import Money
from brambling.kit.policy import fingerprint
from brambling.marketing.needs import store
from brambling.marketing.needs.features.twin import signals_of
from brambling.marketing.needs.readers import shipped_policy
from brambling.marketing.needs.report import message_text
from brambling.marketing.needs.rules import Need, Policy, needs_of

if TYPE_CHECKING:
    from brambling.perception.cashflow.shapes import KnownFlows, Statement
    from brambling.perception.cashflow.twin_shapes import Twin

# What the bank would place of a business's cash, and until when all of it can be away; advice knows, and stands beside.
Placed = Callable[["Twin"], tuple[Money, date | None]]
# The words about a need for a channel, from approved facts and checked; None where only the need itself can be told.
# Creative knows them, and stands above.
Compose = Callable[[ReadSession, Need, str, Lang], str | None]
_SILENT = Bus()
TOPICS = {"gap-ahead": "credit", "idle-cash": "wealth"}


def find_needs(
    twin: Twin, customer_id: UUID, policy: Policy | None = None, *, placed: Placed | None = None
) -> list[Need]:
    """The needs of one business as of the twin's origin, the strongest first; nothing is kept and nobody is told.

    ``placed`` is the bank's own idle-cash plan: then no other amount is ever told.
    """
    policy = policy or shipped_policy()
    return list(needs_of(customer_id, signals_of(twin, policy, None if placed is None else placed(twin)), policy))


def note_needs(
    session: WriteSession,
    customer_id: UUID,
    clock: Clock,
    *,
    seed: int = 7,
    statement: Statement | None = None,
    policy: Policy | None = None,
    bus: Bus = _SILENT,
    known_flows: KnownFlows | None = None,
    placed: Placed | None = None,
) -> list[Need]:
    """Find a customer's needs as of today and keep them; each new one is an event on the timeline.

    They are found on the customer's one twin, with what ``known_flows`` tells of money here.

    Without consent to marketing nothing is read and nothing is found; neither is it from a statement that is older than
    the days a need stays fresh. A need that is known already gets today's figures. Raises NotFound for an
    unknown customer or one without a statement, InputRejected for one too short for a twin.
    """
    customers.get(session, customer_id)
    now, today, policy = clock.now(), clock.today(), policy or shipped_policy()
    if not consent.has(session, customer_id, "marketing", now):
        return []
    from brambling.perception.cashflow import customer_twin, load_statement

    statement = statement or load_statement(session, customer_id)
    if (today - statement.last_day).days > policy.fresh_days:
        return []
    read = customer_twin(session, customer_id, today, known_flows=known_flows, statement=statement, seed=seed)
    found = find_needs(read.twin, customer_id, policy, placed=placed)
    before = store.known(session, [need.id for need in found])
    kept = store.keep(session, found, now, f"{policy.version}+{fingerprint(policy)[:12]}")
    for need in kept:
        data = {"need": str(need.id), "need_kind": need.kind, "happens_on": need.happens_on.isoformat()}
        key = key_of("event", "need.found", need.id)
        if need.id not in before:  # else it was told when it was first found
            bus.publish(session, Event(key, customer_id, "need.found", now, data))
    return kept


def message_of(
    session: ReadSession, need: Need, *, channel: str = "app", lang: Lang = "zh", compose: Compose | None = None
) -> contact.Message:
    """The message about a need, as the gate wants it: its key is the need's, it expires when the need does."""
    words = compose(session, need, channel, lang) if compose is not None else None
    zone = ZoneInfo(customers.get(session, need.customer_id).zone)
    return contact.Message(
        id=key_of("message", need.id, channel),
        customer_id=need.customer_id,
        channel=channel,
        purpose="marketing",
        topic=TOPICS[need.kind],
        campaign=f"needs-{need.kind}",
        text=words or message_text(need.reasons[0], lang, need.amount.currency),
        expires_at=datetime.combine(need.not_after + timedelta(days=1), time(), zone),
    )


def ask_gate(
    session: WriteSession,
    need: Need,
    clock: Clock,
    *,
    channel: str = "app",
    lang: Lang = "zh",
    gate: contact.Gate | None = None,
    compose: Compose | None = None,
) -> contact.Verdict:
    """Ask the gate whether a message about ``need`` may go out; the verdict is kept in the contact ledger.

    What is held goes out by the gate's own sweep when its time comes, or not at all. A need with newer figures replaces
    the words of its message as long as that was not sent; one that was sent is not sent again.
    """
    message = message_of(session, need, channel=channel, lang=lang, compose=compose)
    return contact.ask(session, message, clock, gate=gate or contact.Gate(), revise=True)


def send(
    session: WriteSession,
    need: Need,
    clock: Clock,
    port: contact.ChannelPort,
    *,
    channel: str = "app",
    lang: Lang = "zh",
    gate: contact.Gate | None = None,
    compose: Compose | None = None,
) -> contact.Sent:
    """Send a message about ``need`` through the gate, which sends it now, holds it or drops it; newer figures as in
    :func:`ask_gate`."""
    message = message_of(session, need, channel=channel, lang=lang, compose=compose)
    return contact.send(session, message, clock, port, gate=gate or contact.Gate(), revise=True)
