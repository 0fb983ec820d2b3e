"""Consent in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping

from brambling.bank.consent.rules import Change
from brambling.kit.clock import BEIJING
from brambling.kit.i18n import N_, Lang, translator

NAMES: Mapping[str, str] = {
    "statement": N_("Reading my bank statements"),
    "credit": N_("Deciding on a loan"),
    "wealth": N_("Planning idle cash"),
    "service": N_("Messages about what I have"),
    "marketing": N_("Messages that offer something"),
}
WHAT_FOR: Mapping[str, str] = {
    "statement": N_("The bank keeps the statements you bring and computes your cash forecast from them."),
    "credit": N_("The bank looks at your statements, loans and blocked lists when you apply."),
    "wealth": N_("The bank looks for cash that you do not need for a while."),
    "service": N_("Due dates, pay-outs, things you asked for."),
    "marketing": N_("Few, and never at night; a no holds at once and on every channel."),
}
BASES: Mapping[str, str] = {
    "own": N_("the customer, here"),
    "in-person": N_("told in person"),
    "phone": N_("told by phone"),
    "letter": N_("in writing"),
    "": N_("came with the customer"),
}


def change_text(change: Change, lang: Lang) -> tuple[str, str]:
    """A change in one line, and who noted it how and when in another."""
    _ = translator(lang)
    line = _("Agreed: {what}") if change.given else _("Withdrawn: {what}")
    parts = [f"{change.at.astimezone(BEIJING):%Y-%m-%d %H:%M}", _(BASES[change.basis])]
    if change.noted_by:
        parts.append(_("noted by {name}").format(name=change.noted_by))
    if change.until is not None:
        parts.append(_("until {day}").format(day=f"{change.until.astimezone(BEIJING):%Y-%m-%d}"))
    return line.format(what=_(NAMES[change.purpose])), " · ".join(parts)
