"""Figures of the axiom bench: how many probes a minute on a scorecard, and how long proofs take.

Hypothesis, the field's usual property tester, stands beside the search on the same card, property and machine. The card
is made up and the applications are drawn: only time is measured, and it is time of the processor, so that other work on the machine does not count.
"""

from __future__ import annotations

import time
from typing import Any

from brambling.app.bench.measure import Bench, Measure, skipped

CHARACTERISTICS = 12
BINS = 8
CASES = 200_000
PEER_CASES = 4_000


def card(seed: int) -> Any:
    """A card of twelve numbers with eight bins each, points in order."""
    import numpy as np

    from brambling.credit.scorecard.rules import Calibration, Card, Characteristic

    random = np.random.default_rng(seed)
    items = []
    for number in range(CHARACTERISTICS):
        edges = tuple(float(edge) for edge in np.sort(random.uniform(0, 100, BINS - 1)).round(2))
        points = tuple(int(point) for point in np.sort(random.integers(-2_000, 2_000, BINS)))
        items.append(Characteristic(f"x{number}", "number", (*points, -500, 0), 50.0, 3, edges=edges))
    return Card(55_000, tuple(items), (), Calibration("platt", (40_000, 70_000), (3.0, -7.0)))


def applications(seed: int, rows: int = 1_000) -> Any:
    """Uniform numbers, one in twenty missing."""
    import numpy as np
    import polars as pl

    random = np.random.default_rng(seed)
    frame = pl.DataFrame({f"x{n}": random.uniform(0, 100, rows).round(2) for n in range(CHARACTERISTICS)})
    holes = random.random((rows, CHARACTERISTICS)) < 0.05
    return frame.with_columns(
        pl.when(pl.Series(holes[:, n])).then(None).otherwise(pl.col(f"x{n}")).alias(f"x{n}")
        for n in range(CHARACTERISTICS)
    )


def axioms() -> Any:
    """The score never falls in any of the numbers."""
    from brambling.credit.axioms import axioms_from

    shared = {"kind": "monotone", "direction": "increasing", "outcome": "score", "reason": "more is better"}
    return axioms_from([{"name": f"x{n}", "field": f"x{n}", **shared} for n in range(CHARACTERISTICS)])


def run(bench: Bench) -> list[Measure]:
    """Probes a minute beside Hypothesis, and the time of twelve proofs."""
    from dataclasses import replace

    from brambling.credit.axioms import check, scorer_of

    scorer, table = scorer_of(card(bench.seed), "card"), applications(bench.seed)
    bench.say("axioms: search")
    start = time.process_time()
    searched = check(axioms(), replace(scorer, form=None), table, cases=CASES // CHARACTERISTICS, seed=bench.seed)
    rate = searched.probes / (time.process_time() - start) * 60
    bench.say("axioms: Hypothesis on the same card")
    peer = _hypothesis(scorer)
    bench.say("axioms: proofs")
    start = time.process_time()
    proved = check(axioms(), scorer, table, cases=1, seed=bench.seed)
    spent = (time.process_time() - start) * 1000
    count = sum(verdict.status == "proved" for verdict in proved.verdicts)
    search = Measure(
        "axioms: probes a minute of one core on a card",
        rate,
        "probes/min",
        aim=">= 1,000,000 on two cores",
        note=f"{CHARACTERISTICS} columns, {searched.probes:,} probes, search and all",
        synthetic=True,
    )
    if peer is None:
        search = replace(search, note=f"{search.note}; Hypothesis is not installed here")
    else:
        search = replace(search, peer="Hypothesis", peer_value=peer)
    if count < CHARACTERISTICS:
        return [search, skipped("axioms: proofs", f"only {count} of {CHARACTERISTICS} were proved")]
    return [search, Measure(f"axioms: {count} proofs on a card, form compared", spent, "ms", synthetic=True)]


def _hypothesis(scorer: Any) -> float | None:
    """Probes a minute of the same property under Hypothesis; None where it is not installed (it is a test tool)."""
    try:
        import hypothesis
        from hypothesis import strategies as st
    except ModuleNotFoundError:
        return None
    number = st.none() | st.floats(0, 100, allow_nan=False)
    drawn = st.fixed_dictionaries({f"x{n}": number for n in range(CHARACTERISTICS)})
    asked = 0

    @hypothesis.settings(
        max_examples=PEER_CASES,
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(drawn, st.floats(0, 100), st.floats(0, 100))
    def never_falls(application: dict[str, Any], low: float, high: float) -> None:
        nonlocal asked
        asked += 2
        low, high = sorted((low, high))
        below, above = scorer.decide({**application, "x0": low}), scorer.decide({**application, "x0": high})
        assert below["score"] <= above["score"]

    start = time.process_time()
    never_falls()
    return asked / (time.process_time() - start) * 60
