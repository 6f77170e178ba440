"""Many trees that add up, laid out level by level so that numpy passes over all of them at once.

The game is the one of `tree_path_dependent` (Lundberg et al. 2020): a feature that is not known goes both ways, weighed
by the training rows. For a leaf with value v it is v times a product over the features of its path, of o (1 where the
row goes along, else 0) for a known feature and of z (the share of training rows that go along) for another. The Shapley
value of such a product is the integral of a polynomial (Owen 1972, multilinear extensions):

    phi_i = v (o_i - z_i) * integral over t from 0 to 1 of the product over j != i of (z_j (1 - t) + o_j t)

Gauss-Legendre quadrature with half as many points as a path has features is exact. A feature that is asked several
times on a path has one o and one z: the products over its edges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dashboard.explanations.shapley.trees import LEAF, Comparison, Splits, Tree, walked

# Numbers (nodes times points) of one block: its arrays stay in the processor's cache.
BLOCK_NUMBERS = 60_000
# Beyond so many numbers the fixed arrays are made anew for every row instead of kept.
KEPT_NUMBERS = 12_000_000
SMALLEST_SHARE = 1e-200


@dataclass(frozen=True)
class Layout:
    """The nodes of some trees, roots first, then level by level; all arrays by node, roots included.

    `parent` and `same` (the next node above whose edge asks for the same feature) are positions, -1 for none. `feature`
    is that of the edge into the node. `share` is the part of the parent's training rows, `all_share` that times those
    of the edges above with the same feature. `ends` are the ends of the levels; `inner` the positions that have
    children, `first` the position of each one's left child (the right one follows).
    """

    parent: np.ndarray
    same: np.ndarray
    feature: np.ndarray
    share: np.ndarray
    all_share: np.ndarray
    value: np.ndarray
    ends: tuple[int, ...]
    inner: np.ndarray
    first: np.ndarray
    inner_ends: tuple[int, ...]
    points: int


@dataclass(frozen=True)
class Fixed:
    """What does not depend on the row, nodes x points: factors of the products and weighted differences.

    Named by whether the row goes along the edges of the feature above and here: `stays` where it already did not.
    """

    along: np.ndarray
    leaves: np.ndarray
    weight_along: np.ndarray
    weight_leaves: np.ndarray


class Block:
    """Some trees of an ensemble."""

    def __init__(self, layout: Layout, splits: Splits, keep: bool) -> None:
        """`keep`: hold what does not depend on the row."""
        self.layout = layout
        self.splits = splits
        self._keep = keep

    @property
    def fixed(self) -> Fixed:
        """What does not depend on the row."""
        return self._kept if self._keep else fixed_of(self.layout)

    @cached_property
    def _kept(self) -> Fixed:
        return fixed_of(self.layout)


def fixed_of(layout: Layout) -> Fixed:
    """Factors and weights at the points of the quadrature, for all nodes of a layout."""
    points, weights = np.polynomial.legendre.leggauss(layout.points)
    t, w = (points + 1) / 2, weights / 2
    share = np.maximum(layout.all_share, SMALLEST_SHARE)[:, None]
    known = share * (1 - t) + t
    again = (layout.same >= 0)[:, None]
    known_above = np.where(again, known[layout.same], 1.0)
    pull = (1 - share) / known
    pull_above = np.where(again, pull[layout.same], 0.0)
    return Fixed(
        along=known / known_above,
        leaves=share * (1 - t) / known_above,
        weight_along=w * (pull - pull_above),
        weight_leaves=w * (-1 / (1 - t) - pull_above),
    )


@dataclass(frozen=True)
class Ensemble:
    """Trees whose values add up to the raw score: blocks, the number of features and outputs, and what is added."""

    blocks: tuple[Block, ...]
    features: int
    outputs: int
    offset: np.ndarray

    @cached_property
    def base(self) -> np.ndarray:
        """The raw score that is expected when no feature is known, for each output."""
        base = self.offset.copy()
        for block in self.blocks:
            layout = block.layout
            reach = np.ones(len(layout.parent))
            for begin, end in zip(layout.ends, layout.ends[1:], strict=False):
                reach[begin:end] = reach[layout.parent[begin:end]] * layout.share[begin:end]
            base += reach @ layout.value
        return base

    @property
    def numbers(self) -> int:
        """What one row and output costs: nodes times points of all blocks."""
        return sum(len(block.layout.parent) * block.layout.points for block in self.blocks)

    def raw(self, rows: np.ndarray) -> np.ndarray:
        """The raw scores (rows x outputs) by walking the trees: the sum of the values of the leaves."""
        found = np.tile(self.offset, (len(rows), 1))
        for place, row in enumerate(rows):
            for block in self.blocks:
                found[place] += _leaf_sum(block, row)
        return found


def _leaf_sum(block: Block, row: np.ndarray) -> np.ndarray:
    layout = block.layout
    child = np.full(len(layout.parent), -1)
    child[layout.inner] = np.where(block.splits.go_left(row), layout.first, layout.first + 1)
    here = np.arange(layout.ends[0])
    total = np.zeros(layout.value.shape[1])
    while len(here):
        following = child[here]
        # Only leaves have a value.
        total += layout.value[here[following < 0]].sum(axis=0)
        here = following[following >= 0]
    return total


def build_ensemble(
    trees: Sequence[Tree], features: int, offset: np.ndarray, comparison: Comparison | None = None
) -> Ensemble:
    """An ensemble of trees, which are checked. Raises ModelRefusedError for a tree that cannot be walked."""
    walks = [(tree, *walked(tree, features)) for tree in trees]
    depths = [_features_on_path(tree, nodes, parents, levels) for tree, nodes, parents, levels in walks]
    numbers = [len(walk[1]) * ((depth + 1) // 2) for walk, depth in zip(walks, depths, strict=True)]
    keep = sum(numbers) <= KEPT_NUMBERS
    blocks, begin = [], 0
    order = sorted(range(len(walks)), key=lambda place: depths[place])
    while begin < len(order):
        end, size = begin, 0
        while end < len(order) and (end == begin or size + numbers[order[end]] <= BLOCK_NUMBERS):
            size += numbers[order[end]]
            end += 1
        chosen = order[begin:end]
        points = max(1, (max(depths[place] for place in chosen) + 1) // 2)
        blocks.append(_block([walks[place] for place in chosen], points, comparison or Comparison(), keep))
        begin = end
    return Ensemble(tuple(blocks), features, len(offset), np.asarray(offset, dtype=np.float64))


Walk = tuple[Tree, np.ndarray, np.ndarray, np.ndarray]


def _features_on_path(tree: Tree, nodes: np.ndarray, parents: np.ndarray, levels: np.ndarray) -> int:
    """The largest number of different features on one path."""
    asked = np.where(parents >= 0, tree.feature[nodes[parents]], -1)
    same = _same_above(asked, parents, levels)
    count = np.zeros(len(nodes), dtype=np.int64)
    for level in range(1, int(levels[-1]) + 1):
        here = levels == level
        count[here] = count[parents[here]] + (same[here] < 0)
    return int(count.max())


def _same_above(asked: np.ndarray, parents: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """For each node the next one above whose edge asks for the same feature, -1 where there is none."""
    above = parents.copy()
    # A root has no edge into it.
    searching = np.flatnonzero(levels > 0)
    while len(searching):
        place = above[searching]
        root = levels[place] == 0
        above[searching[root]] = -1
        going = ~root & (asked[place] != asked[searching])
        searching = searching[going]
        above[searching] = parents[above[searching]]
    above[levels == 0] = -1
    return above


def _block(walks: Sequence[Walk], points: int, comparison: Comparison, keep: bool) -> Block:
    begins = np.cumsum([0, *(len(nodes) for _, nodes, _, _ in walks)])
    joined = _Joined.of(walks, begins)
    order = np.argsort(joined.level, kind="stable")
    moved = np.empty(len(order), dtype=np.int64)
    moved[order] = np.arange(len(order))
    parent = np.where(joined.parent[order] >= 0, moved[joined.parent[order]], -1)
    level = joined.level[order]
    feature = joined.asked[order]
    same = _same_above(feature, parent, level)
    share = joined.share[order]
    all_share = share.copy()
    ends = tuple(int(end) for end in np.searchsorted(level, np.arange(level[-1] + 1), side="right"))
    for begin, end in zip(ends, ends[1:], strict=False):
        above = same[begin:end]
        all_share[begin:end] *= np.where(above >= 0, all_share[above], 1.0)
    first_child = np.flatnonzero(np.arange(len(order)) >= ends[0])[::2]
    inner = parent[first_child]
    layout = Layout(
        parent, same, feature, share, all_share, joined.value[order], ends, inner, first_child,
        tuple(int(end) for end in np.searchsorted(inner, ends)), points,
    )  # fmt: skip
    return Block(layout, joined.splits(order[inner], comparison), keep)


@dataclass(frozen=True)
class _Joined:
    """The nodes of several trees one after the other."""

    parent: np.ndarray
    level: np.ndarray
    asked: np.ndarray
    share: np.ndarray
    value: np.ndarray
    own: dict[str, np.ndarray]
    sets: np.ndarray

    @classmethod
    def of(cls, walks: Sequence[Walk], begins: np.ndarray) -> _Joined:
        parents, asked, shares, values, sets = [], [], [], [], list[np.ndarray]()
        names = ("feature", "threshold", "missing_left")
        own: dict[str, list[np.ndarray]] = {name: [] for name in (*names, "missing", "chosen")}
        for (tree, nodes, above, _), begin in zip(walks, begins, strict=False):
            parents.append(np.where(above >= 0, above + begin, -1))
            before = nodes[above]
            asked.append(np.where(above >= 0, tree.feature[before], -1))
            shares.append(_shares(tree, nodes, above))
            values.append(np.where((tree.left[nodes] == LEAF)[:, None], tree.value[nodes], 0.0))
            for name in names:
                own[name].append(getattr(tree, name)[nodes])
            own["missing"].append(np.zeros(len(nodes), np.int8) if tree.missing is None else tree.missing[nodes])
            chosen = np.full(len(nodes), -1) if tree.chosen is None else tree.chosen[nodes]
            own["chosen"].append(np.where(chosen >= 0, chosen + len(sets), -1))
            sets += tree.sets
        joined = {name: np.concatenate(parts) for name, parts in own.items()}
        return cls(
            np.concatenate(parents), np.concatenate([walk[3] for walk in walks]), np.concatenate(asked),
            np.concatenate(shares), np.concatenate(values), joined, _padded(sets),
        )  # fmt: skip

    def splits(self, inner: np.ndarray, comparison: Comparison) -> Splits:
        own = {name: values[inner] for name, values in self.own.items()}
        missing = own["missing"] if own["missing"].any() else None
        chosen = own["chosen"] if (own["chosen"] >= 0).any() else None
        threshold, left = own["threshold"].astype(np.float64), own["missing_left"].astype(bool)
        return Splits(own["feature"], threshold, left, missing, chosen, self.sets, comparison)


def _shares(tree: Tree, nodes: np.ndarray, above: np.ndarray) -> np.ndarray:
    """The part of its parent's training rows that each node has; a half where the parent has none."""
    cover = np.asarray(tree.cover[nodes], dtype=np.float64)
    shares = np.ones(len(nodes))
    if len(nodes) > 1:
        # Siblings stand side by side; their sum is what can be shared out, also where covers are rounded.
        pairs = cover[1:].reshape(-1, 2)
        whole = pairs.sum(axis=1, keepdims=True)
        shares[1:] = np.where(whole > 0, pairs / np.where(whole > 0, whole, 1.0), 0.5).ravel()
    return shares


def _padded(sets: Sequence[np.ndarray]) -> np.ndarray:
    """Sets as rows of one table; the last column, of unknown categories, is filled as each set ends."""
    width = max((len(one) for one in sets), default=1)
    table = np.zeros((max(1, len(sets)), width), dtype=bool)
    for place, one in enumerate(sets):
        table[place, :] = one[-1]
        table[place, : len(one)] = one
    return table
