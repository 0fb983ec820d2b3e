"""What stands in a chain, and how an event travels along it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from brambling.kit.errors import InputRejected

NodeKind = Literal["product", "industry", "company", "class", "person"]
Relation = Literal[
    "made_of",  # product -> a product it is made of
    "includes",  # class of products -> a member of it
    "upstream",  # industry -> an industry it buys from
    "sells",  # company -> product, weight is the share of revenue
    "in_industry",  # company -> industry
    "part_of",  # narrower -> wider: industries, classes, a product in an industry
    "represents",  # person -> company whose legal representative it is
    "pays",  # company -> company, weight is the amount
]
EventKind = Literal["price_up", "price_down", "policy_curb", "policy_support", "default"]
Side = Literal["customers", "suppliers"]
EVENT_KINDS: tuple[EventKind, ...] = ("price_up", "price_down", "policy_curb", "policy_support", "default")

# Codes of the 2011 edition of GB/T 4754 that the 2017 edition no longer has, and where they went.
CODES_2011: Mapping[str, tuple[str, ...]] = {
    "6420": ("6421", "6422", "6429"),
    "6510": ("6511", "6512", "6513", "6519"),
    "6530": ("6560",),
}


@dataclass(frozen=True)
class Finding:
    """One thing wrong with what was read: reported, never silently dropped. ``examples`` name up to five places."""

    code: Literal[
        "self_loop", "duplicate_edge", "cycle", "orphan_code", "code_2011", "same_name", "encoding", "odd_weight",
        "isolated", "unknown_code",
    ]  # fmt: skip
    file: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChainEvent:
    """Something that happened to a node: ``size`` from 0 (nothing) to 1 (as bad or as good as it gets)."""

    id: str
    day: date
    kind: EventKind
    node: str
    size: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.size <= 1:
            raise InputRejected(f"event {self.id}: size {self.size}", expected="above 0 and at most 1")


@dataclass(frozen=True)
class Passing:
    """How an event passes on: to which side, with which sign, how much of it a hop, after how many days a hop."""

    side: Side
    sign: int  # +1 good for who feels it, -1 bad
    share: float
    delay_days: int


# A dearer material hurts who uses it, and helps who makes it; a curb hurts both sides, suppliers of the curbed one
# through lost orders and its customers through missing supply; a default is felt by suppliers at once (receivables).
PASSES: Mapping[EventKind, tuple[Passing, ...]] = {
    "price_up": (Passing("customers", -1, 0.6, 30),),
    "price_down": (Passing("customers", 1, 0.6, 30),),
    "policy_curb": (Passing("customers", -1, 0.5, 30), Passing("suppliers", -1, 0.5, 15)),
    "policy_support": (Passing("customers", 1, 0.3, 60), Passing("suppliers", 1, 0.5, 30)),
    "default": (Passing("suppliers", -1, 0.7, 1), Passing("customers", -1, 0.4, 15)),
}
# What the event means for who makes or is the node itself.
AT_HOME: Mapping[EventKind, int] = {
    "price_up": 1, "price_down": -1, "policy_curb": -1, "policy_support": 1, "default": -1
}  # fmt: skip
HOPS_MAX = 3
EFFECT_MIN = 0.02


@dataclass(frozen=True)
class Effect:
    """What an event means for one node: signed size, the day it is felt, and the path it came by (node names)."""

    node: str
    size: float
    day: date
    path: tuple[str, ...]
    event: str


Neighbours = Mapping[str, Sequence[tuple[str, float]]]


def propagate(
    event: ChainEvent, customers: Neighbours, suppliers: Neighbours, *, hops_max: int = HOPS_MAX
) -> list[Effect]:
    """The effects of ``event``, strongest first; ties by day, then name.

    ``customers[n]`` are the nodes that use ``n`` and ``suppliers[n]`` those it uses, each with the share (0 to 1) of the
    user's inputs that the edge stands for. Each hop multiplies by that share and by the passing share of the event's
    kind, and adds its delay. A node reached by several paths keeps the strongest one: effects along parallel paths are
    often the same goods counted twice. Loops end because every hop weakens, and nothing below 2 % is told.
    """
    found: dict[str, Effect] = {
        event.node: Effect(event.node, AT_HOME[event.kind] * event.size, event.day, (event.node,), event.id)
    }
    for passing in PASSES[event.kind]:
        edges = customers if passing.side == "customers" else suppliers
        front = [Effect(event.node, passing.sign * event.size, event.day, (event.node,), event.id)]
        for _ in range(hops_max):
            front = _hop(front, edges, passing)
            for effect in front:
                known = found.get(effect.node)
                if effect.node != event.node and (known is None or abs(known.size) < abs(effect.size)):
                    found[effect.node] = effect
    return sorted(found.values(), key=lambda effect: (-abs(effect.size), effect.day, effect.node))


def _hop(front: Iterable[Effect], edges: Neighbours, passing: Passing) -> list[Effect]:
    best: dict[str, Effect] = {}
    for effect in front:
        for node, share in edges.get(effect.node, ()):
            size = round(effect.size * passing.share * share, 6)
            if abs(size) < EFFECT_MIN or node in effect.path:
                continue
            day = effect.day + timedelta(days=passing.delay_days)
            if node not in best or abs(best[node].size) < abs(size):
                best[node] = Effect(node, size, day, (*effect.path, node), effect.event)
    return [best[node] for node in sorted(best)]


def edition_of(code: str, known: frozenset[str] | set[str]) -> Literal["2017", "2011", "unknown"]:
    """Which edition of GB/T 4754 a code belongs to, as far as can be told from the code alone."""
    if code in known:
        return "2017"
    return "2011" if code in CODES_2011 else "unknown"
