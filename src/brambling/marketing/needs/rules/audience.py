"""One customer against one description of a need: contact, wait, or leave alone, and why. Pure.

A customer walks the steps in the order of ``STEPS`` and stops at the first that does not let it pass. What is not known
holds it there; so silence is what happens by default, and every contact has a reason and an end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money
from brambling.kit.reasons import Reason
from brambling.marketing.needs.rules.conditions import Condition, Facts, first_stop, leaves
from brambling.marketing.needs.rules.protection import barred, speaks_of_credit

Offer = Literal["credit", "wealth", "service"]
Act = Literal["contact", "hold", "leave"]
Step = Literal["eligible", "suitable", "needs", "timely", "consents", "rested", "worth"]
STEPS: tuple[Step, ...] = ("eligible", "suitable", "needs", "timely", "consents", "rested", "worth")
OFFERS = ("credit", "wealth", "service")
# What a column of refusals says when nothing is refused. Whatever else stands there and is not another offer, binds.
NOT_REFUSED = ("", "no", "none", "false", "0", "n", "否", "无")


@dataclass(frozen=True)
class Moment:
    """When the need happens (a date column), and how long before it a message is of use, in days.

    Later than ``days_before_min`` help could not arrive any more; earlier than ``days_before_max`` nobody listens.
    """

    column: str
    days_before_min: int
    days_before_max: int

    def __post_init__(self) -> None:
        if not 0 <= self.days_before_min <= self.days_before_max:
            raise InputRejected(
                f"from {self.days_before_max} to {self.days_before_min} days before is no time",
                expected="0 <= days_before_min <= days_before_max",
            )


@dataclass(frozen=True)
class Worth:
    """What a contact is worth, and doing nothing.

    ``met`` is what one met need is worth, ``cost`` what a contact costs and ``nuisance`` what it costs to disturb
    somebody without the need. ``strength`` is the chance that a need found by the conditions is real, where the column
    ``strength_column`` does not say. Of real needs, ``answer`` are met with a contact and ``anyway`` without one.
    """

    met: Money
    cost: Money
    nuisance: Money
    strength: Decimal
    answer: Decimal
    anyway: Decimal
    strength_column: str = "need_probability"
    answer_column: str = "need_answer"

    def __post_init__(self) -> None:
        for name in ("strength", "answer", "anyway"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputRejected(f"{name} {getattr(self, name)} is no share", expected="0 to 1")
        if min(self.met.minor, self.cost.minor, self.nuisance.minor) < 0:
            raise InputRejected("a value is negative", expected="met, cost and nuisance of 0 or more")


@dataclass(frozen=True)
class Rest:
    """How long a customer is left in peace: days since the last contact, and contacts in the last 90 days."""

    days_since_contact_min: int
    contacts_90d_max: int

    def __post_init__(self) -> None:
        if self.days_since_contact_min < 0 or self.contacts_90d_max < 1:
            raise InputRejected("a rest is out of range", expected="days of 0 or more, 1 contact or more")


@dataclass(frozen=True)
class NeedSpec:
    """A need as data: who may have the offer, whom it suits, who needs it, when, what that is worth, and the rest.

    ``offer`` is its topic at the gate. Raises InputRejected for what cannot be meant: no need condition, an unknown
    offer, or a loan called something else.
    """

    version: str
    name: str
    title: str
    offer: str
    need: tuple[Condition, ...]
    worth: Worth
    rest: Rest
    valid_days: int
    eligible: tuple[Condition, ...] = ()
    suitable: tuple[Condition, ...] = ()
    moment: Moment | None = None
    currency: str = "CNY"
    titles: dict[str, str] | None = None

    def __post_init__(self) -> None:
        if self.offer not in OFFERS:
            raise InputRejected(f"offer {self.offer!r} is unknown", expected=f"one of {', '.join(OFFERS)}")
        if not self.need:
            raise InputRejected("need has no condition", expected="what says that a customer needs it")
        if self.valid_days < 1:
            raise InputRejected(f"valid_days {self.valid_days}", expected="1 or more")
        words = " ".join([self.name, self.title, *(self.titles or {}).values()])
        if self.offer != "credit" and speaks_of_credit(words):
            raise InputRejected(f"{self.title!r} speaks of lending, but its offer is {self.offer}", expected="credit")

    def conditions(self) -> tuple[Condition, ...]:
        """All tests on columns."""
        return tuple(leaves((*self.eligible, *self.suitable, *self.need)))


@dataclass(frozen=True)
class Stand:
    """Where a customer stands: the act, the step it stopped at (None: contact), why, and the days of the message.

    ``contact`` and ``nothing`` are the values of the two acts, None where the walk ended before they were asked.
    """

    act: Act
    step: Step | None
    reason: Reason
    not_before: date | None = None
    not_after: date | None = None
    contact: Money | None = None
    nothing: Money | None = None


def stand(facts: Facts, spec: NeedSpec, today: date) -> Stand:
    """Where the customer with these facts stands today: ``contact``, ``hold`` (something is not known) or ``leave``."""
    stopped = (
        _conditions("eligible", "not-eligible", spec.eligible, facts)
        or _suitable(facts, spec)
        or _conditions("needs", "no-need", spec.need, facts)
        or _timely(facts, spec, today)
        or _consents(facts, spec)
        or _rested(facts, spec, today)
    )
    if stopped is not None:
        return stopped
    contact, nothing = values(facts, spec.worth)
    until = last_day(facts, spec, today)
    gain = contact - nothing
    if gain.minor <= 0:
        params = {"contact": str(contact), "nothing": str(nothing)}
        return Stand("leave", "worth", Reason("not-worth", params), contact=contact, nothing=nothing)
    when = facts.get(spec.moment.column) if spec.moment else None
    params = {"gain": str(gain), "until": until.isoformat()}
    if spec.moment is None:
        reason = Reason("needs-now", params)
    else:
        reason = Reason("needs-ahead", params | {"event": spec.moment.column, "day": str(when)})
    return Stand("contact", None, reason, today, until, contact, nothing)


def values(facts: Facts, worth: Worth) -> tuple[Money, Money]:
    """What a contact is worth, and doing nothing, in expectation."""
    strength = _share(facts, worth.strength_column, worth.strength)
    met, answer = worth.met.times(strength), _share(facts, worth.answer_column, worth.answer)
    contact = met.times(answer) - worth.cost - worth.nuisance.times(1 - strength)
    return contact, met.times(worth.anyway)


def _share(facts: Facts, column: str, otherwise: Decimal) -> Decimal:
    found = facts.get(column)
    return found if isinstance(found, Decimal) else otherwise


def last_day(facts: Facts, spec: NeedSpec, today: date) -> date:
    """The last day on which a message is of use: it dies with its moment, and with age."""
    aged = today + timedelta(days=spec.valid_days - 1)
    on = facts.get(spec.moment.column) if spec.moment else None
    if spec.moment is None or not isinstance(on, date):
        return aged
    return min(aged, on - timedelta(days=spec.moment.days_before_min))


# -- the steps ----------------------------------------------------------------------------------------------------------


def _unknown(step: Step, column: str) -> Stand:
    return Stand("hold", step, Reason("not-known", {"column": column}))


def _conditions(step: Step, code: str, conditions: tuple[Condition, ...], facts: Facts) -> Stand | None:
    stopped = first_stop(conditions, facts)
    if stopped is None:
        return None
    condition, known = stopped
    inside = tuple(leaves((condition,)))
    if not known:
        return _unknown(step, " | ".join(one.column for one in inside if facts.get(one.column) is None))
    told = "; ".join(f"{one.column} {_said(facts.get(one.column))} ({one.expected()})" for one in inside)
    return Stand("leave", step, Reason(code, {"told": told}))


def _said(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else "?" if value is None else str(value)


def _suitable(facts: Facts, spec: NeedSpec) -> Stand | None:
    """The hard rule and the description's conditions; what is known to fail is told before what is not known."""
    found = barred(facts) if spec.offer == "credit" else None
    if found is not None and found[1]:
        return Stand("leave", "suitable", Reason("protected", {"group": found[0]}))
    stopped = _conditions("suitable", "not-suitable", spec.suitable, facts)
    if found is not None and (stopped is None or stopped.act == "hold"):
        return Stand("hold", "suitable", Reason("protection-not-known", {"group": found[0]}))
    return stopped


