"""Matches of blocked lists in the reader's language."""

from __future__ import annotations

from brambling.bank.customers.rules import Block
from brambling.kit.i18n import N_, Lang, translator

MATCHED = {
    "uscc": N_("the business itself, by its credit code"),
    "name": N_("the business itself, by its name"),
    "person-id": N_("a related person, by identity number"),
    "person-name": N_("a related person, by name"),
}


def block_text(block: Block, lang: Lang) -> str:
    """One line: which list, how it matched, why, from where and until when."""
    _ = translator(lang)
    until = _("until {day}").format(day=block.expires_on) if block.expires_on else _("without end")
    line = _("On list {list_name}: {matched}; {reason} (source {source}), {until}")
    return line.format(
        list_name=block.list_name,
        matched=_(MATCHED[block.matched]),
        reason=block.reason,
        source=block.source,
        until=until,
    )
