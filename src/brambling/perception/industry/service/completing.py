"""Edges that are likely there although nobody has written them down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from brambling.kit.clock import Clock, SystemClock
from brambling.kit.db import Database
from brambling.kit.errors import InputRejected
from brambling.kit.files.tables import Source
from brambling.perception.industry import store
from brambling.perception.industry.features import Ints
from brambling.perception.industry.model.industries import IndustryRanker
from brambling.perception.industry.model.pairs import Pairs
from brambling.perception.industry.model.products import ProductRanker
from brambling.perception.industry.readers import read_queries
from brambling.perception.industry.service.importing import load, opened
from brambling.perception.industry.shapes import Completed, Graph

Kind = Literal["product", "industry"]
SCHEMA = {
    "name": pl.String, "rank": pl.Int64, "candidate": pl.String, "probability": pl.Float64, "evidence": pl.String
}  # fmt: skip
# Kinds of evidence that can be told in a word, strongest first; columns of the pair table.
TELLING = ("part_of_name", "together", "likeness", "class_mates", "ending", "beginning", "grams", "likeness_spread", "name_likeness")  # fmt: skip


@dataclass(frozen=True)
class Suggestion:
    """One missing edge."""

    candidate: str
    probability: float
    evidence: str


def complete(
    queries: Source,
    *,
    kind: Kind = "product",
    relation: str = "upstream",
    top: int = 10,
    mapping: Mapping[str, str] | None = None,
    db: Database | None = None,
    clock: Clock | None = None,
    seed: int = 7,
    said: Callable[[str], None] = lambda text: None,
) -> Completed:
    """The ``top`` likeliest missing upstream products or industries of each ``name`` of the table.

    Known edges are left out. The model is learnt from the imported chain alone, once for each content of it, and kept.
    A product that the chain does not know is answered from its name; an industry that it does not know is listed in
    ``unknown``. Raises InputRejected for another relation, NotFound without a chain.
    """
    if relation != "upstream":
        raise InputRejected(f"--relation {relation}", expected="upstream")
    if top < 1:
        raise InputRejected(f"--top {top}", expected="1 or more")
    names = read_queries(queries, mapping)
    with opened(db) as database:
        graph = load(database)
        if kind == "product":
            found = _products(graph, names, top, database, clock or SystemClock(), seed, said)
        elif kind == "industry":
            found = _industries(graph, names, top, seed)
        else:
            raise InputRejected(f"--kind {kind}", expected="product or industry")
    rows = [
        (name, rank, hit.candidate, hit.probability, hit.evidence)
        for name, hits in found.items()
        for rank, hit in enumerate(hits, start=1)
    ]
    unknown = tuple(name for name in names if name not in found)
    return Completed(pl.DataFrame(rows, schema=SCHEMA, orient="row"), unknown)


def _edges(graph: Graph, relation: Literal["made_of", "includes"], products: Ints) -> Ints:
    """Pairs of positions among the products."""
    if relation not in graph.out:
        return np.zeros((0, 2), np.int64)
    found = graph.out[relation]
    source = np.repeat(np.arange(graph.size), np.diff(found.start))
    return np.column_stack([np.searchsorted(products, source), np.searchsorted(products, found.target)])


def product_ranker(graph: Graph, extra: list[str]) -> ProductRanker:
    """The unfitted ranker of the chain's products, with names the chain does not know standing behind them."""
    products = np.array(graph.of_kind("product"), np.int64)
    linked = np.zeros(graph.size, bool)
    for relation in ("made_of", "includes"):
        for side in (graph.out, graph.into):
            if relation in side:
                linked |= np.diff(side[relation].start) > 0
    products = products[linked[products]]
    if not len(products):
        raise InputRejected("the chain has no relations between products", expected="product_relation.csv")
    names = [graph.keys[i] for i in products]
    known = set(names)
    return ProductRanker(
        [*names, *(name for name in extra if name not in known)],
        _edges(graph, "made_of", products),
        _edges(graph, "includes", products),
    )


