"""Wrong input of each kind is refused with file, row and field, exit code 2, and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.portfolio import BINARY_CARD, CommandLine, claims, write_rows

HEADER = "id,decided,model_version,p,fraud,customer,amount,age,constant,region,channel\n"
GOOD = "x1,2024-03-01T10:00:00Z,1,0.4,1,7,12.5,40,7,north,web\n"

ROWS = {
    "score_text.csv": (GOOD.replace("0.4", "high"), "score_text.csv:2:p:"),
    "score_range.csv": (GOOD + GOOD.replace("x1", "x2").replace("0.4", "1.4"), "score_range.csv:3:p:"),
    "instant.csv": (GOOD.replace("2024-03-01", "2024-02-30"), "instant.csv:2:decided:"),
    "version.csv": (GOOD.replace("Z,1,", "Z,7,"), "version.csv:2:model_version:"),
    "actual.csv": (GOOD.replace("0.4,1,", "0.4,maybe,"), "actual.csv:2:fraud:"),
    "id.csv": (GOOD.replace("x1", ""), "id.csv:2:id:"),
    "feature.csv": (GOOD.replace("12.5", "1,5").replace("1,5", '"1,5"'), "feature.csv:2:amount:"),
    "conflict.csv": (GOOD + GOOD.replace("0.4", "0.5"), "conflict.csv:3:"),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_wrong_row_refuses_the_whole_file(command: CommandLine, tmp_path: Path, name: str) -> None:
    command.register(BINARY_CARD, tmp_path)
    command.run("ingest", "predictions", "claims", write_rows(claims(number=200).frame, tmp_path / "good.csv"))
    text, where = ROWS[name]
    path = tmp_path / name
    path.write_text(HEADER + text, encoding="utf-8")
    before = command.snapshot()
    _, err = command.run("ingest", "predictions", "claims", path, code=2)
    assert where in err
    assert "Traceback" not in err
    assert command.snapshot() == before


def test_a_missing_column_and_a_missing_file_are_named(command: CommandLine, tmp_path: Path) -> None:
    command.register(BINARY_CARD, tmp_path)
    path = write_rows(claims(number=50).frame.drop(columns="age"), tmp_path / "narrow.parquet")
    _, err = command.run("ingest", "predictions", "claims", path, code=2)
    assert "narrow.parquet" in err
    assert "age" in err
    _, err = command.run("ingest", "predictions", "claims", tmp_path / "nowhere.csv", code=2)
    assert "nowhere.csv" in err
    _, err = command.run("ingest", "predictions", "clams", path, code=2)
    assert "claims" in err


def test_one_wrong_file_of_several_keeps_all_out(command: CommandLine, tmp_path: Path) -> None:
    command.register(BINARY_CARD, tmp_path)
    good = write_rows(claims(number=100).frame, tmp_path / "good.jsonl")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(HEADER + GOOD.replace("0.4", "x"), encoding="utf-8")
    before = command.snapshot()
    command.run("ingest", "predictions", "claims", good, wrong, code=2)
    assert command.snapshot() == before


def test_faults_alike_are_told_once_with_their_number(command: CommandLine, tmp_path: Path) -> None:
    command.register(BINARY_CARD, tmp_path)
    path = tmp_path / "many.csv"
    rows = "".join(GOOD.replace("x1", f"x{index}").replace("0.4", "bad") for index in range(50))
    path.write_text(HEADER + rows, encoding="utf-8")
    _, err = command.run("ingest", "predictions", "claims", path, code=2)
    (line,) = [line for line in err.splitlines() if "many.csv:" in line]
    assert "many.csv:2:p: received 'bad'" in line
    assert line.endswith("; and 49 more like it (rows 3, 4, 5, …)")


def test_the_first_twenty_different_faults_and_their_number_are_shown(command: CommandLine, tmp_path: Path) -> None:
    command.register(BINARY_CARD, tmp_path)
    path = tmp_path / "many.csv"
    rows = "".join(GOOD.replace("x1", f"x{index}").replace("0.4", f"{'-' * index}bad") for index in range(50))
    path.write_text(HEADER + rows, encoding="utf-8")
    _, err = command.run("ingest", "predictions", "claims", path, code=2)
    assert len([line for line in err.splitlines() if "many.csv:" in line]) == 20
    assert "50" in err.splitlines()[-1]


def test_an_empty_score_is_kept_as_an_input_without_prediction(command: CommandLine, tmp_path: Path) -> None:
    command.register(BINARY_CARD, tmp_path)
    path = tmp_path / "silent.csv"
    path.write_text(HEADER + GOOD + GOOD.replace("x1", "x2").replace("0.4", ""), encoding="utf-8")
    out, _ = command.run("ingest", "predictions", "claims", path)
    assert "added 2, 1 of them without score" in out


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ('{"kind": "incident", "model": "claims", "at": "2024-01-01", "severity": 9}', ":1:severity:"),
        ('{"kind": "holiday", "model": "claims", "at": "2024-01-01"}', ":1:kind:"),
        ('{"kind": "incident", "model": "nobody", "at": "2024-01-01", "severity": 2}', ":1:model:"),
        ('{"kind": "incident", "model": "claims"', ":1:"),
    ],
)
def test_wrong_events_are_refused(command: CommandLine, tmp_path: Path, line: str, where: str) -> None:
    command.register(BINARY_CARD, tmp_path)
    path = tmp_path / "events.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    before = command.snapshot()
    _, err = command.run("ingest", "events", path, code=2)
    assert f"events.jsonl{where}" in err
    assert command.snapshot() == before


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("threshold: 0.37", "treshold: 0.37"), "data.treshold"),
        (("task: binary_classification", "task: ranking"), "task"),
        (("Australia/Lord_Howe", "Australia/Nowhere"), "time_zone"),
        (('version: "1"', "version: 1"), "version"),
    ],
)
def test_wrong_cards_are_refused_with_their_line(
    command: CommandLine, tmp_path: Path, change: tuple[str, str], where: str
) -> None:
    path = tmp_path / "card.yaml"
    text = BINARY_CARD.replace(*change)
    path.write_text(text, encoding="utf-8")
    line = next(number for number, row in enumerate(text.splitlines(), start=1) if change[1] in row)
    command.run("show", "models", code=2)
    for verb in ("check", "register"):
        _, err = command.run(verb, path, code=2)
        assert f"card.yaml:{line}:" in err
        assert where in err


def test_reregistering_an_unchanged_card_writes_nothing(command: CommandLine, tmp_path: Path) -> None:
    command.register(BINARY_CARD, tmp_path)
    before = command.snapshot()
    command.register(BINARY_CARD, tmp_path)
    assert command.snapshot() == before
    command.register(BINARY_CARD.replace("limit: 0.7}", "limit: 0.71}"), tmp_path)
    assert command.snapshot() != before
    assert len(command.snapshot()[0]["cards"]) == 2


def test_bad_options_name_the_option(command: CommandLine, tmp_path: Path) -> None:
    command.register(BINARY_CARD, tmp_path)
    for option, value in (("--from", "soon"), ("--segment", "region"), ("--reference", "2024"), ("--as-of", "never")):
        _, err = command.run("show", "performance", "claims", option, value, code=2)
        assert option in err
    _, err = command.run("show", "performance", code=2)
    assert "show performance MODEL" in err
