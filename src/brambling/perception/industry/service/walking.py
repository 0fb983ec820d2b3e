"""Who stands before and behind a product, and how two nodes hang together."""

from __future__ import annotations

from collections import deque
from datetime import date

import numpy as np

from brambling.kit.db import Database
from brambling.kit.errors import InputRejected, NotFound
from brambling.perception.industry.rules import NodeKind, Relation
from brambling.perception.industry.service.importing import load
from brambling.perception.industry.shapes import Direction, Graph, Lines, Node, Standing, Step

HOPS_MAX = 3
COMPANIES_SHOWN = 3
# What a path may walk along; a classification would join everything to everything.
WALKED: tuple[Relation, ...] = ("made_of", "upstream", "sells", "includes", "in_industry", "represents", "pays")
STEPS_MAX = 12


def suppliers(
    product: str, *, top: int = 10, hops: int = 1, db: Database | None = None, graph: Graph | None = None
) -> list[Standing]:
    """What ``product`` is made of up to ``hops`` away, nearest first, with companies that sell it.

    Within a hop, what fewer products use stands first: it says more. Raises NotFound for a product the chain lacks.
    """
    return _standing(product, "suppliers", top, hops, graph or load(db))


def customers(
    product: str, *, top: int = 10, hops: int = 1, db: Database | None = None, graph: Graph | None = None
) -> list[Standing]:
    """What is made of ``product`` up to ``hops`` away, nearest first, with companies that sell it; see :func:`suppliers`."""
    return _standing(product, "customers", top, hops, graph or load(db))


def reach(graph: Graph, node: int, direction: Direction, hops: int) -> list[tuple[int, int, int]]:
    """All nodes within ``hops`` of ``node`` along the chain: (node, hops, the node before it), breadth first.

    Products walk ``made_of``, industries ``upstream``. Costs no more than the edges it passes.
    """
    relation: Relation = "upstream" if graph.kinds[node] == "industry" else "made_of"
    lines = (graph.out if direction == "suppliers" else graph.into).get(relation)
    if lines is None:
        return []
    seen = {node}
    found: list[tuple[int, int, int]] = []
    front = [node]
    for hop in range(1, hops + 1):
        after: list[int] = []
        for before in front:
            for target in lines.of(before).tolist():
                if target not in seen:
                    seen.add(target)
                    found.append((target, hop, before))
                    after.append(target)
        front = after
    return found


def _standing(product: str, direction: Direction, top: int, hops: int, graph: Graph) -> list[Standing]:
    if not 1 <= hops <= HOPS_MAX:
        raise InputRejected(f"--hops {hops}", expected=f"1 to {HOPS_MAX}")
    start = graph.need(product, ("product", "industry"))
    relation: Relation = "upstream" if graph.kinds[start] == "industry" else "made_of"
    reached = reach(graph, start, direction, hops) or _through_members(graph, start, direction, hops)
    before = {node: came for node, _, came in reached}
    other = (graph.into if direction == "suppliers" else graph.out).get(relation)
    crowd = {node: _count(other, node) for node, _, _ in reached}
    reached.sort(key=lambda found: (found[1], crowd[found[0]], graph.names[found[0]]))
    result = []
    for node, hop, came in reached[:top]:
        trail = [node]
        while trail[-1] in before and len(trail) <= hops:
            trail.append(before[trail[-1]])
        trail += [start] if trail[-1] != start else []
        buyer, bought = (came, node) if direction == "suppliers" else (node, came)
        origin, as_of = _origin(graph, relation, buyer, bought)
        path = tuple(graph.names[i] for i in reversed(trail))
        result.append(Standing(graph.names[node], hop, path, sellers(graph, node), origin, as_of))
    return result


def _through_members(graph: Graph, start: int, direction: Direction, hops: int) -> list[tuple[int, int, int]]:
    """A class without edges of its own stands where its members stand: they are the first hop, not counted as one."""
    members = graph.out.get("includes")
    if members is None:
        return []
    seen = {start}
    found: list[tuple[int, int, int]] = []
    for member in members.of(start).tolist():
        for node, hop, came in reach(graph, member, direction, hops):
            if node not in seen and node != member:
                seen.add(node)
                found.append((node, hop, came))
    return found


def _count(lines: Lines | None, node: int) -> int:
    return 0 if lines is None else int(lines.start[node + 1] - lines.start[node])


def _origin(graph: Graph, relation: Relation, source: int, target: int) -> tuple[str, date]:
    lines = graph.out[relation]
    place = int(np.flatnonzero(lines.of(source) == target)[0])
    return graph.origins[int(lines.origins(source)[place])]


def sellers(graph: Graph, node: int) -> tuple[str, ...]:
    """Up to three companies that sell a product (or are of an industry), the largest share of revenue first."""
    lines = graph.into.get("in_industry" if graph.kinds[node] == "industry" else "sells")
    if lines is None:
        return ()
    companies, weights = lines.of(node), lines.weights(node)
    order = np.lexsort((companies, -weights))[:COMPANIES_SHOWN]
    return tuple(graph.names[companies[i]] for i in order)


def path(one: str, other: str, *, db: Database | None = None, graph: Graph | None = None) -> tuple[Node, list[Step]]:
    """The shortest way from ``one`` to ``other`` along the chain, in whichever direction each edge stands.

    Returns the first node and the steps. Raises NotFound where a node is unknown or the two hang together nowhere.
    """
    graph = graph or load(db)
    kinds: tuple[NodeKind, ...] = ("product", "industry", "company", "person")
    start, end = graph.need(one, kinds), graph.need(other, kinds)
    came = _search(graph, start, end)
    if end not in came:
        raise NotFound(f"nothing in the chain joins {one!r} and {other!r}")
    steps: list[Step] = []
    at = end
    while at != start:
        before, relation, backwards = came[at]
        steps.append(Step(relation, backwards, node_of(graph, at)))
        at = before
    return node_of(graph, start), steps[::-1]


def _search(graph: Graph, start: int, end: int) -> dict[int, tuple[int, Relation, bool]]:
    """Breadth first; for each node reached, where from, by what, and whether against the edge."""
    came: dict[int, tuple[int, Relation, bool]] = {start: (start, "made_of", False)}
    queue = deque([(start, 0)])
    while queue and end not in came:
        node, depth = queue.popleft()
        if depth == STEPS_MAX:
            break
        for relation in WALKED:
            for backwards, side in ((False, graph.out), (True, graph.into)):
                if relation not in side:
                    continue
                for target in side[relation].of(node).tolist():
                    if target not in came:
                        came[target] = (node, relation, backwards)
                        queue.append((target, depth + 1))
    return came


def node_of(graph: Graph, position: int) -> Node:
    """The node at a position."""
    return Node(graph.kinds[position], graph.keys[position], graph.names[position])
