"""Walks along the chain agree with walks done by hand, and events weaken on their way."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.errors import InputRejected, NotFound
from brambling.perception.industry import ChainEvent, Graph, customers, import_, load, path, propagate, suppliers
from brambling.perception.industry.rules import EVENT_KINDS, PASSES
from brambling.perception.industry.service.walking import reach
from brambling.perception.industry.shapes import lines

DAY = date(2026, 3, 9)
pairs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] != pair[1]), unique=True)


def graph_of(edges: list[tuple[int, int]], size: int = 10) -> Graph:
    names = tuple(f"p{i}" for i in range(size))
    source = np.array([a for a, _ in edges], np.int64)
    target = np.array([b for _, b in edges], np.int64)
    ones, zeros = np.ones(len(edges)), np.zeros(len(edges), np.int64)
    out = {"made_of": lines(source, target, ones, zeros, size)}
    into = {"made_of": lines(target, source, ones, zeros, size)}
    ids = {("product", name): i for i, name in enumerate(names)}
    return Graph(("product",) * size, names, names, out, into, (("f", DAY),), "x", ids)  # type: ignore[arg-type]


def naive(edges: list[tuple[int, int]], start: int, hops: int) -> dict[int, int]:
    """Hops by relaxing all edges again and again."""
    far = {start: 0}
    for hop in range(1, hops + 1):
        for a, b in edges:
            if far.get(a) == hop - 1 and b not in far:
                far[b] = hop
    del far[start]
    return far


@given(pairs, st.integers(0, 9), st.integers(1, 3))
def test_reach_is_what_relaxing_finds(edges: list[tuple[int, int]], start: int, hops: int) -> None:
    graph = graph_of(edges)
    assert {node: hop for node, hop, _ in reach(graph, start, "suppliers", hops)} == naive(edges, start, hops)
    turned = [(b, a) for a, b in edges]
    assert {node: hop for node, hop, _ in reach(graph, start, "customers", hops)} == naive(turned, start, hops)


@given(pairs, st.integers(0, 9), st.integers(0, 9))
def test_a_path_walks_on_edges_and_is_the_shortest(edges: list[tuple[int, int]], one: int, other: int) -> None:
    graph = graph_of(edges)
    both = edges + [(b, a) for a, b in edges]
    far = {one: 0, **naive(both, one, 12)}
    if other not in far:
        with pytest.raises(NotFound):
            path(f"p{one}", f"p{other}", graph=graph)
        return
    _, steps = path(f"p{one}", f"p{other}", graph=graph)
    assert len(steps) == far[other]
    at = one
    for step in steps:
        to = int(step.to.key[1:])
        assert ((to, at) if step.backwards else (at, to)) in edges
        at = to
    assert at == other


def neighbours(edges: list[tuple[int, int]]) -> tuple[dict[str, list[tuple[str, float]]], ...]:
    uses: dict[str, list[tuple[str, float]]] = {}
    used: dict[str, list[tuple[str, float]]] = {}
    for a, b in edges:
        share = 1 / sum(x == a for x, _ in edges)
        uses.setdefault(f"p{a}", []).append((f"p{b}", share))
        used.setdefault(f"p{b}", []).append((f"p{a}", share))
    return used, uses


@given(pairs, st.integers(0, 9), st.sampled_from(EVENT_KINDS), st.floats(0.1, 1))
def test_effects_weaken_and_arrive_later_with_each_hop(
    edges: list[tuple[int, int]], start: int, kind: str, size: float
) -> None:
    used, uses = neighbours(edges)
    event = ChainEvent("e", DAY, kind, f"p{start}", size)  # type: ignore[arg-type]
    found = propagate(event, used, uses)
    delays = {passing.delay_days for passing in PASSES[event.kind]}
    for effect in found:
        hops = len(effect.path) - 1
        assert effect.path[0] == event.node
        assert len(set(effect.path)) == len(effect.path)
        assert abs(effect.size) <= size * 0.7**hops + 1e-6
        assert effect.day in {DAY + timedelta(days=delay * hops) for delay in delays}
    assert [effect.node for effect in found].count(event.node) == 1


@given(pairs, st.integers(0, 9))
def test_a_fall_is_a_rise_with_the_other_sign(edges: list[tuple[int, int]], start: int) -> None:
    used, uses = neighbours(edges)
    up = propagate(ChainEvent("e", DAY, "price_up", f"p{start}"), used, uses)
    down = propagate(ChainEvent("e", DAY, "price_down", f"p{start}"), used, uses)
    assert {effect.node: effect.size for effect in up} == {effect.node: -effect.size for effect in down}


def test_a_worked_event() -> None:
    """Copper rises by all: strip is half copper (-0.30), a connector is a fifth strip (-0.036), 60 days later."""
    used = {"copper": [("strip", 0.5)], "strip": [("connector", 0.2)]}
    found = propagate(ChainEvent("e", DAY, "price_up", "copper"), used, {})
    assert [(effect.node, effect.size, effect.day) for effect in found] == [
        ("copper", 1.0, DAY),
        ("strip", -0.3, DAY + timedelta(days=30)),
        ("connector", -0.036, DAY + timedelta(days=60)),
    ]


def test_the_demo_chain_is_walked(db: Database, clock: FixedClock) -> None:
    import_(demo=True, as_of=DAY, db=db, clock=clock)
    graph = load(db)
    found = {each.product: each for each in suppliers("电子连接器", hops=2, graph=graph)}
    assert found["电解铜"].path == ("电子连接器", "铜带", "电解铜")
    assert found["铜带"].companies == ("南河铜材加工厂",)
    assert (found["铜带"].origin, found["铜带"].as_of) == ("product_relation.csv", DAY)
    assert [each.product for each in customers("铜带", graph=graph)] == ["冲压端子", "电子连接器"]
    # a class without materials of its own stands where its members stand
    assert "铜带" in {each.product for each in suppliers("电子元件", top=50, graph=graph)}
    with pytest.raises(NotFound, match="near are 电子连接器"):
        suppliers("连接器", graph=graph)
    with pytest.raises(InputRejected, match="--hops 4"):
        suppliers("电子连接器", hops=4, graph=graph)
