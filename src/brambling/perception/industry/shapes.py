"""The chain in memory, and what its questions give back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from brambling.kit.errors import NotFound
from brambling.kit.money import Money
from brambling.kit.text import normalise_name
from brambling.perception.industry.rules import Effect, Finding, NodeKind, Relation

if TYPE_CHECKING:
    import polars as pl

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Direction = Literal["suppliers", "customers"]


@dataclass(frozen=True)
class Node:
    """A product, industry, company, class or person; ``key`` is unique within its kind."""

    kind: NodeKind
    key: str
    name: str


@dataclass(frozen=True)
class Edge:
    """A relation between two nodes, with the file it stands in and the day it was true."""

    source: tuple[NodeKind, str]
    relation: Relation
    target: tuple[NodeKind, str]
    weight: float
    origin: str
    as_of: date


@dataclass(frozen=True)
class ChainFile:
    """What was read from a folder: nodes and edges without doubles, and what was wrong."""

    dataset: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Imported:
    """What an import did; ``changed`` is false when the same content was there already."""

    dataset: str
    content: str
    nodes: dict[str, int]
    edges: dict[str, int]
    findings: tuple[Finding, ...]
    changed: bool
    at: datetime


@dataclass(frozen=True)
class Lines:
    """One direction of one relation as compressed rows: neighbours of i are ``target[start[i]:start[i + 1]]``."""

    start: Ints
    target: Ints
    weight: Floats
    origin: Ints

    def of(self, node: int) -> Ints:
        """The neighbours of a node."""
        return self.target[self.start[node] : self.start[node + 1]]

    def weights(self, node: int) -> Floats:
        """Their weights, in the same order."""
        return self.weight[self.start[node] : self.start[node + 1]]

    def origins(self, node: int) -> Ints:
        """Where each stands, as positions in the graph's origins."""
        return self.origin[self.start[node] : self.start[node + 1]]


def lines(source: Ints, target: Ints, weight: Floats, origin: Ints, size: int) -> Lines:
    """Compressed rows from pairs; neighbours keep their order by position."""
    order = np.lexsort((target, source))
    start = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(source, minlength=size), out=start[1:])
    return Lines(start, target[order], weight[order], origin[order])


@dataclass(frozen=True)
class Graph:
    """The chain: nodes by position, edges by relation and direction. ``content`` names it: equal graphs, equal content."""

    kinds: tuple[NodeKind, ...]
    keys: tuple[str, ...]
    names: tuple[str, ...]
    out: dict[Relation, Lines]
    into: dict[Relation, Lines]
    origins: tuple[tuple[str, date], ...]
    content: str
    _ids: dict[tuple[NodeKind, str], int] = field(repr=False, default_factory=dict)

    @property
    def size(self) -> int:
        """How many nodes."""
        return len(self.keys)

    def of_kind(self, kind: NodeKind) -> list[int]:
        """Positions of all nodes of a kind."""
        return [i for i, found in enumerate(self.kinds) if found == kind]

    def find(self, kind: NodeKind, key: str) -> int | None:
        """The position of a node, None where there is none."""
        return self._ids.get((kind, key))

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for i, name in enumerate(self.names):
            found.setdefault(normalise_name(name), []).append(i)
        return found

    def named(self, text: str, kinds: tuple[NodeKind, ...] = ("product",)) -> list[int]:
        """Nodes of these kinds whose key or name is ``text``, whatever widths, spaces and dots."""
        exact = [self._ids[kind, text] for kind in kinds if (kind, text) in self._ids]
        near = [i for i in self._by_name.get(normalise_name(text), []) if self.kinds[i] in kinds]
        return list(dict.fromkeys([*exact, *near]))

    def need(self, text: str, kinds: tuple[NodeKind, ...] = ("product",)) -> int:
        """The node called ``text``; raises NotFound, naming near ones, where there is none or a choice of several."""
        found = self.named(text, kinds)
        if not found:
            near = [name for name in self.names if text and text in name][:5]
            hint = f"; near are {', '.join(near)}" if near else ""
            raise NotFound(f"the chain has no {' or '.join(kinds)} {text!r}{hint}")
        if len(found) > 1 and self.kinds[found[0]] == self.kinds[found[1]] == "company":
            raise NotFound(
                f"{text!r} is {len(found)} companies: {', '.join(self.keys[i] for i in found[:5])}; give a code"
            )
        return found[0]


@dataclass(frozen=True)
class Standing:
    """One supplier or customer of a product: how many hops away, by which path, who sells it, where it is written."""

    product: str
    hops: int
    path: tuple[str, ...]
    companies: tuple[str, ...]
    origin: str
    as_of: date


@dataclass(frozen=True)
class Step:
    """One step of a path: the relation as stored, and whether it was walked against its direction."""

    relation: Relation
    backwards: bool
    to: Node


@dataclass(frozen=True)
class Placed:
    """One place for a text: a GB/T 4754 class, an industry or a chain node; ``words`` are what led there."""

    system: Literal["gbt4754", "industry", "product"]
    code: str
    name: str
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Placing:
    """Where a text stands, each system best first; an empty system with its name in ``none`` means none fits."""

    text: str
    places: tuple[Placed, ...]
    none: tuple[str, ...]


@dataclass(frozen=True)
class Completed:
    """Suggested edges: ``name, rank, candidate, probability, evidence``; ``unknown`` are queries the chain has no word of."""

    table: pl.DataFrame
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class ExposedLine:
    """One node a portfolio hangs on: amounts of the customers that stand on it or within reach of it."""

    node: str
    kind: NodeKind
    hops: int
    amount: Money
    share: float
    customers: int
    path: tuple[str, ...]


@dataclass(frozen=True)
class Exposure:
    """What a portfolio hangs on, largest first, and the rows that could not be placed."""

    lines: tuple[ExposedLine, ...]
    total: Money
    unplaced: tuple[tuple[int, str], ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Alert:
    """A customer that an event reaches: what it stands on, how, when, and how much it owes us."""

    customer: str
    stands_on: str
    effect: Effect
    amount: Money
    at_risk: Money
