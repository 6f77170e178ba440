"""A query as a source, on SQLite and on a real PostgreSQL: it goes on where it ended, and bad rows keep nobody back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from dashboard.connectors.incoming.sources import databases
from tests.sources.conftest import Place, scored
from tests.sources.postgres import Postgres, running_postgres

Run = Callable[[str], None]
TABLE = "CREATE TABLE scores (id text, decided timestamp, p float, fraud int, amount float, changed {kind})"
QUERY = "SELECT id, decided, p, fraud, amount, changed FROM scores WHERE changed > :since"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with running_postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def run(request: pytest.FixtureRequest, place: Place, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs statements in an empty database, whose address stands in SCORES_URL."""
    if request.param == "sqlite":
        path = place.folder / "scores.sqlite"
        monkeypatch.setenv("SCORES_URL", f"sqlite:///{path}")

        def in_sqlite(statements: str) -> None:
            with closing(sqlite3.connect(path)) as connection:
                connection.executescript(statements)

        return in_sqlite
    server: Postgres = request.getfixturevalue("postgres")
    monkeypatch.setenv("SCORES_URL", server.new_database())
    return server.run


def of_query(**more: object) -> dict[str, object]:
    return {"name": "warehouse", "kind": "database", "url_env": "SCORES_URL", "query": QUERY} | {
        "since": "changed", "gives": "predictions", "model": "claims", **more,
    }  # fmt: skip


def inserted(frame: pd.DataFrame, changed: Callable[[int], str]) -> str:
    rows = [
        f"('{row.id}', '{row.decided[:-1].replace('T', ' ')}', {row.p}, {row.fraud}, {row.amount}, {changed(place)})"
        for place, row in enumerate(frame.itertuples())
    ]
    return f"INSERT INTO scores VALUES {', '.join(rows)};"


@pytest.mark.parametrize("kind", ["timestamp", "int", "text"])
def test_it_goes_on_where_it_ended_whatever_moves(place: Place, run: Run, kind: str):
    moves = {
        "timestamp": lambda place: f"'2024-02-01 10:{place % 60:02}:00'",
        "int": str,
        "text": lambda place: f"'{place:04}'",
    }[kind]
    place.name_sources(of_query())
    run(TABLE.format(kind=kind) + ";" + inserted(scored(0, 30), moves))
    assert "1 items taken, 0 refused; 0 sources failed" in place.act("pull")
    assert place.logged() == 30
    assert "0 items taken" in place.act("pull")
    run(inserted(scored(30, 7), lambda place: moves(place + 30)))
    assert "1 items taken" in place.act("pull")
    assert place.logged() == 37


def test_a_long_answer_is_taken_in_stretches_that_cut_no_instant(
    place: Place, run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(databases, "STRETCH", 10)
    monkeypatch.setattr(databases, "FETCHED", 4)
    place.name_sources(of_query())
    run(TABLE.format(kind="int") + ";" + inserted(scored(0, 60), lambda place: str(place // 7)))
    assert "items taken, 0 refused" in place.act("pull")
    read = [row for row in place.show("source-readings") if row["became"] == "taken"]
    assert len(read) == 5
    assert place.logged() == 60


def test_bad_rows_are_told_and_keep_no_other_row_back(place: Place, run: Run):
    place.name_sources(of_query())
    bad = scored(0, 40)
    bad.loc[[11, 29], "p"] = 9
    run(TABLE.format(kind="int") + ";" + inserted(bad, str))
    said = place.act("pull")
    assert ", 2 refused; 0 sources failed" in said
    assert "warehouse until 11:1:p: received" in said
    assert place.logged() == 38
    assert "0 items taken, 0 refused" in place.act("pull")
    run("UPDATE scores SET p = 0.5, changed = 100 + changed WHERE p = 9;")
    place.act("pull")
    assert place.logged() == 40


def test_refused_rows_are_asked_for_again_when_the_settings_change(place: Place, run: Run):
    place.name_sources(of_query(columns={"p": "amount"}))
    run(TABLE.format(kind="int") + ";" + inserted(scored(0, 4), str))
    assert "0 items taken, 4 refused" in place.act("pull")
    place.name_sources(of_query())
    assert "0 refused; 0 sources failed" in place.act("pull")
    assert place.logged() == 4


def test_rows_that_were_committed_late_are_found_within_the_overlap(place: Place, run: Run):
    place.name_sources(of_query(overlap="1h"))
    run(TABLE.format(kind="timestamp") + ";" + inserted(scored(0, 5), lambda place: "'2024-02-01 10:30:00'"))
    place.act("pull")
    run(inserted(scored(5, 3), lambda place: "'2024-02-01 10:10:00'"))
    place.act("pull")
    assert place.logged() == 8
    assert "0 items taken" in place.act("pull")


def test_events_come_from_rows(place: Place, run: Run):
    run("CREATE TABLE told (kind text, model text, at text, title text, category text, changed int);"
        "INSERT INTO told VALUES ('outside', 'claims', '2024-01-02', 'Hail', 'weather', 1);")  # fmt: skip
    query = "SELECT kind, model, at, title, category FROM told"
    place.name_sources({"name": "told", "kind": "database", "url_env": "SCORES_URL", "query": query, "gives": "events"})
    assert "1 items taken" in place.act("pull")
    assert [row["title"] for row in place.show("outside", model="claims")] == ["Hail"]
    assert "0 items taken" in place.act("pull")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT nothing FROM nowhere WHERE 1 > :since", "refuses the query"),
        ("DELETE FROM scores RETURNING id, 1 AS changed, :since AS s", "refuses the query"),
        ("SELECT id FROM scores WHERE changed > :since", "no column"),
    ],
)
def test_a_query_that_is_wrong_or_would_write_fails_in_words(place: Place, run: Run, query: str, said: str):
    place.name_sources(of_query(query=query))
    run(TABLE.format(kind="int") + ";" + inserted(scored(0, 3), str))
    assert said in place.act("pull") or "refuses the query" in place.act("pull")
    (shown,) = place.show("sources")
    assert shown["state"] == "fails"
    place.name_sources(of_query())
    place.act("pull")
    assert place.logged() == 3


def test_no_password_stands_in_a_message(place: Place, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SCORES_URL", "postgresql://reader:geheim@127.0.0.1:1/scores")
    place.name_sources(of_query())
    said = place.act("pull")
    assert "1 sources failed" in said
    assert "geheim" not in said
    assert all("geheim" not in str(row) for row in place.show("source-readings"))


def test_without_its_variable_a_source_says_which(place: Place, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SCORES_URL", raising=False)
    place.name_sources(of_query())
    assert "the variable SCORES_URL is not set" in place.act("pull")


def test_sqlite_is_never_written(place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    path = tmp_path / "nothing.sqlite"
    monkeypatch.setenv("SCORES_URL", f"sqlite:///{path}")
    place.name_sources(of_query())
    assert "is not there" in place.act("pull")
    assert not path.exists()
