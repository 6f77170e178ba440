"""A folder as a source: new and changed files are read once, refused ones are told and tried again when they change."""

from __future__ import annotations

import os

import pytest

from dashboard.errors import InputRefusedError
from tests.sources.conftest import Place, scored


def of_files(place: Place, pattern: str = "*.csv", **more: object) -> dict[str, object]:
    return {"name": "days", "kind": "files", "path": f"{place.folder}/{pattern}", "gives": "predictions"} | {
        "model": "claims", "every": "10m", **more,
    }  # fmt: skip


def test_each_file_is_read_once_and_the_model_is_brought_up_to_date(place: Place):
    place.name_sources(of_files(place))
    scored(0, 30).to_csv(place.folder / "a.csv", index=False)
    scored(30, 20).to_csv(place.folder / "b.csv", index=False)
    assert place.act("pull").startswith("read 1 sources; 2 items taken, 0 refused; 0 sources failed")
    assert place.logged() == 50
    assert {row["area"]: row["status"] for row in place.show("status", model="claims")}["performance"]
    assert place.act("pull").startswith("read 1 sources; 0 items taken")
    scored(50, 5).to_csv(place.folder / "c.csv", index=False)
    assert place.act("pull", sources=("days",)).startswith("read 1 sources; 1 items taken")
    assert place.logged() == 55
    (shown,) = place.show("sources")
    assert (shown["state"], shown["taken"], shown["refused"], shown["every_minutes"]) == ("works", 3, 0, 10)


def test_a_file_that_grows_is_read_again_and_nothing_is_doubled(place: Place):
    place.name_sources(of_files(place))
    scored(0, 10).to_csv(place.folder / "a.csv", index=False)
    place.act("pull")
    scored(0, 25).to_csv(place.folder / "a.csv", index=False)
    place.act("pull")
    assert place.logged() == 25


def test_a_refused_file_is_told_with_row_and_field_and_tried_again_when_it_changes(place: Place):
    place.name_sources(of_files(place))
    bad = scored(0, 10)
    bad.loc[3, "p"] = 7
    bad.to_csv(place.folder / "bad.csv", index=False)
    scored(10, 10).to_csv(place.folder / "good.csv", index=False)
    said = place.act("pull")
    assert "1 items taken, 1 refused" in said
    assert f"note: days: {place.folder}/bad.csv:5:p: received '7.0'" in said
    (shown,) = place.show("sources")
    assert (shown["state"], shown["refused"]) == ("refuses", 1)
    assert "bad.csv:5:p" in shown["problem"]
    assert "0 items taken, 0 refused" in place.act("pull")
    scored(0, 10).to_csv(place.folder / "bad.csv", index=False)
    os.utime(place.folder / "bad.csv", ns=(1, 1))
    assert "1 items taken, 0 refused" in place.act("pull")
    assert place.show("sources")[0]["state"] == "works"
    assert place.logged() == 20


def test_what_was_refused_is_tried_again_when_the_settings_change(place: Place):
    place.name_sources(of_files(place))
    scored(0, 10).rename(columns={"p": "prob"}).to_csv(place.folder / "a.csv", index=False)
    assert "0 items taken, 1 refused" in place.act("pull")
    place.name_sources(of_files(place, columns={"prob": "p"}))
    assert "1 items taken, 0 refused" in place.act("pull")
    assert place.logged() == 10


def test_a_name_for_no_column_of_the_card_is_said(place: Place):
    place.name_sources(of_files(place, columns={"prob": "probability"}))
    scored(0, 10).to_csv(place.folder / "a.csv", index=False)
    said = place.act("pull")
    assert "0 items taken, 0 refused; 1 sources failed" in said
    assert "columns.prob: received 'probability', which is no column of this card" in said
    assert place.show("sources")[0]["state"] == "fails"


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_names_that_differ_are_mapped_in_every_format(place: Place, ending: str):
    place.name_sources(of_files(place, f"*.{ending}", columns={"prob": "p"}))
    frame, path = scored(0, 10).rename(columns={"p": "prob"}), place.folder / f"a.{ending}"
    write = {
        "csv": lambda: frame.to_csv(path, index=False),
        "jsonl": lambda: frame.to_json(path, orient="records", lines=True),
        "parquet": lambda: frame.to_parquet(path, index=False),
    }
    write[ending]()
    assert "1 items taken" in place.act("pull")
    assert place.logged() == 10


def test_outcomes_events_and_the_rest_come_the_same_way(place: Place):
    scored(0, 10).drop(columns="fraud").to_csv(place.folder / "a.csv", index=False)
    labels = scored(0, 10)[["id", "fraud"]].rename(columns={"id": "prediction_id", "fraud": "actual"})
    labels.to_csv(place.folder / "labels.txt", index=False)
    labels.to_csv(place.folder / "labels.csv.known", index=False)
    (place.folder / "labels.txt").rename(place.folder / "known-labels.csv")
    event = '{"kind": "outside", "model": "claims", "at": "2024-01-02", "category": "weather", "title": "Hail"}\n'
    (place.folder / "told.jsonl").write_text(event, "utf-8")
    place.name_sources(
        of_files(place, "a.csv"),
        {**of_files(place, "known-*.csv"), "name": "labels", "gives": "actuals"},
        {"name": "told", "kind": "files", "path": f"{place.folder}/*.jsonl", "gives": "events"},
    )
    assert "3 items taken, 0 refused; 0 sources failed" in place.act("pull")
    assert [row["title"] for row in place.show("outside", model="claims")] == ["Hail"]


def test_a_folder_that_is_away_fails_and_is_told_once(place: Place):
    place.name_sources({**of_files(place), "path": "/nowhere/at/all/*.csv"}, {**of_files(place), "name": "there"})
    scored(0, 10).to_csv(place.folder / "a.csv", index=False)
    for _ in range(2):
        assert "1 sources failed" in place.act("pull")
    shown = {row["source"]: row for row in place.show("sources")}
    assert shown["days"]["state"] == "fails"
    assert "the folder /nowhere/at/all is not there" in shown["days"]["problem"]
    assert shown["there"]["state"] == "works"
    failed = [row for row in place.show("source-readings") if row["became"] == "failed"]
    assert len(failed) == 1


def test_an_unknown_source_and_a_broken_file_of_settings_are_refused(place: Place):
    place.name_sources(of_files(place))
    with pytest.raises(InputRefusedError, match="received 'nights'; allowed are days"):
        place.act("pull", sources=("nights",))
    place.name_sources({**of_files(place), "path": "relative/*.csv"})
    with pytest.raises(InputRefusedError, match="sources.yaml.*path.*absolute"):
        place.act("pull")


def test_a_paused_source_is_left_out_until_it_is_resumed(place: Place):
    place.name_sources(of_files(place))
    scored(0, 10).to_csv(place.folder / "a.csv", index=False)
    place.act("pause_source", source="days", reason="The system behind it moves.")
    assert place.act("pull").startswith("read 0 sources")
    assert place.show("sources")[0]["state"] == "paused"
    with pytest.raises(InputRefusedError, match="already paused"):
        place.act("pause_source", source="days")
    place.act("resume_source", source="days")
    assert "1 items taken" in place.act("pull")
    became = [row["became"] for row in place.show("source-readings")]
    assert became == ["taken", "resumed", "paused"]
