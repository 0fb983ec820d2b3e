"""Events of a business in the reader's words, for its timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brambling.bank.events import Event
from brambling.kit.i18n import N_, Lang, show_money, translator
from brambling.kit.money import Money

SENTENCES: Mapping[str, str] = {
    "credit.decided": N_("Credit decided: {outcome}, limit {limit}"),
    "credit.confirmed": N_("A person confirmed the decision: {outcome}"),
    "loan.accepted": N_("Offer accepted: {principal}"),
    "loan.paid": N_("Loan paid out: {principal}"),
    "loan.active": N_("Loan runs: {principal}"),
    "loan.stopped": N_("Pay-out stopped, a person looks at it: {principal}"),
    "loan.cancelled": N_("Loan cancelled: {principal}"),
    "loan.repaid": N_("Instalment paid: {amount}"),
    "loan.settled": N_("Loan paid back: {principal}"),
    "contact.released": N_("The gate would let a message through ({topic}, {channel})"),
    "contact.sent": N_("Message sent ({topic}, {channel})"),
    "contact.held": N_("Message held ({topic}, {channel})"),
    "contact.dropped": N_("Message dropped ({topic}, {channel})"),
    "contact.refused": N_("The customer refused: {scope}, {channel}"),
    "contact.refusal-lifted": N_("The customer took a refusal back: {scope}, {channel}"),
    "consent.given": N_("Consent given: {purpose}"),
    "consent.withdrawn": N_("Consent withdrawn: {purpose}"),
    "statement.imported": N_("Statement imported until {until}: {new} new rows, {known} known"),
    "category.corrected": N_("Category corrected to {category}: {rows} rows changed"),
    "advice.planned": N_("Idle-cash plan made: {amount}"),
    "advice.mandated": N_("Sweep mandate given, at most {swept_max}"),
    "advice.mandate-ended": N_("Sweep mandate ended, {returned} came back"),
    "advice.swept": N_("Idle cash swept: {amount}"),
    "need.found": N_("Need found: {need_kind}, {happens_on}"),
    "cfo.briefed": N_("Brief given"),
}
# What stands in an event's data as a code, in words.
WORDS: Mapping[str, str] = {
    "offer": N_("offer"),
    "decline": N_("decline"),
    "refer": N_("for a person"),
    "gap-ahead": N_("a gap ahead"),
    "idle-cash": N_("idle cash"),
    "credit": N_("lending"),
    "wealth": N_("idle cash"),
    "marketing": N_("all that sells"),
    "all": N_("everything"),
    "statement": N_("reading the statement"),
    "service": N_("service messages"),
    "sms": N_("text message"),
    "app": N_("app"),
    "phone": N_("phone"),
    "mail": N_("mail"),
    "wecom": N_("WeCom"),
}
_MONEY = ("limit", "principal", "amount", "swept_max", "returned")
_TONES = {
    "loan.stopped": "watch",
    "loan.settled": "good",
    "loan.paid": "good",
    "contact.held": "watch",
    "contact.refused": "bad",
    "consent.withdrawn": "bad",
}


def event_text(event: Event, lang: Lang) -> str:
    """The event in one line; a kind without a sentence is shown by its code."""
    _ = translator(lang)
    sentence = SENTENCES.get(event.kind)
    if sentence is None:
        return event.kind
    return _(sentence).format_map({name: _shown(name, value, event.data, lang) for name, value in event.data.items()})


def event_link(event: Event) -> str | None:
    """Where the event leads, None when nowhere."""
    decision = event.data.get("decision")
    if event.kind.startswith(("credit.", "loan.")) and decision:
        return f"/decisions/{decision}"
    if event.kind.startswith("contact."):
        return f"/gate/{event.subject}"
    if event.kind.startswith("advice."):
        return f"/plans/{event.subject}"
    return None


def event_tone(event: Event) -> str:
    """``good``, ``watch``, ``bad``, or nothing."""
    return _TONES.get(event.kind, "")


def _shown(name: str, value: Any, data: Mapping[str, Any], lang: Lang) -> str:
    if name in _MONEY:
        return show_money(Money.of(str(value), str(data.get("currency", "CNY"))), lang)
    _ = translator(lang)
    return _(WORDS[value]) if isinstance(value, str) and value in WORDS else str(value)
