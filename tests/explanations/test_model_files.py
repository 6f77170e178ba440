"""Model files that nobody should load: refused with the reason, by a process that goes on working."""

import io
import pickle
import zipfile
from functools import partial

import numpy as np
import pytest
import skops.io
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.validation import check_array

from dashboard.explanations.importance.tree_nodes import check_trees
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from tests.explanations.material import KINDS, boosted, new_cases, request, sha256, stored_model, trained


def reason(worker, path, digest=None) -> str:
    """Why a file is refused; the same worker must explain a good model afterwards."""
    with pytest.raises(ModelRefusedError) as refused:
        worker.importance(request(path, digest or sha256(path), np.zeros(200)))
    return str(refused.value)


@pytest.fixture(scope="module")
def forest():
    return trained(boosted(RandomForestClassifier(3, max_depth=4, random_state=0)))


def damaged_tree(forest, change):
    """A copy of the forest whose first tree has changed nodes."""
    copy = skops.io.loads(skops.io.dumps(forest), trusted=["numpy.dtype", "sklearn.tree._tree.Tree"])
    tree = copy[-1].estimators_[0].tree_
    state = tree.__getstate__()
    state["nodes"] = state["nodes"].copy()
    change(state["nodes"])
    tree.__setstate__(state)
    return copy


def far_away(nodes):
    nodes["left_child"][0] = 1_000_000


def backwards(nodes):
    nodes["right_child"][1] = 0


def shared(nodes):
    nodes["right_child"][0] = nodes["left_child"][0]


def negative(nodes):
    nodes["left_child"][0] = -7


def unknown_feature(nodes):
    nodes["feature"][0] = 5


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (far_away, "does not stand behind"),
        (backwards, "does not stand behind"),
        (negative, "does not stand behind"),
        (shared, "child of two"),
        (unknown_feature, "a feature that is not there"),
    ],
)
def test_damaged_tree_is_refused_before_it_is_walked(worker, forest, tmp_path, change, fault):
    path, digest = stored_model(damaged_tree(forest, change), tmp_path)
    assert "received a damaged Tree; " in (said := reason(worker, path, digest))
    assert fault in said


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("left", 1_000_000, "does not stand behind"),
        ("right", 0, "does not stand behind"),
        ("feature_idx", 99, "a feature that is not there"),
        ("feature_idx", -1, "a feature that is not there"),
        ("is_categorical", 1, "a set of categories is missing"),
    ],
)
def test_damaged_boosted_tree_is_refused(worker, boosting, tmp_path, field, value, fault):
    trusted = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"]
    copy = skops.io.loads(skops.io.dumps(boosting), trusted=trusted)
    copy[-1]._predictors[3][0].nodes[field][0] = value
    path, digest = stored_model(copy, tmp_path)
    assert fault in reason(worker, path, digest)


def test_forest_with_a_tree_for_other_inputs_is_refused(forest):
    copy = damaged_tree(forest, lambda nodes: None)
    other = trained(RandomForestClassifier(1, random_state=0), features=["age", "income"])
    copy[-1].estimators_[2] = other.estimators_[0]
    with pytest.raises(ModelRefusedError, match="trees expect other inputs"):
        check_trees(copy)


def test_sound_trees_pass(forest, boosting):
    check_trees(forest)
    check_trees(boosting)


def test_pickle_is_refused_and_never_run(worker, tmp_path):
    canary = tmp_path / "canary"

    class Harmful:
        def __reduce__(self):
            return open, (str(canary), "w")

    path = tmp_path / "model.skops"
    path.write_bytes(pickle.dumps(Harmful()))
    assert "pickle" in reason(worker, path)
    assert not canary.exists()


@pytest.mark.parametrize("content", [b"", b"{}", b"\x93NUMPY", b"#!/bin/sh\n"])
def test_files_of_other_formats_are_refused(worker, tmp_path, content):
    path = tmp_path / "model.skops"
    path.write_bytes(content)
    assert "unknown format" in reason(worker, path)


def test_onnx_is_refused_with_what_to_do_instead(worker, tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(bytes.fromhex("080a1208736b6c326f6e6e781a06312e31372e30"))
    said = reason(worker, path)
    assert "looks like an ONNX file" in said
    assert "ingest attributions" in said


def test_other_hash_is_refused(worker, boosting, tmp_path):
    path, _ = stored_model(boosting, tmp_path)
    assert "received a file with SHA-256" in reason(worker, path, "0" * 64)


def test_zip_bomb_is_refused_unopened(worker, tmp_path):
    path = tmp_path / "bomb.skops"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("schema.json", "{}")
        bomb.writestr("1.npy", bytes(80 * 2**20))
    assert path.stat().st_size < 2**20
    assert "may be a bomb" in reason(worker, path)


def test_zip_archives_that_are_no_model_are_refused(worker, tmp_path):
    path = tmp_path / "model.skops"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "without schema.json" in reason(worker, path)
    path.write_bytes(path.read_bytes()[:30])
    assert "damaged zip archive" in reason(worker, path)


def test_function_of_the_author_is_refused_by_name(worker, tmp_path):
    path = tmp_path / "model.skops"
    skops.io.dump(FunctionTransformer(reason), path)
    assert "types that may not be loaded" in (said := reason(worker, path))
    assert "test_model_files.reason" in said


@pytest.mark.parametrize(
    "called", [partial(print, "x"), partial(np.memmap, "canary", mode="w+")], ids=["print", "memmap"]
)
def test_partial_calls_of_others_are_refused(worker, tmp_path, called):
    path = tmp_path / "model.skops"
    skops.io.dump(FunctionTransformer(called), path)
    assert "functools.partial" in reason(worker, path)
    # Beside one that may be called, too.
    both = make_pipeline(
        FunctionTransformer(partial(check_array, ensure_all_finite=False)), FunctionTransformer(called)
    )
    skops.io.dump(both, path)
    assert "functools.partial" in reason(worker, path)


def test_a_worker_that_died_is_replaced(worker, boosting, tmp_path):
    path, digest = stored_model(boosting, tmp_path)
    scores = boosting.predict_proba(new_cases())[:, 1]
    first = worker.importance(request(path, digest, scores))
    worker._child._running.kill()
    worker._child._running.wait()
    assert worker.importance(request(path, digest, scores)) == first


def test_deep_nesting_and_huge_arrays_leave_the_worker_working(worker, boosting, tmp_path):
    path = tmp_path / "model.skops"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schema.json", "[" * 100_000)
    assert "nested too deeply" in reason(worker, path)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)})
    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(np.zeros(3)))) as good, zipfile.ZipFile(path, "w") as archive:
        for name in good.namelist():
            archive.writestr(name, good.read(name) if name == "schema.json" else header.getvalue())
    assert "memory" in reason(worker, path) or "cannot be read" in reason(worker, path)
    path, digest = stored_model(boosting, tmp_path)
    scores = boosting.predict_proba(new_cases())[:, 1]
    assert set(worker.importance(request(path, digest, scores)).shares) == set(KINDS)
