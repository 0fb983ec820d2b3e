"""What underwriting keeps and hands on: applications, open offers, and decisions in plain form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from brambling.credit.underwriting.rules import (
    Change,
    Decline,
    Facts,
    Instalment,
    Offer,
    Outcome,
    Reason,
    Refer,
    proposed,
)
from brambling.kit.money import Money, Rate
from brambling.kit.policy import dump, load

OutcomeWord = Literal["offer", "refer", "decline"]


@dataclass(frozen=True)
class Application:
    """What a business asked for, and the decision it got. ``outcome`` is what the rules said first."""

    id: UUID
    customer_id: UUID
    requested: Money | None
    applied_at: datetime
    decision_id: UUID
    outcome: OutcomeWord


@dataclass(frozen=True)
class OpenOffer:
    """An offer as it stands: ``status`` is ``waiting`` for a person, ``open``, ``withdrawn`` by a person, or ``taken``.

    It can be accepted while it is open, up to ``expires_on``.
    """

    decision_id: UUID
    application_id: UUID
    customer_id: UUID
    limit: Money
    rate_annual: Rate
    tenor_days: int
    schedule: tuple[Instalment, ...]
    risk_band: str
    status: str
    expires_on: date


def word_of(outcome: Outcome) -> OutcomeWord:
    """``offer``, ``refer`` or ``decline``."""
    if isinstance(outcome, Decline):
        return "decline"
    return "refer" if isinstance(outcome, Refer) else "offer"


def facts_plain(facts: Facts) -> dict[str, Any]:
    """Facts as they stand in a decision; ``facts_from`` gives them back exactly."""
    return {"currency": facts.currency, **dump(facts)}


def facts_from(features: Mapping[str, Any]) -> Facts:
    """The facts of a recorded decision; raises InputRejected where they are not such."""
    values = {key: value for key, value in features.items() if key != "currency"}
    return load(Facts, values, currency=str(features.get("currency", "CNY")))


def outcome_plain(outcome: Outcome) -> dict[str, Any]:
    """The outcome as it stands in a decision: one of ``offer`` and ``decline``, and what a person is asked."""
    offer: Offer | None = proposed(outcome)
    result: dict[str, Any] = {"outcome": word_of(outcome), "reasons": reasons_plain(outcome)}
    if offer is not None:
        result["offer"] = dump(offer)
    if isinstance(outcome, Decline):
        result["decline"] = {"limit": "0.00", "changes": dump(outcome.changes)}
    if isinstance(outcome, Refer):
        result["role"] = outcome.role
    return result


def outcome_from(
    word: OutcomeWord, reasons: Sequence[Mapping[str, Any]], result: Mapping[str, Any], currency: str
) -> Outcome:
    """The outcome of a recorded decision: what :func:`result_plain` and :func:`reasons_plain` made of it."""
    told = tuple(Reason(one["code"], dict(one["params"])) for one in reasons)
    if word == "decline":
        changes = result["decline"]["changes"]
        return Decline(told, tuple(Change(one["code"], dict(one["params"])) for one in changes))
    made = load(Offer, result["offer"], currency=currency)
    return made if word == "offer" else Refer(told, result["role"], made)


def result_plain(outcome: Outcome) -> dict[str, Any]:
    """The outcome without what a decision records beside its result."""
    plain = outcome_plain(outcome)
    return {key: value for key, value in plain.items() if key not in ("outcome", "reasons")}


def reasons_plain(outcome: Outcome) -> list[dict[str, Any]]:
    """The reasons of an outcome as plain mappings."""
    return [{"code": reason.code, "params": dict(reason.params)} for reason in outcome.reasons]
