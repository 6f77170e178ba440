"""XGBoost's and LightGBM's files against what these libraries said of the same rows (golden/make_golden.py)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.explanations.reading.loading import load_model, tried
from dashboard.explanations.reading.scores import predictions
from dashboard.explanations.reading.ubjson import read_ubjson
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.shapley.tree_values import tree_values
from tests.explanations.material import KINDS, sha256

GOLDEN = Path(__file__).parent / "golden"
EXPECTED = json.loads((GOLDEN / "expected.json").read_text(encoding="utf-8"))


def rows() -> pd.DataFrame:
    asked = pd.DataFrame(EXPECTED["rows"])
    return asked.astype({name: "float64" if kind == "numeric" else "str" for name, kind in KINDS.items()})


def loaded(path, logged=None, features=None):
    model = load_model(path, sha256(path), features or KINDS)
    return tried(model, rows(), pd.Series(logged), features or KINDS) if logged is not None else model


@pytest.mark.parametrize("name", EXPECTED["models"])
def test_native_files_equal_their_library(name):
    expected = EXPECTED["models"][name]
    model, frame, gap = loaded(GOLDEN / name, expected["scores"])
    single = name.startswith("xgboost")
    assert gap < (1e-4 if single else 1e-9)
    readable = model.readable(list(KINDS))
    columns = readable.columns(frame)
    contributions = np.asarray(expected["contributions"])
    size = np.abs(contributions).max()
    for output in range(model.ensemble.outputs):
        own = tree_values(model.ensemble, columns, output)
        # XGBoost adds up in numbers of 32 bits.
        np.testing.assert_allclose(own, contributions[:, output], atol=max(2e-9, size * (1e-6 if single else 1e-9)))
        np.testing.assert_allclose(own.sum(axis=1) + model.ensemble.base[output], model.raw(frame)[:, output])
    np.testing.assert_allclose(model.ensemble.base, expected["base"], atol=size * 1e-6)


def test_classes_take_the_names_of_the_log():
    numbered = EXPECTED["models"]["lightgbm_multiclass.txt"]["scores"]
    named = [{"0": "high", "1": "low", "2": "middle"}[one] for one in numbered]
    model, frame, gap = loaded(GOLDEN / "lightgbm_multiclass.txt", named)
    assert gap == 0
    assert list(model.classes_[predictions(model, frame).argmax(axis=1)]) == named


def test_columns_without_names_are_in_the_order_of_the_card(tmp_path):
    path = tmp_path / "model.txt"
    text = (GOLDEN / "lightgbm_binary.txt").read_text()
    path.write_text(text.replace("age income noise country grade", "Column_0 Column_1 Column_2 Column_3 Column_4"))
    assert loaded(path).names == tuple(KINDS)
    path.write_text(text.replace("age income noise country grade", "age income noise country colour"))
    with pytest.raises(ModelRefusedError, match="no features of the card: colour"):
        loaded(path)


def test_a_file_of_another_version_is_refused():
    with pytest.raises(ModelRefusedError, match="gives other scores than the log"):
        loaded(GOLDEN / "lightgbm_binary.txt", EXPECTED["models"]["lightgbm_zero.txt"]["scores"][::-1])


def changed_tree(change):
    learner = json.loads((GOLDEN / "xgboost_binary.json").read_text())
    change(learner["learner"]["gradient_booster"]["model"]["trees"][0], learner["learner"])
    return json.dumps(learner).encode()


def lightgbm(old, new):
    return (GOLDEN / "lightgbm_binary.txt").read_bytes().replace(old, new, 1)


HOSTILE = {
    "child in a circle": lambda: changed_tree(lambda tree, _: tree["left_children"].__setitem__(1, 0)),
    "child of two": lambda: changed_tree(
        lambda tree, _: tree["left_children"].__setitem__(0, tree["right_children"][0])
    ),
    "child far away": lambda: changed_tree(lambda tree, _: tree["right_children"].__setitem__(0, 10**9)),
    "other feature": lambda: changed_tree(lambda tree, _: tree["split_indices"].__setitem__(0, 77)),
    "short array": lambda: changed_tree(lambda tree, _: tree["split_conditions"].pop()),
    "category of a billion": lambda: changed_tree(lambda tree, _: tree["categories"].append(10**9)),
    "text for a number": lambda: changed_tree(lambda tree, _: tree["sum_hessian"].__setitem__(0, "x")),
    "output far away": lambda: changed_tree(
        lambda _, learner: learner["gradient_booster"]["model"]["tree_info"].__setitem__(0, 99)
    ),
    "linear booster": lambda: changed_tree(
        lambda _, learner: learner["gradient_booster"].__setitem__("name", "gblinear")
    ),
    "objective": lambda: changed_tree(lambda _, learner: learner["objective"].__setitem__("name", "survival:cox")),
    "nested": lambda: b'{"learner":' + b"[" * 100_000,
    "no learner": lambda: b'{"a": 1}',
    "half a file": lambda: (GOLDEN / "xgboost_binary.json").read_bytes()[:5000],
    "half a binary": lambda: (GOLDEN / "xgboost_binary.ubj").read_bytes()[:5000],
    "binary of nothing": lambda: b"{L\x00\x00\x00\x00\x00\x00\x00\x07learner[$Z#L\x00\x00\x7f\xff\xff\xff\xff\xff",
    "binary of much": lambda: b"{L\x00\x00\x00\x00\x00\x00\x00\x07learner[$D#L\x00\x00\x7f\xff\xff\xff\xff\xff",
    "binary nested": lambda: b"{i\x07learner" + b"[" * 10_000,
    "leaf that is not there": lambda: lightgbm(b"left_child=", b"left_child=-999 "),
    "linear tree": lambda: lightgbm(b"is_linear=0", b"is_linear=1"),
    "set that is not there": lambda: lightgbm(b"cat_boundaries=0", b"cat_boundaries=7"),
    "number of leaves": lambda: lightgbm(b"num_leaves=", b"num_leaves=9999999999"),
    "other objective": lambda: lightgbm(b"objective=binary sigmoid:1", b"objective=regression sqrt"),
    "letters": lambda: lightgbm(b"threshold=", b"threshold=abc "),
    "not text": lambda: b"tree\n" + bytes(range(256)),
    "head alone": lambda: b"tree\nversion=v4\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_words(name, tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(HOSTILE[name]())
    with pytest.raises(ModelRefusedError, match="received"):
        loaded(path).columns(rows())


def test_another_hash_is_refused():
    with pytest.raises(ModelRefusedError, match="SHA-256"):
        load_model(GOLDEN / "lightgbm_binary.txt", "0" * 64, KINDS)


def test_binary_json_of_every_kind_of_value():
    content = b"{i\x01aTi\x01bFi\x01cZi\x01dU\xffi\x01eI\x01\x00i\x01f[D?\xf0" + bytes(6) + b"Si\x02xyC!]}"
    assert read_ubjson(content) == {"a": True, "b": False, "c": None, "d": 255, "e": 256, "f": [1.0, "xy", "!"]}
    assert list(read_ubjson(b"[$l#i\x02\x00\x00\x00\x01\xff\xff\xff\xff")) == [1, -1]
    assert read_ubjson(b"{#i\x01i\x01aN[#i\x01i\x05") == {"a": [5]}
