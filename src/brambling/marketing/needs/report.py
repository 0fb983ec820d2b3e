"""Needs as messages to the customer: short, with the number and the day, without pressure."""

from __future__ import annotations

from collections.abc import Mapping

from brambling.kit.i18n import N_, Lang
from brambling.kit.reasons import Reason, tell

SENTENCES: Mapping[str, str] = {
    "gap-ahead": N_(
        "Your account may run short around {day}: a chance of {probability:share}. About {amount:money} would cover it. Look at what can be done before then."
    ),
    "idle-cash": N_(
        "About {amount:money} in your account is not needed before {until}. See where it can earn something until then."
    ),
}


def message_text(reason: Reason, lang: Lang, currency: str = "CNY") -> str:
    """The message for a need's reason."""
    return tell(reason, SENTENCES, lang, currency)
