"""What a portfolio hangs on, and whom an event reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from brambling.kit.clock import Clock, SystemClock
from brambling.kit.db import Database
from brambling.kit.errors import InputRejected
from brambling.kit.files.tables import Source
from brambling.kit.money import Money
from brambling.perception.industry.model.linking import ProductLinker
from brambling.perception.industry.readers import Holding, read_events, read_portfolio
from brambling.perception.industry.rules import (
    HOPS_MAX,
    ChainEvent,
    Effect,
    Finding,
    Neighbours,
    Relation,
    edition_of,
    propagate,
)
from brambling.perception.industry.service.importing import load
from brambling.perception.industry.service.placing import chain_products
from brambling.perception.industry.service.walking import reach
from brambling.perception.industry.shapes import Alert, ExposedLine, Exposure, Graph

Placement = tuple[list[tuple[Holding, int]], tuple[tuple[int, str], ...], tuple[Finding, ...]]


def exposure(
    portfolio: Source,
    *,
    top: int = 20,
    hops: int = 2,
    mapping: Mapping[str, str] | None = None,
    db: Database | None = None,
    graph: Graph | None = None,
) -> Exposure:
    """What the customers of a portfolio hang on within ``hops`` upstream, the largest amount first.

    An amount counts whole at every node its customer hangs on, once a node: lines overlap and do not sum to the total.
    Rows that the chain cannot place are listed, and count in the total. Raises InputRejected as the reader does.
    """
    if not 1 <= hops <= HOPS_MAX:
        raise InputRejected(f"--hops {hops}", expected=f"1 to {HOPS_MAX}")
    holdings = read_portfolio(portfolio, mapping)
    graph = graph or load(db)
    placed, unplaced, findings = _place(graph, holdings)
    total = sum((holding.amount for holding in holdings), Money.zero())
    amounts: dict[int, Money] = defaultdict(Money.zero)
    customers: dict[int, set[str]] = defaultdict(set)
    nearest: dict[int, tuple[int, tuple[str, ...]]] = {}
    for holding, node in placed:
        before = {node: node}
        for reached, hop, came in [(node, 0, node), *reach(graph, node, "suppliers", hops)]:
            before.setdefault(reached, came)
            amounts[reached] += holding.amount
            customers[reached].add(holding.customer)
            if reached not in nearest or hop < nearest[reached][0]:
                trail = [reached]
                while trail[-1] != node:
                    trail.append(before[trail[-1]])
                nearest[reached] = (hop, tuple(graph.names[i] for i in reversed(trail)))
    order = sorted(amounts, key=lambda i: (-amounts[i].minor, nearest[i][0], graph.names[i]))[:top]
    lines = tuple(
        ExposedLine(
            graph.names[i],
            graph.kinds[i],
            nearest[i][0],
            amounts[i],
            amounts[i].minor / total.minor if total.minor else 0.0,
            len(customers[i]),
            nearest[i][1],
        )
        for i in order
    )
    return Exposure(lines, total, unplaced, findings)


def _place(graph: Graph, holdings: Sequence[Holding]) -> Placement:
    """Holdings by the node they stand on: a product or industry by name, a GB/T 4754 class by code, else by likeness."""
    placed: list[tuple[Holding, int]] = []
    unplaced: list[tuple[int, str]] = []
    codes = {graph.keys[i] for i in graph.of_kind("class")}
    odd: dict[str, list[str]] = {"code_2011": [], "unknown_code": []}
    linker: ProductLinker | None = None
    for holding in holdings:
        word = holding.stands_on
        found = graph.named(word, ("product", "industry")) if word else []
        if not found and word.isdigit():
            edition = edition_of(word, codes)
            if edition != "2017":
                odd["code_2011" if edition == "2011" else "unknown_code"].append(f"row {holding.row}: {word}")
            at = graph.find("class", word)
            word = graph.names[at] if at is not None else ""
            found = graph.named(word, ("product", "industry")) if word else []
        if not found and word:
            linker = linker or ProductLinker(chain_products(graph))
            link = linker.link([word])[0]
            found = graph.named(link.name) if link else []
        if found:
            placed.append((holding, found[0]))
        else:
            unplaced.append((holding.row, holding.stands_on or "-"))
    findings = tuple(
        Finding(code, "portfolio", len(told), tuple(told[:5]))  # type: ignore[arg-type]
        for code, told in odd.items()
        if told
    )
    return placed, tuple(unplaced), findings


def alerts(
    events: Source | Sequence[ChainEvent],
    portfolio: Source,
    *,
    as_of: date | None = None,
    mapping: Mapping[str, str] | None = None,
    db: Database | None = None,
    graph: Graph | None = None,
    clock: Clock | None = None,
) -> list[Alert]:
    """The morning list: customers that events of up to the day before ``as_of`` reach, the heaviest first.

    T+1: an event of a day is on the list of the next morning, never on that day's. A customer stands once for each
    event, with the strongest path; ``at_risk`` is the amount times the size of a harmful effect, zero for a good one.
    Raises NotFound for an event at a node that the chain lacks.
    """
    day = as_of or (clock or SystemClock()).today()
    happened = list(events) if isinstance(events, list | tuple) else read_events(events)
    holdings = read_portfolio(portfolio, mapping)
    graph = graph or load(db)
    placed, _, _ = _place(graph, holdings)
    found: list[Alert] = []
    for event in happened:
        if event.day >= day:
            continue
        effects = {effect.node: effect for effect in effects_of(graph, event)}
        for holding, node in placed:
            effect = effects.get(graph.keys[node])
            if effect is not None:
                weight = Decimal(str(round(abs(effect.size), 6))) if effect.size < 0 else Decimal(0)
                found.append(
                    Alert(holding.customer, graph.names[node], effect, holding.amount, _weighed(holding, weight))
                )
    return sorted(
        found, key=lambda alert: (-alert.at_risk.minor, alert.effect.size, alert.customer, alert.effect.event)
    )


def _weighed(holding: Holding, weight: Decimal) -> Money:
    return Money(int((Decimal(holding.amount.minor) * weight).to_integral_value()), holding.amount.currency)


def effects_of(graph: Graph, event: ChainEvent) -> list[Effect]:
    """What an event means along the chain of its node; companies are reached through what they sell.

    A product's share of an edge is one over the number of its materials: the chain tells no amounts. For a default the
    node may be a company: then what it sells and what that is made of is where it is felt.
    """
    start = graph.need(event.node, ("product", "industry", "company"))
    if graph.kinds[start] == "company":
        sells = graph.out.get("sells")
        products = [] if sells is None else sells.of(start).tolist()
        best: dict[str, Effect] = {}
        for product in products:
            for effect in _effects(graph, event, product):
                told = Effect(effect.node, effect.size, effect.day, (event.node, *effect.path), event.id)
                if effect.node not in best or abs(best[effect.node].size) < abs(told.size):
                    best[effect.node] = told
        return sorted(best.values(), key=lambda effect: (-abs(effect.size), effect.day, effect.node))
    return _effects(graph, event, start)


def _effects(graph: Graph, event: ChainEvent, start: int) -> list[Effect]:
    """Propagate over the part of the chain within three hops; keys name nodes."""
    near = {start}
    near |= {node for node, _, _ in reach(graph, start, "suppliers", HOPS_MAX)}
    near |= {node for node, _, _ in reach(graph, start, "customers", HOPS_MAX)}
    relation: Relation = "upstream" if graph.kinds[start] == "industry" else "made_of"
    lines = graph.out.get(relation)
    uses: dict[str, list[tuple[str, float]]] = defaultdict(list)
    used_by: dict[str, list[tuple[str, float]]] = defaultdict(list)
    if lines is not None:
        for user in sorted(near):
            targets = lines.of(user).tolist()
            for target in targets:
                if target in near:
                    uses[graph.keys[user]].append((graph.keys[target], 1 / len(targets)))
                    used_by[graph.keys[target]].append((graph.keys[user], 1 / len(targets)))
    moved = ChainEvent(event.id, event.day, event.kind, graph.keys[start], event.size)
    customers: Neighbours = used_by
    return propagate(moved, customers, uses)
