"""How much we lend, at what price, and why. Pure: facts and a policy in; an offer, a decline or a referral out.

The limit is the least of what cash flow can repay, what the policy allows and what the turnover supports: a mean would
let one strong figure hide a weak one. Nothing here reads a clock, a database or a language: reasons are codes with
parameters, and the same facts under the same policy give the same bytes on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from functools import cache

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money, Rate
from brambling.kit.reasons import Reason

__all__ = [
    "Band",
    "Change",
    "Decline",
    "Facts",
    "Instalment",
    "LimitLine",
    "Offer",
    "Outcome",
    "Policy",
    "Reason",
    "Refer",
    "offer",
]

REASONS_MAX = 4
# Instalments that fall within the simulated 13 weeks are tested on the paths alone; later ones also on the surplus.
MONTHS_SIMULATED = 3


@dataclass(frozen=True)
class Facts:
    """What the decision may know, rounded to its grid: probabilities to 1e-6, money to the fen.

    ``gap`` is the cash that, added today, would bring P(running short) down to the policy's P(miss); the loan has to
    bring it. ``capacity_instalment`` is the largest monthly instalment that the simulated paths carry at that P(miss)
    once the gap is closed; what is lent beyond the gap counts as spent. ``idle`` is what can be away for the whole simulated time; ``cash_for_risk`` the cash that, added today, would bring
    P(shortfall) down to the policy's worst band. Where the balance is unknown the paths start at an empty account.
    ``statement_age_days`` counts from the last day of the statement to the day of the decision. ``trade`` is a GB/T 4754 code, empty where not known.
    ``owed_here`` is the principal of loans of this bank that are not paid back; their instalments are in
    ``existing_debt_monthly`` and already taken off ``capacity_instalment``.
    """

    consent: bool
    blocked: bool
    blocked_reason: str
    trade: str
    history_days: int
    statement_age_days: int
    balance_known: bool
    inflow_year: Money
    outflow_year: Money
    existing_debt_monthly: Money
    capacity_instalment: Money
    gap: Money
    p_shortfall: Decimal
    cash_for_risk: Money
    idle: Money
    probability_default: Decimal | None = None
    requested: Money | None = None
    owed_here: Money | None = None

    @property
    def currency(self) -> str:
        """Currency of every amount of the business."""
        return self.inflow_year.currency

    @property
    def surplus_monthly(self) -> Money:
        """What a month leaves after purchases, costs and present debt; never below zero."""
        left = (self.inflow_year - self.outflow_year).times(Fraction(1, 12), ROUND_FLOOR) - self.existing_debt_monthly
        return max(left, Money.zero(self.currency))


@dataclass(frozen=True)
class Band:
    """A risk band: probabilities up to ``probability_max`` pay ``rate_annual`` for at most ``tenor_months_max``."""

    name: str
    probability_max: Decimal
    rate_annual: Rate
    tenor_months_max: int


@dataclass(frozen=True)
class Policy:
    """Every threshold of the decision. Raises InputRejected when the bands are not in order or break the legal cap."""

    version: str
    currency: str
    limit_max: Money
    limit_min: Money
    limit_step: Money
    turnover_multiple: Decimal
    refer_above: Money
    history_days_min: int
    floor_days: int
    p_miss_max: Decimal
    p_early_max: Decimal
    surplus_share_max: Decimal
    tenor_months: tuple[int, ...]
    trades_excluded: tuple[str, ...]
    rate_annual_max: Rate
    refer_bands_apart: int
    refer_days: int
    offer_valid_days: int
    statement_age_days_max: int
    bands: tuple[Band, ...]

    def __post_init__(self) -> None:
        if not self.bands or not self.tenor_months:
            raise InputRejected("bands and tenor_months must not be empty")
        if list(self.tenor_months) != sorted(set(self.tenor_months)) or self.tenor_months[0] < 1:
            raise InputRejected("tenor_months are not rising", expected="months from short to long")
        step = self.limit_step.minor
        if step <= 0 or not self.limit_step <= self.limit_min <= self.limit_max:
            raise InputRejected("limits are not in order", expected="limit_step <= limit_min <= limit_max")
        if self.limit_min.minor % step or self.limit_max.minor % step:
            raise InputRejected("limit_min and limit_max must be multiples of limit_step")
        if self.turnover_multiple <= 0 or not 0 < self.surplus_share_max <= 1 or not 0 <= self.p_miss_max < 1:
            raise InputRejected("turnover_multiple, surplus_share_max or p_miss_max is out of range")
        for band in self.bands:
            if band.rate_annual > self.rate_annual_max or band.rate_annual.annual < 0:
                raise InputRejected(
                    f"band {band.name}: {band.rate_annual.shown()} is outside the legal range",
                    expected=f"0 to {self.rate_annual_max.shown()}",
                )
            if band.tenor_months_max < self.tenor_months[0]:
                raise InputRejected(f"band {band.name}: no tenor fits tenor_months_max")
        for better, worse in zip(self.bands, self.bands[1:], strict=False):
            if not (
                better.probability_max < worse.probability_max
                and better.rate_annual <= worse.rate_annual
                and better.tenor_months_max >= worse.tenor_months_max
            ):
                raise InputRejected(
                    f"bands {better.name} and {worse.name} are out of order",
                    expected="rising probability and rate, tenor that does not rise",
                )

    def band_of(self, probability: Decimal) -> int | None:
        """Index of the band of ``probability``; None beyond the last one."""
        return next((i for i, band in enumerate(self.bands) if probability <= band.probability_max), None)


class Change(Reason):
    """Something the business can change so that the decision would turn, as a code with parameters."""


@dataclass(frozen=True)
class LimitLine:
    """One ceiling of the limit: its name and its amount."""

    name: str
    amount: Money


@dataclass(frozen=True)
class Instalment:
    """A payment due ``due_day`` days after the pay-out."""

    due_day: int
    principal: Money
    interest: Money

    @property
    def total(self) -> Money:
        """Principal and interest."""
        return self.principal + self.interest


@dataclass(frozen=True)
class Offer:
    """What the business may borrow. ``lines`` are the ceilings whose least is the limit."""

    limit: Money
    rate_annual: Rate
    tenor_days: int
    schedule: tuple[Instalment, ...]
    risk_band: str
    reasons: tuple[Reason, ...]
    lines: tuple[LimitLine, ...]

    @property
    def interest(self) -> Money:
        """All interest when the whole limit is drawn and paid by schedule."""
        return sum((part.interest for part in self.schedule), Money.zero(self.limit.currency))


@dataclass(frozen=True)
class Decline:
    """The bank's no: the limit is zero. ``changes`` together would turn it; empty where nothing feasible would."""

    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Refer:
    """A person of ``role`` decides; ``proposal`` is what the policy would offer."""

    reasons: tuple[Reason, ...]
    role: str
    proposal: Offer


