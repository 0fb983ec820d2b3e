"""``agree``: everything that can honestly be told of a person's and a machine's decisions on the same applications."""

from __future__ import annotations

import statistics
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from brambling.credit.expert.features.pairs import read_pairs
from brambling.credit.expert.rules.agreement import (
    DECISIONS,
    agreement,
    counts_of,
    kappa,
    rows_against_baseline,
    rows_for_precision,
    severity,
    share,
    sign_test,
    within,
)
from brambling.credit.expert.shapes.agreement import Agreement, Limits, Outcomes, Pair, Part
from brambling.kit.errors import InputRejected

PERCENTS = (10, 20, 30)
WORST = 20


def agree(
    source: Any,
    human: str,
    ai: str,
    *,
    human_limit: str | None = None,
    ai_limit: str | None = None,
    outcome: str | None = None,
    segment: str | None = None,
    time: str | None = None,
    approve: Collection[str] = (),
    decline: Collection[str] = (),
    refer: Collection[str] = (),
    bad: Collection[str] = (),
    precision: float = 0.02,
    mapping: Mapping[str, str] | None = None,
    currency: str = "CNY",
) -> Agreement:
    """The agreement of two columns of decisions (a path or any dataframe).

    ``approve``, ``decline``, ``refer`` and ``bad`` name labels of the file that the usual words do not cover; ``time``
    orders the rows (a column called date, month or decided_at is found). ``precision`` is the half-width of the
    interval for which the rows needed are told. Raises InputRejected for free text in place of decisions, one limit
    column without the other, and the usual faults of files.
    """
    if (human_limit is None) != (ai_limit is None):
        raise InputRejected("limits need both columns", expected="--human-limit COL and --ai-limit COL")
    if not 0 < precision < 0.5:
        raise InputRejected(f"a precision of {precision}", expected="a half-width between 0 and 0.5, such as 0.02")
    pairs, left_out, ordered_by, notes = read_pairs(
        source,
        human=human,
        ai=ai,
        human_limit=human_limit,
        ai_limit=ai_limit,
        outcome=outcome,
        segment=segment,
        time=time,
        approve=approve,
        decline=decline,
        refer=refer,
        bad=bad,
        mapping=mapping,
        currency=currency,
    )
    if not pairs:
        raise InputRejected("no row has a decision of both", expected="rows with both decisions")
    whole = _part("", pairs)
    if whole.kappa is None and whole.counts.total:
        notes.append(("one-label", {}))
    return Agreement(
        rows=len(pairs) + left_out,
        left_out=left_out,
        whole=whole,
        table={(a, b): sum(p.person == a and p.machine == b for p in pairs) for a in DECISIONS for b in DECISIONS},
        agreement_all=share(sum(p.person == p.machine for p in pairs), len(pairs)),
        auto_decided=share(sum(p.machine != "refer" for p in pairs), len(pairs)),
        limits=_limits(pairs) if human_limit else None,
        segments=_parts(pairs, [p.segment for p in pairs]) if segment else (),
        periods=_parts(pairs, [p.period for p in pairs], in_order=not ordered_by),
        periods_by=ordered_by,
        outcomes=_outcomes(pairs) if outcome else None,
        rows_for_precision=None if whole.agreement is None else rows_for_precision(whole.agreement.value, precision),
        precision=precision,
        rows_against_baseline=rows_against_baseline(whole.counts),
        worst=_worst(pairs),
        notes=tuple(notes),
    )


def _part(name: str, pairs: Sequence[Pair]) -> Part:
    counts = counts_of([(pair.person, pair.machine) for pair in pairs])
    always = counts.approved_by_person / counts.total if counts.total else None
    return Part(name, counts, len(pairs) - counts.total, agreement(counts), kappa(counts), always)


def _parts(pairs: Sequence[Pair], names: Sequence[str], *, in_order: bool = False) -> tuple[Part, ...]:
    """The pairs by name: in the order in which they come, or sorted."""
    groups: dict[str, list[Pair]] = {}
    for pair, name in zip(pairs, names, strict=True):
        groups.setdefault(name, []).append(pair)
    order = list(groups) if in_order else sorted(groups, key=_natural)
    return tuple(_part(name, groups[name]) for name in order)


def _natural(name: str) -> tuple[int, float, str]:
    """Numbers by size, the rest by letters."""
    try:
        return 0, float(name), name
    except ValueError:
        return 1, 0.0, name


def _limits(pairs: Sequence[Pair]) -> Limits | None:
    """Deviations of limits where both approved and both gave one."""
    both = [
        (pair.person_limit.minor, pair.machine_limit.minor)
        for pair in pairs
        if pair.person == pair.machine == "approve"
        and pair.person_limit is not None
        and pair.machine_limit is not None
        and pair.person_limit.minor > 0
    ]
    if not both:
        return None
    shares = {percent: share(sum(within(a, b, percent) for a, b in both), len(both)) for percent in PERCENTS}
    median = statistics.median(b / a - 1 for a, b in both)
    return Limits(len(both), {percent: figure for percent, figure in shares.items() if figure}, median)


def _outcomes(pairs: Sequence[Pair]) -> Outcomes:
    """Where they differed and the outcome is known: a loan that went bad should have been declined."""
    strict = [
        pair.bad for pair in pairs if (pair.person, pair.machine) == ("approve", "decline") and pair.bad is not None
    ]
    lenient = [
        pair.bad for pair in pairs if (pair.person, pair.machine) == ("decline", "approve") and pair.bad is not None
    ]
    both = [pair.bad for pair in pairs if pair.person == pair.machine == "approve" and pair.bad is not None]
    strict_bad, lenient_bad = sum(strict), sum(lenient)
    strict_good, lenient_good = len(strict) - strict_bad, len(lenient) - lenient_bad
    machine, person = strict_bad + lenient_good, strict_good + lenient_bad
    return Outcomes(
        known=len(strict) + len(lenient),
        person_right=person,
        machine_right=machine,
        strict_bad=strict_bad,
        strict_good=strict_good,
        lenient_bad=lenient_bad,
        lenient_good=lenient_good,
        chance=sign_test(machine, person),
        bad_rate_both=share(sum(both), len(both)),
    )


def _worst(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """The differences that cost most: opposed before referred, a bad loan that only one approved first, then by amount."""
    different = [pair for pair in pairs if severity(pair.person, pair.machine) > 0]
    different += [
        pair
        for pair in pairs
        if pair.person == pair.machine == "approve"
        and pair.person_limit is not None
        and pair.machine_limit is not None
        and not within(pair.person_limit.minor, pair.machine_limit.minor, max(PERCENTS))
    ]

    def cost(pair: Pair) -> tuple[int, bool, int, int]:
        gap = abs(
            (pair.person_limit.minor if pair.person_limit else 0)
            - (pair.machine_limit.minor if pair.machine_limit else 0)
        )
        harm = pair.bad is True and pair.machine == "approve"
        return -severity(pair.person, pair.machine), not harm, -max(gap, pair.at_stake), pair.row

    return tuple(sorted(different, key=cost)[:WORST])
