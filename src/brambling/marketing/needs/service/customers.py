"""The bank's own customers through the funnel of a need, and their export: through the one gate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from brambling.bank import consent, contact, customers
from brambling.bank.contact.channels import Delivery
from brambling.bank.contact.rules import ALL
from brambling.bank.customers import Customer
from brambling.kit.clock import Clock
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.ids import key_of
from brambling.kit.money import Money
from brambling.kit.policy import fingerprint
from brambling.marketing.needs import store
from brambling.marketing.needs.features.customers import columns_read, with_days
from brambling.marketing.needs.readers import read_spec
from brambling.marketing.needs.rules import Need
from brambling.marketing.needs.rules.audience import NeedSpec, Stand, stand
from brambling.marketing.needs.rules.conditions import Value
from brambling.marketing.needs.rules.protection import TELLING
from brambling.marketing.needs.rules.seasons import Framework
from brambling.marketing.needs.service.audiences import funnel, shipped_framework
from brambling.marketing.needs.shapes import Audience

CUSTOMERS_MAX = 20_000
NEEDS_MAX = 100_000
LEDGER_MAX = 200
# A blocked list of one of these names tells who is protected; without the list nobody knows.
LISTS = {group: group.replace("-", "_") for group in TELLING}


@dataclass
class CallList:
    """A way out that keeps what the gate releases, for a file: the gate counts it as sent, wherever it is used."""

    released: list[Delivery] = field(default_factory=list)

    def deliver(self, delivery: Delivery) -> None:
        """Keep one message."""
        self.released.append(delivery)


@dataclass(frozen=True)
class Exported:
    """What the gate let out, as (customer, text, last day), and how many it held or dropped."""

    rows: tuple[tuple[UUID, str, date], ...]
    held: int
    dropped: int


def audience_of(
    session: ReadSession,
    need: NeedSpec | str | Path,
    clock: Clock,
    *,
    gate: contact.Gate | None = None,
    framework: Framework = shipped_framework,
) -> Audience:
    """Where each customer of the bank stands to ``need`` today.

    Known are: trade, region and age of the business, its live needs, consents, refusals and the contact ledger, and the
    blocked lists called over-indebted, vulnerable, student and minor. What else a description asks for is not known.
    At most ``CUSTOMERS_MAX`` customers are read.
    """
    import polars as pl

    spec = need if isinstance(need, NeedSpec) else read_spec(need)
    now, today, gate = clock.now(), clock.today(), gate or contact.Gate()
    found = _by_customer(store.live(session, today, NEEDS_MAX))
    lists = {one.name for one in customers.block_lists(session, today)} & set(LISTS)
    people, stands, synthetic = [], [], False
    for who in _everybody(session):
        facts = with_days(_known(who, found.get(who.id, ()), today), framework, today)
        if lists and spec.offer == "credit":
            on = {block.list_name for block in customers.blocked(session, who.id, today)}
            facts |= {LISTS[group]: group in on for group in TELLING if group in lists}
        one = stand(facts, spec, today)
        if one.step == "consents":  # only now are the slower questions asked
            one = stand(facts | _spoken_to(session, who.id, now, gate), spec, today)
        people.append({"customer": str(who.id), "name": who.name, "gbt4754": who.gbt4754, "region": who.region})
        stands.append(one)
        synthetic = synthetic or who.synthetic
    chosen = [one for one in stands if one.act == "contact"]
    zero = Money.zero(spec.currency)
    held = {one.reason.params.get("column", "") for one in stands if one.reason.code == "not-known"}
    columns = ("customer", "name", "gbt4754", "region")
    return Audience(
        spec=spec,
        version=f"{spec.version}+{fingerprint(spec)[:12]}",
        today=today,
        table=pl.DataFrame(people, schema=dict.fromkeys(columns, pl.String)),
        stands=tuple(stands),
        steps=funnel(stands),
        value_contact=sum((one.contact for one in chosen if one.contact), zero),
        value_nothing=sum((one.nothing for one in chosen if one.nothing), zero),
        missing=tuple(name for name in columns_read(spec) if any(name in told.split(" | ") for told in held)),
        replaced=(),
        synthetic=synthetic,
    )


def _everybody(session: ReadSession) -> Iterator[Customer]:
    after, seen = None, 0
    while seen < CUSTOMERS_MAX and (ids := customers.ids_after(session, after)):
        known = customers.get_many(session, ids)
        yield from (known[one] for one in ids)
        after, seen = ids[-1], seen + len(ids)


def _by_customer(needs: Sequence[Need]) -> dict[UUID, list[Need]]:
    out: dict[UUID, list[Need]] = {}
    for need in needs:
        out.setdefault(need.customer_id, []).append(need)
    return out


def _known(who: Customer, needs: Sequence[Need], today: date) -> dict[str, Value]:
    facts: dict[str, Value] = {
        "customer": str(who.id), "gbt4754": who.gbt4754, "region": who.region, "opened_on": who.opened_on,
    }  # fmt: skip
    for need in needs:
        if need.kind == "gap-ahead":
            facts |= {"gap_ahead": True, "gap_probability": need.strength, "gap_on": need.happens_on}
            facts["gap_amount"] = need.amount.decimal
        else:  # idle cash is only found where no gap is ahead
            facts |= {"gap_ahead": False, "need_probability": need.strength, "idle_amount": need.amount.decimal}
    return facts


def _spoken_to(session: ReadSession, customer_id: UUID, now: datetime, gate: contact.Gate) -> dict[str, Value]:
    standing = [no for _id, no in contact.refusals(session, customer_id) if no.until is None or now < no.until]
    sent = [
        entry.sent_at
        for entry in contact.ledger(session, customer_id, LEDGER_MAX, state="sent", gate=gate)
        if entry.sent_at is not None and entry.message.purpose == "marketing"
    ]
    return {
        "consent_marketing": consent.has(session, customer_id, "marketing", now),
        "refused": ",".join(no.scope for no in standing if no.channel == ALL) or None,
        "last_contact_on": max(sent).date() if sent else None,
        "contacts_90d": Decimal(sum(at > now - timedelta(days=90) for at in sent)),
    }


def export(
    session: WriteSession,
    made: Audience,
    text: str,
    clock: Clock,
    *,
    channel: str = "sms",
    gate: contact.Gate | None = None,
) -> Exported:
    """Put everybody to contact before the gate with ``text``, and give out those whom it releases.

    An export is a contact: the gate asks consent, refusals, hours and caps again, counts it, and lets the same need of
    one week out once. Whom it holds or drops is in no file.
    """
    gate, out = gate or contact.Gate(), CallList()
    outcomes: list[str] = []
    until: dict[UUID, date] = {}
    for name, one in zip(made.table["customer"], made.stands, strict=True):
        if one.act == "contact":
            message = _message(session, UUID(name), made, one, channel, text)
            until[message.customer_id] = one.not_after or made.today
            outcomes.append(contact.send(session, message, clock, out, gate=gate).outcome)
    rows = tuple((one.customer_id, one.text, until[one.customer_id]) for one in out.released)
    return Exported(rows, outcomes.count("held"), outcomes.count("dropped"))


def _message(
    session: ReadSession, customer_id: UUID, made: Audience, one: Stand, channel: str, text: str
) -> contact.Message:
    year, week, _day = made.today.isocalendar()
    zone = ZoneInfo(customers.get(session, customer_id).zone)
    return contact.Message(
        id=key_of("audience", made.spec.name, customer_id, channel, year, week),
        customer_id=customer_id,
        channel=channel,
        purpose="marketing",
        topic=made.spec.offer,
        campaign=f"audience-{made.spec.name}",
        text=text,
        expires_at=datetime.combine((one.not_after or made.today) + timedelta(days=1), time(), zone),
    )
