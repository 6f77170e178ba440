"""Events outside: noted by people or imported, on the days of the model, first of the lanes, without a status."""

from __future__ import annotations

import pytest

from dashboard.errors import InputRefusedError
from dashboard.views.records import records
from tests.governance.conftest import History

PEOPLE = "people: [{id: anna, name: Anna}]\n"


@pytest.fixture
def opened(history: History) -> History:
    history.on("2024-05-01")
    history.people(PEOPLE)
    history.card(time_zone="America/New_York")
    return history


def note(history: History, **values: object) -> str:
    return history.act(
        "anna", "note_outside", **{"category": "weather", "title": "Hail", "start": "2024-04-02", **values}
    )


def test_a_note_keeps_its_days_in_the_time_zone_of_the_model_and_who_noted_it(opened: History):
    note(opened, end="2024-04-05", text="All week")
    opened.event("outside", "2024-03-10", category="law", title="New tax")
    found = [
        (row["from"], row["to"], row["category"], row["title"], row["person"])
        for row in records(opened.show("outside"))
    ]
    assert found == [
        ("2024-03-10", "2024-03-10", "law", "New tax", None),
        ("2024-04-02", "2024-04-05", "weather", "Hail", "anna"),
    ]
    assert [row["imported_by"] for row in records(opened.show("outside"))] == ["test", None]
    assert len(opened.show("outside", on="2024-03-31")) == 1
    opened.on("2024-05-03")
    note(opened, title="Frost")
    assert len(opened.show("outside", as_of="2024-05-02T00:00:00+00:00")) == 2
    assert len(opened.show("outside")) == 3


def test_a_note_is_on_the_time_line_and_in_the_lane_outside_without_a_status(opened: History):
    note(opened, end="2024-04-05")
    (shown,) = records(opened.show("timeline"))
    assert (shown["kind"], shown["title"], shown["detail"]) == ("outside", "Hail", "weather")
    assert (shown["at"], shown["until"]) == ("2024-04-02T04:00:00Z", "2024-04-06T04:00:00Z")
    assert (shown["from"], shown["to"]) == ("2024-04-02", "2024-04-05")
    (happening,) = records(opened.show("causes"))
    assert (happening["lane"], happening["begins"], happening["ends"]) == ("outside", "2024-04-02", "2024-04-05")
    assert (happening["status"], happening["what"]) == ("unknown", "Weather: Hail")


def test_a_note_for_the_whole_process_is_one_for_each_of_its_models(opened: History):
    with pytest.raises(InputRefusedError, match="names no business process"):
        note(opened, whole_process=True)
    opened.on("2024-05-02")
    for model, process in (("claims", "intake"), ("loans", "intake"), ("offers", "sales")):
        opened.card(model=model, business={"process": process})
    assert "claims, loans" in note(opened, whole_process=True)
    with pytest.raises(InputRefusedError, match="already noted"):
        note(opened)


def test_what_ends_before_it_begins_is_refused_and_nothing_is_noted(opened: History):
    with pytest.raises(InputRefusedError, match="last day lies before"):
        note(opened, end="2024-04-01")
    assert opened.show("outside").empty


def test_a_day_east_of_greenwich_is_that_day_on_the_time_line(history: History):
    history.on("2024-05-20")
    history.card(time_zone="Europe/London")
    history.event("outside", "2024-05-01", category="holiday", title="May Day")
    (shown,) = records(history.show("timeline"))
    assert (shown["at"], shown["from"], shown["to"]) == ("2024-04-30T23:00:00Z", "2024-05-01", None)
