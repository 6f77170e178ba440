"""The page Ownership: the answer, the gaps with what can be done about them, filters, and another day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access.principal import Principal
from dashboard.errors import refused
from dashboard.ui.panels.model.rows import today
from dashboard.ui.session import data, reader as who
from dashboard.words import Sentence, mark
from tests.pages.conftest import Open, texts as written


def texts(app: AppTest) -> str:
    """What stands on the page, as it is read."""
    return written(app).replace("\\", "")


def in_new_york() -> date:
    """The day where the flight model is."""
    return datetime.now(ZoneInfo("America/New_York")).date()


def answer(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in app.container(key="answer").markdown).replace("\\", "")


def press(app: AppTest, label: str) -> None:
    """Send the form of the dialog."""
    next(one for one in app.button if one.label == label and "assign_role" in str(one.key)).click().run()


def test_the_answer_counts_models_and_gaps(open_page: Open) -> None:
    told = answer(open_page("ownership", lang="en"))
    assert "for 1 of 2 models" in told
    assert "Gaps: 2. High: 1, medium: 1, low: 0" in told
    assert "The worst: Late departure warning: Ben Gone left." in told
    assert "for all 2 models" in answer(open_page("ownership", "healthy", lang="en"))


def test_technical_gaps_are_one_click_away(open_page: Open) -> None:
    app = open_page("ownership", lang="en")
    assert "No tests" not in texts(app)
    app.segmented_control(key="pick_gaps").set_value("all").run()
    assert "No tests" in texts(app)
    assert app.query_params["gaps"] == "all"
    assert "No deputy" not in texts(open_page("ownership", lang="en", gap="person_left"))


def test_a_role_is_assigned_from_the_gap(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    done = []
    monkeypatch.setattr(data, "act", lambda action, values: done.append((action, dict(values))) or "done")
    app = open_page("ownership", lang="en", gap="no_deputy")
    app.button(key="fill_0").click().run()
    assert not app.exception
    assert "is in the team operations" in app.selectbox(key="chosen_person").options[0]
    press(app, "Assign")
    assert "Choose a person." in texts(app)
    app.selectbox(key="chosen_person").set_value("anna.keller")
    press(app, "Assign")
    assert "Give a reason" in texts(app)
    app.selectbox(key="chosen_person").set_value("anna.keller")
    app.text_input(key="assign_reason").set_value("knows the desk")
    press(app, "Assign")
    expected = {"model": "flight-delay", "role": "deputy", "person": "anna.keller", "start": in_new_york()}
    assert done == [("assign_role", {**expected, "reason": "knows the desk"})]


def test_what_the_action_refuses_is_said_in_the_dialog(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(action: str, values: object) -> None:
        raise refused(Sentence(mark("No person with this id is registered; register the person first.")))

    monkeypatch.setattr(data, "act", refuse)
    app = open_page("ownership", lang="de", gap="no_deputy")
    app.button(key="fill_0").click().run()
    app.selectbox(key="chosen_person").set_value("anna.keller")
    app.text_input(key="assign_reason").set_value("Grund")
    press(app, "Zuweisen")
    assert "niemand registriert" in texts(app)


def test_who_may_not_assign_reads(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Principal("page", "anna.keller", frozenset({"data_scientist"}))
    monkeypatch.setattr(who, "reader", lambda: reader)
    monkeypatch.setattr(data, "act", lambda action, values: "done")
    app = open_page("ownership", lang="en")
    assert "Your role may read this, not change it." in texts(app)
    assert {one.label for one in app.button if str(one.key).startswith("fill_")} == {"Open"}


def test_another_day_is_looked_at_and_not_changed(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("ownership", lang="en", on="2013-06-01")
    asked = []
    read = data.read
    monkeypatch.setattr(data, "read", lambda name, query: asked.append((name, query.on)) or read(name, query))
    app.run()
    assert {on for _, on in asked} == {date(2013, 6, 1)}
    assert {"people", "gaps", "departures", "loads", "team-loads", "knowledge"} <= {name for name, _ in asked}
    assert "On 1 Jun 2013" in answer(app)
    assert {one.label for one in app.button if str(one.key).startswith("fill_")} == {"Open"}
    next(field for field in app.date_input if str(field.key).startswith("pick_on_")).set_value(today()).run()
    assert "on" not in app.query_params


def test_filters_narrow_everything(open_page: Open) -> None:
    app = open_page("ownership", lang="en", q="no such thing")
    assert "No matching model" in texts(app)
    app = open_page("ownership", lang="en", role="accountable_executive")
    matrix = next(frame.value for frame in app.dataframe if "accountable_executive" in frame.value)
    assert list(matrix.columns) == ["name", "accountable_executive"]
    assert list(matrix["name"]) == ["Late departure warning"]


def test_what_a_leaver_leaves_is_said_first(open_page: Open) -> None:
    assert "If Anna Keller leaves, one role becomes vacant: Late departure warning" in texts(open_page("ownership"))
    assert "each of the 2 roles is still filled by somebody else" in texts(open_page("ownership", "healthy"))


def test_opening_a_model_under_ones_name_is_a_look(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    done = []
    monkeypatch.setattr(data, "act", lambda action, values: done.append((action, dict(values))) or "done")
    open_page("model", "healthy", model="calm")
    assert done == []
    monkeypatch.setattr(who, "reader", lambda: Principal("page", "anna.keller", frozenset({"manager"})))
    open_page("model", "healthy", model="calm").run()
    assert done == [("record_look", {"model": "calm"})]


def test_what_hangs_on_one_team_is_said_before_the_table(open_page: Open) -> None:
    shown = texts(open_page("ownership", "alarming", lang="en")).replace("\\", "")
    assert "operations is responsible for 100% of all models." in shown
    assert "Models that only operations operates: 2, by a single person: 1." in shown
    app = open_page("ownership", "healthy", lang="en")
    assert "No team operates a model alone." in texts(app).replace("\\", "")
    table = next(frame.value for frame in app.dataframe if "on_one_person" in frame.value)
    assert list(table["team"]) == ["operations", "without a team"]
