"""LightGBM's own files (text), read without the library.

Source: LightGBM's src/io/tree.cpp and src/boosting/gbdt_model_text.cpp, format v2 to v4.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dashboard.explanations.reading.native import Link, NativeClassifier, NativeModel
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.shapley.ensemble import build_ensemble
from dashboard.explanations.shapley.trees import Missing, Tree

LINKS: dict[str, Link] = {
    "binary": "logistic",
    "cross_entropy": "logistic",
    "multiclass": "softmax",
    "multiclassova": "one_vs_all",
    **dict.fromkeys(("poisson", "gamma", "tweedie"), "log"),
    **dict.fromkeys(
        ("regression", "regression_l1", "huber", "fair", "quantile", "mape", "lambdarank", "rank_xendcg"), "identity"
    ),
}
CLASSIFIERS = ("binary", "multiclass", "multiclassova")
# Bits of a node's type of decision.
CATEGORICAL, DEFAULT_LEFT = 1, 2
MISSING_TYPES = np.asarray([Missing.NEVER, Missing.ZERO, Missing.NAN, Missing.NAN], dtype=np.int8)
DAMAGED = "received a damaged LightGBM file; save it again with save_model"
WIDEST_SET = 2**20


def read_lightgbm(content: bytes) -> NativeModel:
    """The model in a LightGBM file. Raises ModelRefusedError for what is damaged or not understood."""
    try:
        return _read(content.decode())
    except (KeyError, TypeError, ValueError, IndexError, OverflowError) as fault:
        raise ModelRefusedError(f"{DAMAGED} ({type(fault).__name__})") from fault


def _read(text: str) -> NativeModel:
    body, _, rest = text.partition("\nend of trees")
    parts = body.split("\nTree=")
    head = _entries(parts[0])
    objective = head["objective"].split()
    if objective[0] not in LINKS or "sqrt" in objective:
        shown = " ".join(objective)[:60]
        raise ModelRefusedError(f"received the objective {shown}; allowed are {', '.join(LINKS)}, without sqrt")
    steepness = next((float(word[8:]) for word in objective if word.startswith("sigmoid:")), 1.0)
    names = tuple(head["feature_names"].split(" "))
    outputs = int(head["num_tree_per_iteration"])
    columns = int(head["max_feature_idx"]) + 1
    if len(names) != columns:
        raise ModelRefusedError(DAMAGED)
    share = outputs / (len(parts) - 1) if "average_output" in head else 1.0
    trees = [_tree(_entries(part), (place % outputs, outputs), share) for place, part in enumerate(parts[1:])]
    ensemble = build_ensemble(trees, columns, np.zeros(outputs))
    categories = _categories(head["feature_infos"].split(" "), rest)
    basic = (names, columns, categories, ensemble, LINKS[objective[0]], steepness)
    if objective[0] not in CLASSIFIERS:
        return NativeModel(*basic)
    return NativeClassifier(*basic, classes=tuple(str(place) for place in range(max(2, outputs))))


def _entries(text: str) -> dict[str, str]:
    """The lines `name=value` of a part; lines without a sign are names alone."""
    return {name: value for name, _, value in (line.partition("=") for line in text.splitlines() if line)}


def _tree(entries: Mapping[str, str], place: tuple[int, int], share: float) -> Tree:
    if int(entries.get("is_linear", "0")):
        raise ModelRefusedError("received linear trees; allowed are trees with a number at each leaf")
    leaves = int(entries["num_leaves"])
    leaf_value = share * _numbers(entries, "leaf_value")
    if leaves < 1 or len(leaf_value) != leaves:
        raise ModelRefusedError(DAMAGED)
    inner = leaves - 1
    feature, left, right, kind = (
        _numbers(entries, name, np.int64) if inner else np.zeros(0, np.int64)
        for name in ("split_feature", "left_child", "right_child", "decision_type")
    )
    threshold = _numbers(entries, "threshold") if inner else np.zeros(0)
    cover = np.concatenate([_numbers(entries, name) for name in ("internal_count", "leaf_count")]) if inner else [1.0]
    if (
        not len(feature) == len(left) == len(right) == len(kind) == len(threshold) == inner
        or len(cover) != 2 * inner + 1
    ):
        raise ModelRefusedError(DAMAGED)
    value = np.zeros((inner + leaves, place[1]))
    value[inner:, place[0]] = leaf_value
    categorical = (kind & CATEGORICAL) != 0
    chosen, sets = _sets(entries, threshold, categorical)
    missing = np.where(categorical, Missing.NAN, MISSING_TYPES[(kind >> 2) & 3])
    to_left = ((kind & DEFAULT_LEFT) != 0) & ~categorical
    ends = np.full(leaves, -1)
    return Tree(
        left=np.concatenate([_children(left, inner), ends]),
        right=np.concatenate([_children(right, inner), ends]),
        feature=np.concatenate([feature, ends]),
        threshold=np.concatenate([threshold, np.zeros(leaves)]),
        missing_left=np.concatenate([to_left, np.zeros(leaves, dtype=bool)]),
        cover=np.asarray(cover),
        value=value,
        missing=np.concatenate([missing, np.zeros(leaves)]).astype(np.int8),
        chosen=np.concatenate([chosen, ends]),
        sets=sets,
    )


def _children(child: np.ndarray, inner: int) -> np.ndarray:
    """Positions of children: leaves are counted down from -1 in the file, and stand behind the inner nodes here."""
    return np.where(child < 0, inner + ~child, np.where(child < inner, child, -2))


def _numbers(entries: Mapping[str, str], name: str, kind: Any = np.float64) -> np.ndarray:
    return np.asarray(entries[name].split(" "), dtype=np.float64).astype(kind)


def _sets(
    entries: Mapping[str, str], threshold: np.ndarray, categorical: np.ndarray
) -> tuple[np.ndarray, list[np.ndarray]]:
    """The categories that go left, as words of 32 bits in the file; what is unknown goes right."""
    chosen = np.full(len(threshold), -1)
    if not categorical.any():
        return chosen, []
    bounds = _numbers(entries, "cat_boundaries", np.int64)
    words = _numbers(entries, "cat_threshold", np.int64)
    if np.any(np.diff(bounds) < 0) or bounds[0] != 0 or bounds[-1] != len(words) or len(words) * 32 > WIDEST_SET:
        raise ModelRefusedError(DAMAGED)
    sets = [
        np.append(np.unpackbits(words[begin:end].astype("<u4").view(np.uint8), bitorder="little").astype(bool), False)
        for begin, end in zip(bounds, bounds[1:], strict=False)
    ]
    named = threshold[categorical].astype(np.int64)
    if np.any((named < 0) | (named >= len(sets))):
        raise ModelRefusedError(DAMAGED)
    chosen[categorical] = named
    return chosen, sets


def _categories(infos: Sequence[str], rest: str) -> dict[int, list[str]]:
    """The texts of categories by column: pandas' categories stand at the end, in the order of such columns."""
    line = next((line for line in rest.splitlines() if line.startswith("pandas_categorical:")), "")
    listed = json.loads(line.partition(":")[2] or "null") or []
    # Columns with categories state them with colons; the others state a range, or nothing when they never vary.
    places = [place for place, info in enumerate(infos) if not info.startswith("[") and info != "none"]
    if len(places) != len(listed):
        return {}
    return {place: [str(text) for text in texts] for place, texts in zip(places, listed, strict=True)}
