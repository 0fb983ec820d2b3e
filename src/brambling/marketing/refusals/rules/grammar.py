"""How a message is read: the same steps in each language, on that language's words. Pure.

A message is cut into clauses, and each clause is judged by what it does: ``no`` (a wish to be left alone), ``soft``
(a polite declining or putting off), ``scold`` (annoyance at being written to), ``keep`` (what is welcome), or nothing.
Only clauses that refuse lend their products and channels to the refusal; what is welcome is taken away again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from brambling.marketing.refusals.rules.ends import end_of
from brambling.marketing.refusals.rules.refusal import (
    ALL_THAT_SELLS,
    CHANNELS,
    EVERYTHING,
    EVERYWHERE,
    PRODUCTS,
    Refusal,
    Strength,
)

# Who puts off without a day is left alone for half a year: long enough not to nag, and a no for ever was not said.
SOFT_REST_DAYS = 180

Pattern = re.Pattern[str]
Kind = Literal["no", "soft", "scold", "keep", ""]


@dataclass(frozen=True)
class Grammar:
    """The words of one language. Patterns are searched in folded, lower-case text; ``prepare`` hides compound words
    that only look like a no."""

    prepare: Callable[[str], str]
    code: Pattern  # a message that is nothing but a code word
    code_back: Pattern  # ... that opens the gate again
    clause_end: Pattern
    quoted: Pattern  # what somebody else said
    kills: Sequence[Pattern]  # a clause that refuses something else, or refuses to refuse
    asks: Pattern  # a question
    asks_how: Pattern  # a question how to stop, or a request in the form of one
    asks_about: Pattern  # a question about refusing
    refuses: Sequence[Pattern]
    declines: Sequence[Pattern]
    brushes: Pattern  # a polite no to whatever was offered
    defers: Pattern  # put off to another time
    for_now: Pattern
    scolds: Sequence[Pattern]
    hints: Pattern  # a no and a message near each other, in words not foreseen
    outcry: Pattern  # a message that is nothing but annoyance
    moment: Pattern  # not now, but try again today
    keeps: Pattern
    keeps_part: Pattern  # the welcome part inside a clause
    lifts: Sequence[Pattern]
    past_no: Pattern
    only: Pattern  # only this
    except_for: Pattern  # everything but this
    others: Pattern  # "the rest"
    everything: Pattern
    service: Pattern
    strong: Pattern
    products: Mapping[str, Pattern]
    channels: Mapping[str, Pattern]


@dataclass(frozen=True)
class Clause:
    """One clause: its words, its words with harmless compounds hidden, and what it does."""

    words: str
    bare: str
    kind: Kind


def read(text: str, grammar: Grammar, today: date) -> Refusal | None:
    """What ``text`` (folded, lower case, not empty) wishes on ``today``; None where it is no wish of this kind."""
    code = text.strip(" .!~。…")
    if grammar.code.fullmatch(code):
        return Refusal(ALL_THAT_SELLS, EVERYWHERE, None, "plain")
    if grammar.code_back.fullmatch(code):
        return Refusal(ALL_THAT_SELLS, EVERYWHERE, None, "plain", lifts=True)
    if grammar.outcry.fullmatch(code):
        return Refusal(ALL_THAT_SELLS, EVERYWHERE, None, "strong", clear=False)
    said = grammar.quoted.sub(" ", text) if grammar.quoted.sub("", text).strip() else text
    lifted = _lifted(said, grammar)
    if lifted is not None:
        return lifted
    if grammar.asks_about.search(said):
        return None
    clauses = _clauses(said, grammar)
    kinds = {clause.kind for clause in clauses}
    only = grammar.only.search(said)
    if not kinds & {"no", "soft", "scold"} and not only:
        return None
    if "no" not in kinds and grammar.moment.search(said):
        return None
    return _refusal(said, clauses, kinds, grammar, today)


def _clauses(text: str, grammar: Grammar) -> list[Clause]:
    found = []
    for words in map(str.strip, grammar.clause_end.split(text)):
        if words:
            bare = grammar.prepare(words)
            found.append(Clause(words, bare, _kind(words, bare, grammar)))
    return found


def _kind(words: str, bare: str, grammar: Grammar) -> Kind:
    if any(kill.search(bare) for kill in grammar.kills):
        return ""
    question = bool(grammar.asks.search(words))
    if question and grammar.asks_how.search(bare):
        return "no"
    if any(scold.search(bare) for scold in grammar.scolds):
        return "scold"
    if question:
        return ""
    if any(pattern.search(bare) for pattern in grammar.refuses):
        return "no"
    if grammar.brushes.search(bare) or any(pattern.search(bare) for pattern in grammar.declines):
        return "soft"
    if grammar.keeps.search(bare):
        return "keep"
    if grammar.defers.search(bare):
        return "soft"
    if grammar.hints.search(bare):
        return "scold"
    return ""


# -- what is refused, where, until when ---------------------------------------------------------------------------------


def _refusal(text: str, clauses: list[Clause], kinds: set[Kind], grammar: Grammar, today: date) -> Refusal | None:
    firm = "no" in kinds or "scold" in kinds or bool(grammar.only.search(text))
    until = end_of(" ".join(clause.words for clause in clauses if clause.kind != "keep"), today)
    put_off = any(clause.kind == "soft" and grammar.defers.search(clause.bare) for clause in clauses)
    for_now = any(clause.kind == "no" and grammar.for_now.search(clause.words) for clause in clauses)
    soft = not firm or put_off or (for_now and until is None)
    if soft and until is None:
        until = today + timedelta(days=SOFT_REST_DAYS)
    strength: Strength = "plain"
    if grammar.strong.search(text) and not (soft and not firm):
        strength = "strong"
    elif soft:
        strength = "soft"
    clear = "no" in kinds or bool(grammar.only.search(text))
    return Refusal(_scopes(text, clauses, grammar), _channels(text, clauses, grammar), until, strength, clear=clear)


def _named(clauses: list[Clause], words: Mapping[str, Pattern], kinds: Sequence[Kind], grammar: Grammar) -> set[str]:
    texts = [_without_welcome(clause, grammar) for clause in clauses if clause.kind in kinds]
    return {name for name, pattern in words.items() if any(pattern.search(text) for text in texts)}


def _without_welcome(clause: Clause, grammar: Grammar) -> str:
    return clause.words if clause.kind == "keep" else grammar.keeps_part.sub(" ", clause.words)


def _scopes(text: str, clauses: list[Clause], grammar: Grammar) -> frozenset[str]:
    refusing: Sequence[Kind] = ("no", "soft", "scold", "")
    kept = _named(clauses, grammar.products, ("keep",), grammar)
    saved = grammar.except_for.search(text)
    if saved:
        spared = {name for name, pattern in grammar.products.items() if pattern.search(saved.group())}
        return frozenset(PRODUCTS) - spared if spared else ALL_THAT_SELLS
    if kept and any(clause.kind == "no" and grammar.others.search(clause.words) for clause in clauses):
        return frozenset(PRODUCTS) - kept
    service = any(
        clause.kind != "keep" and grammar.service.search(_without_welcome(clause, grammar)) for clause in clauses
    )
    if service and (
        grammar.everything.search(text) or any(c.kind == "no" and grammar.service.search(c.words) for c in clauses)
    ):
        return EVERYTHING
    named = _named(clauses, grammar.products, refusing, grammar)
    only = grammar.only.search(text)
    if only and named and not _channel_of(only.group(), grammar):
        return frozenset(PRODUCTS) - {name for name in named if grammar.products[name].search(only.group())}
    return frozenset(named) if named else ALL_THAT_SELLS


def _channel_of(text: str, grammar: Grammar) -> set[str]:
    return {name for name, pattern in grammar.channels.items() if pattern.search(text)}


def _channels(text: str, clauses: list[Clause], grammar: Grammar) -> frozenset[str]:
    only = grammar.only.search(text)
    welcome = _channel_of(only.group(), grammar) if only else set()
    saved = grammar.except_for.search(text)
    welcome |= _channel_of(saved.group(), grammar) if saved else set()
    kept = _named(clauses, grammar.channels, ("keep",), grammar)
    rest = any(clause.kind == "no" and grammar.others.search(clause.words) for clause in clauses)
    named = _named(clauses, grammar.channels, ("no", "scold", "soft"), grammar) - welcome
    if not named and (welcome or (rest and kept)):
        return frozenset(CHANNELS) - (welcome or kept)
    return frozenset(named) if named else EVERYWHERE


# -- to have them again -------------------------------------------------------------------------------------------------


def _lifted(text: str, grammar: Grammar) -> Refusal | None:
    """A wish for messages to come again, unless a clause that is not about the past refuses."""
    present = " ".join(part for part in grammar.clause_end.split(text) if not grammar.past_no.search(part))
    if not any(pattern.search(present) for pattern in grammar.lifts):
        return None
    if grammar.asks.search(present) and not grammar.asks_how.search(present):
        return None
    clauses = _clauses(grammar.past_no.sub(" ", present), grammar)
    if any(
        clause.kind in ("no", "scold") and not any(p.search(clause.bare) for p in grammar.lifts) for clause in clauses
    ):
        return None
    products = {name for name, pattern in grammar.products.items() if pattern.search(present)}
    channels = _channel_of(text, grammar)
    return Refusal(frozenset(products) or ALL_THAT_SELLS, frozenset(channels) or EVERYWHERE, None, "plain", lifts=True)
