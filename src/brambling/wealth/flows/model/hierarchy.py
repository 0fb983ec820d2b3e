"""Coherent means: forecasts of every node drawn to each other so that children sum to parents.

Weighted least squares with the variance of each node's earlier errors (MinT with a diagonal, Wickramasuriya et al.
2019), solved on the constraints (one a parent) instead of on the leaves: there are few parents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brambling.wealth.flows.features import Floats


@dataclass(frozen=True)
class Tree:
    """Nodes of a hierarchy, leaves first. ``members`` lists the leaves under each node, ``children`` its direct ones.

    ``names`` are paths like ``retail>app``; ``depth`` 0 is the whole.
    """

    names: tuple[str, ...]
    depth: tuple[int, ...]
    members: tuple[tuple[int, ...], ...]
    children: tuple[tuple[int, ...], ...]
    leaves: int

    @property
    def parents(self) -> range:
        """The places of the nodes that are sums."""
        return range(self.leaves, len(self.names))


def tree_of(leaves: Sequence[tuple[str, ...]], whole: str) -> Tree:
    """The tree of leaf labels, coarsest label first; ``whole`` names the root."""
    names = [">".join(label) for label in leaves]
    depth = [len(label) for label in leaves]
    members: list[tuple[int, ...]] = [(place,) for place in range(len(leaves))]
    children: list[tuple[int, ...]] = [() for _ in leaves]
    below = {label: place for place, label in enumerate(leaves)}
    for level in range(len(leaves[0]) - 1, -1, -1):
        groups: dict[tuple[str, ...], list[int]] = {}
        for label, place in below.items():
            groups.setdefault(label[:level], []).append(place)
        below = {}
        for label, places in groups.items():
            below[label] = len(names)
            names.append(">".join(label) if label else whole)
            depth.append(level)
            children.append(tuple(places))
            members.append(tuple(sorted(leaf for place in places for leaf in members[place])))
    return Tree(tuple(names), tuple(depth), tuple(members), tuple(children), len(leaves))


def reconcile(means: Floats, variances: Floats, tree: Tree) -> Floats:
    """Leaf means (leaf, horizon), none negative, from the means (node, horizon) and error variances (node) of all nodes.

    The sums of what comes back are the coherent means of the parents.
    """
    from scipy.sparse import coo_matrix, diags
    from scipy.sparse.linalg import spsolve

    parents = len(tree.parents)
    rows: list[int] = []
    columns: list[int] = []
    signs: list[float] = []
    for row, node in enumerate(tree.parents):
        places = (node, *tree.children[node])
        rows += [row] * len(places)
        columns += places
        signs += [1.0, *([-1.0] * len(tree.children[node]))]
    constraint = coo_matrix((signs, (rows, columns)), shape=(parents, means.shape[0])).tocsr()
    spread = diags(np.maximum(variances, variances[variances > 0].min(initial=1.0) * 1e-6))
    system = (constraint @ spread @ constraint.T).tocsc()
    missed = constraint @ means
    solved: NDArray[np.float64] = np.asarray(spsolve(system, missed)).reshape(parents, -1)
    adjusted = means - spread @ (constraint.T @ solved)
    out: Floats = np.maximum(np.asarray(adjusted)[: tree.leaves], 0.0)
    return out
