"""A product sheet: every fact a message may state, as data. Pure.

What is not on the sheet (or in the customer's own facts) cannot be said; a sheet that leaves out what the law wants
said cannot be read in the first place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from brambling.kit.errors import InputRejected
from brambling.kit.i18n import Lang
from brambling.kit.money import Money, Rate

KINDS = ("loan", "cash")
NEEDS = ("general", "gap-ahead", "stock-up", "season", "payroll", "tax", "tourism", "idle-cash")
# Credit is never the answer to idle cash, nor a placement the answer to a shortage.
FITS = {"loan": tuple(need for need in NEEDS if need != "idle-cash"), "cash": ("general", "idle-cash")}
LINK_LENGTH_MAX = 120  # a longer address makes a code that a phone reads badly from a poster


@dataclass(frozen=True)
class Words:
    """The same text in both languages."""

    zh: str
    en: str

    def of(self, lang: Lang) -> str:
        """The text in ``lang``."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Sheet:
    """One product as approved. Rates are simple interest a year; ``tenor_unit`` is ``day`` or ``month``; tenor 0 is any day.

    ``stop`` says how to end such messages, ``risk`` what can go wrong, ``legal`` what else must be said. Raises
    InputRejected, naming the key, for anything missing or contradictory.
    """

    version: str
    code: str
    kind: str
    topic: str
    currency: str
    issuer: Words
    name: Words
    who: Words
    rate_name: Words
    rate_annual_min: Rate
    rate_annual_max: Rate
    fees: Words
    tenor_min: int
    tenor_max: int
    tenor_unit: str
    amount_min: Money
    conditions: Words
    risk: Words
    stop: Words
    legal: Words
    link: str
    valid_from: date
    valid_until: date
    amount_max: Money | None = None
    needs: tuple[str, ...] = ("general",)
    trades_excluded: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("issuer", "name", "who", "rate_name", "fees", "conditions", "risk", "stop", "legal"):
            words: Words = getattr(self, name)
            for lang, text in (("zh", words.zh), ("en", words.en)):
                if not text.strip():
                    raise InputRejected(f"{name}.{lang} is empty", expected=_WHY.get(name, "its words"))
                if "{" in text or "\n" in text.strip():
                    raise InputRejected(f"{name}.{lang} is no plain line", expected="one line without braces")
        if self.kind not in KINDS:
            raise InputRejected(f"kind: {self.kind!r} is no kind", expected=f"one of {', '.join(KINDS)}")
        if self.topic not in ("credit", "wealth"):
            raise InputRejected(f"topic: {self.topic!r} is no topic", expected="credit or wealth")
        if self.tenor_unit not in ("day", "month"):
            raise InputRejected(f"tenor_unit: {self.tenor_unit!r} is no unit", expected="day or month")
        self._check_figures()
        for need in self.needs:
            if need not in FITS[self.kind]:
                raise InputRejected(
                    f"needs: {need!r} is no need of a {self.kind}", expected=f"of {', '.join(FITS[self.kind])}"
                )
        parts = urlsplit(self.link)
        if parts.scheme != "https" or not parts.netloc or len(self.link) > LINK_LENGTH_MAX:
            raise InputRejected("link is no address of ours", expected=f"https, up to {LINK_LENGTH_MAX} characters")

    def _check_figures(self) -> None:
        if not 0 < self.rate_annual_min.annual <= self.rate_annual_max.annual < 1:
            raise InputRejected(
                "rate_annual_min and rate_annual_max do not fit",
                expected="0 < rate_annual_min <= rate_annual_max < 100%",
            )
        if self.amount_min.minor <= 0 or (self.amount_max is not None and self.amount_max < self.amount_min):
            raise InputRejected("amount_min and amount_max do not fit", expected="0 < amount_min <= amount_max")
        if not 0 <= self.tenor_min <= self.tenor_max:
            raise InputRejected("tenor_min and tenor_max do not fit", expected="0 <= tenor_min <= tenor_max")
        if self.valid_until < self.valid_from:
            raise InputRejected("valid_until is before valid_from", expected="a later day")

    def require_valid(self, today: date) -> None:
        """Raises InputRejected unless the sheet holds on ``today``: yesterday's terms are nobody's offer."""
        if today > self.valid_until:
            raise InputRejected(
                f"the sheet {self.code} expired on {self.valid_until}", expected="a sheet that holds today"
            )
        if today < self.valid_from:
            raise InputRejected(
                f"the sheet {self.code} holds only from {self.valid_from}", expected="a sheet that holds today"
            )

    def texts(self, lang: Lang) -> dict[str, str]:
        """The sheet's own words in ``lang``, by key."""
        names = ("issuer", "name", "who", "rate_name", "fees", "conditions", "risk", "stop", "legal")
        return {name: getattr(self, name).of(lang) for name in names}


_WHY = {
    "stop": "a line that says how to end such messages (Advertising Law of the PRC, article 43)",
    "risk": "a line that says the risk (Advertising Law of the PRC, article 25)",
    "fees": "what it costs beside interest, or that it costs nothing",
    "rate_name": "what the rate is, such as annual rate (simple interest)",
}
