"""Nodes and edges gathered from files, with everything odd written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from brambling.kit.files import Column, read_table
from brambling.perception.industry.rules import Finding, NodeKind, Relation
from brambling.perception.industry.shapes import ChainFile, Edge, Node

EXAMPLES = 5
# Relations in which a ring means that something is made of itself, or is a part of itself.
RINGLESS: tuple[Relation, ...] = ("made_of", "includes", "part_of")


def table(path: Path, columns: Sequence[str]) -> pl.DataFrame:
    """A table whose ``columns`` must be there and filled; all text."""
    return read_table(path, [Column(name) for name in columns]).select(columns)


class Collector:
    """What a folder holds. Doubles and loops to itself are kept out of the graph and counted in ``findings``."""

    def __init__(self, dataset: str, as_of: date) -> None:
        self.dataset = dataset
        self.as_of = as_of
        self.nodes: dict[tuple[NodeKind, str], Node] = {}
        self.edges: dict[tuple[NodeKind, str, Relation, NodeKind, str], Edge] = {}
        self.codes: dict[str, str] = {}  # of industries
        self.companies: set[str] = set()
        self._odd: dict[tuple[str, str], list[str]] = {}

    def node(self, kind: NodeKind, key: str, name: str | None = None) -> tuple[NodeKind, str]:
        """Add a node, or give an unnamed one its name."""
        place = (kind, key)
        if place not in self.nodes or (name and self.nodes[place].name == key):
            self.nodes[place] = Node(kind, key, name or key)
        return place

    def edge(
        self,
        source: tuple[NodeKind, str],
        relation: Relation,
        target: tuple[NodeKind, str],
        origin: str,
        *,
        weight: float = 1.0,
        as_of: date | None = None,
    ) -> None:
        """Add an edge; a loop to itself is reported and left out, a double is reported and the first one kept."""
        told = f"{source[1]} {relation} {target[1]}"
        if source == target:
            self.odd("self_loop", origin, told)
            return
        key = (*source, relation, *target)
        if key in self.edges:
            self.odd("duplicate_edge", origin, told)
            return
        self.edges[key] = Edge(source, relation, target, weight, origin, as_of or self.as_of)

    def odd(self, code: str, file: str, example: str) -> None:
        """Write down something odd."""
        self._odd.setdefault((code, file), []).append(example)

    @property
    def code_names(self) -> set[str]:
        """Names of the industries that have a code."""
        return set(self.codes.values())

    def finish(self) -> ChainFile:
        """All of it, with rings, companies of one name and companies without an edge looked for."""
        self._rings()
        self._same_names()
        findings = [
            Finding(code, file, len(told), tuple(told[:EXAMPLES]))  # type: ignore[arg-type]
            for (code, file), told in sorted(self._odd.items())
        ]
        return ChainFile(self.dataset, tuple(self.nodes.values()), tuple(self.edges.values()), tuple(findings))

    def _same_names(self) -> None:
        by_name: dict[str, list[str]] = {}
        for node in self.nodes.values():
            if node.kind == "company":
                by_name.setdefault(node.name, []).append(node.key)
        for name, keys in by_name.items():
            if len(keys) > 1:
                self.odd("same_name", "companies", f"{name}: {', '.join(keys)}")
        touched = {place for edge in self.edges.values() for place in (edge.source, edge.target)}
        for place, node in self.nodes.items():
            if node.kind == "company" and place not in touched:
                self.odd("isolated", "companies", f"{node.key} {node.name}")

    def _rings(self) -> None:
        """Strongly connected parts of more than one node, each told by its members."""
        import numpy as np
        import scipy.sparse as sp
        from scipy.sparse.csgraph import connected_components

        places = {place: i for i, place in enumerate(self.nodes)}
        names = [node.name for node in self.nodes.values()]
        for relation in RINGLESS:
            found = [edge for edge in self.edges.values() if edge.relation == relation]
            if not found:
                continue
            rows = [places[edge.source] for edge in found]
            columns = [places[edge.target] for edge in found]
            matrix = sp.csr_matrix((np.ones(len(found)), (rows, columns)), shape=(len(names), len(names)))
            _, part = connected_components(matrix, directed=True, connection="strong")
            sizes = np.bincount(part)
            for ring in np.flatnonzero(sizes > 1):
                members = [names[i] for i in np.flatnonzero(part == ring)[:4]]
                more = f" and {sizes[ring] - 4} more" if sizes[ring] > 4 else ""
                self.odd("cycle", relation, " - ".join(members) + more)
