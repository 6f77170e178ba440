"""On the command line: corrected labels, withdrawn files, challengers, rows without score, pending labels."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from dashboard.cli import main

Run = Callable[..., tuple[int, str]]
PEOPLE = [{"id": "dora", "name": "Dora"}]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command on a home of its own: exit code and what it printed."""

    def command(*words: object) -> tuple[int, str]:
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main([*map(str, words), "--home", str(tmp_path / "home")])
        return code, (out.getvalue() + err.getvalue()).strip()

    return command


@pytest.fixture
def rows() -> pd.DataFrame:
    random = np.random.default_rng(3)
    at = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(np.sort(random.integers(0, 60 * 86400, 300)), unit="s")
    scores = random.random(300).round(3)
    return pd.DataFrame(
        {"id": np.arange(300), "at": at, "p": scores, "y": (random.random(300) < scores).astype(int), "x": scores}
    )


def shown(run: Run, *words: object) -> list[dict[str, Any]]:
    code, text = run("show", *words, "--format", "json")
    assert code == 0, text
    found: list[dict[str, Any]] = json.loads(text)
    return found


def register(run: Run, folder: Path, versions: tuple[str, ...] = ("1",), **data: Any) -> None:
    columns = {"prediction_id": "id", "predicted_at": "at", "score": "p", "actual": "y", **data}
    card = {
        "id": "m", "name": "M", "task": "binary_classification", "period": "month", "status": "production",
        "versions": [{"version": version} for version in versions],
        "roles": {"data_engineer": [{"person": "dora", "from": "2020-01-01"}]},
        "data": {**columns, "features": {"x": {"kind": "numeric"}}},
    }  # fmt: skip
    (folder / "card.yaml").write_text(yaml.safe_dump(card), encoding="utf-8")
    (folder / "people.yaml").write_text(yaml.safe_dump({"people": PEOPLE}), encoding="utf-8")
    assert run("register", folder / "card.yaml", folder / "people.yaml")[0] == 0


def written(folder: Path, frame: pd.DataFrame, name: str) -> Path:
    frame.to_parquet(folder / name, index=False)
    return folder / name


def accuracy(run: Run, *words: object) -> dict[str, float]:
    found = shown(run, "performance", "m", "--metric", "accuracy", *words)
    return {row["period"]: row["value"] for row in found}


def hits(frame: pd.DataFrame) -> dict[str, float]:
    right = (frame["p"] >= 0.5) == (frame["y"] == 1)
    return {str(month): value for month, value in right.groupby(frame["at"].dt.strftime("%Y-%m")).mean().items()}


def test_a_correction_and_a_withdrawal_change_the_figures_and_stand_in_the_audit_trail(
    run: Run, rows: pd.DataFrame, tmp_path: Path
) -> None:
    register(run, tmp_path)
    run("ingest", "predictions", "m", written(tmp_path, rows, "a.parquet"))
    turned = rows.head(40).assign(y=1 - rows["y"].head(40))
    path = written(tmp_path, turned[["id", "y"]], "fix.parquet")
    assert run("ingest", "actuals", "m", path)[0] == 2
    assert run("monitor")[0] == 0
    assert accuracy(run) == pytest.approx(hits(rows))
    code, text = run("correct", "actuals", "m", path, "--reason", "the source was wrong")
    assert (code, "added 40 labels, 40 of them correct another one" in text) == (0, True)
    run("monitor")
    corrected = pd.concat([turned, rows[40:]])
    assert accuracy(run) == pytest.approx(hits(corrected))
    wrong = rows.assign(id=rows["id"] + 1000, y=0)
    run("ingest", "predictions", "m", written(tmp_path, wrong, "wrong.parquet"))
    code, text = run("withdraw", "file", "m", "wrong.parquet", "--reason", "it belongs to another model")
    assert (code, "withdrew wrong.parquet (300 predictions, 300 labels)" in text) == (0, True)
    run("monitor")
    assert accuracy(run) == pytest.approx(hits(corrected))
    files = shown(run, "files", "m")
    assert [(file["file"], file["withdrawn"], file["reason"]) for file in files] == [
        ("a.parquet", False, None),
        ("fix.parquet", False, None),
        ("wrong.parquet", True, "it belongs to another model"),
    ]
    assert run("withdraw", "file", "m", files[2]["call"], "--reason", "again")[0] == 2
    assert run("reinstate", "file", "m", files[2]["sha256"][:10], "--reason", "it was right")[0] == 0
    deeds = [row["action"] for row in shown(run, "audit", "m")]
    assert {"correct_actuals", "withdraw_file", "reinstate_file"} <= set(deeds)
    assert run("verify")[0] == 0


