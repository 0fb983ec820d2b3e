"""What forbids an offer, and what would turn it."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

from brambling.credit.underwriting.rules.ceilings import Ceilings, probability
from brambling.credit.underwriting.rules.facts import Facts
from brambling.credit.underwriting.rules.outcome import Change, Decline
from brambling.credit.underwriting.rules.policy import Policy
from brambling.credit.underwriting.rules.schedule import MONTHS_SIMULATED, instalments, whole
from brambling.kit.money import Money
from brambling.kit.reasons import Reason

REASONS_MAX = 4

Cause = tuple[Reason, Change | None]


def declined(causes: list[Cause]) -> Decline:
    largest: dict[str, Change] = {}  # of the same advice twice, the one that asks for more covers both
    for _, change in causes:
        if change is not None:
            before = largest.get(change.code)
            if before is None or _asked(change) > _asked(before):
                largest[change.code] = change
    changes = tuple(largest.values())
    return Decline(tuple(reason for reason, _ in causes)[:REASONS_MAX], changes)


def _asked(change: Change) -> Decimal:
    return Decimal(change.params.get("amount", "0"))


def barred(facts: Facts, policy: Policy) -> list[Cause]:
    """What forbids lending whatever the figures are."""
    causes: list[Cause] = []
    if facts.blocked:
        causes.append((Reason("blocked", {"reason": facts.blocked_reason}), Change("clear-block")))
    if facts.trade and facts.trade.lstrip("ABCDEFGHIJKLMNOPQRST").startswith(policy.trades_excluded):
        causes.append((Reason("trade-excluded", {"trade": facts.trade}), None))
    if facts.currency != policy.currency:
        causes.append((Reason("currency-not-served", {"currency": facts.currency, "served": policy.currency}), None))
    if not facts.consent:
        causes.append((Reason("no-consent"), Change("give-consent")))
    return causes


def failed(facts: Facts, policy: Policy, place: int | None, ceilings: Ceilings) -> list[Cause]:
    """What forbids lending for now, strongest first.

    Where the balance is not known nobody can say whether the account runs short: there is no offer, only what holds
    whatever the balance is.
    """
    causes: list[Cause] = []
    days, need = facts.history_days, policy.history_days_min
    if days < need:
        short = Reason("short-history", {"days": str(days), "days_min": str(need)})
        causes.append((short, Change("more-history", {"days": str(need - days)})))
    if facts.statement_age_days > policy.statement_age_days_max:
        params = {"days": str(facts.statement_age_days), "days_max": str(policy.statement_age_days_max)}
        causes.append((Reason("stale-statement", params), Change("newer-statement")))
    if not facts.balance_known:
        return [*_unknown(facts, policy), *causes, *_too_small(facts, policy, ceilings)]
    if place is None:
        causes.append(_too_risky(facts, policy))
    causes += _too_little_capacity(facts, policy, ceilings)
    causes += _too_small(facts, policy, ceilings)
    causes += _too_little_for_the_gap(facts, policy, ceilings)
    return causes


def _unknown(facts: Facts, policy: Policy) -> list[Cause]:
    """What the changes alone tell: how much must be there to be safe, and what can then be paid a month."""
    causes: list[Cause] = [(Reason("balance-unknown"), Change("give-balance"))]
    if facts.gap:
        params = {"gap": str(facts.gap), "probability": str(policy.p_miss_max)}
        causes.append((Reason("safe-from", params), None))
    if facts.capacity_instalment:
        causes.append((Reason("carries-at-least", {"instalment": str(facts.capacity_instalment)}), None))
    return causes


def _too_risky(facts: Facts, policy: Policy) -> Cause:
    most = policy.bands[-1].probability_max
    params = {"probability": str(probability(facts)), "probability_max": str(most)}
    if facts.probability_default is not None:
        return Reason("default-likely", params), Change("lower-risk", {"probability_max": str(most)})
    return Reason("shortfall-likely", params), Change("add-cash", {"amount": str(facts.cash_for_risk)})


def _too_little_capacity(facts: Facts, policy: Policy, ceilings: Ceilings) -> list[Cause]:
    """Cash flow that does not repay the smallest limit in any tenor."""
    causes: list[Cause] = []
    if ceilings.by_months and ceilings.capacity >= policy.limit_min:
        return causes
    months = ceilings.months_max
    needed = instalments(policy.limit_min, ceilings.rate_annual, months)[0].total
    if facts.capacity_instalment < needed:
        params = {"instalment": str(facts.capacity_instalment), "needed": str(needed)}
        causes.append((Reason("capacity-too-small", params), Change("raise-capacity", {"instalment": str(needed)})))
    surplus = needed.times(1 / Fraction(policy.surplus_share_max), ROUND_CEILING)
    if months > MONTHS_SIMULATED and facts.surplus_monthly < surplus:
        params = {"surplus": str(facts.surplus_monthly), "needed": str(surplus)}
        causes.append((Reason("surplus-too-small", params), Change("raise-surplus", {"surplus": str(surplus)})))
    return causes


def _too_small(facts: Facts, policy: Policy, ceilings: Ceilings) -> list[Cause]:
    """Ceilings that lie below the smallest limit whatever the balance is, each with what would lift it."""
    causes: list[Cause] = []
    least = policy.limit_min
    if ceilings.policy < least:
        owed, over = facts.owed_here or Money.zero(facts.currency), least - ceilings.policy
        params = {"owed": str(owed), "limit_max": str(policy.limit_max)}
        causes.append((Reason("exposure-full", params), Change("repay-first", {"amount": str(over)})))
    if ceilings.group is not None and ceilings.group < least:
        params = {"owed": str(facts.owed_group), "limit_max": str(policy.group_limit_max)}
        change = Change("repay-group-first", {"amount": str(least - ceilings.group)})
        causes.append((Reason("group-full", params), change))
    if ceilings.turnover < least:
        needed = least.times(1 / Fraction(policy.turnover_multiple), ROUND_CEILING)
        params = {"turnover": str(facts.inflow_year), "needed": str(needed)}
        causes.append((Reason("turnover-too-small", params), Change("raise-turnover", {"turnover": str(needed)})))
    if facts.requested is not None and whole(facts.requested, policy.limit_step) < least:
        params = {"requested": str(facts.requested), "limit_min": str(least)}
        causes.append((Reason("request-too-small", params), Change("ask-more", {"amount": str(least)})))
    return causes


def _too_little_for_the_gap(facts: Facts, policy: Policy, ceilings: Ceilings) -> list[Cause]:
    """A loan that leaves the gap open would be lost with it."""
    if ceilings.fitting(ceilings.wanted):
        return []
    enough = ceilings.fitting(ceilings.granted)
    if enough:
        needed = max(min(ceilings.spans[months].least for months in enough), policy.limit_min)
        reason = Reason("request-below-gap", {"requested": str(facts.requested), "needed": str(needed)})
        return [(reason, Change("ask-more", {"amount": str(needed)}))]
    floor = policy.limit_min  # a ceiling below it has a reason and a change of its own
    short = [
        (span.least - room, span.least, room)
        for months, span in ceilings.spans.items()
        if (room := max(min(ceilings.by_months[months], ceilings.granted), floor)) < span.least
    ]
    if not short and not facts.gap:
        return []
    missing, needed, room = min(short, default=(facts.gap, facts.gap, Money.zero(facts.currency)))
    params = {"needed": str(needed), "limit": str(room), "probability": str(policy.p_miss_max)}
    return [(Reason("gap-too-large", params), Change("add-cash", {"amount": str(missing)}))]
