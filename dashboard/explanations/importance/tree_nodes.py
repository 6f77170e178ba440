"""Whether the decision trees in a loaded model can be walked: scikit-learn follows their indices without looking.

A crafted file passes every check of types and then ends the process, or never ends it. The rule: a node is a leaf, or
its children stand behind it within the tree, no node is the child of two, and its feature exists
(scikit-learn pull request 34558).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.explanations.sandbox.model_file import ModelRefusedError

LEAF = -1
Found = tuple[Any, int]


def check_trees(model: Any) -> None:
    """Refuse a model with a tree that is damaged. Raises ModelRefusedError naming the tree's type and the rule."""
    for part, features in _trees(model):
        nodes = _nodes_of_tree(part, features) if type(part).__name__ == "Tree" else _nodes_of_predictor(part)
        _check_nodes(nodes, features)


@dataclass(frozen=True)
class Nodes:
    """The inner nodes of one tree: where they stand, their children and features, and how many nodes there are."""

    tree: str
    parents: np.ndarray
    left: np.ndarray
    right: np.ndarray
    feature: np.ndarray
    number: int


def _nodes_of_tree(tree: Any, features: int) -> Nodes:
    left, right = np.asarray(tree.children_left), np.asarray(tree.children_right)
    leaf = left == LEAF
    _check("Tree", tree.n_features == features, "its number of features is not the model's")
    _check("Tree", bool(np.all(right[leaf] == LEAF)), "a leaf has a child")
    inner = np.flatnonzero(~leaf)
    return Nodes("Tree", inner, left[inner], right[inner], np.asarray(tree.feature)[inner], int(tree.node_count))


def _nodes_of_predictor(predictor: Any) -> Nodes:
    from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE

    name, table = "TreePredictor", predictor.nodes
    _check(name, table.dtype == PREDICTOR_RECORD_DTYPE and table.ndim == 1, "its nodes have other fields")
    inner = np.flatnonzero(table["is_leaf"] == 0)
    table_inner = table[inner]
    sets = table_inner["bitset_idx"][table_inner["is_categorical"] != 0]
    known = min(len(predictor.binned_left_cat_bitsets), len(predictor.raw_left_cat_bitsets))
    _check(name, bool(np.all(sets < known)), "a set of categories is missing")
    left, right = (table_inner[side].astype(np.int64) for side in ("left", "right"))
    return Nodes(name, inner, left, right, table_inner["feature_idx"], len(table))


def _check_nodes(nodes: Nodes, features: int) -> None:
    children = np.concatenate([nodes.left, nodes.right])
    behind = (children > np.tile(nodes.parents, 2)) & (children < nodes.number)
    known = (nodes.feature >= 0) & (nodes.feature < features)
    _check(nodes.tree, nodes.number > 0, "it has no nodes")
    _check(nodes.tree, bool(behind.all()), "a child does not stand behind its parent within the tree")
    _check(nodes.tree, len(np.unique(children)) == len(children), "a node is the child of two")
    _check(nodes.tree, bool(known.all()), "a node asks for a feature that is not there")


def _check(name: str, holds: bool, fault: str) -> None:
    if not holds:
        raise ModelRefusedError(f"received a damaged {name}; {fault}; train and store the model again")


def _trees(model: Any) -> Iterator[Found]:
    """Every tree anywhere in the model, with the number of features that its estimator is given."""
    waiting: list[Found] = [(model, 0)]
    seen: set[int] = set()
    kept: list[Any] = []
    while waiting:
        part, features = waiting.pop()
        if id(part) in seen or isinstance(part, str | bytes | int | float | None):
            continue
        seen.add(id(part))
        # An object that is gone could hand its id to another one.
        kept.append(part)
        if type(part).__name__ in ("Tree", "TreePredictor"):
            yield part, features
            continue
        attributes = getattr(part, "__dict__", {})
        own = attributes.get("n_features_in_", attributes.get("_n_features", features))
        own = int(own) if isinstance(own, int | np.integer) else features
        _check_forest(part, own)
        waiting.extend((inner, own) for inner in _inside(part, attributes))


def _inside(part: Any, attributes: dict[str, Any]) -> list[Any]:
    if isinstance(part, dict):
        return list(part.values())
    if isinstance(part, list | tuple | set):
        return list(part)
    if isinstance(part, np.ndarray):
        return list(part.ravel()) if part.dtype == object else []
    return list(attributes.values())


def _check_forest(part: Any, features: int) -> None:
    """A forest looks at the shape of its input once, for all of its trees."""
    from sklearn.ensemble._forest import BaseForest
    from sklearn.ensemble._gb import BaseGradientBoosting

    if not isinstance(part, BaseForest | BaseGradientBoosting):
        return
    for tree in np.asarray(getattr(part, "estimators_", []), dtype=object).ravel():
        if getattr(tree, "n_features_in_", None) != features:
            raise ModelRefusedError("received a damaged forest; its trees expect other inputs; store the model again")
