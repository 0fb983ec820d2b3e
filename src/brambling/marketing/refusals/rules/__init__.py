"""What a customer's words wish of the bank's messages. Pure: words and today's date in, a refusal or nothing out."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from brambling.marketing.refusals.rules.ends import end_of
from brambling.marketing.refusals.rules.refusal import CHANNELS, PRODUCTS, Refusal, Strength

__all__ = ["CHANNELS", "PRODUCTS", "TEXT_LENGTH_MAX", "Refusal", "Strength", "is_code", "parse", "respell", "unnamed"]

# Longer than any message of a customer: whoever writes more writes a letter, and a person reads it.
TEXT_LENGTH_MAX = 2_000
_IDEOGRAPHS = re.compile("[\u4e00-\u9fff]")
# a picture that says no
_SIGNS = ("🙅", "🚫", "✋", "🛑", "⛔", "🙅‍♀️", "🙅‍♂️", "❌")
_SHOUTED = re.compile(r"[A-Z]{2,}")


def parse(text: str, today: date) -> Refusal | None:
    """The refusal, or the lifting of one, in a customer's words in Chinese or English; None where there is neither.

    ``today`` is the day in the customer's zone on which it was written; words like "next month" are counted from it.
    Every wish to be left alone counts, in whatever words: a code word, a request, scolding, sarcasm, a question how to
    stop. A question about refusing, a complaint about a service, an order for a transaction, somebody else's words and
    "not now, call at eight" do not. Where scope or channel stay open the widest the words say and nothing more is
    taken: all that sells, never service messages that were not named.
    """
    from brambling.marketing.refusals.rules import chinese, english
    from brambling.marketing.refusals.rules.grammar import read

    if text.strip() in _SIGNS:
        return Refusal(frozenset({"marketing"}), frozenset({"all"}), None, "plain", clear=False)
    folded = unicodedata.normalize("NFKC", text[:TEXT_LENGTH_MAX]).strip()
    if not folded:
        return None
    if _IDEOGRAPHS.search(folded) or chinese.CHINESE.code.fullmatch(folded.lower().strip(" .!~")):
        return read(chinese.respell(folded.lower()), chinese.CHINESE, today)
    found = read(english.respell(folded.lower()), english.ENGLISH, today)
    if found is not None and found.strength == "plain" and not found.lifts and _shouts(folded):
        return Refusal(found.scopes, found.channels, found.until, "strong", clear=found.clear)
    return found


def _shouts(text: str) -> bool:
    """Whether it is written in capitals, and is more than a code word."""
    words = re.findall(r"[A-Za-z]{2,}", text)
    return len(words) >= 4 and sum(bool(_SHOUTED.fullmatch(word)) for word in words) >= 0.8 * len(words)


def is_code(text: str) -> bool:
    """Whether it is nothing but a code word, a sign or an outcry: nothing has to be weighed."""
    from brambling.marketing.refusals.rules import chinese, english

    folded = unicodedata.normalize("NFKC", text[:TEXT_LENGTH_MAX]).strip()
    if folded in _SIGNS:
        return True
    for grammar in (chinese.CHINESE, english.ENGLISH):
        code = respell(folded.lower(), "zh" if grammar is chinese.CHINESE else "en").strip(" .!~。…")
        if grammar.code.fullmatch(code) or grammar.code_back.fullmatch(code) or grammar.outcry.fullmatch(code):
            return True
    return False


def unnamed(text: str, today: date) -> Refusal:
    """What a message refuses that is known to be a refusal and names nothing the grammar knows: all that sells, on every
    channel, until the day it says. It is not clear, so the customer is asked."""
    until = end_of(unicodedata.normalize("NFKC", text[:TEXT_LENGTH_MAX]).lower(), today)
    return Refusal(frozenset({"marketing"}), frozenset({"all"}), until, "plain", clear=False)


def respell(text: str, lang: str) -> str:
    """``text`` (folded, lower case) in the words of the grammar of ``lang``: simplified characters, long forms, slips of
    the pen mended."""
    from brambling.marketing.refusals.rules import chinese, english

    return chinese.respell(text) if lang == "zh" else english.respell(text)
