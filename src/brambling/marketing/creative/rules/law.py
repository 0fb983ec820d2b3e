"""What may not be said, and what must be: rules with their clauses, and the check of a text against them. Pure.

A text passes only when nothing forbidden is in it, everything required is, and each number in it is proven by the sheet
or by the customer's own facts. A finding names the rule, the clause behind it and the words that broke it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from brambling.kit.errors import InputRejected
from brambling.kit.i18n import Lang
from brambling.kit.text import narrow
from brambling.marketing.creative.rules.claims import Claim, claims_of
from brambling.marketing.creative.rules.sheet import Sheet

# What must stand in every text: the sheet's own words, and both ends of its rate. The clause comes from the rulebook.
REQUIRED = ("issuer", "name", "rate_name", "rate", "risk", "stop", "legal", "fees")
PROVEN = "number-unproven"


@dataclass(frozen=True)
class Forbidden:
    """Words that may not be said. ``zh`` and ``en`` are regular expressions, met also with spaces or dots strewn in
    (Chinese) and in any case (English); ``kinds`` the products it is about."""

    code: str
    clause: str
    source: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    kinds: tuple[str, ...] = ("loan", "cash")


@dataclass(frozen=True)
class Must:
    """Something that must be said: one of ``REQUIRED``, or that numbers be proven."""

    code: str
    clause: str
    source: str


@dataclass(frozen=True)
class Rulebook:
    """All rules. Raises InputRejected for a pattern that is none, or when a required line has no clause."""

    version: str
    forbidden: tuple[Forbidden, ...]
    required: tuple[Must, ...]

    def __post_init__(self) -> None:
        for rule in self.forbidden:
            for pattern in (*rule.zh, *rule.en):
                try:
                    re.compile(pattern)
                except re.error as error:
                    raise InputRejected(f"forbidden.{rule.code}: {pattern!r} ({error})", expected="a pattern") from None
        known = {must.code for must in self.required}
        for code in (*REQUIRED, PROVEN):
            if code not in known:
                raise InputRejected(f"required: nothing about {code!r}", expected="a clause for every required line")

    def must(self, code: str) -> Must:
        """The rule behind a required line."""
        return next(must for must in self.required if must.code == code)


@dataclass(frozen=True)
class Finding:
    """Why a text may not go out: the rule, its clause and source, and the words (or what is missing)."""

    code: str
    clause: str
    source: str
    words: str


def check(
    text: str, lang: Lang, sheet: Sheet, facts: frozenset[Claim], rulebook: Rulebook, *, whole: bool = True
) -> tuple[Finding, ...]:
    """Findings on ``text``; none means that it may be shown. ``facts`` are the claims proven for this customer.

    With ``whole`` the required lines must be there too; without, ``text`` is only a part. The customer's name must not
    be in it: a shop called "the best" is no claim of the bank.
    """
    found = [*_forbidden(text, lang, sheet.kind, rulebook), *_unproven(text, lang, sheet, facts, rulebook)]
    if whole:
        found += _missing(text, lang, sheet, rulebook)
    return tuple(found)


def sheet_findings(sheet: Sheet, lang: Lang, rulebook: Rulebook) -> tuple[tuple[str, Finding], ...]:
    """What the sheet's own words break, by key: approved facts are checked like any other words."""
    # the lines that must be said may name what the law forbids ("not guaranteed"); they are held to by the bank's lawyers
    spoken = {key: text for key, text in sheet.texts(lang).items() if key not in ("risk", "legal", "stop")}
    return tuple(
        (key, finding) for key, text in spoken.items() for finding in _forbidden(text, lang, sheet.kind, rulebook)
    )


def sheet_claims(sheet: Sheet) -> frozenset[Claim]:
    """Every claim that the sheet proves."""
    unit = {"day": "days", "month": "months"}[sheet.tenor_unit]
    said = [Claim("rate", _plain(rate.annual)) for rate in (sheet.rate_annual_min, sheet.rate_annual_max)]
    said += [Claim("money", _plain(amount.decimal)) for amount in (sheet.amount_min, sheet.amount_max) if amount]
    said += [Claim(unit, str(tenor)) for tenor in (sheet.tenor_min, sheet.tenor_max)]
    said += [Claim("date", day.isoformat()) for day in (sheet.valid_from, sheet.valid_until)]
    for lang in ("zh", "en"):
        for text in sheet.texts(lang).values():
            said += claims_of(text)
    return frozenset(said)


def _plain(value: object) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _forbidden(text: str, lang: Lang, kind: str, rulebook: Rulebook) -> Iterator[Finding]:
    """A sentence that must say "no guarantee" may: a pattern excludes that itself, by what stands before it."""
    plain = _squeezed(text) if lang == "zh" else " ".join(narrow(text).lower().split())
    for rule in rulebook.forbidden:
        if kind not in rule.kinds:
            continue
        for pattern in rule.zh if lang == "zh" else rule.en:
            if hit := _compiled(pattern).search(plain):
                yield Finding(rule.code, rule.clause, rule.source, hit.group())


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_STREWN = re.compile(r"(?<=[^\x00-\x7f])[\s·.\-_*|/\\]+(?=[^\x00-\x7f])")


def _squeezed(text: str) -> str:
    """``text`` without what is strewn between Chinese characters to get past a list of words (``最·佳``)."""
    return _STREWN.sub("", narrow(text))


def _unproven(text: str, lang: Lang, sheet: Sheet, facts: frozenset[Claim], rulebook: Rulebook) -> Iterator[Finding]:
    must = rulebook.must(PROVEN)
    known = facts | sheet_claims(sheet)
    days = {claim.value[5:] for claim in known if claim.kind == "date"}
    for claim in claims_of(_without_sheet(text, sheet, lang)):
        if claim in known or (claim.kind == "date" and claim.value in days):
            continue
        yield Finding(PROVEN, must.clause, must.source, f"{claim.kind} {claim.value}")
    if lang == "en" and (word := _SPELLED.search(text.lower())):
        yield Finding(PROVEN, must.clause, must.source, word.group())


_SPELLED = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|dozen|hundreds?|thousands?|millions?|half|twice|doubles?|triples?|percent)\b"
)


def _without_sheet(text: str, sheet: Sheet, lang: Lang) -> str:
    for words in sorted(sheet.texts(lang).values(), key=len, reverse=True):
        text = re.sub(re.escape(words), " · ", text, flags=re.IGNORECASE)
    return text


def _missing(text: str, lang: Lang, sheet: Sheet, rulebook: Rulebook) -> Iterator[Finding]:
    words = sheet.texts(lang)
    claims = claims_of(text)
    for code in REQUIRED:
        must = rulebook.must(code)
        if code == "rate":
            for rate in {sheet.rate_annual_min, sheet.rate_annual_max}:
                if Claim("rate", _plain(rate.annual)) not in claims:
                    yield Finding(code, must.clause, must.source, rate.shown())
        elif words[code].lower() not in text.lower():
            yield Finding(code, must.clause, must.source, words[code])
