"""Every column of every view: declared once, and held by what JSON, OpenAPI and pages make of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

import pandas as pd
import pytest

from dashboard.access.principal import operator
from dashboard.api.openapi import openapi_document
from dashboard.cli.printing import printed
from dashboard.store.engine.database import Store
from dashboard.ui.session import as_of, data, reader
from dashboard.ui.widgets import tables
from dashboard.views.columns import SHARED, declare
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS, run_view
from dashboard.words import LANGUAGES, catalogue, mark, translate
from tests.gallery import ROWS, STATES, gallery
from tests.views.conftest import questions

NAMES = sorted(VIEWS.all())
JSON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


@pytest.fixture(params=["store", "eventful"])
def home(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A home whose pages are read without a browser, by the operator."""
    store: Store = request.getfixturevalue(request.param)
    monkeypatch.setattr(data, "open_home", lambda: store)
    monkeypatch.setattr(data, "home", lambda: store.home)
    monkeypatch.setattr(as_of, "instant", lambda: None)
    monkeypatch.setattr(reader, "reader", lambda: operator("test"))
    return store


@cache
def document() -> dict[str, Any]:
    """What the API says about itself."""
    return openapi_document("")


def asked(store: Store, name: str) -> Iterator[tuple[Query, pd.DataFrame]]:
    """The questions that a home can answer, with their frames."""
    known = set(run_view(store, "models", Query(), operator("test"))["model"])
    for query in questions(name):
        named = query.model if query.node is None else re.split("[:/]", query.node)[1]
        if named is None or named in known:
            yield query, run_view(store, name, query, operator("test"))


def fits(value: object, schema: dict[str, Any]) -> bool:
    """Whether a value of a JSON answer is what its schema says."""
    types = [JSON_TYPES[name] for name in schema["type"]]
    if not any(isinstance(value, kinds) and isinstance(value, bool) == (bool in kinds) for kinds in types):
        return False
    if value is None:
        return True
    if schema.get("format") == "date-time":
        return str(value).endswith("Z") and datetime.fromisoformat(str(value)).tzinfo is not None
    if schema.get("format") == "date":
        return str(date.fromisoformat(str(value))) == value
    return value in schema.get("enum", [value])


@pytest.mark.parametrize("name", NAMES)
def test_json_holds_what_the_openapi_document_says(home: Store, name: str) -> None:
    answer = document()["paths"][f"/views/{name}"]["get"]["responses"]["200"]
    schema = answer["content"]["application/json"]["schema"]["items"]
    assert list(schema["properties"]) == schema["required"] == VIEWS.get(name).columns.names
    for query, frame in asked(home, name):
        wrong = {
            (column, value)
            for row in json.loads(printed(frame, "json"))
            for column, value in row.items()
            if not fits(value, schema["properties"][column])
        }
        assert not wrong, query


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_every_value_of_its_view(home: Store, name: str) -> None:
    for query, frame in asked(home, name):
        page = data.read(name, query)
        shown, _ = tables.readable(page, name)
        pd.testing.assert_frame_equal(page, frame)
        assert (shown.notna().to_numpy() == frame.notna().to_numpy()).all()


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_table_shows_every_value(name: str) -> None:
    for state in STATES:
        frame = gallery(state).read(name, Query(model="flight-delay", feature="temp"))
        shown, config = tables.readable(frame, name)
        assert (shown.notna().to_numpy() == frame.notna().to_numpy()).all()
        assert list(config) == list(shown.columns) == list(frame.columns)


@pytest.mark.parametrize("home", ["store"], indirect=True)
def test_the_whole_card_is_shown(home: Store) -> None:
    shown, _ = tables.readable(data.read("card", Query(model="claims")), "card")
    assert len(shown) > 20
    assert shown["value"].notna().all()
    assert "Claims" in set(shown["value"])


