"""What speaks for a product having a material: candidates and their features, from the graph and the names alone.

Nothing here knows which edges will be asked for: whoever trains on hidden edges builds :class:`Chain` without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from brambling.perception.industry.features import (
    Floats,
    Ints,
    Sparse,
    gram_ends,
    gram_lengths,
    gram_matrix,
    rarity,
    row_numbers,
    scale_columns,
    share_rows,
    top_rows,
    unit_rows,
    values_at,
    without_self,
)

NEIGHBOURS = 60
BATCH = 400
# How many candidates each kind of evidence may bring; the union is ranked.
BRINGS = {
    "likeness": 120, "grams": 100, "long_grams": 100, "rare_grams": 80, "ending": 40, "beginning": 40, "together": 60,
    "class_mates": 30, "part_of_name": 30, "name_likeness": 100, "likeness_spread": 60, "votes_spread": 60, "together_guess": 40,
}  # fmt: skip
RANKED = (
    "likeness", "grams", "long_grams", "rare_grams", "together", "name_likeness", "likeness_spread", "votes_spread",
    "together_guess",
)  # fmt: skip


@dataclass(frozen=True)
class Pairs:
    """Candidates: ``query`` is the position in the list asked, ``node`` the candidate, a row of ``table`` each."""

    query: Ints
    node: Ints
    table: Floats
    columns: tuple[str, ...]


class Chain:
    """Products, what they are made of, and their classes, as matrices.

    ``made_of`` are pairs (product, material) and ``classes`` pairs (class, member), by position in ``names``.
    """

    def __init__(self, names: Sequence[str], made_of: Ints, classes: Ints) -> None:
        self.names = list(names)
        self.position = {name: i for i, name in enumerate(self.names)}
        self.upstream = self._adjacency(made_of)
        self.members = self._adjacency(classes)
        self.parents = self.members.T.tocsr()
        self.length = np.array([len(name) for name in self.names], np.float32)
        self._count()
        self._weigh()
        self._count_parts()

    def _adjacency(self, pairs: Ints) -> Sparse:
        import scipy.sparse as sp

        size = len(self.names)
        matrix = sp.csr_matrix((np.ones(len(pairs), np.float32), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
        matrix.data[:] = 1
        return matrix

    def _count(self) -> None:
        self.used = np.asarray(self.upstream.sum(axis=0)).ravel()
        self.uses = np.asarray(self.upstream.sum(axis=1)).ravel()
        self.member_of = np.asarray(self.members.sum(axis=0)).ravel()
        self.has_members = np.asarray(self.members.sum(axis=1)).ravel()
        self.degree = self.used + self.uses + self.member_of + self.has_members
        self.makers = np.flatnonzero(self.uses > 0)
        self.maker_at = np.full(len(self.names), -1, np.int64)
        self.maker_at[self.makers] = np.arange(len(self.makers))
        together = (self.upstream.T @ self.upstream).tocsr()
        together.setdiag(0)
        together.eliminate_zeros()
        self.together = together

    def _weigh(self) -> None:
        self.grams, self.vocabulary = gram_matrix(self.names)
        makers = self.grams[self.makers]
        self.made = self.upstream[self.makers]
        self.gram_found = np.asarray(makers.sum(axis=0)).ravel()
        weight = rarity(makers)
        length = gram_lengths(self.vocabulary)
        self.gram_weights = {
            "grams": (weight, 2.0),
            "long_grams": (weight * (length >= 2), 1.0),
            "rare_grams": (weight**3 * (length >= 2), 0.5),
            "ending": (weight**2 * gram_ends(self.vocabulary, "$"), 1.0),
            "beginning": (weight**2 * gram_ends(self.vocabulary, "^"), 1.0),
        }
        self.gram_made = (makers.T @ self.made).tocsr()
        self.by_maker = unit_rows(scale_columns(self.grams, weight))
        self.makers_by_gram = self.by_maker[self.makers].T.tocsr()
        self.by_name = unit_rows(scale_columns(self.grams, rarity(self.grams)))
        self.names_by_gram = self.by_name.T.tocsr()

    def _parts(self, queries: Ints) -> Sparse:
        """Nodes whose name is a part of the query's: 1 inside, 2 where it begins, 3 where it ends the name."""
        import scipy.sparse as sp

        rows, columns, values = [], [], []
        for row, query in enumerate(queries):
            name = self.names[query]
            for start in range(len(name)):
                for end in range(start + 1, len(name) + 1):
                    node = self.position.get(name[start:end])
                    if node is not None and node != query:
                        rows.append(row)
                        columns.append(node)
                        values.append(3.0 if end == len(name) else 2.0 if start == 0 else 1.0)
        shape = (len(queries), len(self.names))
        found = sp.coo_matrix((np.array(values, np.float32), (rows, columns)), shape=shape).tocsr()
        found.data = np.minimum(found.data, 3)
        return found

    def _count_parts(self) -> None:
        """How often a product whose name holds the name of a node is made of that node."""
        parts = self._parts(self.makers).minimum(1)
        held = np.asarray(parts.sum(axis=0)).ravel()
        made = np.asarray(parts.multiply(self.made).sum(axis=0)).ravel()
        self.part_rate = (made + 0.5) / (held + 2)

    def evidence(self, queries: Ints) -> tuple[dict[str, Sparse], Floats]:
        """Scores of every kind for the queries (rows) by node (columns), and how like the nearest neighbour is."""
        found: dict[str, Sparse] = {}
        alike = without_self((self.by_maker[queries] @ self.makers_by_gram).tocsr(), self.maker_at[queries])
        near = top_rows(alike, NEIGHBOURS)
        found["likeness"] = near.power(2) @ self.made
        found["close_likeness"] = near.power(4) @ self.made
        found["ten_nearest"] = top_rows(near, 10) @ self.made
        self._votes(queries, found)
        known = share_rows(self.upstream[queries])
        found["together"] = scale_columns(known, 1 / np.maximum(self.used, 1)) @ self.together
        parents = self.parents[queries]
        mates = without_self((parents @ self.members).tocsr(), queries)
        found["of_class"] = share_rows(parents) @ self.upstream
        found["class_mates"] = share_rows(mates) @ self.upstream
        found["is_class"], found["is_member"], found["is_mate"] = parents, self.members[queries], mates
        parts = self._parts(queries)
        found["part_of_name"] = parts
        found["part_rate"] = scale_columns(parts.minimum(1), self.part_rate)
        found["name_likeness"] = without_self((self.by_name[queries] @ self.names_by_gram).tocsr(), queries)
        guess = top_rows(found["likeness"], 30)
        found["likeness_spread"] = (top_rows(guess @ self.by_name, 100) @ self.names_by_gram).tocsr()
        votes = top_rows(found["long_grams"], 50)
        found["votes_spread"] = (top_rows(votes @ self.by_name, 100) @ self.names_by_gram).tocsr()
        found["together_guess"] = scale_columns(share_rows(guess), 1 / np.maximum(self.used, 1)) @ self.together
        found["class_of_guess"] = guess @ self.members + guess @ self.parents
        found["class_of_known"] = known @ self.members + known @ self.parents
        return found, np.asarray(near.max(axis=1).todense()).ravel().astype(np.float32)

    def _votes(self, queries: Ints, found: dict[str, Sparse]) -> None:
        """Each run of a name votes for the materials of the other products that have it."""
        rows = self.grams[queries]
        own = np.repeat(self.maker_at[queries] >= 0, np.diff(rows.indptr))
        for kind, (weight, doubt) in self.gram_weights.items():
            votes = rows.copy()
            votes.data = (weight[rows.indices] / (self.gram_found[rows.indices] - own + doubt)).astype(np.float32)
            total = rows @ weight
            votes.data /= np.repeat(np.where(total == 0, 1, total), np.diff(rows.indptr)).astype(np.float32)
            votes.eliminate_zeros()
            found[kind] = votes @ self.gram_made

    def pairs(self, queries: Ints) -> Pairs:
        """The candidates of the queries and their features; known materials and the product itself are left out."""
        parts = [self._pairs(queries[at : at + BATCH], at) for at in range(0, len(queries), BATCH)]
        return Pairs(
            np.concatenate([part.query for part in parts]),
            np.concatenate([part.node for part in parts]),
            np.concatenate([part.table for part in parts]),
            parts[0].columns,
        )

    def _pairs(self, queries: Ints, offset: int) -> Pairs:
        size = len(self.names)
        found, nearest = self.evidence(queries)
        keys = []
        for kind, count in BRINGS.items():
            brought = top_rows(found[kind], count)
            keys.append(row_numbers(brought) * size + brought.indices)
        key = np.unique(np.concatenate(keys))
        known = values_at(self.upstream[queries], key) > 0
        key = key[~known & (self.degree[key % size] > 0) & (key % size != queries[key // size])]
        query, node = key // size, key % size
        columns = {kind: values_at(matrix, key) for kind, matrix in found.items()}
        starts = np.searchsorted(query, np.arange(len(queries)))
        for kind in RANKED:
            score = columns[kind]
            order = np.lexsort((-score, query))
            place = np.empty(len(score), np.float32)
            place[order] = np.arange(len(score)) - starts[query[order]]
            columns[f"{kind}_place"] = np.where(score > 0, place, 500)
            best = np.zeros(len(queries), np.float32)
            np.maximum.at(best, query, score)
            columns[f"{kind}_share"] = score / np.maximum(best[query], 1e-9)
        columns |= {
            "used": self.used[node], "uses": self.uses[node], "degree": self.degree[node],
            "member_of": self.member_of[node], "has_members": self.has_members[node], "length": self.length[node],
            "length_ratio": self.length[node] / self.length[queries][query], "query_length": self.length[queries][query],
            "query_known": self.uses[queries][query], "query_members": self.has_members[queries][query],
            "query_classes": self.member_of[queries][query], "nearest": nearest[query],
            "places": np.sum([1 / (10 + columns[f"{kind}_place"]) for kind in RANKED], axis=0, dtype=np.float32),
        }  # fmt: skip
        return Pairs(query + offset, node, np.column_stack(list(columns.values())).astype(np.float32), tuple(columns))
