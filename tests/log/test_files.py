"""Paths of the log, and files that are not what was recorded."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from dashboard.errors import StoreDamagedError
from dashboard.store.engine.database import Store, open_store
from dashboard.store.log.files import check_log_file, file_path, list_log_files, new_path, safe_part
from dashboard.store.log.ingest import ingest_actuals, ingest_predictions
from tests.log.conftest import MakeCard, Write

ROWS = "id,at,score,late,hour,carrier\n1,2013-04-01,0.5,,3,AA\n2,2013-04-02,0.5,,3,AA\n"


@given(st.text(max_size=300))
def test_any_text_is_a_harmless_path_part(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    part = safe_part(text)
    assert Path("log", part, "x").relative_to("log").parts == (part, "x")
    assert 0 < len(part) <= 120
    assert not part.startswith(".")
    assert part.isascii()
    assert not set(part) & set("*?[]{}'\"\\ \0")


@given(st.text(max_size=20), st.text(max_size=20))
def test_different_texts_are_different_parts(one: str, other: str) -> None:
    assert (safe_part(one) == safe_part(other)) == (one == other)


def test_a_path_names_model_kind_version_and_month() -> None:
    assert new_path("flights", "predictions", "../1", "2013-04").startswith("flights/predictions/%2E.%2F1/2013-04/")
    assert new_path("flights", "labels", None, "pending").startswith("flights/labels/pending/")


@pytest.mark.parametrize("place", [0, 100, -1])
def test_a_changed_bit_is_found_before_the_log_is_read(
    store: Store, make_card: MakeCard, write: Write, place: int
) -> None:
    rows = write("a.csv", ROWS)
    ingest_predictions(store, make_card(), [rows], "tester")
    [file] = list_log_files(store, "flights")
    path = file_path(store, file)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(StoreDamagedError, match=f"log file {file.path} has SHA-256 "):
        check_log_file(store, file)
    for ingest in (ingest_predictions, ingest_actuals):
        with pytest.raises(StoreDamagedError, match=file.path):
            ingest(store, make_card(), [rows], "tester")


def test_a_missing_file_is_named(store: Store, make_card: MakeCard, write: Write) -> None:
    ingest_predictions(store, make_card(), [write("a.csv", ROWS)], "tester")
    [file] = list_log_files(store, "flights")
    file_path(store, file).unlink()
    message = f"log file {file.path} cannot be read \\(No such file or directory\\); restore it from a backup"
    with pytest.raises(StoreDamagedError, match=message):
        check_log_file(store, file)


def test_names_that_mean_something_to_the_engine_are_only_names(tmp_path: Path, make_card: MakeCard) -> None:
    folder = tmp_path / "it's [a] home"
    folder.mkdir()
    store = open_store(folder)
    path = folder / "rows';--[1]*.csv"
    path.write_text(ROWS, encoding="utf-8")
    for expected in (2, 0):
        assert ingest_predictions(store, make_card(), [path], "tester").rows_added == expected
    store.close()
