"""The tab about the value of a model: what was promised by whom, and a new promise."""

from __future__ import annotations

import json
from datetime import date

import pytest

from dashboard.ui.session import data
from tests.pages.conftest import Open, texts


def test_the_promise_in_force_is_a_sentence_and_replaced_lines_stay_on_the_chart(open_page: Open) -> None:
    app = open_page("value", "alarming", model="flight-delay")
    assert "Anna Keller promised 9,000 EUR per month from 1 Sept 2013 on" in texts(app)
    spec = json.loads(next(chart for chart in app.get("plotly_chart")).proto.spec)
    heights = {y for trace in spec["data"] for y in trace["y"]}
    assert heights == {9000, 15000, 21000}
    symbols = [trace["marker"]["symbol"] for trace in spec["data"] if trace["mode"] == "markers"]
    assert sorted(symbols) == ["circle", "circle-open", "circle-open"]
    assert list(app.dataframe[0].value["state"]) == ["in force", "replaced", "replaced"]


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
