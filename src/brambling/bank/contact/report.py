"""Reasons of the gate in the reader's language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from brambling.bank.contact.rules import Reason, Verdict
from brambling.kit.i18n import N_, Lang, translator

OUTCOMES = {"release": N_("released"), "hold": N_("held"), "drop": N_("dropped")}
REASONS = {
    "expired": N_("its time is over"),
    "duplicate": N_("the same message was already sent"),
    "dropped-before": N_("the same message was already dropped"),
    "refused": N_("the customer said no (scope {scope}, channel {channel})"),
    "no-consent": N_("the customer has not consented to {purpose}"),
    "no-address": N_("no address is known for {channel}"),
    "quiet-hours": N_("quiet hours from {start} to {end} where the customer is ({zone})"),
    "cap": N_("messages in {window_days} days: {sent} sent, {limit} allowed"),
    "channel-failed": N_("the channel {channel} did not answer"),
    "unknown": N_("not known: {what}"),
}


def reason_text(reason: Reason, lang: Lang) -> str:
    """One reason as part of a sentence."""
    return translator(lang)(REASONS[reason.code]).format(**dict(reason.params))


def verdict_text(verdict: Verdict, zone: str, lang: Lang) -> str:
    """The verdict in one line, with the time from which it may change in the customer's zone."""
    _ = translator(lang)
    line = _(OUTCOMES[verdict.outcome])
    if verdict.reasons:
        line += _(": ") + _("; ").join(reason_text(reason, lang) for reason in verdict.reasons)
    if verdict.not_before is not None:
        line += _(", not before {time}").format(time=_local(verdict.not_before, zone))
    return line


def _local(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
