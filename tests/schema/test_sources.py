"""Settings of sources: every fault is named with its line and field, and nothing is read."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from dashboard.cli.command_line import main
from dashboard.errors import InputRefusedError
from dashboard.schema.config.sources import SETTING, load_sources

FILES = {"name": "days", "kind": "files", "path": "/data/*.csv", "gives": "predictions", "model": "claims"}
QUERY = {"name": "rows", "kind": "database", "url_env": "URL", "gives": "actuals", "model": "claims"} | {
    "query": "select * from t where at > :since", "since": "at",
}  # fmt: skip


def written(folder: Path, *sources: dict[str, object]) -> Path:
    path = folder / "config" / "sources.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump({"sources": list(sources)}), "utf-8")
    return path


def test_a_home_has_its_own_sources_and_a_named_file_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(SETTING, raising=False)
    assert load_sources(tmp_path) == {}
    written(tmp_path, FILES, {**QUERY, "every": "90s", "overlap": "1h"})
    found = load_sources(tmp_path)
    assert list(found) == ["days", "rows"]
    assert (found["days"].every, found["rows"].every) == (timedelta(hours=1), timedelta(seconds=90))
    (tmp_path / "elsewhere").mkdir()
    other = written(tmp_path / "elsewhere", QUERY)
    monkeypatch.setenv(SETTING, str(other))
    assert list(load_sources(tmp_path)) == ["rows"]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ({**FILES, "path": "data/*.csv"}, "path: received 'data/*.csv'; allowed is an absolute path of this machine"),
        ({**FILES, "path": "s3://lake/*.csv"}, "path: received 's3://lake/*.csv'; allowed is an absolute path"),
        ({**FILES, "every": "5s"}, "every: received 0:00:05; allowed are 10s to 366d"),
        ({**FILES, "every": "often"}, "every: received 'often'; allowed is a whole number with s, m, h or d"),
        ({**FILES, "every": "400d"}, "every: received '400d'; allowed is a whole number with s, m, h or d"),
        ({**FILES, "query": "select 1"}, "query: received a value; a source of kind files has none"),
        ({key: value for key, value in FILES.items() if key != "model"}, "model: received none; predictions are rows"),
        ({**FILES, "gives": "events"}, "model: received a value; events name their models themselves"),
        ({**QUERY, "since": None}, "since: received one of `since` and `:since`"),
        ({**QUERY, "url": "postgresql://u:p@h/d"}, "url: unknown key 'url'"),
        ({key: value for key, value in QUERY.items() if key != "url_env"}, "url_env: received none"),
        ({**QUERY, "gives": "lineage", "model": None}, "gives: received lineage"),
        ({**FILES, "kind": "mlflow"}, "kind: received 'mlflow'"),
    ],
)
def test_every_fault_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: dict[str, object], fault: str):
    monkeypatch.delenv(SETTING, raising=False)
    path = written(tmp_path, source)
    with pytest.raises(InputRefusedError) as refused:
        load_sources(tmp_path)
    (problem,) = refused.value.problems
    assert str(problem.file) == str(path)
    assert problem.row is not None
    assert f"sources[0].{fault}" in str(problem)


def test_one_name_stands_for_one_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(SETTING, raising=False)
    written(tmp_path, FILES, {**QUERY, "name": "days"})
    with pytest.raises(InputRefusedError, match="received the name days twice"):
        load_sources(tmp_path)


def test_check_reads_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check", str(written(tmp_path, FILES))]) == 0
    assert "valid sources" in capsys.readouterr().out