def test_champion_and_challenger_are_compared_on_the_same_cases(run: Run, rows: pd.DataFrame, tmp_path: Path) -> None:
    register(run, tmp_path, versions=("1", "2"))
    run("ingest", "predictions", "m", written(tmp_path, rows.assign(model_version="1"), "a.parquet"))
    challenger = rows.assign(model_version="2", p=(rows["p"] * 0.9).round(3))
    assert run("ingest", "predictions", "m", written(tmp_path, challenger.drop(columns="y"), "b.parquet"))[0] == 0
    run("monitor")
    assert accuracy(run) == accuracy(run, "--version", "1") == pytest.approx(hits(rows))
    assert accuracy(run, "--version", "2") == pytest.approx(hits(challenger))
    volumes = shown(run, "volumes", "m")
    assert sum(row["predictions"] for row in volumes) == len(rows)


def test_rows_without_score_are_counted_apart(run: Run, rows: pd.DataFrame, tmp_path: Path) -> None:
    register(run, tmp_path)
    rows.loc[::10, "p"] = np.nan
    code, text = run("ingest", "predictions", "m", written(tmp_path, rows, "a.parquet"))
    assert (code, "30 of them without score (no prediction)" in text) == (0, True)
    run("monitor")
    assert accuracy(run) == pytest.approx(hits(rows.dropna(subset="p")))
    expected = rows.groupby(rows["at"].dt.strftime("%Y-%m"))["p"].agg(["size", "count"])
    for row in shown(run, "availability", "m"):
        size, count = (int(expected.loc[row["period"], name]) for name in ("size", "count"))
        assert (row["requests"], row["predictions"], row["no_prediction"]) == (size, count, size - count)
        assert row["no_prediction_share"] == pytest.approx(1 - count / size)


def test_labels_that_meet_no_prediction_stay_visible(run: Run, rows: pd.DataFrame, tmp_path: Path) -> None:
    register(run, tmp_path)
    run("ingest", "predictions", "m", written(tmp_path, rows.drop(columns="y").head(200), "a.parquet"))
    labels = rows[["id", "y"]].assign(id="case-" + rows["id"].astype(str))
    code, text = run("ingest", "actuals", "m", written(tmp_path, labels, "l.parquet"))
    assert (code, "300 meet no prediction yet, like 'case-0', " in text) == (0, True)
    [waiting] = shown(run, "pending")
    assert (waiting["model"], waiting["file"], waiting["labels"]) == ("m", "l.parquet", 300)
    [task] = [row for row in shown(run, "desk", "m") if row["kind"] == "pending_labels"]
    assert (task["person"], task["page"]) == ("dora", "model")
    assert task["why"] == "300 outcomes meet no prediction, like case-0 from l.parquet."
    run("withdraw", "file", "m", "l.parquet", "--reason", "ids with a prefix")
    assert shown(run, "pending", "m") == []
    assert [row for row in shown(run, "desk", "m") if row["kind"] == "pending_labels"] == []
    run("ingest", "actuals", "m", written(tmp_path, rows[["id", "y"]], "right.parquet"))
    assert [row["labels"] for row in shown(run, "pending", "m")] == [100]