def _timely(facts: Facts, spec: NeedSpec, today: date) -> Stand | None:
    moment = spec.moment
    if moment is None:
        return None
    if moment.column not in facts:
        return _unknown("timely", moment.column)
    on = facts[moment.column]
    if not isinstance(on, date):
        return Stand("leave", "timely", Reason("no-moment", {"event": moment.column}))
    first, last = on - timedelta(days=moment.days_before_max), on - timedelta(days=moment.days_before_min)
    params = {"event": moment.column, "day": on.isoformat()}
    if today > last:
        return Stand("leave", "timely", Reason("passed", params), not_after=last)
    if today < first:
        return Stand("leave", "timely", Reason("too-early", params | {"first": first.isoformat()}), first, last)
    return None


def _consents(facts: Facts, spec: NeedSpec) -> Stand | None:
    agreed = facts.get("consent_marketing")
    if agreed is None:
        return _unknown("consents", "consent_marketing")
    if agreed is not True:
        return Stand("leave", "consents", Reason("no-consent"))
    if "refused" not in facts:
        return _unknown("consents", "refused")
    scopes = str(facts["refused"] or "").lower().replace("、", ",").replace(";", ",").split(",")
    for scope in (part.strip() for part in scopes):
        if scope not in NOT_REFUSED and (scope == spec.offer or scope not in OFFERS):
            return Stand("leave", "consents", Reason("refused", {"scope": scope}))
    return None


def _rested(facts: Facts, spec: NeedSpec, today: date) -> Stand | None:
    for column in ("last_contact_on", "contacts_90d"):
        if column not in facts:
            return _unknown("rested", column)
    last, often = facts["last_contact_on"], facts["contacts_90d"]
    if often is None:
        return _unknown("rested", "contacts_90d")
    if isinstance(last, date):
        free = last + timedelta(days=spec.rest.days_since_contact_min)
        if today < free:
            params = {"day": last.isoformat(), "days": str(spec.rest.days_since_contact_min)}
            return Stand("leave", "rested", Reason("contacted-lately", params), not_before=free)
    if isinstance(often, Decimal) and often >= spec.rest.contacts_90d_max:
        return Stand("leave", "rested", Reason("contacted-often", {"count": str(int(often))}))
    return None
