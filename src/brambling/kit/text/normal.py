"""One form for what looks the same."""

from __future__ import annotations

import re
import unicodedata

# Full-width ASCII stands at a fixed distance; one character becomes one, so positions in the text stay valid.
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0x00A0: 0x20,
    0x2212: 0x2D,
    0xFFE5: 0xA5,
}
_SPACES = re.compile(r"\s+")
_NOT_IN_NAMES = re.compile(r"[\s\W_]+")
# Longest first: the legal form says nothing about who it is.
_LEGAL_FORMS = re.compile(
    r"(股份有限责任公司|有限责任公司|股份有限公司|集团有限公司|有限公司|股份公司|公司|"
    r"coltd|companylimited|limited|ltd|inc|llc)$"
)


def narrow(text: str) -> str:
    """Full-width letters, digits, signs and spaces as narrow ones; as many characters as before."""
    return text.translate(_NARROW)


def normalise(text: str) -> str:
    """Compatibility forms folded (NFKC: widths, radicals that PDF files hold for ideographs), spaces made one."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def normalise_name(name: str) -> str:
    """A name as a key: folded, lower case, without spaces, brackets, dots and other punctuation.

    ``北京（海淀） 某某·公司`` and ``北京(海淀)某某公司`` get the same key.
    """
    return _NOT_IN_NAMES.sub("", unicodedata.normalize("NFKC", name).casefold())


def company_stem(name: str) -> str:
    """The key of a company's name without its legal form; the whole key where nothing else would be left."""
    key = normalise_name(name)
    return _LEGAL_FORMS.sub("", key) or key


def ngrams(text: str, n: int = 2) -> list[str]:
    """All runs of ``n`` characters, in order; a shorter text is its own only run."""
    if len(text) <= n:
        return [text] if text else []
    return [text[i : i + n] for i in range(len(text) - n + 1)]
