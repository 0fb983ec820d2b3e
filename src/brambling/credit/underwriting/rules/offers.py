"""The decision itself."""

from __future__ import annotations

from collections.abc import Sequence

from brambling.credit.underwriting.rules.ceilings import Ceilings, ceilings_of, probability
from brambling.credit.underwriting.rules.declines import REASONS_MAX, barred, declined, failed
from brambling.credit.underwriting.rules.facts import Facts
from brambling.credit.underwriting.rules.outcome import LimitLine, Offer, Outcome, Refer
from brambling.credit.underwriting.rules.policy import Band, Policy
from brambling.credit.underwriting.rules.schedule import Instalment, due_days, instalments
from brambling.kit.reasons import Reason


def offer(facts: Facts, policy: Policy) -> Outcome:
    """The offer this policy makes, the decline it must, or the question it puts to a person.

    A blocked business is always declined, and nothing is offered on a balance nobody knows. More income or more
    capacity never lowers the limit, and a higher probability never lowers the price (both hold for every policy that
    passes its own checks).
    """
    bars = barred(facts, policy)
    if bars:
        return declined(bars)
    place = policy.band_of(probability(facts))
    ceilings = ceilings_of(facts, policy, policy.bands[place if place is not None else -1])
    causes = failed(facts, policy, place, ceilings)
    if causes:
        return declined(causes)
    assert place is not None
    made = _make(facts, policy, policy.bands[place], ceilings)
    asks = _questions(facts, policy, made)
    return Refer(asks[:REASONS_MAX], "approver", made) if asks else made


def _make(facts: Facts, policy: Policy, band: Band, ceilings: Ceilings) -> Offer:
    """The offer under ceilings of which each reaches the smallest limit and some tenor closes the gap."""
    fitting = ceilings.fitting(ceilings.wanted)
    lines = [LimitLine("capacity", max(fitting.values())), LimitLine("turnover", ceilings.turnover)]
    lines.append(LimitLine("policy", ceilings.policy))
    if ceilings.group is not None:
        lines.append(LimitLine("group", ceilings.group))
    if ceilings.requested is not None:
        lines.append(LimitLine("request", ceilings.requested))
    binding = min(reversed(lines), key=lambda line: line.amount)  # of equals the last: what was asked for
    limit = binding.amount
    safe = [months for months, amount in fitting.items() if ceilings.spans[months].least <= limit <= amount]
    months = tenor_of(safe, facts.cycle_days)
    plan = instalments(limit, band.rate_annual, months)
    reasons = _reasons(facts, policy, band, binding, plan)
    return Offer(
        limit=limit,
        least=max(policy.limit_min, ceilings.spans[months].least),
        rate_annual=band.rate_annual,
        tenor_days=plan[-1].due_day,
        schedule=plan,
        risk_band=band.name,
        reasons=reasons[:REASONS_MAX],
        lines=tuple(lines),
    )


def tenor_of(months: Sequence[int], cycle_days: int) -> int:
    """The tenor that fits the cash cycle: the shortest of ``months`` in which money laid out has come back, else the
    longest. Where the cycle is shorter than any of them it is the shortest: less interest, less that can happen."""
    long_enough = [one for one in months if due_days(one)[-1] >= cycle_days]
    return min(long_enough) if long_enough else max(months)


def _reasons(
    facts: Facts, policy: Policy, band: Band, binding: LimitLine, plan: tuple[Instalment, ...]
) -> tuple[Reason, ...]:
    """Why this offer, strongest first."""
    reasons = []
    if facts.requested is not None and facts.idle >= facts.requested:
        reasons.append(Reason("own-cash-suffices", {"idle": str(facts.idle), "requested": str(facts.requested)}))
    instalment, months = str(plan[0].total), str(len(plan))
    limits = {
        "capacity": Reason("limit-capacity", {"instalment": instalment, "months": months}),
        "turnover": Reason(
            "limit-turnover", {"turnover": str(facts.inflow_year), "multiple": str(policy.turnover_multiple)}
        ),
        "policy": Reason("limit-policy", {"limit_max": str(policy.limit_max)}),
        "group": Reason("limit-group", {"limit_max": str(policy.group_limit_max), "owed": str(facts.owed_group)}),
        "request": Reason("limit-request", {"instalment": instalment, "months": months}),
    }
    reasons.append(limits[binding.name])
    if facts.gap:
        reasons.append(Reason("closes-gap", {"probability": str(policy.p_miss_max)}))
    basis = "shortfall" if facts.probability_default is None else "default"
    price = {"band": band.name, "probability": str(probability(facts)), "rate_annual": str(band.rate_annual)}
    reasons.append(Reason(f"price-{basis}", price))
    if facts.owed_here:
        reasons.append(Reason("owed-here", {"owed": str(facts.owed_here)}))
    if facts.existing_debt_monthly:
        reasons.append(Reason("existing-debt", {"monthly": str(facts.existing_debt_monthly)}))
    return tuple(reasons)


def _questions(facts: Facts, policy: Policy, made: Offer) -> tuple[Reason, ...]:
    """What a person should look at before this offer is made."""
    asks = []
    if made.limit > policy.refer_above:
        asks.append(Reason("above-authority", {"limit": str(made.limit), "refer_above": str(policy.refer_above)}))
    if facts.probability_default is not None:
        by_cash, by_model = policy.band_of(facts.p_shortfall), policy.band_of(facts.probability_default)
        worst = len(policy.bands)
        apart = abs((worst if by_cash is None else by_cash) - (worst if by_model is None else by_model))
        if apart >= policy.refer_bands_apart:
            params = {"default": str(facts.probability_default), "shortfall": str(facts.p_shortfall)}
            asks.append(Reason("signals-disagree", params))
    return tuple(asks)
