"""What is picked stands in the address, and the address picks."""

from __future__ import annotations

from datetime import date
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open, Switches, texts


def days(app: AppTest, name: str) -> Any:
    """The field in which two days are picked."""
    return next(field for field in app.date_input if str(field.key).startswith(f"pick_{name}_"))


def test_a_link_opens_the_same_view(open_page: Open) -> None:
    app = open_page(
        "performance",
        lang="de",
        model="flight-delay",
        window="2013-05-01:2013-06-30",
        segment="carrier=EV",
        metric="accuracy",
    )
    assert app.title[0].value == "Late departure warning (de)"
    assert app.selectbox(key="pick_segment").value == "carrier=EV"
    assert app.selectbox(key="pick_metric").value == "accuracy"
    assert days(app, "window").value == (date(2013, 5, 1), date(2013, 6, 30))
    assert "Genauigkeit" in texts(app)


def test_nonsense_in_the_address_falls_back(open_page: Open) -> None:
    app = open_page("performance", lang="xx", model="calm", window="soon", by="eon", threshold="much", metric="luck")
    assert not app.exception
    assert days(app, "window").value == (date(2013, 4, 1), date(2013, 12, 31))
    assert app.query_params["lang"] == "en"


def test_picking_writes_the_address(open_page: Open) -> None:
    app = open_page("performance", model="flight-delay")
    app.selectbox(key="pick_segment").set_value("origin=JFK").run()
    days(app, "window").set_value((date(2013, 6, 1), date(2013, 7, 31))).run()
    assert app.query_params["segment"] == "origin=JFK"
    assert app.query_params["window"] == "2013-06-01:2013-07-31"


def test_another_model_is_found_by_name_and_forgets_what_belonged_to_the_first(
    open_page: Open, switches: Switches
) -> None:
    app = open_page("performance", model="flight-delay", segment="carrier=EV", window="2013-05-01:2013-06-30")
    gone = switches()
    app.button(key="search").click().run()
    next(button for button in app.button if button.label == "Calm model").click().run()
    assert gone == [("performance", "calm")]
    app.run()
    assert app.title[0].value == "Calm model"
    assert app.query_params["model"] == "calm"
    assert "segment" not in app.query_params
    assert "window" not in app.query_params


def test_the_menu_keeps_model_and_language(open_page: Open) -> None:
    app = open_page("performance", model="flight-delay", lang="de")
    app.query_params.clear()
    app.switch_page("../pages/drift.py").run()
    assert app.query_params["model"] == "flight-delay"
    assert app.query_params["lang"] == "de"


def test_language_switch(open_page: Open) -> None:
    app = open_page("overview", lang="en")
    app.segmented_control(key="pick_lang").set_value("de").run()
    assert app.title[0].value == "Übersicht"
    assert app.query_params["lang"] == "de"


def test_threshold_moves_the_matrix(open_page: Open) -> None:
    app = open_page("performance", model="flight-delay")
    before = [metric.value for metric in app.metric]
    app.slider(key="pick_threshold").set_value(0.8).run()
    assert [metric.value for metric in app.metric] != before
    assert app.query_params["threshold"] == "0.80"


def test_reference_may_be_any_window(open_page: Open) -> None:
    app = open_page("drift", model="flight-delay")
    app.selectbox(key="pick_reference_kind").set_value("window").run()
    days(app, "reference").set_value((date(2013, 4, 1), date(2013, 4, 30))).run()
    assert app.query_params["reference"] == "2013-04-01:2013-04-30"
    app.selectbox(key="pick_reference_kind").set_value("last_year").run()
    assert app.query_params["reference"] == "last_year"


def test_inventory_is_searched_and_filtered(open_page: Open) -> None:
    app = open_page("inventory", q="crew planning")
    assert list(app.dataframe[0].value["name"]) == ["Late departure warning"]
    app = open_page("inventory", status="ok")
    assert list(app.dataframe[0].value["name"]) == ["Calm model"]
    app = open_page("inventory", q="no such thing")
    assert "No matching model" in texts(app)