Outcome = Offer | Decline | Refer


def proposed(outcome: Outcome) -> Offer | None:
    """The offer in an outcome, also one that a person still has to confirm; None in a decline."""
    if isinstance(outcome, Refer):
        return outcome.proposal
    return outcome if isinstance(outcome, Offer) else None


def offer(facts: Facts, policy: Policy) -> Outcome:
    """The offer this policy makes, the decline it must, or the question it puts to a person.

    A blocked business is always declined. More income or more capacity never lowers the limit, and a higher
    probability never lowers the price (both hold for every policy that passes its own checks).
    """
    barred = _barred(facts, policy)
    if barred:
        return _decline(barred)
    place = policy.band_of(_probability(facts))
    ceilings = _ceilings(facts, policy, policy.bands[place if place is not None else -1])
    failed = _failed(facts, policy, place, ceilings)
    if failed:
        return _decline(failed)
    assert place is not None
    made = _make(facts, policy, policy.bands[place], ceilings)
    asks = _questions(facts, policy, made)
    return Refer(asks[:REASONS_MAX], "approver", made) if asks else made


# -- the ceilings --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Ceilings:
    """What each ceiling allows, in whole steps; ``by_months`` is repayment capacity by tenor at ``rate_annual``."""

    by_months: dict[int, Money]
    turnover: Money
    policy: Money
    rate_annual: Rate

    @property
    def capacity(self) -> Money:
        return max(self.by_months.values())


def _probability(facts: Facts) -> Decimal:
    return facts.p_shortfall if facts.probability_default is None else facts.probability_default


def _ceilings(facts: Facts, policy: Policy, band: Band) -> _Ceilings:
    zero, rate, step = Money.zero(facts.currency), band.rate_annual, policy.limit_step
    paths = max(facts.capacity_instalment, zero)
    both = min(paths, facts.surplus_monthly.times(policy.surplus_share_max, ROUND_FLOOR))
    by_months = {
        months: largest_principal(paths if months <= MONTHS_SIMULATED else both, rate, months, step)
        for months in policy.tenor_months
        if months <= band.tenor_months_max
    }
    # turnover and policy bound what a business owes this bank in all, not each loan of it
    owed = facts.owed_here or zero
    turnover = max(facts.inflow_year, zero).times(policy.turnover_multiple, ROUND_FLOOR)
    room = [_whole(max(whole - owed, zero), step) for whole in (turnover, policy.limit_max)]
    return _Ceilings(by_months, room[0], room[1], rate)


