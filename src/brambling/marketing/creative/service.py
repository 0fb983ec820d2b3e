"""One function for each thing a user can ask: write messages, draw pictures, compose for one customer of the bank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from brambling.bank import contact
from brambling.bank import customers as customers_of_bank
from brambling.kit.i18n import Lang
from brambling.marketing.creative import readers
from brambling.marketing.creative.rules import Claim, Facts, Rulebook, Sheet, draft, shown_name, silence
from brambling.marketing.creative.rules.trades import group_of
from brambling.marketing.creative.shapes import Channel, Drawn, Message, Picture

if TYPE_CHECKING:
    from brambling.bank.customers import Customer
    from brambling.kit.db import ReadSession
    from brambling.marketing.creative.agent import Voice
    from brambling.marketing.needs.rules import Need

# Whether a customer has refused a topic: who keeps refusals fills it, and it is asked before a word is written.
Refused = Callable[[str, str], bool]


def write(
    product: Sheet | Path | str,
    customers: Sequence[Facts] | Path | str,
    *,
    today: date,
    langs: Sequence[Lang] = ("zh",),
    seed: int = 7,
    need: str = "",
    mapping: Mapping[str, str] | None = None,
    template: Path | None = None,
    rulebook: Rulebook | None = None,
    refused: Refused | None = None,
    voice: Voice | None = None,
) -> Iterator[Message]:
    """Messages about ``product`` (a sheet, its file, or the code of a shipped one), one a customer and language, in order.

    Whoever refused, did not consent, has another need or whose moment has passed gets a ``silent`` one. Raises
    InputRejected for a sheet, a template or a file of customers that cannot be used, before any message.
    """
    rules = rulebook or readers.shipped_rulebook()
    sheet, people = _given(product, customers, today, rules, need, mapping)
    text = readers.read_template(template) if template is not None else ""

    def each() -> Iterator[Message]:
        for facts in people:
            for lang in langs:
                yield one(
                    sheet,
                    facts,
                    lang,
                    today=today,
                    seed=seed,
                    rulebook=rules,
                    template=text,
                    refused=refused,
                    voice=voice,
                )

    return each()


def _given(
    product: Sheet | Path | str,
    customers: Sequence[Facts] | Path | str,
    today: date,
    rulebook: Rulebook,
    need: str,
    mapping: Mapping[str, str] | None,
) -> tuple[Sheet, Sequence[Facts]]:
    if isinstance(product, Sheet):
        product.require_valid(today)
    sheet = product if isinstance(product, Sheet) else readers.read_sheet(product, today, rulebook)
    if isinstance(customers, str | Path):
        return sheet, readers.read_customers(customers, mapping, need=need)
    return sheet, customers


def draw_all(
    product: Sheet | Path | str,
    customers: Sequence[Facts] | Path | str,
    *,
    channels: Sequence[Channel],
    today: date,
    langs: Sequence[Lang] = ("zh",),
    seed: int = 7,
    need: str = "",
    mapping: Mapping[str, str] | None = None,
    rulebook: Rulebook | None = None,
    refused: Refused | None = None,
    fonts: Path | None = None,
) -> Iterator[Drawn]:
    """Posters for customers, each row's in every language and channel; none for whoever gets no message.

    Those of one region and kind of trade are neighbours: one after the other gets another palette and layout. Raises
    InputRejected as :func:`write` does, and when there is no Chinese font.
    """
    from brambling.marketing.creative.model import draw, find_fonts, render
    from brambling.marketing.creative.model.poster import styled

    rules = rulebook or readers.shipped_rulebook()
    sheet, people = _given(product, customers, today, rules, need, mapping)
    faces = find_fonts(fonts)
    neighbours: Counter[tuple[str, str]] = Counter()
    for row, facts in enumerate(people, start=1):
        street = (facts.region, group_of(facts.gbt4754))
        for lang in langs:
            message = one(sheet, facts, lang, today=today, seed=seed, rulebook=rules, refused=refused)
            pictures = []
            for channel in channels if message.status == "written" else ():
                poster = draw(
                    sheet, facts, readers.shipped_phrases(lang), lang, channel,
                    rulebook=rules, today=today, seed=seed, place=neighbours[street], fonts=faces,
                )  # fmt: skip
                pictures.append(Picture(channel, render(poster, faces), styled(poster.svg, faces)))
            yield Drawn(row, message, tuple(pictures))
        neighbours[street] += 1


def one(
    sheet: Sheet,
    facts: Facts,
    lang: Lang,
    *,
    today: date,
    seed: int = 7,
    rulebook: Rulebook | None = None,
    template: str = "",
    refused: Refused | None = None,
    voice: Voice | None = None,
) -> Message:
    """The message for one customer: written and checked, or why there is none."""
    rules = rulebook or readers.shipped_rulebook()
    if refused is not None and refused(facts.customer, sheet.topic):
        facts = replace(facts, refused=facts.refused | {sheet.topic})
    if reasons := silence(facts, sheet, today):
        return Message(facts, lang, sheet.code, "silent", reasons=reasons)
    made = draft(sheet, facts, shown_name(facts.name), readers.shipped_phrases(lang), lang, seed, template)
    by = "template"
    varied = voice.vary(made) if voice is not None else None
    if varied is not None and not varied[0].findings(sheet, rules):
        made, by = varied
    found = made.findings(sheet, rules)
    if found:
        return Message(facts, lang, sheet.code, "rejected", findings=found, refused_text=made.text, by=by)
    parts = tuple((role, text) for role, text in made.parts if text)
    return Message(facts, lang, sheet.code, "written", made.text, parts, by=by)


def proven(sheet: Sheet, facts: Facts, lang: Lang) -> frozenset[Claim]:
    """The claims that a text about ``sheet`` to this customer may make beside those of the sheet."""
    return draft(sheet, facts, "", readers.shipped_phrases(lang), lang, 0).claims


# -- inside the bank ----------------------------------------------------------------------------------------------------


def facts_of(customer: Customer, need: Need | None) -> Facts:
    """What a message may know of a customer of the bank; of idle cash the day until which it is free."""
    who = Facts(str(customer.id), customer.name, customer.gbt4754, customer.region)
    if need is None:
        return who
    until = need.reasons[0].params.get("until") if need.kind == "idle-cash" else None
    day = date.fromisoformat(until) if until else need.happens_on
    return replace(who, need=need.kind, amount=need.amount, day=day)


def facts_with_refusals(
    session: ReadSession, customer: Customer, need: Need | None, channel: str, today: date
) -> Facts:
    """As :func:`facts_of`, with the customer's refusals that stand on ``channel``."""
    return replace(facts_of(customer, need), refused=standing(session, customer.id, channel, today))


