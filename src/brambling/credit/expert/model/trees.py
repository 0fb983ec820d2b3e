"""Trees as plain arrays: five of them hold a whole forest, evaluate alike after any reload, and hold no code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from brambling.credit.expert.shapes.policy import Floats, Ints
from brambling.engine.learn import array_of, array_part
from brambling.kit.errors import InputRejected

_ROWS_AT_ONCE = 4_096
_NAMES = ("feature", "threshold", "left", "right", "value", "roots")


@dataclass(frozen=True, eq=False)
class Trees:
    """Node i asks ``x[feature[i]] <= threshold[i]``: yes goes to ``left[i]``, no to ``right[i]``.

    A leaf has a threshold of infinity and itself on the left, so that every walk may take the same number of steps.
    The answer is ``start`` plus ``scale`` times the sum of the trees' ``value``.
    """

    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    value: Floats
    roots: Ints
    depth: int
    start: float
    scale: float

    def sum(self, x: Floats) -> Floats:
        """The answer for each row of ``x``."""
        out = np.empty(len(x))
        for first in range(0, len(x), _ROWS_AT_ONCE):
            part = x[first : first + _ROWS_AT_ONCE]
            out[first : first + _ROWS_AT_ONCE] = self.start + self.scale * self.value[self._leaves(part)].sum(axis=1)
        return out

    def _leaves(self, x: Floats) -> Ints:
        places = np.broadcast_to(self.roots, (len(x), len(self.roots)))
        rows = np.arange(len(x))[:, None]
        for _ in range(self.depth):
            goes_left = x[rows, self.feature[places]] <= self.threshold[places]
            places = np.where(goes_left, self.left[places], self.right[places])
        return places

    def to_parts(self, name: str) -> dict[str, bytes]:
        """The arrays as parts of an artefact."""
        return {f"{name}.{key}": array_part(getattr(self, key)) for key in _NAMES}

    def to_plain(self) -> dict[str, Any]:
        """What is no array."""
        return {"depth": self.depth, "start": self.start, "scale": self.scale}

    @classmethod
    def of_parts(cls, name: str, parts: Mapping[str, bytes], plain: Mapping[str, Any]) -> Trees:
        """The forest of its parts; raises InputRejected where one is missing or they do not fit together."""
        try:
            arrays = {key: array_of(parts[f"{name}.{key}"]) for key in _NAMES}
            found = cls(**arrays, depth=int(plain["depth"]), start=float(plain["start"]), scale=float(plain["scale"]))
        except (KeyError, TypeError, ValueError):
            raise InputRejected(f"the artefact lacks the trees {name!r}") from None
        nodes = len(found.value)
        if any(len(arrays[key]) != nodes for key in _NAMES[:4]) or any(
            array.min(initial=0) < 0 or array.max(initial=0) >= nodes
            for array in (found.left, found.right, found.roots)
        ):
            raise InputRejected(f"the trees {name!r} of the artefact are damaged")
        return found


def joined(trees: Sequence[Mapping[str, Any]], *, start: float, scale: float) -> Trees:
    """One forest of trees given as arrays ``feature, threshold, left, right, value`` with their own numbering from 0
    (children of a leaf are -1)."""
    columns: dict[str, list[Any]] = {key: [] for key in _NAMES[:5]}
    roots, offset, depth = [], 0, 0
    for tree in trees:
        left, right = np.asarray(tree["left"], np.int64), np.asarray(tree["right"], np.int64)
        here = np.arange(len(left), dtype=np.int64)
        leaf = left < 0
        columns["feature"].append(np.where(leaf, 0, np.asarray(tree["feature"], np.int64)))
        columns["threshold"].append(np.where(leaf, np.inf, np.asarray(tree["threshold"], np.float64)))
        columns["left"].append(np.where(leaf, here, left) + offset)
        columns["right"].append(np.where(leaf, here, right) + offset)
        columns["value"].append(np.where(leaf, np.asarray(tree["value"], np.float64), 0.0))
        roots.append(offset)
        offset += len(left)
        depth = max(depth, _depth(left, right))
    arrays = {key: np.concatenate(parts) for key, parts in columns.items()}
    return Trees(**arrays, roots=np.array(roots, np.int64), depth=depth, start=start, scale=scale)


def _depth(left: Ints, right: Ints) -> int:
    level, depth = [0], 0
    while True:
        level = [int(child) for node in level if left[node] >= 0 for child in (left[node], right[node])]
        if not level:
            return depth
        depth += 1


def of_boosters(boosters: Sequence[Any]) -> Trees:
    """The mean margin of LightGBM boosters with numeric splits."""
    trees = [_flat(info["tree_structure"]) for one in boosters for info in one.dump_model()["tree_info"]]
    return joined(trees, start=0.0, scale=1 / len(boosters))


def _flat(root: Mapping[str, Any]) -> dict[str, list[Any]]:
    out: dict[str, list[Any]] = {key: [] for key in _NAMES[:5]}

    def add(node: Mapping[str, Any]) -> int:
        place = len(out["left"])
        inner = "split_feature" in node
        out["feature"].append(node["split_feature"] if inner else 0)
        out["threshold"].append(node["threshold"] if inner else 0.0)
        out["value"].append(0.0 if inner else node["leaf_value"])
        out["left"].append(-1)
        out["right"].append(-1)
        if inner:
            out["left"][place] = add(node["left_child"])
            out["right"][place] = add(node["right_child"])
        return place

    add(root)
    return out


def of_forest(forest: Any) -> Trees:
    """The mean over the trees of a LightGBM random forest, which is the share of its leaves' rows that were approved."""
    trees = [_flat(info["tree_structure"]) for info in forest.dump_model()["tree_info"]]
    return joined(trees, start=0.0, scale=1 / len(trees))
