"""From facts to words: phrases chosen by a seed, slots filled by code. Pure.

A message is a row of parts. The parts that say what it costs, what can go wrong and how to stop are the sheet's own;
the others come from phrases, of which only those are eligible whose every slot is known for this customer.
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from brambling.kit.errors import InputRejected
from brambling.kit.i18n import Lang
from brambling.kit.money import Money, Rate
from brambling.marketing.creative.rules.claims import Claim, claims_of
from brambling.marketing.creative.rules.facts import Facts, customer_claims, show_amount
from brambling.marketing.creative.rules.law import Finding, Rulebook, check
from brambling.marketing.creative.rules.sheet import KINDS, NEEDS, Sheet
from brambling.marketing.creative.rules.trades import GROUPS, group_of

SLOTS = frozenset(
    [
        "name",
        "amount",
        "day",
        "uses",
        "issuer",
        "product",
        "who",
        "rate",
        "rate_name",
        "fees",
        "tenor",
        "term",
        "limits",
        "conditions",
        "valid_until",
        "example_amount",
        "example_days",
        "interest",
        "why",
        "invite",
        "risk",
        "stop",
        "legal",
    ]
)
MARK = "\ue000"  # stands for the customer's name until everything is checked: a private character, which no name keeps
EXAMPLE_DAYS = 30
_STEP = 100_000  # fen: example amounts are round thousands of yuan
POSTER_WORDS = ("to", "limits_loan", "limits_cash", "tenor", "scan", "until")
VARIED = ("why", "invite")  # what a language model may say in other words


@dataclass(frozen=True)
class Phrases:
    """The phrases of one language. Raises InputRejected for an unknown slot or a need, kind or trade without phrases."""

    version: str
    lang: str
    named: tuple[str, ...]
    unnamed: tuple[str, ...]
    why: dict[str, tuple[str, ...]]
    uses: dict[str, tuple[str, ...]]
    offer: dict[str, tuple[str, ...]]
    cost: tuple[str, ...]
    example: dict[str, tuple[str, ...]]
    invite: tuple[str, ...]
    headline: dict[str, tuple[str, ...]]
    poster: dict[str, str]

    def __post_init__(self) -> None:
        for name, wanted in (
            ("why", NEEDS),
            ("headline", NEEDS),
            ("uses", GROUPS),
            ("offer", KINDS),
            ("example", KINDS),
        ):
            given: dict[str, tuple[str, ...]] = getattr(self, name)
            for key in wanted:
                if not given.get(key):
                    raise InputRejected(f"{name}: nothing for {key!r}", expected="one phrase or more")
        for key in POSTER_WORDS:
            if not self.poster.get(key):
                raise InputRejected(f"poster: nothing for {key!r}", expected="its words")
        for phrase in self.all():
            require_slots(phrase)

    def all(self) -> tuple[str, ...]:
        """Every phrase."""
        listed = (*self.named, *self.unnamed, *self.cost, *self.invite)
        keyed = (self.why, self.uses, self.offer, self.example, self.headline)
        spread = [phrase for group in keyed for phrases in group.values() for phrase in phrases]
        return (*listed, *self.poster.values(), *spread)


@dataclass(frozen=True)
class Draft:
    """A message before it is checked: its parts by role, with ``MARK`` for the name, and the claims proven for it."""

    lang: Lang
    name: str
    parts: tuple[tuple[str, str], ...]
    claims: frozenset[Claim]

    @property
    def marked(self) -> str:
        """The text with ``MARK`` for the name: what is checked."""
        words = dict(self.parts)
        if "whole" in words:
            return words["whole"]
        body = [text for role, text in self.parts if text and role != "issuer"]
        if self.lang == "zh":
            return f"【{words['issuer']}】" + "".join(body)
        return f"{words['issuer']}: " + " ".join(body)

    @property
    def text(self) -> str:
        """The text as it is sent."""
        return self.marked.replace(MARK, self.name)

    def findings(self, sheet: Sheet, rulebook: Rulebook) -> tuple[Finding, ...]:
        """What stands against it."""
        return check(self.marked, self.lang, sheet, self.claims, rulebook)


def draft(sheet: Sheet, facts: Facts, name: str, phrases: Phrases, lang: Lang, seed: int, template: str = "") -> Draft:
    """The message for one customer; the same seed and customer give the same words. ``name`` is the name as shown.

    ``template`` is a text of the bank's own with slots in place of the phrases.
    """
    group = group_of(facts.gbt4754)
    draw = Draw(seed, facts.customer, sheet.code, facts.need)
    slots = slot_values(sheet, facts, lang) | {"uses": draw.pick("uses", phrases.uses[group])}
    if name:
        slots["name"] = MARK
    slots["why"] = _fill(draw.pick("why", eligible(phrases.why[facts.need], slots) or phrases.why["general"]), slots)
    slots["invite"] = _fill(draw.pick("invite", phrases.invite), slots)
    claims = customer_claims(facts) | _example_claims(slots)
    if template:
        return Draft(lang, name, (("issuer", sheet.issuer.of(lang)), ("whole", _fill(template, slots))), claims)
    greeting = phrases.named if name else phrases.unnamed
    example = eligible(phrases.example[sheet.kind], slots)
    parts = [
        ("issuer", sheet.issuer.of(lang)),
        ("greeting", _fill(draw.pick("greeting", greeting), slots)),
        ("why", slots["why"]),
        ("offer", _fill(draw.pick("offer", phrases.offer[sheet.kind]), slots)),
        ("cost", _fill(draw.pick("cost", phrases.cost), slots)),
        ("example", _fill(draw.pick("example", example), slots) if example else ""),
        ("invite", slots["invite"]),
        *((role, getattr(sheet, role).of(lang)) for role in ("risk", "stop", "legal")),
    ]
    return Draft(lang, name, tuple((role, _capital(text) if lang == "en" else text) for role, text in parts), claims)


@dataclass(frozen=True)
class Copy:
    """The words on a picture. Nothing of the customer but its name: a picture is passed on, an amount must not be."""

    lang: Lang
    eyebrow: str
    headline: str
    to: str
    rows: tuple[tuple[str, str], ...]
    terms: str
    risk: str
    small: tuple[str, ...]
    scan: tuple[str, str]

    @property
    def text(self) -> str:
        """All words, in the order in which they are read."""
        rows = (word for row in self.rows for word in row)
        return " ".join(
            filter(None, (self.eyebrow, self.headline, *rows, self.terms, *self.scan, self.risk, *self.small))
        )

    def findings(self, sheet: Sheet, rulebook: Rulebook) -> tuple[Finding, ...]:
        """What stands against it; the customer's name, which is no claim of the bank, is left out."""
        return check(self.text, self.lang, sheet, frozenset(), rulebook)


