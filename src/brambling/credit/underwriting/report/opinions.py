"""What persons said of decisions, in words."""

from __future__ import annotations

from collections.abc import Mapping

from brambling.credit.underwriting.shapes.opinions import Opinion
from brambling.kit.i18n import N_, Lang, show_money, translator

DECISIONS: Mapping[str, str] = {"approve": N_("approve"), "decline": N_("decline"), "refer": N_("refer")}
JUDGED: Mapping[str, str] = {"person": N_("The person is right"), "machine": N_("The policy is right")}
STATES: Mapping[str, str] = {
    "said": N_("said"),
    "waiting": N_("waits for a second person"),
    "done": N_("in force"),
    "rejected": N_("not agreed to"),
}
REASONS: Mapping[str, str] = {
    "override-approve": N_("{by} wants to lend {limit:money} where the policy would not: {words}"),
    "override-decline": N_("{by} wants to withdraw an offer of {limit:money}: {words}"),
}


def said_words(one: Opinion, lang: Lang) -> str:
    """What both said, in one line."""
    _ = translator(lang)
    return _("policy: {machine}; person: {person}").format(
        machine=_side(one.machine, one, lang, machine=True), person=_side(one.person, one, lang, machine=False)
    )


def _side(decision: str, one: Opinion, lang: Lang, *, machine: bool) -> str:
    _ = translator(lang)
    limit = one.machine_limit if machine else one.person_limit
    text: str = _(DECISIONS[decision])
    return f"{text} {show_money(limit, lang)}" if limit else text
