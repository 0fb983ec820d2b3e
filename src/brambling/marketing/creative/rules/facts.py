"""What is known of one customer for one message, and whether a message is right at all. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from brambling.kit.i18n import Lang
from brambling.kit.money import Money
from brambling.kit.reasons import Reason
from brambling.marketing.creative.rules.claims import Claim
from brambling.marketing.creative.rules.sheet import FITS, Sheet

NAME_LENGTH_MAX = 60
_ADDRESS = ("://", "www.", "http", ".com", ".cn")
_KEPT = {"L", "N", "P", "Z"}  # letters, numbers, punctuation, spaces; signs and pictures are dropped
_SIGNS = "+&"
_GO = ("", "contact", "true", "1", "yes", "是")


@dataclass(frozen=True)
class Facts:
    """One customer. ``amount`` is what the need is about (the gap, the idle cash), ``day`` when it happens.

    ``refused`` are topics the customer said no to (or ``marketing``, ``all``); ``consent`` None is not known.
    ``act`` is what an audience or a score says of the customer: but for ``contact`` or a yes nothing is said.
    """

    customer: str
    name: str = ""
    gbt4754: str = ""
    region: str = ""
    need: str = "general"
    amount: Money | None = None
    day: date | None = None
    refused: frozenset[str] = frozenset()
    consent: bool | None = None
    act: str = ""


def silence(facts: Facts, sheet: Sheet, today: date) -> tuple[Reason, ...]:
    """Why nothing is said to this customer about this product; empty where something may be.

    The gate has the last word before a message leaves; this spares the words for what it could not let pass.
    """
    found = []
    if facts.refused & {sheet.topic, sheet.code, "marketing", "all"}:
        found.append(Reason("creative-refused", {"what": ", ".join(sorted(facts.refused))}))
    if facts.consent is False:
        found.append(Reason("creative-no-consent"))
    if facts.act.strip().lower() not in _GO:
        found.append(Reason("creative-act", {"act": facts.act}))
    if facts.need not in FITS[sheet.kind] or facts.need not in sheet.needs:
        found.append(Reason("creative-need", {"need": facts.need, "product": sheet.code}))
    trade = facts.gbt4754.lstrip("ABCDEFGHIJKLMNOPQRST")
    if trade and trade.startswith(sheet.trades_excluded):
        found.append(Reason("creative-trade", {"trade": facts.gbt4754}))
    if facts.day is not None and facts.day < today:
        found.append(Reason("creative-late", {"day": facts.day.isoformat()}))
    elif sheet.kind == "cash" and facts.day is not None and today + timedelta(days=sheet.tenor_max) > facts.day:
        found.append(Reason("creative-tenor", {"days": str(sheet.tenor_max), "day": facts.day.isoformat()}))
    found += _amount_outside(facts, sheet)
    return tuple(found)


def _amount_outside(facts: Facts, sheet: Sheet) -> list[Reason]:
    amount, most = facts.amount, sheet.amount_max
    if amount is None or (amount >= sheet.amount_min and (most is None or amount <= most)):
        return []
    return [Reason("creative-amount", {"amount": str(amount)})]


def customer_claims(facts: Facts) -> frozenset[Claim]:
    """The claims that the customer's own facts prove."""
    found = set()
    if facts.amount is not None:
        found.add(Claim("money", f"{facts.amount.decimal.normalize():f}"))
    if facts.day is not None:
        found.add(Claim("date", facts.day.isoformat()))
    return frozenset(found)


def shown_name(name: str) -> str:
    """The name as it may be shown: one line of letters, digits and punctuation; empty when it is no name but an address.

    Pictures (emoji), control and invisible characters go; a very long name ends in an ellipsis.
    """
    kept = "".join(ch for ch in name if unicodedata.category(ch)[0] in _KEPT or ch in _SIGNS)
    line = " ".join(kept.replace("{", "(").replace("}", ")").split())
    if any(mark in line.lower() for mark in _ADDRESS) or not any(ch.isalnum() for ch in line):
        return ""
    return line if len(line) <= NAME_LENGTH_MAX else line[: NAME_LENGTH_MAX - 1] + "…"


def show_amount(amount: Money, lang: Lang) -> str:
    """An amount inside a sentence: ``60,000 元``, ``200 万元``, ``¥ 60,000``; fen only where there are some."""
    whole = amount.minor % 100 == 0
    if lang == "zh" and amount.minor % 1_000_000 == 0 and amount.minor:
        return f"{amount.minor // 1_000_000:,} 万元"
    digits = f"{amount.minor // 100:,}" if whole else amount.grouped()
    return f"{digits} 元" if lang == "zh" else f"¥ {digits}"
