"""The page Lineage and the tab of a model: answer, card, outline, folds, days compared, addresses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.lineage.graph import Edge
from dashboard.ui.session import lineage
from tests.pages.conftest import Open, texts
from tests.pages.made_lineage import FEATURES, MODEL, PASSED, WEATHER, flights, wide


def answered(app: AppTest) -> str:
    return "\n".join(one.value for one in app.container(key="answer").markdown)


def test_the_answer_says_what_scores_rest_on_what_failed_and_what_it_touches(open_page: Open) -> None:
    told = answered(open_page("model_lineage", model="flight-delay"))
    assert ":red-badge[" in told
    assert "Late departure warning rests on 2 source tables of 2 teams." in told
    assert "pressure" in told
    assert "failed on 6 Aug 2013" in told
    assert "1,204 predictions have been touched since 6 Aug 2013." in told
    assert "No check has been reported of 3 tables; they are not known to be well." in told


def test_three_clicks_lead_to_the_predictions_of_a_table_the_process_and_who_answers(open_page: Open) -> None:
    app = open_page("lineage", shape="outline")
    table = next(button for button in app.button if button.label == "features.flight\\_delay")
    app = table.click().run()
    card = app.container(key="node_card")
    told = "\n".join(one.value for one in card.markdown)
    assert app.query_params["card"] == FEATURES
    # Since the check fails, without being asked.
    assert "1,204 predictions were made from this since 6 Aug 2013." in told
    assert "in the process Crew planning" in told
    assert "accountable\\: Anna Keller" in told
    assert "value at risk\\: 12,000 EUR" in told
    assert "Kept by" in told
    assert [one.label for one in card.get("download_button")] == ["Download the ids as CSV"]


def test_the_card_looks_from_its_node_and_the_address_can_be_shared(open_page: Open) -> None:
    app = open_page("lineage", card=FEATURES)
    app = app.button(key="look_from").click().run()
    assert app.query_params["node"] == FEATURES
    again = open_page("lineage", node=FEATURES, way="up", level="tables", shape="outline")
    told = texts(again)
    assert "flights.prepare reads raw/flights and writes features.flight" in told
    assert "crew-desk" not in told
    again = again.button(key="no_focus").click().run()
    assert "node" not in again.query_params


def test_an_address_of_a_node_that_is_not_there_says_so(open_page: Open) -> None:
    app = open_page("lineage", node="dataset:gone/away")
    assert [warning.value for warning in app.warning] == ["There is no such node, or it is not open to you."]


def test_search_jumps_to_a_node(open_page: Open) -> None:
    app = open_page("lineage")
    app = app.text_input(key="find_node").set_value("NOAA").run()
    app = app.button(key="found_0").click().run()
    assert app.query_params["node"] == WEATHER


def test_the_outline_has_a_sentence_for_each_step_and_puts_trouble_first(open_page: Open) -> None:
    app = open_page("model_lineage", model="flight-delay", shape="outline", level="tables", lang="de")
    told = [one.value for one in app.container(key="stage_1").markdown]
    assert told[0].startswith("flights.prepare liest raw/flights und schreibt features.flight")
    assert ":red-badge[" in told[0]
    # What a source says is text, never markup.
    assert "no \\<b\\>rows\\</b\\>" in told[0]
    assert ":gray-badge[" in told[-2]


def test_what_is_off_the_path_is_hidden_when_asked(open_page: Open) -> None:
    app = open_page("lineage", card=WEATHER, shape="outline")
    assert "bts.on\\_time" in [button.label for button in app.button]
    app = app.button(key="only_path").click().run()
    assert "bts.on\\_time" not in [button.label for button in app.button]
    assert "noaa/hourly" in [button.label for button in app.button]


def test_columns_are_found_on_their_level(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    column = "column:s3://open-weather/noaa/hourly#temp"
    made = flights()
    more = replace(made, told=[*made.told, Edge(column, "feature:flight-delay#temp", "feature")])
    app = open_page("lineage")
    monkeypatch.setattr(lineage, "opened", lambda day: more)
    app.query_params["level"] = "columns"
    app.query_params["shape"] = "outline"
    app.query_params["node"] = MODEL
    told = texts(app.run())
    assert "temp is a feature of Late departure warning and comes from" in told


def test_two_days_are_compared(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    now = flights()
    old = Edge("dataset:postgres://ops:5432/bts.old", "job:pipes/flights.collect", "reads")
    well = {**now.known, FEATURES: replace(now.known[FEATURES], checks=(PASSED,))}
    before = replace(now, told=[edge for edge in now.told if edge.source != WEATHER] + [old], known=well)
    app = open_page("lineage")
    monkeypatch.setattr(lineage, "opened", lambda day: before if day == date(2013, 5, 1) else now)
    app.query_params["against"] = "2013-05-01"
    told = [one.value for one in app.run().container(key="differences").markdown]
    assert told == [
        "**Since 1 May 2013: one new link, one ended link.**",
        ":green-badge[:material/add: new] noaa/hourly → raw/flights",
        ":red-badge[:material/remove: ended] bts.old → raw/flights",
        ":green-badge[:material/check_circle: OK] → :red-badge[:material/error: Alert] features.flight\\_delay\\: "
        "The check “pressure\\: missing share” failed on 6 Aug 2013.",
    ]


def test_a_thousand_tables_are_folded_and_open_level_by_level(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("lineage")
    monkeypatch.setattr(lineage, "opened", lambda day: wide(1000))
    app.query_params["shape"] = "outline"
    app = app.run()
    folds = [button for button in app.button if button.label == "100 tables"]
    assert len(folds) == 10
    app = folds[0].click().run()
    system = app.query_params["open"].removeprefix("fold0-dataset-postgres://system")[0]
    assert f"area.table0000{system}" in [button.label for button in app.button]
    assert len([button for button in app.button if button.label == "100 tables"]) == 9
    app = app.button(key="close_folds").click().run()
    assert "open" not in app.query_params


def test_without_lineage_the_page_says_what_to_do(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.pages.made_lineage import MadeLineage

    app = open_page("lineage")
    monkeypatch.setattr(lineage, "opened", lambda day: MadeLineage())
    told = texts(app.run())
    assert "No lineage is known" in told
    assert "ingest lineage" in told


def test_a_feature_with_faulty_data_says_so_with_its_reason(open_page: Open) -> None:
    app = open_page("model_lineage", model="flight-delay", shape="outline", level="tables")
    told = [one.value for one in app.container(key="stage_2").markdown if one.value.startswith("temp is a feature")]
    assert len(told) == 1
    assert ":red-badge[" in told[0]
    assert "Temperature has no value in 480 of 4,000 rows" in told[0]
    calm = open_page("model_lineage", "healthy", model="flight-delay", shape="outline", level="tables")
    told = [one.value for one in calm.container(key="stage_2").markdown if one.value.startswith("temp is a feature")]
    assert "badge" not in told[0]
