"""What `monitor` does with kept model files: importance recorded once for each basis, or a sentence why not."""

import json
from contextlib import nullcontext

import pytest

from dashboard.access.principal import operator
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.explanations.importance.importance import update_importances
from dashboard.store.artifacts import ArtifactChangedError, artifact_path, keep_artifact
from dashboard.store.importances import computed_importances, importance_in_force
from dashboard.store.log.ingest import ingest_predictions
from tests.explanations.material import KINDS, boosted, card, logistic, one_hot, scored, sha256, stored_model, trained


def ingest(store, described, rows, directory, name="log.csv"):
    path = directory / name
    rows.to_csv(path, index=False)
    ingest_predictions(store, described, [path], "tester")


@pytest.fixture(autouse=True)
def warm(worker, monkeypatch):
    """The tests' one worker in place of one for each call."""
    monkeypatch.setattr("dashboard.explanations.importance.importance.ModelWorker", lambda: nullcontext(worker))


@pytest.fixture
def known(store, boosting, tmp_path):
    """A registered version with its model file kept and its log."""
    path, digest = stored_model(boosting, tmp_path)
    keep_artifact(store.home, path, digest)
    described = card(artifact="model.skops", artifact_sha256=digest)
    ingest(store, described, scored(boosting), tmp_path)
    return described


def test_importance_is_recorded_once_for_a_basis(store, known, monkeypatch):
    told = []
    assert update_importances(store, [known], "tester", lambda share, what: told.append((share, what))) == []
    found = computed_importances(store, "lateness")["1"]
    assert told == [(0.0, "lateness 1")]
    assert (found["method"], found["rows"]) == ("shap", 239)
    assert importance_in_force(store, known) == found["content"]
    assert set(found["content"]) == set(KINDS)
    assert known.versions[0].artifact_sha256 in found["basis"]
    assert "2025-12-31T23:00:00 to 2026-01-10T23:00:00 UTC" in found["basis"]
    monkeypatch.setattr("dashboard.explanations.importance.importance.read_sample", None)
    assert update_importances(store, [known], "tester") == []


def test_what_was_computed_before_there_were_intervals_is_computed_again(store, known, monkeypatch):
    update_importances(store, [known], "tester")
    first = computed_importances(store, "lateness")["1"]
    assert set(first["intervals"]) == set(KINDS)
    monkeypatch.setattr(
        "dashboard.explanations.importance.importance.computed_importances",
        lambda *_: {"1": {**first, "intervals": None}},
    )
    assert update_importances(store, [known], "tester") == []
    again = computed_importances(store, "lateness")["1"]
    assert again["recorded_at"] > first["recorded_at"]
    assert again["intervals"] == first["intervals"]


def test_new_rows_in_the_reference_are_a_new_basis_and_later_ones_are_not(store, known, boosting, tmp_path):
    update_importances(store, [known], "tester")
    first = computed_importances(store, "lateness")["1"]
    later = scored(boosting, 420).tail(20).assign(at="2026-03-01T00:00:00Z")
    ingest(store, known, later, tmp_path, "later.csv")
    update_importances(store, [known], "tester")
    assert computed_importances(store, "lateness")["1"] == first
    inside = scored(boosting, 440).tail(20).assign(at="2026-01-02T00:00:00Z")
    ingest(store, known, inside, tmp_path, "inside.csv")
    update_importances(store, [known], "tester")
    assert computed_importances(store, "lateness")["1"]["rows"] == 259


def test_without_reference_rows_the_first_files_are_used(store, boosting, tmp_path):
    path, digest = stored_model(boosting, tmp_path)
    keep_artifact(store.home, path, digest)
    described = card(artifact_sha256=digest)
    ingest(store, described, scored(boosting).assign(at="2026-05-05T00:00:00Z"), tmp_path)
    assert update_importances(store, [described], "tester") == []
    assert "the files recorded first" in computed_importances(store, "lateness")["1"]["basis"]


def test_a_version_that_states_its_importance_is_left_alone(store, tmp_path):
    stated = card(artifact_sha256="0" * 64, importance={"age": 1.0})
    assert update_importances(store, [stated], "tester") == []


def test_reasons_are_told_and_nothing_is_recorded(store, boosting, tmp_path):
    path, digest = stored_model(boosting, tmp_path)
    cases = [
        (card(artifact="model.skops"), "without artifact_sha256"),
        (card(artifact="model.skops", artifact_sha256=digest), "was not beside the card"),
    ]
    for described, reason in cases:
        assert reason in update_importances(store, [described], "tester")[0]
    keep_artifact(store.home, path, digest)
    assert "fewer than 20 rows" in update_importances(store, [cases[1][0]], "tester")[0]
    ingest(store, cases[1][0], scored(boosting), tmp_path)
    artifact_path(store.home, digest).write_bytes(path.read_bytes() + b"x")
    assert "received a file with SHA-256" in update_importances(store, [cases[1][0]], "tester")[0]
    artifact_path(store.home, digest).write_bytes(b"\x80\x05K\x01.")
    assert "pickle" in update_importances(store, [cases[1][0]], "tester")[0]
    assert computed_importances(store, "lateness") == {}


def test_a_model_that_did_not_make_the_log_is_named(store, boosting, tmp_path):
    other = trained(boosted(logistic(), one_hot()))
    path, digest = stored_model(other, tmp_path)
    keep_artifact(store.home, path, digest)
    described = card(artifact_sha256=digest)
    ingest(store, described, scored(boosting), tmp_path)
    assert "gives other scores than the log" in update_importances(store, [described], "tester")[0]
    assert computed_importances(store, "lateness")["1"]["method"] == "shap"


def test_model_files_are_kept_under_their_hash(store, boosting, tmp_path):
    path, digest = stored_model(boosting, tmp_path)
    place = artifact_path(store.home, digest)
    assert keep_artifact(store.home, path, digest) == digest
    assert place.read_bytes() == path.read_bytes()
    place.write_bytes(b"damaged")
    keep_artifact(store.home, path, digest)
    assert place.read_bytes() == path.read_bytes()
    with pytest.raises(ArtifactChangedError, match="was expected"):
        keep_artifact(store.home, path, "0" * 64)
    assert [entry.name for entry in place.parent.iterdir()] == [digest]


def test_monitor_tells_why_importance_is_unknown(store, tmp_path):
    path = tmp_path / "model.skops"
    path.write_bytes(b"\x80\x05K\x01.")
    described = card(artifact="model.skops", artifact_sha256=sha256(path))
    (tmp_path / "card.yaml").write_text(json.dumps(described.model_dump(mode="json", by_alias=True, exclude_none=True)))
    run_action(store, "register", Files(files=(tmp_path / "card.yaml",)), operator("tester"))
    said = run_action(store, "monitor", Models(), operator("tester"))
    assert "importance of lateness version '1': received what looks like a pickle or joblib file" in said
    assert importance_in_force(store, described) == {}