def sheet_for(facts: Facts, today: date) -> Sheet | None:
    """The bank's own product for a need: of those that may be offered the one that pays most or lends; None without."""
    fitting = [
        sheet
        for sheet in readers.shipped_sheets().values()
        if not silence(facts, sheet, today) and sheet.valid_from <= today <= sheet.valid_until
    ]
    return max(fitting, key=lambda sheet: (sheet.rate_annual_max, sheet.code), default=None)


def compose(session: ReadSession, need: Need, channel: str, lang: Lang, *, today: date) -> str | None:
    """The words for a customer's need, checked; None where nothing may be said about any product.

    A refusal that stands on ``channel`` (or on all) is respected before a word is written; the gate asks again.
    """
    customer = customers_of_bank.get(session, need.customer_id)
    facts = facts_with_refusals(session, customer, need, channel, today)
    sheet = sheet_for(facts, today)
    if sheet is None:
        return None
    made = one(sheet, facts, lang, today=today)
    return made.text if made.status == "written" else None


def standing(session: ReadSession, customer_id: UUID, channel: str, today: date) -> frozenset[str]:
    """The scopes that a customer has refused on ``channel``, those that end later than today."""
    return frozenset(
        refusal.scope
        for _id, refusal in contact.refusals(session, customer_id)
        if refusal.channel in ("all", channel) and (refusal.until is None or refusal.until.date() >= today)
    )
