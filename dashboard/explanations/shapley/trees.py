"""A decision tree as arrays, whatever library grew it, and where a row of numbers goes at each of its nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from dashboard.explanations.sandbox.model_file import ModelRefusedError

LEAF = -1
MOST_LEVELS = 500
# LightGBM calls a number zero when it is no further from it than this.
ZERO = 1e-35


class Missing(IntEnum):
    """What counts as missing at a node: NaN; nothing, NaN being 0; NaN and 0."""

    NAN = 0
    NEVER = 1
    ZERO = 2


@dataclass(frozen=True)
class Tree:
    """One tree; node 0 is its root, and each array has an entry for each node.

    `left` and `right` are nodes, LEAF at a leaf. A value goes left when it is at most `threshold` (`strict`: below it),
    or, where `chosen` names a row of `sets` (-1: none), when its category is in that set. Missing values go left where
    `missing_left` says so. `cover` is the weight of the training rows in the node; `value` has a column per output.
    """

    left: np.ndarray
    right: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    missing_left: np.ndarray
    cover: np.ndarray
    value: np.ndarray
    missing: np.ndarray | None = None
    chosen: np.ndarray | None = None
    sets: Sequence[np.ndarray] = ()


@dataclass(frozen=True)
class Comparison:
    """How a library compares: in numbers of 32 bits or 64, and whether an equal value goes left."""

    single: bool = False
    strict: bool = False


def walked(tree: Tree, features: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The nodes that can be reached, level by level: each node, the position of its parent, and its level.

    Raises ModelRefusedError for a tree that cannot be walked: a child that does not exist or has two parents, a feature
    that does not exist, or too many levels.
    """
    nodes, parents, levels = [np.zeros(1, np.int64)], [np.full(1, -1, np.int64)], [np.zeros(1, np.int64)]
    seen = np.zeros(len(tree.left), dtype=bool)
    _need(len(seen) > 0, "it has no nodes")
    seen[0] = True
    before = 0
    for level in range(1, MOST_LEVELS + 1):
        here = nodes[-1]
        place = np.flatnonzero(tree.left[here] != LEAF)
        inner = here[place]
        if not len(inner):
            return np.concatenate(nodes), np.concatenate(parents), np.concatenate(levels)
        _need(bool(np.all((tree.feature[inner] >= 0) & (tree.feature[inner] < features))), "it asks for other features")
        children = np.stack([tree.left[inner], tree.right[inner]], axis=1).ravel().astype(np.int64)
        _need(bool(np.all((children > 0) & (children < len(seen)))), "a child is not in the tree")
        _need(len(np.unique(children)) == len(children) and not seen[children].any(), "a node is the child of two")
        seen[children] = True
        parents.append(np.repeat(place + before, 2))
        before += len(here)
        nodes.append(children)
        levels.append(np.full(len(children), level))
    raise ModelRefusedError(f"received a damaged tree; it has more than {MOST_LEVELS} levels; store a smaller model")


def _need(holds: bool, fault: str) -> None:
    if not holds:
        raise ModelRefusedError(f"received a damaged tree; {fault}; train and store the model again")


@dataclass(frozen=True)
class Splits:
    """The inner nodes of many trees side by side; `Tree` says what the arrays mean."""

    feature: np.ndarray
    threshold: np.ndarray
    missing_left: np.ndarray
    missing: np.ndarray | None
    chosen: np.ndarray | None
    sets: np.ndarray
    comparison: Comparison

    def go_left(self, row: np.ndarray) -> np.ndarray:
        """Whether a row of numbers (one per feature, NaN = missing) goes left, for each node."""
        values = row[self.feature]
        absent = np.isnan(values)
        if self.missing is not None:
            zero = self.missing == Missing.ZERO
            values = np.where(absent & (self.missing != Missing.NAN), 0.0, values)
            absent = (absent & (self.missing == Missing.NAN)) | (zero & (np.abs(values) <= ZERO))
        if self.comparison.single:
            values = values.astype(np.float32)
        left = values < self.threshold if self.comparison.strict else values <= self.threshold
        if self.chosen is not None:
            left = np.where(self.chosen >= 0, self._in_set(row[self.feature]), left)
        return np.where(absent, self.missing_left, left)

    def _in_set(self, values: np.ndarray) -> np.ndarray:
        assert self.chosen is not None
        width = self.sets.shape[1] - 1
        known = np.isfinite(values) & (values >= 0) & (values < width)
        code = np.where(known, values, width).astype(np.int64)
        found: np.ndarray = self.sets[np.maximum(self.chosen, 0), code]
        return found
