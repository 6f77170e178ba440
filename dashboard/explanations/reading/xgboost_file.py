"""XGBoost's own files (JSON and UBJSON), read without the library: trees, categories, and the score to start from.

Source: XGBoost's documentation "Introduction to Model IO" and its schema doc/model.schema.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dashboard.explanations.reading.native import Link, NativeClassifier, NativeModel
from dashboard.explanations.reading.ubjson import read_ubjson
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.shapley.ensemble import build_ensemble
from dashboard.explanations.shapley.trees import Comparison, Tree

LINKS: dict[str, Link] = {
    "binary:logistic": "logistic",
    "reg:logistic": "logistic",
    "multi:softprob": "softmax",
    "multi:softmax": "softmax",
    "count:poisson": "log",
    "reg:gamma": "log",
    "reg:tweedie": "log",
    **dict.fromkeys(
        (
            "reg:squarederror", "reg:linear", "reg:absoluteerror", "reg:pseudohubererror", "reg:quantileerror",
            "reg:squaredlogerror", "rank:pairwise", "rank:ndcg", "rank:map",
        ),
        "identity",
    ),
}  # fmt: skip
CLASSIFIERS = ("binary:logistic", "multi:softprob", "multi:softmax")
DAMAGED = "received a damaged XGBoost file; save it again with save_model"


def read_xgboost(content: bytes, *, binary: bool) -> NativeModel:
    """The model in an XGBoost file. Raises ModelRefusedError for what is damaged or not understood."""
    try:
        learner = (read_ubjson(content) if binary else json.loads(content))["learner"]
        return _read(learner)
    except RecursionError as fault:
        raise ModelRefusedError("received parts that are nested too deeply") from fault
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as fault:
        raise ModelRefusedError(f"{DAMAGED} ({type(fault).__name__})") from fault


def _read(learner: Mapping[str, Any]) -> NativeModel:
    booster, objective = learner["gradient_booster"], str(learner["objective"]["name"])
    kind = str(booster["name"])
    if kind not in ("gbtree", "dart"):
        raise ModelRefusedError(f"received XGBoost's {kind[:20]}; allowed are gbtree and dart")
    if objective not in LINKS:
        raise ModelRefusedError(f"received the objective {objective[:40]}; allowed are {', '.join(LINKS)}")
    weights = booster.get("weight_drop")
    model = (booster["gbtree"] if kind == "dart" else booster)["model"]
    parameters = learner["learner_model_param"]
    columns, outputs = int(parameters["num_feature"]), max(1, int(parameters["num_class"]))
    if int(parameters.get("num_target", 1)) != 1:
        raise ModelRefusedError("received a model of several targets; allowed is one")
    places = [int(place) for place in model["tree_info"]]
    scale = [1.0] * len(places) if weights is None else [float(weight) for weight in weights]
    trees = [
        _tree(tree, columns, (place, outputs), weight)
        for tree, place, weight in zip(model["trees"], places, scale, strict=True)
    ]
    offset = _offset(parameters["base_score"], LINKS[objective], outputs)
    names = tuple(str(name) for name in learner.get("feature_names") or [])
    categories = _categories(model.get("cats"), columns)
    rounds = [len(trees), *_best(learner.get("attributes"), model, len(trees))]
    found: list[NativeModel] = []
    for number in rounds:
        ensemble = build_ensemble(trees[:number], columns, offset, Comparison(single=True, strict=True))
        basic = (names, columns, categories, ensemble, LINKS[objective])
        if objective in CLASSIFIERS:
            classes = tuple(str(place) for place in range(max(2, outputs)))
            found.append(NativeClassifier(*basic, alternatives=tuple(found), classes=classes))
        else:
            found.append(NativeModel(*basic, alternatives=tuple(found)))
    return found[-1]


def _best(attributes: Any, model: Mapping[str, Any], trees: int) -> list[int]:
    """The number of trees up to the best round, where training stopped early and the file says so."""
    if not attributes or "best_iteration" not in attributes:
        return []
    ends = [int(end) for end in model["iteration_indptr"]]
    best = int(attributes["best_iteration"]) + 1
    return [ends[best]] if 0 < best < len(ends) and 0 < ends[best] < trees else []


def _offset(text: Any, link: Link, outputs: int) -> np.ndarray:
    """The raw scores to start from; the file states them as scores."""
    stated = np.asarray(json.loads(text) if isinstance(text, str) else text, dtype=np.float64).ravel()
    start = np.broadcast_to(stated, outputs).astype(np.float64)
    if link == "logistic":
        return np.log(start) - np.log1p(-start)
    return np.log(start) if link == "log" else start


def _tree(tree: Mapping[str, Any], columns: int, place: tuple[int, int], weight: float) -> Tree:
    if int(tree["tree_param"].get("size_leaf_vector", 1)) > 1:
        raise ModelRefusedError("received trees with several outputs; allowed are trees with one each")
    left, right, feature = (
        np.asarray(tree[name], dtype=np.int64) for name in ("left_children", "right_children", "split_indices")
    )
    condition = np.asarray(tree["split_conditions"], dtype=np.float32).astype(np.float64)
    cover = np.asarray(tree["sum_hessian"], dtype=np.float64)
    to_left = np.asarray(tree["default_left"]).astype(bool)
    if len({len(part) for part in (left, right, feature, condition, cover, to_left)}) != 1:
        raise ModelRefusedError(DAMAGED)
    value = np.zeros((len(left), place[1]))
    value[:, place[0]] = np.where(left < 0, weight * condition, 0.0)
    chosen, sets = _sets(tree, len(left))
    left = np.where(left < 0, -1, left)
    return Tree(left, right, feature, condition, to_left, cover, value, chosen=chosen, sets=sets)


def _sets(tree: Mapping[str, Any], nodes: int) -> tuple[np.ndarray | None, list[np.ndarray]]:
    """The categories that go left at nodes that ask for one; the file lists those that go right."""
    listed = [int(node) for node in tree.get("categories_nodes", [])]
    if not listed:
        return None, []
    chosen, sets = np.full(nodes, -1), list[np.ndarray]()
    codes = np.asarray(tree["categories"], dtype=np.int64)
    if len(codes) and (codes.min() < 0 or codes.max() > 2**24):
        raise ModelRefusedError(DAMAGED)
    parts: Sequence[Any] = [tree["categories_segments"], tree["categories_sizes"]]
    for node, begin, size in zip(listed, *parts, strict=True):
        right = codes[int(begin) : int(begin) + int(size)]
        left = np.ones(int(right.max(initial=-1)) + 2, dtype=bool)
        left[right] = False
        chosen[node] = len(sets)
        sets.append(left)
    return chosen, sets


def _categories(cats: Any, columns: int) -> dict[int, list[str]]:
    """The texts of categories by column, where the file keeps them (from XGBoost 3.1 on)."""
    found: dict[int, list[str]] = {}
    for place, one in enumerate((cats or {}).get("enc", [])[:columns]):
        values, offsets = one.get("values"), one.get("offsets")
        if values is None or not len(values):
            continue
        if offsets is None:
            found[place] = [f"{value:g}" for value in values]
            continue
        letters = bytes(int(value) % 256 for value in values)
        found[place] = [
            letters[int(begin) : int(end)].decode() for begin, end in zip(offsets, offsets[1:], strict=False)
        ]
    return found
