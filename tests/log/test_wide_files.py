"""Columns of files: thousands cost little, those that the card does not name are limited, and names are readable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.errors import InputRefusedError
from dashboard.store.engine.database import Store
from dashboard.store.log import fields
from dashboard.store.log.fields import HINTS, MOST_EXTRA
from dashboard.store.log.files import file_path, list_log_files
from dashboard.store.log.ingest import ingest_predictions
from tests.log.conftest import MakeCard, everything

ROW = {"id": "a", "at": "2024-01-01", "score": 0.5, "late": 1, "hour": 3, "carrier": "AA"}


def wide(folder: Path, form: str, columns: int) -> Path:
    """One row with so many columns that the card does not name."""
    row: dict[str, Any] = ROW | {f"x{number}": f"v{number}" for number in range(columns)}
    path = folder / f"{columns}.{form}"
    if form == "parquet":
        pd.DataFrame([row]).to_parquet(path, index=False)
    elif form == "csv":
        pd.DataFrame([row]).to_csv(path, index=False)
    else:
        path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_further_columns_are_limited(
    store: Store, make_card: MakeCard, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fields, "MOST_EXTRA", 30)
    before = everything(store)
    with pytest.raises(InputRefusedError) as refused:
        ingest_predictions(store, make_card(), [wide(tmp_path, form, 31)], "tester")
    (problem,) = refused.value.problems
    assert problem.message.startswith("received 31 columns that the card does not name; at most 30 are allowed")
    assert (Path(str(problem.file)).name, problem.row) == (f"31.{form}", 1 if form == "csv" else None)
    assert everything(store) == before
    assert ingest_predictions(store, make_card(), [wide(tmp_path, form, 30)], "tester").rows_added == 1
    (file,) = list_log_files(store, "flights")
    assert pd.read_parquet(file_path(store, file))[[f"x{number}" for number in range(30)]].iloc[0].tolist() == [
        f"v{number}" for number in range(30)
    ]


def test_columns_that_the_card_names_are_not_counted(
    store: Store, make_card: MakeCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fields, "MOST_EXTRA", 5)
    named = {f"x{number}": {"kind": "categorical"} for number in range(30)}
    card = make_card(features={"hour": {"kind": "numeric"}, "carrier": {"kind": "categorical"}, **named})
    assert ingest_predictions(store, card, [wide(tmp_path, "csv", 35)], "tester").rows_added == 1


def test_ten_thousand_columns_are_refused(store: Store, make_card: MakeCard, tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError, match=f"at most {MOST_EXTRA} are allowed"):
        ingest_predictions(store, make_card(), [wide(tmp_path, "csv", 10_000)], "tester")


@pytest.mark.parametrize("key", ["no\0te", "\0", "note\0"])
def test_a_key_with_a_zero_byte_is_refused(store: Store, make_card: MakeCard, tmp_path: Path, key: str) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({**ROW, key: "x"}) + "\n", encoding="utf-8")
    with pytest.raises(InputRefusedError, match="zero byte") as refused:
        ingest_predictions(store, make_card(), [tmp_path / "a.jsonl"], "tester")
    assert "\0" not in str(refused.value)


@pytest.mark.parametrize("form", ["json", "jsonl"])
@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"carrier": "A\udfff"}, "carrier"),
        ({"note\ud800": "x"}, "note\\ud800"),
        ({"note": {"in": ["\udfff\ud800"]}}, "note"),
    ],
)
def test_half_of_a_character_is_refused_with_row_and_field(
    store: Store, make_card: MakeCard, tmp_path: Path, form: str, bad: dict[str, Any], field: str
) -> None:
    rows = [ROW, {**ROW, "id": "b", **bad}]
    lines = json.dumps(rows) if form == "json" else "\n".join(map(json.dumps, rows))
    (tmp_path / f"a.{form}").write_text(lines, encoding="utf-8")
    with pytest.raises(InputRefusedError, match="half of a character") as refused:
        ingest_predictions(store, make_card(), [tmp_path / f"a.{form}"], "tester")
    assert [(problem.row, problem.field) for problem in refused.value.problems] == [(2, field)]


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_key_twice_is_refused_in_lists_as_in_lines(
    store: Store, make_card: MakeCard, tmp_path: Path, form: str
) -> None:
    rows = [json.dumps(ROW), json.dumps({**ROW, "id": "b"})[:-1] + ', "hour": 4}']
    text = f"[{', '.join(rows)}]" if form == "json" else "\n".join(rows)
    (tmp_path / f"a.{form}").write_text(text, encoding="utf-8")
    with pytest.raises(InputRefusedError, match="'hour' twice") as refused:
        ingest_predictions(store, make_card(), [tmp_path / f"a.{form}"], "tester")
    assert [problem.row for problem in refused.value.problems] == [2]


def test_names_like_missing_ones_are_looked_for_a_few_times(
    store: Store, make_card: MakeCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    real = fields.get_close_matches
    monkeypatch.setattr(
        fields, "get_close_matches", lambda name, among, number: asked.append(len(among)) or real(name, among, number)
    )
    card = make_card(features={f"feature {number}": {"kind": "numeric"} for number in range(100)})
    for columns in (200, 5_000):
        with pytest.raises(InputRefusedError) as refused:
            ingest_predictions(store, card, [wide(tmp_path, "csv", columns)], "tester")
        assert refused.value.total == 100
    assert sorted(asked, reverse=True)[:HINTS] == [len(ROW) + 200] * HINTS
    assert sum(asked) == HINTS * (len(ROW) + 200)
