"""A model is one place: its header, its tabs, which model is shown, and what stands there when it is not there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from dashboard.access.principal import Principal
from dashboard.schema.people import Person, Process
from dashboard.schema.texts import LocalText
from dashboard.ui.panels.model import place, rows
from dashboard.ui.session import data, reader
from dashboard.ui.session.page_registry import find_pages
from tests.gallery import card, gallery
from tests.pages.conftest import Open, Switches, texts

TABS = [path.stem for path, page in find_pages() if page.is_tab()]
BADGES = {"healthy": ":green-badge[", "alarming": ":red-badge[", "unknown": ":gray-badge["}


@pytest.mark.parametrize("page", TABS)
@pytest.mark.parametrize("state", list(BADGES))
def test_every_tab_has_the_header_and_the_way_to_every_other(open_page: Open, page: str, state: str) -> None:
    app = open_page(page, state, model="flight-delay")
    assert app.container(key="model_header").title[0].value == "Late departure warning"
    assert BADGES[state] in app.container(key="model_header").markdown[0].value
    links = [link.proto.label for link in app.container(key="model_tabs").get("page_link")]
    assert links == [tab.title for _, tab in find_pages() if tab.is_tab()]


def test_the_header_tells_whom_to_call_and_what_is_at_stake(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    known = gallery("alarming").organisation
    anna = Person(id="anna.keller", name="Anna Keller", email="anna@example.org")
    crew = Process(id="crew-planning", name=LocalText({"en": "Crew planning"}), tolerable_outage_hours=48)
    shown = replace(known, people={"anna.keller": anna}, processes={"crew-planning": crew})
    app = open_page("performance", model="flight-delay")
    monkeypatch.setattr(data, "organisation", lambda: shown)
    app.run()
    told = "\n".join(part.value for part in app.container(key="model_header").markdown)
    for part in ("Crew planning", "48 hours", "9,000 EUR per month · risk 8 of 25", "31 Dec 2013", "nobody"):
        assert part in told
    (contact,) = app.container(key="model_header").get("link_button")
    assert contact.proto.url == "mailto:anna@example.org"


@pytest.mark.parametrize("page", TABS)
def test_a_model_that_is_not_there_is_told_and_no_other_one_is_shown(
    open_page: Open, switches: Switches, page: str
) -> None:
    app = open_page(page, model="no-such")
    assert "There is no such model, or it is not open to you." in texts(app)
    assert "no-such" not in texts(app)
    assert app.query_params["model"] == "no-such"
    assert not [block for block in app.markdown if "badge[" in block.value]
    app.text_input(key="search_here").set_value("CALM").run()
    hits = [button.label for button in app.button if str(button.key).startswith("hit_here")]
    assert hits == ["Calm model"]
    gone = switches()
    app.button(key="hit_here_Models_0").click().run()
    assert gone == [(page, "calm")]


def test_nothing_found_is_told(open_page: Open) -> None:
    app = open_page("model", model="no-such")
    app.text_input(key="search_here").set_value("zzz").run()
    assert "Nothing of that name is here, or open to you." in texts(app)


@pytest.mark.parametrize(
    ("typed", "label", "page"),
    [("anna", "Anna Keller", "ownership"), ("crew", "Crew planning", "inventory"), ("matrix", "Risk matrix", "risk")],
)
def test_people_processes_and_pages_are_found(
    open_page: Open, switches: Switches, typed: str, label: str, page: str
) -> None:
    app = open_page("model", model="no-such")
    app.text_input(key="search_here").set_value(typed).run()
    gone = switches()
    next(button for button in app.button if button.label == label).click().run()
    assert [name for name, _ in gone] == [page]


def test_pages_that_are_closed_to_the_reader_are_not_found(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "reader", lambda: Principal("page:eve", None, frozenset({"domain_expert"})))
    app = open_page("model", model="no-such")
    app.text_input(key="search_here").set_value("audit").run()
    assert "Nothing of that name is here, or open to you." in texts(app)


@pytest.mark.parametrize("language", ["en", "de"])
def test_without_a_wish_the_worst_model_is_shown_in_every_language(open_page: Open, language: str) -> None:
    assert open_page("drift", lang=language).query_params["model"] == "flight-delay"


def test_the_worst_is_the_worst_status_and_then_the_highest_risk() -> None:
    rows = [("a", "warn", 25), ("b", "alert", None), ("c", "alert", 6), ("d", "alert", 20), ("e", "ok", 25)]
    models = pd.DataFrame(rows, columns=["model", "status", "risk"], dtype=object)
    assert place.usual_model(models) == "d"
    assert place.usual_model(models[models["model"] != "d"]) == "c"


def test_the_model_that_was_looked_at_last_comes_before_the_worst(open_page: Open) -> None:
    app = open_page("model", model="calm")
    app.query_params.clear()
    app.switch_page("../pages/history.py").run()
    assert app.title[0].value == "Calm model"


def test_areas_that_nothing_measures_stand_in_one_line(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests import gallery as shown

    rows = shown.ROWS["status"]
    unmeasured = [("flight-delay", area, "unknown", "This area is not measured yet.") for area in ("value", "parity")]
    monkeypatch.setitem(shown.ROWS, "status", lambda state, query: [*rows(state, query), *unmeasured])
    app = open_page("model", model="flight-delay")
    assert "Not measured yet: Business value and Same result everywhere." in texts(app).replace("\\", "")
    assert "This area is not measured yet" not in texts(app)


def test_drift_looks_at_the_judged_period_until_the_reader_picks_another(open_page: Open) -> None:
    app = open_page("drift", model="flight-delay")
    window = next(field for field in app.date_input if str(field.key).startswith("pick_window_"))
    assert window.value == (date(2013, 12, 1), date(2013, 12, 31))
    assert "window" not in app.query_params
    told = app.container(key="window").markdown[0].value
    assert "1 Dec 2013 to 31 Dec 2013" in told
    assert "badge[" not in told
    assert "Departure hour has moved" in app.container(key="answer").markdown[0].value
    window.set_value((date(2013, 4, 1), date(2013, 5, 31))).run()
    assert app.query_params["window"] == "2013-04-01:2013-05-31"
    assert "-badge[" in app.container(key="your_window").markdown[0].value
    assert "Your window, 1 Apr 2013 to 31 May 2013" in app.container(key="your_window").markdown[0].value


def test_a_period_that_is_not_over_is_the_judged_one_and_not_the_readers_own(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "span", lambda volumes: (date(2013, 1, 1), date(2013, 12, 20)))
    app = open_page("drift", model="flight-delay")
    told = app.container(key="window").markdown[0].value
    assert "badge[" not in told
    assert "window" not in app.query_params


def test_a_window_that_shares_days_with_the_reference_says_so(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    early = card("flight-delay", "Late departure warning")
    reference = early.data.reference.model_copy(update={"end": date(2013, 6, 30)})  # type: ignore[union-attr]
    moved = early.model_copy(update={"data": early.data.model_copy(update={"reference": reference})})
    app = open_page("drift", model="flight-delay")
    monkeypatch.setattr(data, "card", {"flight-delay": moved}.__getitem__)
    app.run()
    assert not app.warning
    window = next(field for field in app.date_input if str(field.key).startswith("pick_window_"))
    window.set_value((date(2013, 6, 1), date(2013, 8, 31))).run()
    assert "shares days with the reference (1 Jan 2013 to 30 Jun 2013)" in app.warning[0].value
    window.set_value((date(2013, 5, 1), date(2013, 6, 30))).run()
    told = app.container(key="your_window").markdown[0].value
    assert ":gray-badge[" in told
    assert "there is nothing to compare" in told


def test_without_predictions_after_the_reference_no_window_is_told(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = card("flight-delay", "Late departure warning")
    reference = late.data.reference.model_copy(update={"end": date(2014, 1, 31)})  # type: ignore[union-attr]
    moved = late.model_copy(update={"data": late.data.model_copy(update={"reference": reference})})
    app = open_page("drift", "unknown", model="flight-delay")
    monkeypatch.setattr(data, "card", {"flight-delay": moved}.__getitem__)
    app.run()
    assert ":gray-badge[" in app.container(key="answer").markdown[0].value
    assert "window" not in [block.key for block in app.container]