def _whole(amount: Money, step: Money) -> Money:
    """``amount`` rounded down to whole steps."""
    return Money(amount.minor // step.minor * step.minor, amount.currency)


def due_days(months: int) -> tuple[int, ...]:
    """Days after the pay-out on which ``months`` equal parts of a year fall due: 30, 60, 91, 121, ..."""
    return tuple(365 * (i + 1) // 12 for i in range(months))


@cache  # a bank has few rates and tenors, and exact fractions are slow
def _discount_sum(rate: Rate, months: int) -> Fraction:
    """What one yuan at every due day is worth today, interest by actual days over 365."""
    worth, total, before = Fraction(1), Fraction(0), 0
    for day in due_days(months):
        worth /= 1 + Fraction(rate.annual) * (day - before) / 365
        total += worth
        before = day
    return total


def largest_principal(room: Money, rate: Rate, months: int, step: Money) -> Money:
    """The largest whole number of steps whose instalments all stay within ``room``; zero when none does."""
    worth = Fraction(room.minor) * _discount_sum(rate, months)
    principal = _whole(Money(int(worth), room.currency), step) + step  # rounding may be on our side by a fen
    while principal.minor > 0 and instalments(principal, rate, months)[0].total > room:
        principal -= step
    return principal


def instalments(principal: Money, rate: Rate, months: int) -> tuple[Instalment, ...]:
    """Equal instalments of ``principal`` > 0: interest on what is still owed by actual days over 365.

    All instalments are equal but the last, which is what is left and never larger. The principal parts sum to
    ``principal`` exactly.
    """
    equal = -int(-(Fraction(principal.minor) / _discount_sum(rate, months)) // 1)
    while True:
        plan = _pay_down(principal, rate, months, equal)
        if plan[-1].total.minor <= equal:
            return plan
        equal += 1  # interest was rounded up more often than down


def _pay_down(principal: Money, rate: Rate, months: int, equal: int) -> tuple[Instalment, ...]:
    owed, before, plan = principal, 0, []
    days = due_days(months)
    for day in days:
        interest = rate.interest(owed, day - before)
        part = owed if day == days[-1] else min(Money(equal, principal.currency) - interest, owed)
        plan.append(Instalment(day, part, interest))
        owed, before = owed - part, day
    return tuple(plan)


# -- the offer -----------------------------------------------------------------------------------------------------


def _make(facts: Facts, policy: Policy, band: Band, ceilings: _Ceilings) -> Offer:
    """The offer under ceilings of which each reaches the smallest limit."""
    lines = [LimitLine("capacity", ceilings.capacity), LimitLine("turnover", ceilings.turnover)]
    lines.append(LimitLine("policy", ceilings.policy))
    if facts.requested is not None:
        lines.append(LimitLine("request", _whole(facts.requested, policy.limit_step)))
    binding = min(reversed(lines), key=lambda line: line.amount)  # of equals the last: what was asked for
    limit = binding.amount
    months = min(months for months, amount in ceilings.by_months.items() if amount >= limit)
    plan = instalments(limit, band.rate_annual, months)
    reasons = _reasons(facts, policy, band, binding, plan)
    return Offer(limit, band.rate_annual, plan[-1].due_day, plan, band.name, reasons[:REASONS_MAX], tuple(lines))


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
        "request": Reason("limit-request", {"instalment": instalment, "months": months}),
    }
    reasons.append(limits[binding.name])
    if facts.gap:
        reasons.append(Reason("closes-gap", {"gap": str(facts.gap)}))
    basis = "shortfall" if facts.probability_default is None else "default"
    price = {"band": band.name, "probability": str(_probability(facts)), "rate_annual": str(band.rate_annual)}
    reasons.append(Reason(f"price-{basis}", price))
    if not facts.balance_known:
        reasons.append(Reason("balance-assumed-zero"))
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


# -- what forbids an offer -----------------------------------------------------------------------------------------

_Cause = tuple[Reason, Change | None]


def _decline(causes: list[_Cause]) -> Decline:
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


def _barred(facts: Facts, policy: Policy) -> list[_Cause]:
    """What forbids lending whatever the figures are."""
    causes: list[_Cause] = []
    if facts.blocked:
        causes.append((Reason("blocked", {"reason": facts.blocked_reason}), Change("clear-block")))
    if facts.trade and facts.trade.lstrip("ABCDEFGHIJKLMNOPQRST").startswith(policy.trades_excluded):
        causes.append((Reason("trade-excluded", {"trade": facts.trade}), None))
    if facts.currency != policy.currency:
        causes.append((Reason("currency-not-served", {"currency": facts.currency, "served": policy.currency}), None))
    if not facts.consent:
        causes.append((Reason("no-consent"), Change("give-consent")))
    return causes


def _failed(facts: Facts, policy: Policy, place: int | None, ceilings: _Ceilings) -> list[_Cause]:
    """What forbids lending for now, strongest first."""
    causes: list[_Cause] = []
    days, need = facts.history_days, policy.history_days_min
    if days < need:
        short = Reason("short-history", {"days": str(days), "days_min": str(need)})
        causes.append((short, Change("more-history", {"days": str(need - days)})))
    if facts.statement_age_days > policy.statement_age_days_max:
        params = {"days": str(facts.statement_age_days), "days_max": str(policy.statement_age_days_max)}
        causes.append((Reason("stale-statement", params), Change("newer-statement")))
    if place is None:
        causes.append(_too_risky(facts, policy))
    causes += _too_small(facts, policy, ceilings)
    causes += _too_little_for_the_gap(facts, policy, ceilings)
    if causes and not facts.balance_known:
        causes.insert(0, (Reason("balance-unknown"), Change("give-balance")))
    return causes


def _too_risky(facts: Facts, policy: Policy) -> _Cause:
    most = policy.bands[-1].probability_max
    params = {"probability": str(_probability(facts)), "probability_max": str(most)}
    if facts.probability_default is not None:
        return Reason("default-likely", params), Change("lower-risk", {"probability_max": str(most)})
    return Reason("shortfall-likely", params), Change("add-cash", {"amount": str(facts.cash_for_risk)})


def _too_small(facts: Facts, policy: Policy, ceilings: _Ceilings) -> list[_Cause]:
    """Ceilings that lie below the smallest limit, each with what would lift it."""
    causes: list[_Cause] = []
    least = policy.limit_min
    if ceilings.capacity < least:
        months = max(ceilings.by_months)
        needed = instalments(least, ceilings.rate_annual, months)[0].total
        if facts.capacity_instalment < needed:
            params = {"instalment": str(facts.capacity_instalment), "needed": str(needed)}
            causes.append((Reason("capacity-too-small", params), Change("raise-capacity", {"instalment": str(needed)})))
        surplus = needed.times(1 / Fraction(policy.surplus_share_max), ROUND_CEILING)
        if months > MONTHS_SIMULATED and facts.surplus_monthly < surplus:
            params = {"surplus": str(facts.surplus_monthly), "needed": str(surplus)}
            causes.append((Reason("surplus-too-small", params), Change("raise-surplus", {"surplus": str(surplus)})))
    if ceilings.policy < least:
        owed, over = facts.owed_here or Money.zero(facts.currency), least - ceilings.policy
        params = {"owed": str(owed), "limit_max": str(policy.limit_max)}
        causes.append((Reason("exposure-full", params), Change("repay-first", {"amount": str(over)})))
    if ceilings.turnover < least:
        needed = least.times(1 / Fraction(policy.turnover_multiple), ROUND_CEILING)
        params = {"turnover": str(facts.inflow_year), "needed": str(needed)}
        causes.append((Reason("turnover-too-small", params), Change("raise-turnover", {"turnover": str(needed)})))
    if facts.requested is not None and _whole(facts.requested, policy.limit_step) < least:
        params = {"requested": str(facts.requested), "limit_min": str(least)}
        causes.append((Reason("request-too-small", params), Change("ask-more", {"amount": str(least)})))
    return causes


def _too_little_for_the_gap(facts: Facts, policy: Policy, ceilings: _Ceilings) -> list[_Cause]:
    """A loan that leaves the gap open would be lost with it."""
    room = max(min(ceilings.capacity, ceilings.turnover, policy.limit_max), policy.limit_min)
    if facts.gap > room:
        reason = Reason("gap-too-large", {"gap": str(facts.gap), "limit": str(room)})
        return [(reason, Change("add-cash", {"amount": str(facts.gap - room)}))]
    if facts.requested is not None and _whole(facts.requested, policy.limit_step) < facts.gap:
        step = policy.limit_step.minor
        needed = Money(-(-facts.gap.minor // step) * step, facts.gap.currency)
        reason = Reason("request-below-gap", {"requested": str(facts.requested), "gap": str(facts.gap)})
        return [(reason, Change("ask-more", {"amount": str(max(needed, policy.limit_min))}))]
    return []