def poster_copy(sheet: Sheet, facts: Facts, name: str, phrases: Phrases, lang: Lang, seed: int) -> Copy:
    """The words of a picture for one customer."""
    draw = Draw(seed, facts.customer, sheet.code, facts.need)
    slots, words = slot_values(sheet, facts, lang), phrases.poster
    full_stop = "。" if lang == "zh" else "."
    product = slots["product"] if lang == "zh" else _capital(slots["product"])
    rate_name = slots["rate_name"] if lang == "zh" else _capital(slots["rate_name"])
    terms = ("；" if lang == "zh" else "; ").join((slots["fees"], slots["conditions"])) + full_stop
    return Copy(
        lang=lang,
        eyebrow=f"{slots['issuer']} · {product}",
        headline=draw.pick("headline", phrases.headline[facts.need]),
        to=_fill(words["to"], {"name": name}) if name else "",
        rows=(
            (rate_name, slots["rate"]),
            (words[f"limits_{sheet.kind}"], slots["limits"]),
            (words["tenor"], slots["tenor"]),
        ),
        terms=terms if lang == "zh" else _capital(terms),
        risk=slots["risk"],
        small=(slots["legal"], slots["stop"]),
        scan=(words["scan"], _fill(words["until"], slots)),
    )


class Draw:
    """Choices that follow from a seed and a customer: a hash for each choice, so that one more never moves another."""

    def __init__(self, *words: object) -> None:
        self._words = "|".join(map(str, words))

    def number(self, what: str, below: int) -> int:
        """A whole number from 0 up to ``below``."""
        digest = hashlib.blake2b(f"{self._words}|{what}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % below

    def pick(self, what: str, choices: Sequence[str]) -> str:
        """One of ``choices``."""
        return choices[self.number(what, len(choices))]


def slot_values(sheet: Sheet, facts: Facts, lang: Lang) -> dict[str, str]:
    """Every slot that is known, as text, but for those that are chosen."""
    between = " 至 " if lang == "zh" else " to "
    rates = sorted({sheet.rate_annual_min, sheet.rate_annual_max})
    slots = {
        "issuer": sheet.issuer.of(lang),
        "product": sheet.name.of(lang),
        "who": sheet.who.of(lang),
        "rate": between.join(show_rate(rate) for rate in rates),
        "rate_name": sheet.rate_name.of(lang),
        "fees": sheet.fees.of(lang),
        "conditions": sheet.conditions.of(lang),
        "tenor": show_tenor(sheet, lang),
        "term": f"期限 {show_tenor(sheet, lang)}" if lang == "zh" and sheet.tenor_max else show_tenor(sheet, lang),
        "limits": show_limits(sheet, lang),
        "valid_until": sheet.valid_until.isoformat(),
        **{role: getattr(sheet, role).of(lang) for role in ("risk", "stop", "legal")},
    }
    if facts.amount is not None:
        slots["amount"] = show_amount(facts.amount, lang)
    if facts.day is not None:
        slots["day"] = facts.day.isoformat()
    if sheet.kind == "loan":
        slots |= _example(sheet, facts.amount, lang)
    return slots


def show_rate(rate: Rate) -> str:
    """``4.35%``."""
    return f"{rate.percent:.2f}%"


def show_tenor(sheet: Sheet, lang: Lang) -> str:
    """``3 至 12 个月``, ``30 days``; a tenor of 0 is any day."""
    if sheet.tenor_max == 0:
        return "随时可赎回" if lang == "zh" else "redeemable any day"
    unit = {("day", "zh"): "天", ("month", "zh"): "个月", ("day", "en"): "days", ("month", "en"): "months"}[
        sheet.tenor_unit, lang
    ]
    low, high = sheet.tenor_min, sheet.tenor_max
    span = f"{low}" if low == high else f"{low} {'至' if lang == 'zh' else 'to'} {high}"
    return f"{span} {unit[:-1] if lang == 'en' and high == 1 else unit}"


def show_limits(sheet: Sheet, lang: Lang) -> str:
    """``1 万元至 200 万元``, ``from ¥ 100``."""
    low = show_amount(sheet.amount_min, lang)
    if sheet.amount_max is None:
        return f"{low}起" if lang == "zh" else f"from {low}"
    return (
        f"{low}至 {show_amount(sheet.amount_max, lang)}"
        if lang == "zh"
        else f"{low} to {show_amount(sheet.amount_max, lang)}"
    )


def _example(sheet: Sheet, amount: Money | None, lang: Lang) -> dict[str, str]:
    """What interest on a round amount near the need comes to, at both ends of the rate."""
    wanted = amount or sheet.amount_min * 10
    minor = -(-wanted.minor // _STEP) * _STEP
    most = sheet.amount_max.minor if sheet.amount_max is not None else minor
    used = Money(max(sheet.amount_min.minor, min(minor, most)), sheet.currency)
    costs = sorted(
        {rate.interest(used, EXAMPLE_DAYS) for rate in (sheet.rate_annual_min, sheet.rate_annual_max)},
        key=lambda cost: cost.minor,
    )
    between = "至 " if lang == "zh" else " to "
    return {
        "example_amount": show_amount(used, lang),
        "example_days": str(EXAMPLE_DAYS),
        "interest": between.join(show_amount(cost, lang) for cost in costs),
    }


def _example_claims(slots: Mapping[str, str]) -> frozenset[Claim]:
    if "interest" not in slots:
        return frozenset()
    days = Claim("days", str(EXAMPLE_DAYS))
    return frozenset({days, *claims_of(slots["interest"]), *claims_of(slots["example_amount"])})


def eligible(phrases: Sequence[str], slots: Mapping[str, str]) -> tuple[str, ...]:
    """The phrases whose every slot is known."""
    return tuple(phrase for phrase in phrases if phrase and slots_of(phrase) <= set(slots))


def slots_of(phrase: str) -> set[str]:
    """The slots of a phrase."""
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(phrase) if name is not None}


def require_slots(phrase: str) -> None:
    """Raises InputRejected for a phrase with a slot that nothing fills."""
    try:
        used = slots_of(phrase)
    except ValueError as error:
        raise InputRejected(f"{phrase[:40]!r} is no phrase ({error})", expected="slots such as {name}") from None
    for name in sorted(used - SLOTS):
        raise InputRejected(f"{phrase[:40]!r} has an unknown slot {name!r}", expected=f"of {', '.join(sorted(SLOTS))}")


def _fill(phrase: str, slots: Mapping[str, str]) -> str:
    """The phrase with its slots filled; a gap is set where a Chinese character and a figure meet."""
    text = ""
    for literal, slot, _spec, _conversion in string.Formatter().parse(phrase):
        for piece in (literal, slots[slot] if slot is not None else ""):
            if text and piece and _meet(text[-1], piece[0]):
                text += " "
            text += piece
    return text.strip()


def _meet(left: str, right: str) -> bool:
    return (_hanzi(left) and (right.isascii() and right.isalnum())) or (
        _hanzi(right) and left.isascii() and (left.isalnum() or left == "%")
    )


def _hanzi(ch: str) -> bool:
    return "\u4e00" <= ch <= "\u9fff"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if not text.startswith(MARK) else text


def season_of(day: date) -> str:
    """``spring``, ``summer``, ``autumn`` or ``winter`` by the month, as the Chinese calendar of trade has them."""
    return ("winter", "spring", "summer", "autumn")[day.month % 12 // 3]
