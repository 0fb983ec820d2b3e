"""A folder of a chain and a classification into the database, and the graph back out."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np

from brambling.kit.clock import Clock, SystemClock
from brambling.kit.db import Database, ReadSession
from brambling.kit.db.locks import lock
from brambling.kit.errors import InputRejected, NotFound
from brambling.kit.settings import Settings
from brambling.perception.industry import store
from brambling.perception.industry.readers import read_chain, read_codes
from brambling.perception.industry.rules import Relation
from brambling.perception.industry.shapes import ChainFile, Graph, Imported, Lines, lines

DEMO = Path(__file__).parents[1] / "demo"


@contextmanager
def opened(db: Database | None) -> Iterator[Database]:
    """The database given, else the one of this installation, closed again."""
    if db is not None:
        yield db
        return
    own = Database.open(Settings())
    try:
        yield own
    finally:
        own.close()


def import_(
    chain: Path | Sequence[Path] = (),
    gbt: Path | None = None,
    *,
    demo: bool = False,
    as_of: date | None = None,
    db: Database | None = None,
    clock: Clock | None = None,
) -> list[Imported]:
    """Read folders of chains and a GB/T 4754 table into the database; all of it or nothing.

    A data set takes the place of the one of its kind that was there before, so importing twice is importing once.
    ``as_of`` dates edges without a date of their own (today without it); ``demo`` takes the small chain that ships.
    Raises InputRejected as the readers do, and when there is nothing to import.
    """
    time = clock or SystemClock()
    day = as_of or time.today()
    folders = [chain] if isinstance(chain, Path) else list(chain)
    folders += [DEMO / "chain"] if demo else []
    files = [read_chain(folder, day) for folder in folders]
    files += [read_codes(path, day) for path in ([gbt] if gbt else [DEMO / "codes.csv"] if demo else [])]
    if not files:
        raise InputRejected("nothing to import", expected="--chain DIR, --gbt FILE or --demo")
    done = []
    with opened(db) as database, database.write() as session:
        lock(session, "industry-import")
        known = store.contents(session)
        for file in files:
            content = content_of(file)
            changed = known.get(file.dataset) != content
            if changed:
                store.replace(session, file, content, time.now(), [asdict(finding) for finding in file.findings])
            done.append(
                Imported(
                    file.dataset,
                    content,
                    dict(sorted(Counter(node.kind for node in file.nodes).items())),
                    dict(sorted(Counter(edge.relation for edge in file.edges).items())),
                    file.findings,
                    changed,
                    time.now(),
                )
            )
    return done


def content_of(file: ChainFile) -> str:
    """A hash of all nodes and edges, whatever their order."""
    digest = hashlib.sha256()
    for node in sorted(file.nodes, key=lambda node: (node.kind, node.key)):
        digest.update(f"{node.kind}|{node.key}|{node.name}\n".encode())
    for edge in sorted(file.edges, key=lambda edge: (edge.source, edge.relation, edge.target)):
        digest.update(
            f"{edge.source}|{edge.relation}|{edge.target}|{edge.weight!r}|{edge.origin}|{edge.as_of}\n".encode()
        )
    return digest.hexdigest()


def load(db: Database | None = None) -> Graph:
    """The graph of everything imported; raises NotFound when nothing is."""
    with opened(db) as database, database.read() as session:
        return read_graph(session)


def read_graph(session: ReadSession) -> Graph:
    """The graph in a session of the caller; edges between the same nodes from two data sets are kept once."""
    contents = store.contents(session)
    if not contents:
        raise NotFound("no chain is imported yet: brambling industry import --chain DIR --gbt FILE, or --demo")
    found = store.read_nodes(session)
    ids = {(row[0], row[1]): i for i, row in enumerate(found)}
    origins: dict[tuple[str, date], int] = {}
    by_relation: dict[Relation, tuple[list[int], list[int], list[float], list[int]]] = {}
    for source_kind, source, relation, target_kind, target, weight, origin, as_of in store.read_edges(session):
        part = by_relation.get(relation)
        if part is None:
            part = by_relation[relation] = ([], [], [], [])
        part[0].append(ids[source_kind, source])
        part[1].append(ids[target_kind, target])
        part[2].append(weight)
        part[3].append(origins.setdefault((origin, as_of), len(origins)))
    out: dict[Relation, Lines] = {}
    into: dict[Relation, Lines] = {}
    for relation, (sources, targets, weights, places) in by_relation.items():
        source_at, target_at = np.array(sources, np.int64), np.array(targets, np.int64)
        _, first = np.unique(source_at * len(found) + target_at, return_index=True)
        source_at, target_at = source_at[first], target_at[first]
        weight_at, place = np.array(weights)[first], np.array(places, np.int64)[first]
        out[relation] = lines(source_at, target_at, weight_at, place, len(found))
        into[relation] = lines(target_at, source_at, weight_at, place, len(found))
    content = hashlib.sha256("|".join(f"{name}:{text}" for name, text in contents.items()).encode()).hexdigest()
    return Graph(
        tuple(row[0] for row in found),
        tuple(row[1] for row in found),
        tuple(row[2] for row in found),
        out,
        into,
        tuple(origins),
        content,
        ids,
    )
