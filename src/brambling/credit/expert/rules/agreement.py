"""How far two deciders agree. Pure: counts in, figures with intervals out.

Agreement alone flatters: where nine in ten are approved, a rubber stamp agrees in nine of ten. So Cohen's kappa and the
agreement of always approving stand beside it, each with its interval, and differences are told by direction.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Decision = Literal["approve", "decline", "refer"]
DECISIONS: tuple[Decision, ...] = ("approve", "decline", "refer")

WORDS: Mapping[str, Decision] = {
    **dict.fromkeys(
        ("approve", "approved", "approval", "accept", "accepted", "grant", "granted", "pass", "passed", "yes", "y"),
        "approve",
    ),
    **dict.fromkeys(("true", "t", "1", "1.0", "+", "批准", "通过", "同意", "准入", "是"), "approve"),
    **dict.fromkeys(
        ("decline", "declined", "reject", "rejected", "deny", "denied", "refuse", "refused", "fail", "failed", "no"),
        "decline",
    ),
    **dict.fromkeys(("n", "false", "f", "0", "0.0", "-", "拒绝", "否决", "不通过", "不同意", "否"), "decline"),
    **dict.fromkeys(("refer", "referred", "review", "manual", "manual review", "escalate", "escalated"), "refer"),
    **dict.fromkeys(("pending", "转人工", "人工", "复核", "待定"), "refer"),
}
BAD_WORDS = ("bad", "default", "defaulted", "1", "1.0", "true", "yes", "chgoff", "charged off", "loss", "违约", "坏")
GOOD_WORDS = ("good", "paid", "0", "0.0", "false", "no", "pif", "fully paid", "repaid", "current", "正常", "好")

Z = 1.959963984540054  # 95 %
Z_POWER = 0.8416212335729143  # 80 %


@dataclass(frozen=True)
class Figure:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Counts:
    """Pairs of decisions of which neither is a referral: (what the person said, what the machine said)."""

    both_approve: int
    both_decline: int
    lenient: int  # the person declined, the machine approved
    strict: int  # the person approved, the machine declined

    @property
    def total(self) -> int:
        """All pairs."""
        return self.both_approve + self.both_decline + self.lenient + self.strict

    @property
    def agreed(self) -> int:
        """Pairs that are equal."""
        return self.both_approve + self.both_decline

    @property
    def approved_by_person(self) -> int:
        """What always approving would have agreed with."""
        return self.both_approve + self.strict


def counts_of(pairs: Sequence[tuple[Decision, Decision]]) -> Counts:
    """The counts of pairs (person, machine); pairs with a referral are left out."""
    found = {(person, machine): 0 for person in ("approve", "decline") for machine in ("approve", "decline")}
    for pair in pairs:
        if pair in found:
            found[pair] += 1
    return Counts(
        both_approve=found["approve", "approve"],
        both_decline=found["decline", "decline"],
        lenient=found["decline", "approve"],
        strict=found["approve", "decline"],
    )


def share(part: int, whole: int) -> Figure | None:
    """A share with its Wilson interval (Wilson 1927), which stays inside 0 and 1; None of nothing."""
    if whole == 0:
        return None
    p = part / whole
    middle = (p + Z * Z / (2 * whole)) / (1 + Z * Z / whole)
    half = Z / (1 + Z * Z / whole) * math.sqrt(p * (1 - p) / whole + Z * Z / (4 * whole * whole))
    return Figure(p, max(0.0, middle - half), min(1.0, middle + half))


def agreement(counts: Counts) -> Figure | None:
    """The share of equal pairs."""
    return share(counts.agreed, counts.total)


def kappa(counts: Counts) -> Figure | None:
    """Cohen's kappa of two labels, with its large-sample interval (Fleiss, Cohen and Everitt 1969).

    None where it is not defined: no pairs, or both gave one and the same label to all.
    """
    n = counts.total
    if n == 0:
        return None
    table = ((counts.both_approve / n, counts.strict / n), (counts.lenient / n, counts.both_decline / n))
    rows = [sum(row) for row in table]
    columns = [table[0][j] + table[1][j] for j in (0, 1)]
    observed = table[0][0] + table[1][1]
    expected = sum(r * c for r, c in zip(rows, columns, strict=True))
    if expected >= 1:
        return None
    value = (observed - expected) / (1 - expected)
    same = sum(table[i][i] * (1 - (rows[i] + columns[i]) * (1 - value)) ** 2 for i in (0, 1))
    other = (1 - value) ** 2 * sum(table[i][1 - i] * (columns[i] + rows[1 - i]) ** 2 for i in (0, 1))
    variance = (same + other - (value - expected * (1 - value)) ** 2) / ((1 - expected) ** 2 * n)
    half = Z * math.sqrt(max(0.0, variance))
    return Figure(value, max(-1.0, value - half), min(1.0, value + half))


def rows_for_precision(p: float, half: float) -> int:
    """Rows needed so that the interval of a share near ``p`` is at most ``half`` to each side."""
    spread = max(p * (1 - p), 1e-4)  # a share of exactly one would ask for no rows at all
    return math.ceil(Z * Z * spread / (half * half))


def rows_against_baseline(counts: Counts) -> int | None:
    """Rows needed to show, at 5 % and with a power of 80 %, that the machine agrees more than always approving does.

    The two are compared on the same rows (McNemar; Connor 1987): where the machine declined, it gains by a decline of
    the person and loses by an approval. None where what was seen gives it no advantage.
    """
    n = counts.total
    if n == 0:
        return None
    gain, loss = counts.both_decline / n, counts.strict / n
    ahead, moved = gain - loss, gain + loss
    if ahead <= 0:
        return None
    root = Z * math.sqrt(moved) + Z_POWER * math.sqrt(max(0.0, moved - ahead * ahead))
    return math.ceil(root * root / (ahead * ahead))


def within(person: int, machine: int, percent: int) -> bool:
    """Whether two amounts (smallest units) differ by at most so many percent of the person's."""
    return abs(machine - person) * 100 <= percent * abs(person)


def sign_test(right: int, wrong: int) -> float:
    """How likely a split at least so uneven is if both were equally often right (two-sided, exact)."""
    n, k = right + wrong, min(right, wrong)
    if n == 0:
        return 1.0
    logs = [math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) - n * math.log(2) for i in range(k + 1)]
    return min(1.0, 2 * sum(math.exp(one) for one in logs))


def severity(person: Decision, machine: Decision) -> int:
    """How bad a difference is: 2 opposed, 1 with a referral on one side, 0 none."""
    if person == machine:
        return 0
    return 1 if "refer" in (person, machine) else 2
