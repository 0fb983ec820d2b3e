"""What each ceiling of a limit allows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from brambling.credit.underwriting.rules.facts import Facts, Span
from brambling.credit.underwriting.rules.policy import Band, Policy
from brambling.credit.underwriting.rules.schedule import MONTHS_SIMULATED, largest_principal, whole
from brambling.kit.money import Money, Rate


@dataclass(frozen=True)
class Ceilings:
    """What each ceiling allows, in whole steps; ``by_months`` is repayment capacity by tenor at ``rate_annual``.

    ``spans`` are the safe principals of the same tenors; a tenor without one is in neither.
    """

    by_months: dict[int, Money]
    spans: dict[int, Span]
    turnover: Money
    policy: Money
    requested: Money | None
    rate_annual: Rate
    months_max: int
    group: Money | None = None

    @property
    def capacity(self) -> Money:
        """What cash flow repays in the best tenor, whether or not that closes the gap."""
        return max(self.by_months.values(), default=Money.zero(self.policy.currency))

    @property
    def granted(self) -> Money:
        """The least of what does not depend on the tenor and on the business's wish."""
        room = min(self.turnover, self.policy)
        return room if self.group is None else min(room, self.group)

    @property
    def wanted(self) -> Money:
        """The least of what does not depend on the tenor."""
        return self.granted if self.requested is None else min(self.granted, self.requested)

    def fitting(self, room: Money) -> dict[int, Money]:
        """Capacity of the tenors in which the most that can be lent within ``room`` is enough to be safe."""
        return {
            months: amount for months, amount in self.by_months.items() if self.spans[months].least <= min(amount, room)
        }


def probability(facts: Facts) -> Decimal:
    """What the price goes by: the scorecard's probability of default where there is one, else P(shortfall)."""
    return facts.p_shortfall if facts.probability_default is None else facts.probability_default


def ceilings_of(facts: Facts, policy: Policy, band: Band) -> Ceilings:
    """The ceilings at the price and within the tenors of ``band``."""
    zero, rate, step = Money.zero(facts.currency), band.rate_annual, policy.limit_step
    paths = max(facts.capacity_instalment, zero)
    both = min(paths, facts.surplus_monthly.times(policy.surplus_share_max, ROUND_FLOOR))
    spans = {span.months: span for span in facts.spans if span.months <= band.tenor_months_max}
    by_months = {}
    for months, span in spans.items():
        carried = largest_principal(paths if months <= MONTHS_SIMULATED else both, rate, months, step)
        by_months[months] = carried if span.most is None else min(carried, span.most)
    # turnover and policy bound what a business owes this bank in all, not each loan of it
    owed = facts.owed_here or zero
    turnover = max(facts.inflow_year, zero).times(policy.turnover_multiple, ROUND_FLOOR)
    turnover_room, policy_room = (whole(max(most - owed, zero), step) for most in (turnover, policy.limit_max))
    return Ceilings(
        by_months,
        spans,
        turnover_room,
        policy_room,
        None if facts.requested is None else whole(facts.requested, step),
        rate,
        max(months for months in policy.tenor_months if months <= band.tenor_months_max),
        _group_room(facts, policy),
    )


def _group_room(facts: Facts, policy: Policy) -> Money | None:
    """What a group may still owe; None for a business that stands alone."""
    if facts.owed_group is None:
        return None
    zero = Money.zero(facts.currency)
    owed = (facts.owed_here or zero) + facts.owed_group
    return whole(max(policy.group_limit_max - owed, zero), policy.limit_step)