@pytest.mark.parametrize("home", ["store"], indirect=True)
def test_factors_of_the_risk_class_that_are_stated_are_shown(home: Store) -> None:
    page = data.read("risk-class", Query(model="rated")).set_index("factor")
    assert {name: page["value"][name] for name in ("automation", "exposure", "purpose")} == {
        "automation": "decision_support",
        "exposure": "small",
        "purpose": "customers",
    }
    assert list(page["value"].isna()) == list(page["source"] == "missing")


@pytest.mark.parametrize("name", NAMES)
def test_every_column_has_a_heading_in_every_language(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    german = catalogue("de")
    for column in VIEWS.get(name).columns:
        assert german._catalog.get(column.label), column  # type: ignore[attr-defined]
        for spoken in LANGUAGES:
            monkeypatch.setattr(tables, "say", lambda text, spoken=spoken, **values: said(text, spoken, values))
            heading = tables.heading(column)
            assert re.fullmatch(r"(95 ?% \w|[A-ZÄÖÜ])[^_{}]*", heading), column


def said(message: str, spoken: str, values: dict[str, object]) -> str:
    told = {name: translate(str(value), spoken) for name, value in values.items()}
    return translate(message, spoken).format(**told)


@pytest.mark.parametrize("name", NAMES)
def test_the_description_names_every_column(name: str) -> None:
    view = VIEWS.get(name)
    described = (view.read.__doc__ or "").partition("Columns: ")[2]
    assert [column for column in view.columns.names if not re.search(rf"\b{column}\b", described)] == []


def test_a_column_that_nobody_declares_is_no_heading() -> None:
    with pytest.raises(KeyError, match="severity_of_5"):
        tables.readable(pd.DataFrame({"severity_of_5": [1]}), "risk")
    with pytest.raises(KeyError, match="severity_of_5"):
        declare("model severity_of_5")


def test_a_view_may_mean_something_else_by_a_shared_name() -> None:
    own = Column("value", "text", mark("Value"))
    assert [column.kind for column in declare("model", own, "value")] == ["model", "text", "number"]
    assert tables.columns_of("card")["value"] == own
    assert tables.columns_of("performance")["value"] == SHARED["value"]
    assert tables.columns_of("rule-meanings rules-over-time")["title"].label == "Rule"


def test_numbers_are_numbers_also_where_there_are_none() -> None:
    columns = declare("model value predictions", Column("text", "text", mark("Text")))
    empty = columns.typed(pd.DataFrame())
    assert list(empty.columns) == columns.names
    assert empty["value"].dtype == float
    found = columns.typed(
        pd.DataFrame({"model": ["m", "n"], "value": [None, None], "predictions": [1.0, None], "text": ["1", None]})
    )
    assert found["value"].dtype == float
    assert list(found["predictions"]) == [1, None]
    assert list(found["text"].dropna()) == ["1"]
    with pytest.raises(ValueError, match="much"):
        declare("value").typed(pd.DataFrame({"value": ["much"]}))


def test_instants_stand_in_a_named_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({"at": ["2024-06-30T22:30:00Z", None], "since": ["2024-06-30", None]})
    shown, config = tables.readable(frame, "sign-offs")
    assert shown["at"][0] == pd.Timestamp("2024-06-30T22:30")
    assert config["at"]["label"] == "At (UTC)"
    assert shown["since"][0] == pd.Timestamp("2024-06-30")
    monkeypatch.setattr(tables, "language", lambda: "de")
    assert tables.readable(frame, "sign-offs")[1]["since"]["type_config"]["format"] == "DD.MM.YYYY"


def test_numbers_are_written_by_their_kind() -> None:
    frame = pd.DataFrame({"share": [0.5], "promised": [1e6], "minutes": [45], "level": ["unknown"]})
    _, config = tables.readable(frame, "desk")
    formats = {name: one["type_config"]["format"] for name, one in config.items() if isinstance(one, dict)}
    assert formats == {"share": "percent", "promised": "localized", "minutes": "localized"}
    assert config["minutes"]["label"] == "Effort (min)"
    # What a page says in words stays as it is.
    assert config["level"] == "Loss of knowledge"
