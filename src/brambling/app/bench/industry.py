"""The chain: what is hidden and found again, who is placed where, and how quick a walk is."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from brambling.app.bench.measure import Bench, Measure, percentile, skipped, times_ms
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.perception.industry.features import Ints
from brambling.perception.industry.model.industries import IndustryRanker, ease
from brambling.perception.industry.model.placing import Firm, IndustryPlacer
from brambling.perception.industry.model.products import ProductRanker
from brambling.perception.industry.rules import NodeKind
from brambling.perception.industry.service.completing import industry_ranker, product_ranker
from brambling.perception.industry.service.importing import import_, read_graph
from brambling.perception.industry.service.placing import labelled
from brambling.perception.industry.service.walking import reach
from brambling.perception.industry.shapes import Graph, lines

NODES = 100_000
HIDDEN = 0.1
QUERIES_MAX = 2000
TOP = 10


def run(bench: Bench) -> list[Measure]:
    """Figures on a made-up graph of 100,000 nodes, and on the real chain where it is."""
    measures = [_walks(bench.seed)]
    chain = bench.file("industry/chain")
    if chain is None:
        return [*measures, skipped("completion and placing", "no industry/chain under --data")]
    bench.say("importing the chain")
    graph, seconds = _graph(chain)
    measures.append(Measure("graph load", seconds, "s", aim="< 3"))
    bench.say("industries: hidden edges")
    measures += _industries(graph, bench.seed)
    bench.say("placing: companies held out")
    measures += _placing(labelled(graph), bench.seed)
    bench.say("products: hidden edges (some minutes)")
    measures += _products(graph, bench.seed)
    return measures


def _walks(seed: int) -> Measure:
    """Three hops over random edges, two to a node."""
    rng = np.random.default_rng(seed)
    source, target = rng.integers(0, NODES, 2 * NODES), rng.integers(0, NODES, 2 * NODES)
    ones, zeros = np.ones(2 * NODES), np.zeros(2 * NODES, np.int64)
    names = tuple(f"n{i}" for i in range(NODES))
    out = lines(source, target, ones, zeros, NODES)
    product: NodeKind = "product"
    graph = Graph((product,) * NODES, names, names, {"made_of": out}, {}, (("f", date(2026, 1, 1)),), "")
    starts = iter(rng.integers(0, NODES, 5000).tolist())
    spent = times_ms(lambda: reach(graph, next(starts), "suppliers", 3), runs=2000)
    return Measure("three hops of 100,000 nodes, p99", percentile(spent, 0.99), "ms", aim="< 5", synthetic=True)


def _graph(chain: Path) -> tuple[Graph, float]:
    from brambling.kit.db.embedded import start_server

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)
        db = Database.at(start_server(place / "postgres"))
        import_(chain, db=db, clock=FixedClock(datetime(2026, 1, 1, tzinfo=UTC)))
        found: list[Graph] = []

        def load() -> None:
            with db.read() as session:
                found.append(read_graph(session))

        seconds = percentile(times_ms(load, runs=3, warm=0), 0.5) / 1000
        db.close()
    return found[-1], seconds


def _found(truth: Mapping[int, set[int]], ranked: Mapping[int, Sequence[int]]) -> tuple[float, float, float]:
    """Share of queries with a hidden edge in the first ten, share of hidden edges there, mean reciprocal first rank."""
    queries = edges = hits = 0
    reciprocal = 0.0
    for query, hidden in truth.items():
        places = sorted(ranked[query].index(node) for node in hidden if node in ranked[query])
        queries += bool(places) and places[0] < TOP
        # other hidden edges above one do not push it down
        edges += sum(place - above < TOP for above, place in enumerate(places))
        hits += len(hidden)
        reciprocal += 1 / (1 + places[0]) if places else 0
    return queries / len(truth), edges / hits, reciprocal / len(truth)


def _measures(
    name: str, ours: tuple[float, float, float], peer: str, theirs: tuple[float, float, float], aim: str
) -> list[Measure]:
    note = "a tenth of the edges hidden; a query counts when one of its hidden edges is among the ten"
    return [
        Measure(f"{name}, hits@10 by query", ours[0], "", peer, theirs[0], aim, note),
        Measure(f"{name}, hits@10 by edge", ours[1], "", peer, theirs[1], note=note),
        Measure(f"{name}, MRR", ours[2], "", peer, theirs[2], note=note),
    ]


def _truth(edges: Ints) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for source, target in edges.tolist():
        found[source].add(target)
    return found


def _industries(graph: Graph, seed: int) -> list[Measure]:
    whole, _ = industry_ranker(graph)
    edges = np.argwhere(whole.matrix > 0)
    hidden = np.random.default_rng(seed).random(len(edges)) < HIDDEN
    truth = _truth(edges[hidden])
    left = edges[~hidden]
    ranker = IndustryRanker(len(whole.matrix), left, whole.matrix[left[:, 0], left[:, 1]], whole.parent).fit()

    def ranked(scores: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> dict[int, list[int]]:
        return {query: np.argsort(-scores[query], kind="stable").tolist() for query in truth}

    plain = ease((ranker.matrix > 0).astype(np.float64), 10)
    plain[ranker.matrix > 0] = -1
    np.fill_diagonal(plain, -1)
    ours, theirs = _found(truth, ranked(ranker.scores())), _found(truth, ranked(plain))
    return _measures("industry upstream", ours, "EASE", theirs, ">= .74")


def _products(graph: Graph, seed: int) -> list[Measure]:
    whole = product_ranker(graph, [])
    rng = np.random.default_rng(seed)
    hidden = rng.random(len(whole.made_of)) < HIDDEN
    truth = _truth(whole.made_of[hidden])
    asked = np.array(sorted(truth), np.int64)
    asked = np.sort(rng.choice(asked, min(QUERIES_MAX, len(asked)), replace=False))
    ranker = ProductRanker(whole.names, whole.made_of[~hidden], whole.classes).fit()
    pairs, probability = ranker.predict(asked)

    def ranked(score: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> dict[int, list[int]]:
        order = np.lexsort((-score, pairs.query))
        start = np.searchsorted(pairs.query[order], np.arange(len(asked) + 1))
        return {int(query): pairs.node[order[start[i] : start[i + 1]]].tolist() for i, query in enumerate(asked)}

    some = {int(query): truth[int(query)] for query in asked}
    near = pairs.table[:, pairs.columns.index("likeness")]
    return _measures(
        "product upstream", _found(some, ranked(probability)), "character kNN", _found(some, ranked(near)), ">= .42"
    )


def _placing(firms: Sequence[Firm], seed: int) -> list[Measure]:
    """A fifth of the labelled companies held out; the peer is the industry of the company with the likest n-grams."""
    order = np.random.default_rng(seed).permutation(len(firms))
    cut = len(order) // 5
    held, known = [firms[i] for i in order[:cut]], [firms[i] for i in order[cut:]]
    placer = IndustryPlacer(known).fit()
    labels = np.array([placer.industries.index(firm.industry) for firm in known])
    alike = (placer.vectors(held) @ placer.vectors(known).T).toarray()
    nearest = np.zeros((len(held), len(placer.industries)), np.float32)
    for row in range(len(held)):
        np.maximum.at(nearest[row], labels, alike[row])
    counts = np.bincount(labels, minlength=len(placer.industries))
    base = np.broadcast_to(counts, nearest.shape)

    def right(scores: np.ndarray[tuple[int, ...], np.dtype[np.float32]], top: int) -> float:
        best = np.argsort(-scores, axis=1, kind="stable")[:, :top]
        return float(np.mean([held[i].industry in {placer.industries[k] for k in best[i]} for i in range(len(held))]))

    ours = placer.scores(held)
    note = "companies held out, Shenwan industries; base is the commonest industries"
    peer = "n-gram nearest company"
    return [
        Measure("placing, top 1", right(ours, 1), "", peer, right(nearest, 1), note=note),
        Measure("placing, top 5", right(ours, 5), "", peer, right(nearest, 5), "peer + .10", note),
        Measure("placing, base rate, top 5", right(base.astype(np.float32), 5), "", note=note),
    ]
