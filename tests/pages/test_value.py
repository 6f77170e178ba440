"""The tab about the value of a model: what was promised by whom, and a new promise."""

from __future__ import annotations

import json
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.schema.card.card import ModelCard
from dashboard.schema.texts import read_local_text
from dashboard.ui.session import data
from tests.pages.conftest import Open, texts


def test_the_promise_in_force_is_a_sentence_and_replaced_lines_stay_on_the_chart(open_page: Open) -> None:
    app = open_page("value", "alarming", model="flight-delay")
    assert "Anna Keller promised 9,000 EUR per month from 1 Sept 2013 on" in texts(app)
    spec = json.loads(app.get("plotly_chart")[-1].proto.spec)
    heights = {y for trace in spec["data"] for y in trace["y"]}
    assert heights == {9000, 15000, 21000}
    symbols = [trace["marker"]["symbol"] for trace in spec["data"] if trace["mode"] == "markers"]
    assert sorted(symbols) == ["circle", "circle-open", "circle-open"]
    assert list(app.dataframe[-1].value["state"]) == ["in force", "replaced", "replaced"]


def test_an_unsigned_promise_says_so_and_a_missing_one_says_what_to_do(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Nobody has signed this promise" not in texts(open_page("value", model="flight-delay"))
    assert "Nothing has been promised" in texts(open_page("value", "unknown", model="flight-delay"))
    app = open_page("value", model="flight-delay")
    read = data.read
    unsigned = {"signed_by": None, "signed_at": None}
    monkeypatch.setattr(
        data, "read", lambda name, query: read(name, query).assign(**unsigned if name == "promises" else {})
    )
    assert "Nobody has signed this promise" in texts(app.run())


def test_a_promise_is_confirmed_as_a_sentence_and_sent(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(data, "act", lambda action, values, key=None: sent.append((action, dict(values))) or "done")
    app = open_page("value", model="flight-delay")
    app.number_input(key="promise_amount").set_value(12_000.0)
    app.date_input(key="promise_start").set_value(date(2013, 5, 1))
    app.text_area(key="promise_reason").set_value("Fewer flights.").run()
    app.button(key="promise_record").click().run()
    assert "I promise 12,000 per month by Late departure warning, from 1 May 2013 on." in texts(app)
    assert "everybody sees that it was stated afterwards" in texts(app)
    app.button(key="confirm_asked").click().run()
    values = {"model": "flight-delay", "per_month": 12_000.0, "start": "2013-05-01", "reason": "Fewer flights."}
    assert sent == [("promise", values)]


def answer(app: AppTest) -> str:
    return "\n".join(one.value for one in app.container(key="answer").markdown)


def test_the_verdict_comes_first_with_who_answers_and_the_money_of_the_period(open_page: Open) -> None:
    app = open_page("value", "alarming", model="flight-delay")
    assert "answers for this value" in answer(app)
    shown = texts(app)
    assert "-7,000 EUR" in shown
    assert "In December 2013 it brought 2,000 EUR less than in November 2013\\: quality of predictions -1,200" in shown
    assert "more than chance" in shown
    assert "A prediction brings" in shown
    assert "With the threshold at 0.250 instead of 0.350 it would have brought about 250 EUR more" in shown


def test_steps_of_the_change_add_up_on_the_chart(open_page: Open) -> None:
    app = open_page("value", "alarming", model="flight-delay")
    specs = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    (bars,) = [spec["data"][0] for spec in specs if spec["data"][0]["type"] == "bar"]
    assert len(bars["x"]) == 5
    assert bars["y"][4] == pytest.approx(bars["y"][0] + sum(bars["y"][1:4]))


def test_without_prices_the_page_says_what_to_write(open_page: Open) -> None:
    assert "business.value.outcomes" in texts(open_page("value", "unknown", model="flight-delay"))


def test_the_portfolio_names_who_delivers_less_and_opens_a_model(open_page: Open) -> None:
    app = open_page("values", "alarming")
    assert ":red-badge[" in answer(app)
    assert "0 of 2 models bring what was promised; 1 bring less\\: Late departure warning." in answer(app)
    assert "Cost more than they bring\\: Late departure warning." in answer(app)
    frame = app.dataframe[0].value
    assert list(frame["name"]) == ["Late departure warning", "Calm model"]
    assert len(frame["trend"].iloc[0]) == 9
    (chart,) = app.get("plotly_chart")
    marks = [trace for trace in json.loads(chart.proto.spec)["data"] if trace["type"] == "scatter"]
    assert [trace["customdata"] for trace in marks] == [[["flight-delay"]]]
    healthy = open_page("values", "healthy")
    assert ":green-badge[" in answer(healthy)


def test_portfolio_in_german(open_page: Open) -> None:
    app = open_page("values", "alarming", lang="de")
    assert "0 von 2 Modellen bringen, was versprochen wurde" in answer(app)


def test_budget_and_spending_are_sentences_and_more_than_the_budget_warns(open_page: Open) -> None:
    shown = texts(open_page("value", "alarming", model="flight-delay"))
    assert "Over budget" in shown
    assert "91,250 EUR are spent, 11,250 EUR more than the 80,000 EUR set aside." in shown
    assert "The budget is for 1 Jan 2013 to 31 Dec 2013." in shown
    assert "300 USD are spent; no budget is stated in this currency." in shown
    healthy = texts(open_page("value", "healthy", model="flight-delay"))
    assert "52,000 EUR of 80,000 EUR are spent; 28,000 EUR are left." in healthy
    assert "Over budget" not in healthy
    unknown = texts(open_page("value", "unknown", model="flight-delay"))
    assert "80,000 EUR are set aside; what is spent is not recorded." in unknown


def test_vision_and_roadmap_stand_with_the_question(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("model", "healthy", model="flight-delay")
    known = data.card
    named = {"vision": read_local_text("No flight waits"), "roadmap": read_local_text("Standby by risk")}

    def card(model: str) -> ModelCard:
        found = known(model)
        return found.model_copy(update={"business": found.business.model_copy(update=named)})

    monkeypatch.setattr(data, "card", card)
    shown = "\n".join(one.value.to_string() for one in app.run().table)
    assert "No flight waits" in shown
    assert "Standby by risk" in shown


def test_money_of_a_version_or_a_group_is_asked_for_and_says_what_it_leaves_out(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("value", model="flight-delay")
    note = "The promise and the running cost are those of all cases and versions together."
    assert note not in texts(app)
    asked, read = [], data.read
    monkeypatch.setattr(data, "read", lambda name, query: asked.append((name, query)) or read(name, query))
    labels = {box.label: box for box in app.selectbox}
    labels["Segment"].select_index(len(labels["Segment"].options) - 1)
    app.run()
    assert note in texts(app)
    groups = {name: query.segment for name, query in asked}
    assert groups["value"] is not None
    assert groups["value"] == groups["value-moves"] == groups["value-decisions"] == groups["value-thresholds"]
    assert groups["values"] is None


def test_history_tells_how_value_and_status_turned_out(open_page: Open) -> None:
    shown = texts(open_page("history", "alarming", model="flight-delay"))
    assert "On 30 Sept 2013 the page showed a value of 13,800 EUR for August 2013; by now it is 9,000 EUR." in shown
    assert "August 2013: the answer to “does it deliver its value?” was “yes” and is “no”." in shown.replace("\\", "")
    assert "By what is known now, one status of that day is another." in shown
    healthy = texts(open_page("history", "healthy", model="flight-delay"))
    assert "By what is known now, every status of that day is what it was then." in healthy


def test_models_of_a_process_stand_together_with_the_interval(open_page: Open) -> None:
    app = open_page("values", "healthy")
    assert "By business process" in texts(app)
    (sums,) = [frame.value for frame in app.dataframe if "process" in frame.value and "low" in frame.value]
    assert (sums["money"].iloc[0], sums["low"].iloc[0], sums["high"].iloc[0]) == (14_800, 13_300, 16_300)
