"""The smallest feasible change that would flip a decline or raise a limit: searched on the facts, verified by re-deciding.

Each lever moves one fact in the direction that never hurts, up to what a business can do. All levers together at their
most are tried first; then each, the dearest first, is drawn back as far as the aim allows. What is left is irreducible:
no part of it can be left out and none made smaller by a step. That is enough because the policy is monotone in every
lever, and it is checked: the facts that come out are decided again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from brambling.credit.underwriting.rules.ceilings import probability
from brambling.credit.underwriting.rules.declines import barred
from brambling.credit.underwriting.rules.facts import Facts, Span
from brambling.credit.underwriting.rules.offers import offer
from brambling.credit.underwriting.rules.outcome import Outcome, proposed
from brambling.credit.underwriting.rules.policy import Policy
from brambling.kit.money import Money

STEP_MINOR = 100_00  # amounts of a lever are told in whole hundreds
REACH = Decimal("0.30")  # of a year's sales or costs: what a business can move within a year
RAISE = Decimal("0.10")  # a raise below a tenth is not worth its work


@dataclass(frozen=True)
class Step:
    """One part of a change: the lever's code, and how far it is moved, in smallest units or days."""

    code: str
    size: int


@dataclass(frozen=True)
class Improvement:
    """An irreducible change: its steps, and what the policy then decides."""

    steps: tuple[Step, ...]
    outcome: Outcome


@dataclass(frozen=True)
class _Lever:
    """One thing a business can do: ``most`` is how far, in units of ``unit``; ``move`` gives the facts after it."""

    code: str
    most: int
    unit: int
    move: Callable[[Facts, int], Facts]


def smallest_change(facts: Facts, policy: Policy) -> Improvement | None:
    """The change that turns a decline into an offer, or raises the limit of one by a tenth or more.

    None where nothing feasible does, and for what bars a business whatever its figures are.
    """
    if barred(facts, policy):
        return None
    present = proposed(offer(facts, policy))
    aim = policy.limit_min
    if present is not None:
        aim = present.limit + max(present.limit.times(RAISE, ROUND_FLOOR), policy.limit_step)
    levers = _levers(facts, policy)
    sizes = {lever.code: lever.most for lever in levers}
    if not _reached(facts, policy, levers, sizes, aim):
        return None
    for lever in levers:
        sizes[lever.code] = _least(facts, policy, levers, sizes, lever.code, aim)
    outcome = offer(_moved(facts, levers, sizes), policy)
    made = proposed(outcome)
    assert made is not None
    assert made.limit >= aim  # verified by deciding again
    steps = tuple(Step(lever.code, sizes[lever.code] * lever.unit) for lever in levers if sizes[lever.code])
    return Improvement(steps, outcome)


def _reached(facts: Facts, policy: Policy, levers: list[_Lever], sizes: Mapping[str, int], aim: Money) -> bool:
    made = proposed(offer(_moved(facts, levers, sizes), policy))
    return made is not None and made.limit >= aim


def _moved(facts: Facts, levers: list[_Lever], sizes: Mapping[str, int]) -> Facts:
    for lever in levers:
        if sizes[lever.code]:
            facts = lever.move(facts, sizes[lever.code] * lever.unit)
    return facts


def _least(facts: Facts, policy: Policy, levers: list[_Lever], sizes: Mapping[str, int], code: str, aim: Money) -> int:
    """How far ``code`` has to be moved at the least while the others stay as they are."""
    low, high = -1, sizes[code]
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _reached(facts, policy, levers, {**sizes, code: middle}, aim) else (middle, high)
    return high


def _levers(facts: Facts, policy: Policy) -> list[_Lever]:
    """What a business can do, the dearest first."""
    currency = facts.currency

    def plus(amount: Money, minor: int) -> Money:
        return amount + Money(minor, currency)

    def less(amount: Money, minor: int) -> Money:
        return max(amount - Money(minor, currency), Money.zero(currency))

    def units(amount: Money, share: Decimal = Decimal(1)) -> int:
        return max(0, -(-int(amount.minor * share) // STEP_MINOR))

    year = max(facts.inflow_year, Money.zero(currency))
    costs = max(facts.outflow_year, Money.zero(currency))
    found = [
        _Lever("sell-more", units(year, REACH), STEP_MINOR, _sold),
        _Lever(
            "spend-less",
            units(costs, REACH),
            STEP_MINOR,
            lambda f, m: replace(f, outflow_year=less(f.outflow_year, m)),
        ),
        _Lever(
            "spread-payments",
            units(year, REACH / 12),
            STEP_MINOR,
            lambda f, m: replace(f, capacity_instalment=plus(f.capacity_instalment, m)),
        ),
        _Lever("keep-cash", units(max(facts.gap, facts.cash_for_risk)), STEP_MINOR, lambda f, m: _kept(f, policy, m)),
        _Lever(
            "repay-loans-here",
            units(facts.owed_here or Money.zero(currency)),
            STEP_MINOR,
            lambda f, m: replace(f, owed_here=less(f.owed_here or Money.zero(currency), m)),
        ),
        _Lever(
            "bring-history",
            max(0, policy.history_days_min - facts.history_days),
            1,
            lambda f, days: replace(f, history_days=f.history_days + days),
        ),
        _Lever(
            "bring-newer-statement",
            int(facts.statement_age_days > policy.statement_age_days_max),
            1,
            lambda f, _flag: replace(f, statement_age_days=0),
        ),
        _Lever("give-balance", int(not facts.balance_known), 1, lambda f, _flag: replace(f, balance_known=True)),
    ]
    if facts.requested is not None:
        room = max(policy.limit_max - facts.requested, Money.zero(currency))
        found.append(_Lever("ask-for-more", units(room), STEP_MINOR, _asked))
    return [lever for lever in found if lever.most > 0]


def _sold(facts: Facts, minor: int) -> Facts:
    """More sales with costs in proportion: the surplus grows as it is, and nothing is promised beyond it."""
    more = Money(minor, facts.currency)
    share = Decimal(facts.outflow_year.minor) / facts.inflow_year.minor if facts.inflow_year.minor > 0 else Decimal(1)
    costs = Money(int(minor * min(max(share, Decimal(0)), Decimal(1))), facts.currency)
    return replace(facts, inflow_year=facts.inflow_year + more, outflow_year=facts.outflow_year + costs)


def _kept(facts: Facts, policy: Policy, minor: int) -> Facts:
    """Own cash in the account from today on: the gap shrinks by it, and so does the least safe loan of every tenor.

    The chance of running short is counted as lower only from the amount on that the paths themselves gave for the worst
    band: in between nobody has counted it.
    """
    cash, step = Money(minor, facts.currency), policy.limit_step
    worst = policy.bands[-1].probability_max
    safe = facts.cash_for_risk.minor > 0 and minor >= facts.cash_for_risk.minor
    spans = tuple(
        Span(
            span.months,
            max(step, Money(-(-(span.least - cash).minor // step.minor) * step.minor, facts.currency)),
            span.most,
        )
        for span in facts.spans
    )
    return replace(
        facts,
        gap=max(facts.gap - cash, Money.zero(facts.currency)),
        p_shortfall=min(facts.p_shortfall, worst)
        if safe and probability(facts) == facts.p_shortfall
        else facts.p_shortfall,
        spans=spans,
    )


def _asked(facts: Facts, minor: int) -> Facts:
    assert facts.requested is not None
    return replace(facts, requested=facts.requested + Money(minor, facts.currency))
