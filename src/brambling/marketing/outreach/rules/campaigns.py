"""A campaign: who is left without contact, which copy each of the others gets, and what came of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from brambling.bank.contact.rules import CHANNELS
from brambling.kit.errors import InputRejected
from brambling.marketing.uplift.rules.holdout import ReadOut, held_out, read_out
from brambling.marketing.uplift.rules.variants import Share, Tally, Variants

CONTACTED, HELD, HELD_FROM_ALL = "contacted", "held", "held-from-all"
ARMS = (CONTACTED, HELD, HELD_FROM_ALL)


@dataclass(frozen=True)
class Campaign:
    """A campaign as its YAML file says it. ``texts`` are the copies by name; ``control`` is the approved one, which is
    never stopped. ``hold_out`` is left without this campaign, ``hold_out_of_all`` (in ``period``) without any; a copy
    whose refusals are more than ``refusal_rate_max`` (with the probability the bandit asks for) is stopped."""

    name: str
    channel: str
    topic: str
    days: int
    texts: dict[str, str]
    control: str
    hold_out: Decimal
    period: str
    hold_out_of_all: Decimal
    refusal_rate_max: Decimal

    def __post_init__(self) -> None:
        if self.channel not in CHANNELS:
            raise InputRejected(f"{self.channel!r} is no channel", expected=", ".join(CHANNELS))
        if self.control not in self.texts:
            raise InputRejected(f"no control {self.control!r} among the texts", expected=", ".join(self.texts))
        if not 0 < self.hold_out < 1 or not 0 <= self.hold_out_of_all < 1:
            raise InputRejected("a hold-out is out of range", expected="a share above 0 and below 1")
        if not 0 < self.refusal_rate_max < 1 or self.days < 1 or not self.period:
            raise InputRejected("refusal_rate_max, days or period is out of range")


@dataclass(frozen=True)
class Member:
    """A customer in a campaign: ``arm``, the copy it was meant to get, and what came of it."""

    arm: str
    variant: str
    sent: bool
    succeeded: bool
    refused: bool


@dataclass(frozen=True)
class Result:
    """What a campaign did: counts at each step, the read-out of its hold-out (None where a side has fewer than two), and
    each copy with its tally and its share of the next batch."""

    members: int
    held: int
    held_from_all: int
    contacted: int
    sent: int
    succeeded: int
    refused: int
    read_out: ReadOut | None
    variants: Mapping[str, tuple[Tally, Share]]


def arm_of(campaign: Campaign, who: str) -> str:
    """The arm of a customer: a hash decides, so it is the same in every process and asks no table."""
    if held_out(who, float(campaign.hold_out_of_all), f"all/{campaign.period}"):
        return HELD_FROM_ALL
    return HELD if held_out(who, float(campaign.hold_out), campaign.name) else CONTACTED


def variant_of(campaign: Campaign, who: str, shares: Mapping[str, Share]) -> str:
    """The copy a contacted customer gets under ``shares``: a hash of the customer falls into one of them."""
    reached = 0.0
    names = sorted(shares)
    for name in names:
        reached += shares[name].share
        if held_out(who, min(reached, 1.0), f"{campaign.name}/copy"):
            return name
    return campaign.control


def shares_of(campaign: Campaign, members: Iterable[Member], seed: int) -> dict[str, tuple[Tally, Share]]:
    """Each copy's tally so far and its share of the next batch."""
    sent = [member for member in members if member.sent]
    tallies = {
        name: Tally(
            sends=sum(member.variant == name for member in sent),
            successes=sum(member.variant == name and member.succeeded for member in sent),
            refusals=sum(member.variant == name and member.refused for member in sent),
        )
        for name in campaign.texts
    }
    rules = Variants(campaign.control, float(campaign.refusal_rate_max))
    shares = rules.shares(tallies, seed)
    return {name: (tallies[name], shares[name]) for name in sorted(tallies)}


def result_of(campaign: Campaign, members: Iterable[Member], seed: int) -> Result:
    """What came of a campaign, by intention to contact: who was meant to be contacted counts, reached or not.

    The global hold-out is no part of the comparison: it is left out of every campaign, so it says what all do together.
    """
    known = list(members)
    contacted = [member for member in known if member.arm == CONTACTED]
    held = [member for member in known if member.arm == HELD]
    enough = min(len(contacted), len(held)) >= 2
    return Result(
        members=len(known),
        held=len(held),
        held_from_all=len(known) - len(held) - len(contacted),
        contacted=len(contacted),
        sent=sum(member.sent for member in known),
        succeeded=sum(member.succeeded for member in contacted),
        refused=sum(member.refused for member in contacted),
        read_out=read_out((m.succeeded for m in contacted), (m.succeeded for m in held)) if enough else None,
        variants=shares_of(campaign, known, seed),
    )
