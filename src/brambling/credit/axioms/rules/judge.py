"""Does an answer, or a pair of answers, break an axiom? Pure: application and outcome in, a breach or None out.

A pair is told as (``a``, ``b``): two applications that differ only where the axiom lets them differ. Outcomes are
compared by rank: numbers by value, decisions by how much the applicant gets (decline < refer < approve unless the axiom
states another order). A declined applicant without a limit has a limit of zero; a price is compared only between two
offers. A number that is not finite breaks whatever it is judged by.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from brambling.credit.axioms.rules.condition import same
from brambling.credit.axioms.rules.kinds import (
    Axiom,
    Cap,
    Consistency,
    Dominance,
    Evidence,
    Invariance,
    Monotone,
    Order,
    ReasonTruth,
    Veto,
)

Facts = Mapping[str, Any]

DECISION_ORDER: Order = (
    ("decline", "declined", "reject", "rejected", "deny", "denied", "refuse", "refused"),
    ("refer", "referred", "review", "manual"),
    ("approve", "approved", "accept", "accepted", "grant", "granted"),
)
TOLERANCE = 1e-9  # relative: sums of floats in another order are no breach
# An outcome of these beginnings is the price or term of an offer and says nothing where there is none.
PRICES = ("rate", "price", "tenor", "interest", "apr", "schedule")
# Outcomes that name a call and no property of the decision.
CALL_NAMES = ("id", "uuid", "timestamp", "time", "version")
ABSENT_WORDS = ("", "none", "unknown", "missing", "n/a", "na", "null", "no", "absent")


@dataclass(frozen=True)
class Breach:
    """How an axiom is broken: a code for the words, the outcome that shows it, and further parameters."""

    code: str
    outcome: str
    params: dict[str, Any] = field(default_factory=dict)


def rank(value: Any, order: Order = ()) -> float | None:
    """The place of an outcome from worst to best; None for what has none."""
    if value is None:
        return None
    if isinstance(value, str):
        text = value.strip().casefold()
        for place, labels in enumerate(order or DECISION_ORDER):
            if any(text == label.casefold() for label in labels):
                return float(place)
        try:
            return float(text)
        except ValueError:
            return None
    if isinstance(value, bool | int | float | Decimal):
        return float(value)
    try:
        return float(value)  # numpy scalars
    except (TypeError, ValueError):
        return None


def declined(outcome: Facts) -> bool:
    """Whether the answer is the bank's no."""
    decision = outcome.get("decision")
    return isinstance(decision, str) and rank(decision) == 0.0


def ranked(outcome: Facts, name: str, order: Order = ()) -> float | None:
    """The rank of one outcome, with what a decline means for limits and prices; None where it cannot be compared."""
    value = outcome.get(name)
    if name.startswith(PRICES) and declined(outcome):
        return None
    if value is None and name.startswith("limit") and declined(outcome):
        return 0.0
    return rank(value, order)


def below(a: float, b: float) -> bool:
    """``a`` is below ``b`` by more than floats differ by."""
    return b - a > TOLERANCE * max(1.0, abs(a), abs(b))


def judge(axiom: Axiom, a: Facts, fa: Facts) -> Breach | None:
    """The breach of a single answer ``fa`` to the application ``a``, for kinds that judge single answers."""
    facts = {**fa, **a}
    if axiom.when is not None and not axiom.when.holds(facts):
        return None
    if isinstance(axiom, Veto):
        value = fa.get(axiom.outcome)
        if axiom.outcome.startswith("limit") and value is None and declined(fa):
            value = 0
        if any(_meets(value, wanted) for wanted in axiom.values):
            return None
        return Breach("veto", axiom.outcome, {"value": value, "wanted": list(axiom.values)})
    if isinstance(axiom, Cap):
        return _over(axiom, facts, fa)
    if isinstance(axiom, Evidence) and axiom.source and not axiom.field:
        return _unshown(axiom, facts, fa)
    if isinstance(axiom, ReasonTruth):
        return _untrue(axiom, facts, fa)
    return None


def _meets(value: Any, wanted: Any) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        place = rank(wanted)
        return same(value, wanted) or (place is not None and rank(value) == place)
    number, aim = rank(value), rank(wanted)
    return value is not None and (same(value, wanted) or (number is not None and number == aim))


def _over(axiom: Cap, facts: Facts, fa: Facts) -> Breach | None:
    value, bound = ranked(fa, axiom.outcome), rank(axiom.bound.value(facts))
    if value is None or bound is None:
        return None
    if not math.isfinite(value):
        return Breach("not-a-number", axiom.outcome, {"value": fa.get(axiom.outcome)})
    return Breach("cap", axiom.outcome, {"value": value, "bound": bound}) if below(bound, value) else None


def absent(value: Any) -> bool:
    """Whether a source says that there is none."""
    if value is None or value is False:
        return True
    if isinstance(value, str):
        return value.strip().casefold() in ABSENT_WORDS
    if isinstance(value, list | tuple | set | dict):
        return len(value) == 0
    return bool(value == 0)


def _unshown(axiom: Evidence, facts: Facts, fa: Facts) -> Breach | None:
    value = ranked(fa, axiom.outcome, axiom.order)
    if value is None or value == 0 or not absent(facts.get(axiom.source)):
        return None
    return Breach("unsourced", axiom.outcome, {"value": fa.get(axiom.outcome), "source": axiom.source})


def reasons_of(outcome: Facts, name: str = "reasons") -> list[str]:
    """Codes of the reasons stated: a list of texts or of mappings with a code, or ``reason_1``, ``reason_2``, ..."""
    stated = outcome.get(name)
    if stated is None:
        numbered = sorted(key for key in outcome if key.startswith("reason_") and key[7:].isdigit())
        stated = [outcome[key] for key in numbered]
    if isinstance(stated, str):
        stated = [part.strip() for part in stated.split(";")]
    if isinstance(stated, Mapping):
        stated = list(stated)
    codes = (_code(item) for item in stated) if isinstance(stated, Iterable) else ()
    return [code for code in codes if code]