def _products(
    graph: Graph, names: list[str], top: int, db: Database, clock: Clock, seed: int, said: Callable[[str], None]
) -> dict[str, list[Suggestion]]:
    ranker = product_ranker(graph, names)
    key = f"product/seed-{seed}"
    with db.read() as session:
        kept = store.find_model(session, key, graph.content)
    if kept is None:
        said("learning from edges hidden from itself; once for this chain")
        # fitted without the unknown names: what is asked must not change what is learnt
        kept = product_ranker(graph, []).fit(seed).dump()
        with db.write() as session:
            store.put_model(session, key, graph.content, kept, {}, clock.now())
    ranker.load(kept)
    said(f"ranking {len(names):,} products")
    position = {name: i for i, name in enumerate(ranker.names)}
    queries = np.array([position[name] for name in names], np.int64)
    pairs, probability = ranker.predict(queries)
    order = np.lexsort((pairs.node, -probability, pairs.query))
    start = np.searchsorted(pairs.query[order], np.arange(len(names) + 1))
    column = {kind: pairs.columns.index(kind) for kind in TELLING}
    found = {}
    for i, name in enumerate(names):
        best = order[start[i] : start[i + 1]][:top]
        found[name] = [
            Suggestion(ranker.names[pairs.node[k]], round(float(probability[k]), 6), _evidence(pairs, int(k), column))
            for k in best
        ]
    return found


def _evidence(pairs: Pairs, row: int, column: Mapping[str, int]) -> str:
    """The kinds of evidence that speak for a pair, at most three, joined by a plus sign."""
    return "+".join([kind for kind in TELLING if pairs.table[row, column[kind]] > 0][:3])


def industry_ranker(graph: Graph) -> tuple[IndustryRanker, list[str]]:
    """The unfitted ranker of the chain's industries, and their names by position."""
    if "upstream" not in graph.out:
        raise InputRejected("the chain has no relations between industries", expected="industry_upstream.csv")
    industries = np.array(graph.of_kind("industry"), np.int64)
    upstream = graph.out["upstream"]
    source = np.repeat(np.arange(graph.size), np.diff(upstream.start))
    edges = np.column_stack([np.searchsorted(industries, source), np.searchsorted(industries, upstream.target)])
    parent = np.full(len(industries), -1, np.int64)
    if "part_of" in graph.out:
        for i, node in enumerate(industries):
            above = [above for above in graph.out["part_of"].of(node) if graph.kinds[above] == "industry"]
            parent[i] = np.searchsorted(industries, above[0]) if above else -1
    names = [graph.keys[i] for i in industries]
    return IndustryRanker(len(names), edges, np.maximum(upstream.weight, 1e-6), parent), names


def _industries(graph: Graph, names: list[str], top: int, seed: int) -> dict[str, list[Suggestion]]:
    ranker, known = industry_ranker(graph)
    position = {name: i for i, name in enumerate(known)}
    scores = ranker.fit(seed).scores()
    matrix = ranker.matrix
    found = {}
    for name in names:
        at = position.get(name)
        if at is None:
            continue
        best = [int(k) for k in np.argsort(-scores[at], kind="stable")[:top] if scores[at, k] >= 0]
        found[name] = [
            Suggestion(known[k], round(float(scores[at, k]), 6), _industry_evidence(matrix, at, k, known)) for k in best
        ]
    return found


def _industry_evidence(
    matrix: np.ndarray[tuple[int, ...], np.dtype[np.float64]], at: int, k: int, known: list[str]
) -> str:
    """The likest industries that are known to buy from the candidate, and how many upstream ones they share."""
    buyers = np.flatnonzero(matrix[:, k] > 0)
    shared = ((matrix[buyers] > 0) & (matrix[at] > 0)).sum(axis=1)
    best = np.argsort(-shared, kind="stable")[:2]
    return "; ".join(f"{known[buyers[i]]} ({int(shared[i])} upstream in common)" for i in best if shared[i] > 0)
