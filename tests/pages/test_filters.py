"""What is picked stands in the address, and the address picks."""

from __future__ import annotations

from datetime import date

from tests.pages.conftest import Open, texts


def test_a_link_opens_the_same_view(open_page: Open) -> None:
    app = open_page(
        "performance",
        lang="de",
        model="flight-delay",
        window="2013-05-01:2013-06-30",
        segment="carrier=EV",
        metric="accuracy",
    )
    assert app.selectbox(key="pick_model").value == "flight-delay"
    assert app.selectbox(key="pick_segment").value == "carrier=EV"
    assert app.selectbox(key="pick_metric").value == "accuracy"
    assert app.date_input[0].value == (date(2013, 5, 1), date(2013, 6, 30))
    assert "Genauigkeit" in texts(app)


def test_nonsense_in_the_address_falls_back(open_page: Open) -> None:
    app = open_page("performance", lang="xx", model="no-such", window="soon", by="eon", threshold="much", metric="luck")
    assert not app.exception
    assert app.selectbox(key="pick_model").value == "calm"
    assert app.date_input[0].value == (date(2013, 4, 1), date(2013, 12, 31))
    assert app.query_params["lang"] == "en"


def test_picking_writes_the_address(open_page: Open) -> None:
    app = open_page("performance", model="flight-delay")
    app.selectbox(key="pick_segment").set_value("origin=JFK").run()
    app.date_input[0].set_value((date(2013, 6, 1), date(2013, 7, 31))).run()
    assert app.query_params["segment"] == "origin=JFK"
    assert app.query_params["window"] == "2013-06-01:2013-07-31"


def test_another_model_forgets_what_belonged_to_the_first(open_page: Open) -> None:
    app = open_page("performance", model="flight-delay", segment="carrier=EV", window="2013-05-01:2013-06-30")
    app.selectbox(key="pick_model").set_value("calm").run()
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
    app.date_input[1].set_value((date(2013, 4, 1), date(2013, 4, 30))).run()
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
