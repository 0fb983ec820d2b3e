"""Credit decisions made again: what a capsule holds of them, and the two stages that find it all once more.

A capsule's raw part is the statement as the twin reads it, and nothing that already stands in the decision: policy,
seed, day, loans held and what the bank knew of the business are taken from the recorded inputs and features, so there
is no second copy that could say something else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from brambling.bank.decisions.rules import Decision
from brambling.credit.underwriting.features import Held, Standing, facts_of, facts_unread
from brambling.credit.underwriting.readers import policy_version
from brambling.credit.underwriting.rules import Policy, offer
from brambling.credit.underwriting.shapes import facts_from, facts_plain, reasons_plain, result_plain, word_of
from brambling.kit.clock import BEIJING
from brambling.kit.ids import key_of
from brambling.kit.money import Money
from brambling.kit.policy import load

if TYPE_CHECKING:
    from uuid import UUID

    from brambling.perception.cashflow.shapes import Statement

KIND = "credit"


class UnderwritingReplayer:
    """Makes credit decisions again: the rules from the recorded facts, the facts from the raw statement."""

    def decide(self, decision: Decision) -> dict[str, Any]:
        """Result, outcome and reasons of the rules, and what of versions, inputs and id follows from the record."""
        policy = _policy(decision.inputs)
        outcome = offer(facts_from(decision.features), policy)
        found: dict[str, Any] = {
            "result": result_plain(outcome),
            "outcome": word_of(outcome),
            "reasons": reasons_plain(outcome),
            "versions": {"policy": policy_version(policy)},
            "inputs": {"today": decision.at.astimezone(BEIJING).date().isoformat()},
            "id": str(decision_id_of(decision.inputs["application"])),
        }
        if not decision.features["consent"]:  # nothing was read, so the facts follow from the standing alone
            found["features"] = facts_plain(facts_unread(policy, _standing(decision)))
        return found

    def recompute(self, decision: Decision, raw: Mapping[str, Any]) -> dict[str, Any]:
        """The facts from the statement by a twin of the recorded seed; its versions, last day and digest beside them."""
        from brambling.perception.cashflow import Calibration, KnownFlow, twin

        policy, inputs = _policy(decision.inputs), decision.inputs
        known = [KnownFlow(date.fromisoformat(day), minor) for day, minor in inputs["known_flows"]]
        own = inputs["calibration"] and Calibration.from_dict(inputs["calibration"])
        today = date.fromisoformat(inputs["today"])
        made = twin(_statement(raw), seed=inputs["seed"], today=today, known=known, calibration=own)
        return {
            "features": facts_plain(facts_of(made, policy, _standing(decision))),
            "versions": {**made.versions, "policy": policy_version(policy)},
            "inputs": {"statement_until": made.statement_until.isoformat(), "statement_sha256": digest(raw)},
        }


def decision_id_of(application_id: UUID | str) -> UUID:
    """The id of the decision on an application: one application has one."""
    return key_of("credit-decision", application_id)


def raw_of(statement: Statement) -> dict[str, Any]:
    """What a twin reads of a statement, in plain form and without anybody's name."""
    from brambling.perception.cashflow.masking import masked

    return {
        "currency": statement.currency,
        "balance_known": statement.balance_known,
        "closing_balance_minor": statement.closing_balance_minor,
        "rows": [[row[0].isoformat(), *row[1:]] for row in masked(statement.rows).iter_rows()],
    }


def digest(raw: Mapping[str, Any]) -> str:
    """SHA-256 of a statement in the form of :func:`raw_of`."""
    text = json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _policy(inputs: Mapping[str, Any]) -> Policy:
    return load(Policy, inputs["policy"], currency=inputs["policy"]["currency"])


def _standing(decision: Decision) -> Standing:
    """What the bank knew beside the statement, from the recorded facts."""
    recorded, inputs = facts_from(decision.features), decision.inputs
    return Standing(
        consent=recorded.consent,
        blocked=recorded.blocked,
        blocked_reason=recorded.blocked_reason,
        trade=recorded.trade,
        probability_default=None if recorded.probability_default is None else float(recorded.probability_default),
        requested=recorded.requested,
        today=date.fromisoformat(inputs["today"]),
        held=_held(inputs["held"]),
        owed_group=recorded.owed_group,
    )


def _held(plain: Mapping[str, str] | None) -> Held | None:
    if plain is None:
        return None
    return Held(Money.of(plain["owed"], plain["currency"]), Money.of(plain["monthly"], plain["currency"]))


def _statement(raw: Mapping[str, Any]) -> Statement:
    import polars as pl

    from brambling.perception.cashflow.masking import MASKED_COLUMNS
    from brambling.perception.cashflow.shapes import Statement, schema

    frame = pl.DataFrame(
        raw["rows"], schema=dict.fromkeys(MASKED_COLUMNS, pl.String) | {"amount_minor": pl.Int64}, orient="row"
    )
    frame = frame.with_columns(
        pl.col("date").str.to_date("%Y-%m-%d"),
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row"),
    )
    missing = [pl.lit(None, kind).alias(name) for name, kind in schema().items() if name not in frame.columns]
    return Statement(
        rows=frame.with_columns(missing).select(*schema()),
        currency=raw["currency"],
        dialect="capsule",
        balance_known=raw["balance_known"],
        closing_balance_minor=raw["closing_balance_minor"],
    )
