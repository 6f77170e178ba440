"""Data use: who uses which data how, which are personal, and how reliable they are."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.charts.data_use import MODELS, TABLES
from tests.gallery import data_use
from tests.pages.conftest import Open, texts


def told(app: AppTest) -> str:
    return "\n".join(one.value for one in app.container(key="answer").markdown)


def test_the_answer_counts_and_names_what_fails(open_page: Open) -> None:
    said = told(open_page("data_use"))
    assert ":red-badge[" in said
    assert "2 models of 2 teams rest on 3 tables" in said
    assert "One table failed its last check\\: features.flight\\_delay since 29 Dec 2013" in said
    assert "One table was renewed late at times" in said
    assert "One table holds personal data" in said
    assert "Of one table nobody said whether it holds personal data" in said
    assert "One table serves several models\\: bts.on\\_time" in said


def test_without_a_check_reliability_is_unknown(open_page: Open) -> None:
    app = open_page("data_use", "unknown")
    assert ":gray-badge[" in told(app)
    assert "Of 3 tables no check was reported" in told(app)
    assert ":green-badge[" not in texts(app)


@pytest.mark.parametrize(
    ("address", "tables"),
    [
        ({"personal": "yes"}, {"features.flight_delay"}),
        ({"use_how": "labels"}, {"bts.on_time"}),
        ({"use_team": "pricing"}, {"bts.on_time"}),
        ({"use_purpose": "rebooking"}, {"features.flight_delay", "bts.on_time", "q1"}),
        ({"q": "FEATURES."}, {"features.flight_delay"}),
    ],
)
def test_filters_narrow_the_list(open_page: Open, address: dict[str, str], tables: set[str]) -> None:
    assert set(open_page("data_use", **address).dataframe[0].value["dataset"]) == tables


def test_what_fails_stands_first_and_what_serves_most_next(open_page: Open) -> None:
    shown = open_page("data_use").dataframe[0].value
    assert list(dict.fromkeys(shown["dataset"])) == ["features.flight_delay", "bts.on_time", "q1"]


def test_nothing_found_says_what_to_do(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Remove a filter or search for less." in texts(open_page("data_use", q="nothing like it"))
    monkeypatch.setattr("tests.gallery.ROWS", {**_rows(), "data-use": lambda state, query: []})
    assert "ingest events" in texts(open_page("data_use"))


def test_of_many_tables_the_first_are_drawn_and_the_rest_counted(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = data_use.data_use("healthy", data_use.Query())[0]
    many = [(row[0], f"db/t{number:04d}", f"m{number % 50}", *row[3:]) for number in range(1000)]
    monkeypatch.setattr("tests.gallery.ROWS", {**_rows(), "data-use": lambda state, query: many})
    app = open_page("data_use")
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert len(spec["layout"]["yaxis"]["ticktext"]) == TABLES
    assert len(spec["layout"]["xaxis"]["ticktext"]) == 1 + MODELS
    assert f"{1000 - TABLES} more tables stand in the list below" in texts(app)
    assert f"{50 - MODELS} more models stand in the list below." in texts(app)
    assert len(app.dataframe[0].value) == 100


def _rows() -> dict[str, object]:
    from tests.gallery import ROWS

    return dict(ROWS)
