"""Thresholds come from the file, with the card's overrides laid over them."""

from pathlib import Path

import pytest

from dashboard.errors import InputRefusedError
from dashboard.schema.config.thresholds import THRESHOLDS_FILE, Levels, Thresholds, load_thresholds
from dashboard.schema.reading.documents import read_documents
from tests.architecture.tree import ROOT


def test_the_shipped_file_and_the_defaults_agree():
    (document,) = read_documents([ROOT / THRESHOLDS_FILE])
    assert document.kind == "thresholds"
    assert document.value == Thresholds() == load_thresholds()


def test_the_shipped_file_names_every_threshold():
    text = (ROOT / THRESHOLDS_FILE).read_text()
    for section, field in Thresholds.model_fields.items():
        assert f"{section}:" in text
        for name in field.annotation.model_fields:
            assert f"{name}:" in text


def test_a_card_overrides_single_levels_and_keeps_the_rest():
    thresholds = load_thresholds(overrides={"drift": {"psi": {"alert": 0.4}, "method": "ks"}})
    assert thresholds.drift.psi == Levels(warn=0.1, alert=0.4)
    assert thresholds.drift.levels("ks") == Levels(warn=0.1, alert=0.2)
    assert (thresholds.drift.method, thresholds.performance.min_labelled) == ("ks", 50)


def test_a_list_is_replaced_as_a_whole():
    assert load_thresholds(overrides={"status": {"areas": ["drift"]}}).status.areas == ["drift"]


def test_a_file_may_leave_out_what_stays_as_it_is(tmp_path):
    path = tmp_path / "thresholds.yaml"
    path.write_text("performance: {min_labelled: 7}\n")
    assert load_thresholds(path).performance.min_labelled == 7
    assert load_thresholds(path).drift == Thresholds().drift


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("drift:\n  metod: ks\n", "2:drift.metod: unknown key 'metod'"),
        (
            "drift:\n  method: kolmogorov\n",
            "2:drift.method: received 'kolmogorov'; allowed are psi, jensen_shannon, ks",
        ),
        ("drift:\n  ks: {warn: 0.3, alert: 0.2}\n", "2:drift.ks.warn: received 0.3, above alert (0.2)"),
        ("drift:\n  ks: {warn: 0.1}\n", "2:drift.ks.alert: received nothing for 'alert'"),
        ("drift:\n  alert_importance: 5\n", "2:drift.alert_importance: received 5; allowed is at most 1"),
        ("estimate:\n  min_rows: -1\n", "2:estimate.min_rows: received -1; allowed is at least 0"),
        ("status: {areas: []}\n", "1:status.areas: received an empty list; allowed is at least one entry"),
        ("status: {areas: [speed]}\n", "1:status.areas[0]: received 'speed'; allowed are performance, drift"),
        ("drift: &a {}\n", "1:drift: received anchor &a"),
    ],
)
def test_a_faulty_file_is_refused_with(tmp_path, text, expected):
    path = tmp_path / "thresholds.yaml"
    path.write_text(text)
    with pytest.raises(InputRefusedError) as caught:
        load_thresholds(path)
    assert str(caught.value).startswith(f"{path}:{expected}")


def test_faulty_overrides_are_refused_with_their_place():
    with pytest.raises(InputRefusedError, match=r"^drift\.psi\.warn: received 0\.9, above alert \(0\.25\)"):
        load_thresholds(overrides={"drift": {"psi": {"warn": 0.9}}})


def test_a_missing_file_is_named():
    with pytest.raises(InputRefusedError, match="^nowhere/t.yaml: no such file; check the path$"):
        load_thresholds(Path("nowhere/t.yaml"))
