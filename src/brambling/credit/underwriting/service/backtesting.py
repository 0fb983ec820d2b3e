"""``backtest``: what another policy would have done with the same applications."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from brambling.credit.expert.rules.agreement import Figure, share
from brambling.credit.underwriting.features.rows import facts_of_row
from brambling.credit.underwriting.readers.applications import Applications, read_applications
from brambling.credit.underwriting.readers.policies import policy_from, policy_version
from brambling.credit.underwriting.rules import Outcome, Policy, offer, proposed
from brambling.credit.underwriting.rules.ceilings import probability
from brambling.credit.underwriting.rules.differences import differences
from brambling.credit.underwriting.shapes.backtest import (
    SWAPS,
    Backtest,
    Decided,
    Group,
    Part,
    Side,
    Swap,
    word_pair,
)
from brambling.credit.underwriting.shapes.decision import word_of
from brambling.kit.errors import InputRejected
from brambling.kit.money import Money
from brambling.kit.reasons import Reason

PolicyLike = Policy | Path | str


def backtest(
    old: PolicyLike,
    new: PolicyLike,
    applications: Any,
    *,
    outcome: str | None = None,
    bad: Collection[str] = (),
    segment: str | None = None,
    mapping: Mapping[str, str] | None = None,
    said: Callable[[int, int], None] = lambda done, total: None,
) -> Backtest:
    """Both policies on every application of a path or dataframe, in the words of the axioms.

    ``outcome`` names the column of what came of it, ``bad`` its bad values, ``segment`` a column to tell apart. Raises
    InputRejected for policies of two currencies, and what the readers of both kinds of file raise.
    """
    before, after = _policy(old), _policy(new)
    if before.currency != after.currency:
        raise InputRejected(f"one policy is in {before.currency}, the other in {after.currency}")
    found = read_applications(
        applications, outcome=outcome, bad=bad, segment=segment, mapping=mapping, currency=before.currency
    )
    decided = _decide(found, before, after, said)
    notes = (*found.notes, *_about_policies(before, after))
    return compared(decided, before, after, outcome=outcome or "", segment=segment or "", notes=notes)


def _policy(source: PolicyLike) -> Policy:
    return source if isinstance(source, Policy) else policy_from(Path(source))


def _decide(found: Applications, old: Policy, new: Policy, said: Callable[[int, int], None]) -> tuple[Decided, ...]:
    decided = []
    for i, row in enumerate(found.rows):
        facts = [facts_of_row(row, found.there, policy) for policy in (old, new)]
        before, after = offer(facts[0], old), offer(facts[1], new)
        decided.append(Decided(i + 1, before, after, float(probability(facts[0])), found.bads[i], found.segments[i]))
        said(i + 1, len(found.rows))
    return tuple(decided)


def compared(
    decided: Sequence[Decided],
    old: Policy,
    new: Policy,
    *,
    outcome: str = "",
    segment: str = "",
    notes: Sequence[Reason] = (),
) -> Backtest:
    """Everything that is told of two policies on the same applications, whoever had them decide."""
    names = sorted({one.segment for one in decided}) if segment else []
    both = [(proposed(one.old), proposed(one.new)) for one in decided if one.swap == "both"]
    whole = part_of("", decided, old, new)
    return Backtest(
        whole=whole,
        changes=differences(old, new),
        moved=Counter(word_pair(one) for one in decided),
        raised=sum(b.limit > a.limit for a, b in both if a and b),
        lowered=sum(b.limit < a.limit for a, b in both if a and b),
        segments=tuple(part_of(name, [one for one in decided if one.segment == name], old, new) for name in names),
        why_in=_why(one.old for one in decided if one.swap == "in"),
        why_out=_why(one.new for one in decided if one.swap == "out"),
        difference=rate_difference(whole.groups["in"], whole.groups["out"]),
        outcome=outcome,
        segment=segment,
        notes=tuple(notes),
        decided=tuple(decided),
    )


def _about_policies(old: Policy, new: Policy) -> list[Reason]:
    """Thresholds that shaped the facts themselves: a file holds them as they were."""
    shaping = [name for name in ("p_miss_max", "floor_days", "p_early_max") if getattr(old, name) != getattr(new, name)]
    return [Reason("facts-as-they-were", {"keys": ", ".join(shaping)})] if shaping else []


def part_of(name: str, decided: Sequence[Decided], old: Policy, new: Policy) -> Part:
    """Both policies and the swap set over these applications."""
    bads = [one.bad for one in decided]
    return Part(
        name=name,
        count=len(decided),
        old=_side(old, [one.old for one in decided], bads),
        new=_side(new, [one.new for one in decided], bads),
        groups={swap: _group(swap, decided, old.currency) for swap in SWAPS},
    )


def _side(policy: Policy, outcomes: Sequence[Outcome], bads: Sequence[bool | None]) -> Side:
    words = Counter(word_of(one) for one in outcomes)
    lent = [(made, bad) for one, bad in zip(outcomes, bads, strict=True) if (made := proposed(one)) is not None]
    limits = sum((made.limit for made, _ in lent), Money.zero(policy.currency))
    known = [bad for _, bad in lent if bad is not None]
    total = len(outcomes)
    return Side(
        version=policy_version(policy),
        outcomes={"offer": words["offer"], "refer": words["refer"], "decline": words["decline"]},
        approval=share(words["offer"], total),
        lent=share(len(lent), total),
        limits=limits,
        limit_expected=Money(limits.minor // max(total, 1), policy.currency),
        rate_mean=_rate_mean([(made.limit.minor, float(made.rate_annual.annual)) for made, _ in lent]),
        known=len(known),
        bad_rate=share(sum(known), len(known)),
    )


def _rate_mean(lent: Sequence[tuple[int, float]]) -> float | None:
    """The mean rate, weighed by limits."""
    weight = sum(limit for limit, _ in lent)
    return sum(limit * rate for limit, rate in lent) / weight if weight else None


def _group(swap: Swap, decided: Sequence[Decided], currency: str) -> Group:
    found = [one for one in decided if one.swap == swap]
    known = [one.bad for one in found if one.bad is not None]
    made = [proposed(one.old if swap == "out" else one.new) for one in found]
    limits = sum((one.limit for one in made if one is not None), Money.zero(currency))
    expected = sum(one.probability for one in found) / len(found) if found else None
    rate = share(sum(known), len(known))
    return Group(swap, len(found), share(len(found), len(decided)), len(known), sum(known), rate, limits, expected)


def rate_difference(one: Group, other: Group) -> Figure | None:
    """The bad rate of ``one`` less that of ``other``, with Newcombe's interval of two Wilson intervals (1998)."""
    a, b = one.bad_rate, other.bad_rate
    if a is None or b is None:
        return None
    gap = a.value - b.value
    low = gap - math.hypot(a.value - a.low, b.high - b.value)
    high = gap + math.hypot(a.high - a.value, b.value - b.low)
    return Figure(gap, max(-1.0, low), min(1.0, high))


def _why(outcomes: Any) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(one.reasons[0].code for one in outcomes).most_common())