def _code(item: Any) -> str:
    if isinstance(item, Mapping):
        item = item.get("code") or item.get("field") or item.get("name") or ""
    return "" if item is None else str(getattr(item, "code", item)).strip()


def _untrue(axiom: ReasonTruth, facts: Facts, fa: Facts) -> Breach | None:
    stated = reasons_of(fa, axiom.judged)
    if axiom.required and declined(fa) and not stated:
        return Breach("no-reason", axiom.judged)
    for code, condition in axiom.states:
        if code in stated and not condition.holds(facts):
            return Breach("untrue-reason", axiom.judged, {"code": code, "condition": condition.text})
    return None


# -- pairs ---------------------------------------------------------------------------------------------------------


def judge_pair(axiom: Axiom, a: Facts, fa: Facts, b: Facts, fb: Facts) -> Breach | None:
    """The breach of the answers ``fa`` to ``a`` and ``fb`` to ``b``, whichever of the two is the better one."""
    if axiom.when is not None and not (axiom.when.holds({**fa, **a}) and axiom.when.holds({**fb, **b})):
        return None
    if isinstance(axiom, Monotone):
        rises = _direction(a.get(axiom.field), b.get(axiom.field))
        if rises is None:
            return None
        return _not_less(axiom.outcome, axiom.order, fa, fb, upwards=rises is (axiom.direction == "increasing"))
    if isinstance(axiom, Dominance):
        ways = {_better(a.get(name), b.get(name), direction) for name, direction in axiom.axes} - {0}
        if len(ways) != 1 or None in ways:
            return None
        return _not_less(axiom.outcome, axiom.order, fa, fb, upwards=ways == {1})
    if isinstance(axiom, Evidence):
        return _evidence(axiom, a, fa, b, fb)
    if isinstance(axiom, Invariance):
        return _differs(axiom.judged, axiom.swapped, fa, fb, a)
    if isinstance(axiom, Consistency):
        return _differs(axiom.judged, (), fa, fb, a)
    return None


def _direction(a: Any, b: Any) -> bool | None:
    """True where ``b`` is larger, False where it is smaller, None where that cannot be said."""
    way = _better(a, b, "increasing")
    return None if not way else way > 0


def _better(a: Any, b: Any, direction: str) -> int | None:
    """1 where ``b`` is better than ``a``, -1 where worse, 0 where equal, None where they cannot be compared."""
    if a is None and b is None:
        return 0
    if a is None or b is None or isinstance(a, str) != isinstance(b, str):
        return None
    try:
        way = (b > a) - (b < a)
    except TypeError:
        return None
    return int(way) if direction == "increasing" else -int(way)


def _not_less(name: str, order: Order, fa: Facts, fb: Facts, *, upwards: bool) -> Breach | None:
    """Breach where the better one (``fb`` if ``upwards``) has less."""
    x, y = ranked(fa, name, order), ranked(fb, name, order)
    if x is None or y is None:
        return None
    for number, outcome in ((x, fa), (y, fb)):
        if not math.isfinite(number):
            return Breach("not-a-number", name, {"value": outcome.get(name)})
    low, high = (x, y) if upwards else (y, x)
    return Breach("less", name) if below(high, low) else None


def _evidence(axiom: Evidence, a: Facts, fa: Facts, b: Facts, fb: Facts) -> Breach | None:
    if axiom.contradiction:
        rises = _direction(a.get(axiom.contradiction), b.get(axiom.contradiction))
        if rises is None:
            return None
        found = _not_less(axiom.outcome, axiom.order, fa, fb, upwards=not rises)
        return found and Breach("contradiction-helps", found.outcome, found.params)
    if not axiom.field or not (absent(a.get(axiom.source)) and absent(b.get(axiom.source))):
        return None
    way = _better(a.get(axiom.field), b.get(axiom.field), axiom.direction)
    if not way:
        return None
    found = _not_less(axiom.outcome, axiom.order, fa, fb, upwards=way < 0)
    return found and Breach("unsourced-helps", found.outcome, {**found.params, "source": axiom.source})


def _differs(judged: tuple[str, ...], swapped: tuple[str, ...], fa: Facts, fb: Facts, a: Facts) -> Breach | None:
    names = judged or tuple(name for name in {**fa, **fb} if not _names_a_call(name) and name not in a)
    for name in names:
        if name not in swapped and not equal(fa.get(name), fb.get(name)):
            return Breach("differs", name)
    return None


def _names_a_call(name: str) -> bool:
    return name in CALL_NAMES or name.endswith(("_id", "_at", "_uuid", "_ms"))


def equal(x: Any, y: Any) -> bool:
    """Equality of outcomes, floats to their last digits; two values that are no number are equal."""
    if isinstance(x, bool) or isinstance(y, bool) or isinstance(x, str) or isinstance(y, str):
        return bool(x == y)
    if isinstance(x, list | tuple) and isinstance(y, list | tuple):
        return len(x) == len(y) and all(equal(one, other) for one, other in zip(x, y, strict=True))
    if isinstance(x, Mapping) and isinstance(y, Mapping):
        return set(x) == set(y) and all(equal(x[key], y[key]) for key in x)
    p, q = rank(x), rank(y)
    if p is None or q is None:
        return bool(x == y)
    if math.isnan(p) or math.isnan(q):
        return math.isnan(p) and math.isnan(q)
    return p == q or not (below(p, q) or below(q, p))
