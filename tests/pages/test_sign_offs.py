"""The page of sign-offs: states without false green, what differs, and who is offered which form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access.principal import Principal, operator
from dashboard.schema.access import EVERYBODY
from dashboard.ui.panels.sign_offs.rows import steps_due
from dashboard.ui.session import data, reader
from tests.pages.conftest import Open, Switches, confirm, texts

Deeds = list[tuple[str, Mapping[str, Any]]]


@pytest.fixture
def as_person(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | None], Deeds]:
    """Let the page be read by a person; what they do is noted instead of done."""

    def be(person: str | None) -> Deeds:
        done: Deeds = []
        principal = Principal(f"page:{person}", person, EVERYBODY) if person else operator("page:local")
        monkeypatch.setattr(reader, "reader", lambda: principal)
        monkeypatch.setattr(data, "act", lambda action, values: done.append((action, dict(values))) or "done")
        return done

    return be


def keys(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def matrix(app: AppTest) -> dict[str, dict[str, str]]:
    frame = app.dataframe[0].value
    steps = [column for column in frame.columns if column not in ("open", "name")]
    return {row["name"]: {step: str(row[step][0]) for step in steps} for row in frame.to_dict("records")}


def test_the_matrix_shows_states_and_never_green_without_a_signature(open_page: Open) -> None:
    shown = matrix(open_page("sign_offs", "alarming"))
    assert shown["Late departure warning"] == {
        "design": "● signed",
        "evaluation": "▲ out of date",
        "deployment": "◆ missing",
    }
    assert shown["Calm model"] == {"design": "● signed", "evaluation": "○ not due yet", "deployment": "○ not due yet"}
    app = open_page("sign_offs", "unknown")
    assert ":green-badge[" not in "".join(block.label for block in app.expander)
    assert ":gray-badge[" in app.container(key="answer").markdown[0].value


def test_a_step_that_is_due_for_no_model_has_no_column_and_is_named(open_page: Open) -> None:
    signed = pd.DataFrame({"step": ["design", "retirement", "review"], "state": ["signed", "not_due", "stale"]})
    assert steps_due(signed) == (["design", "review"], ["retirement"])
    assert steps_due(signed.iloc[1:2]) == ([], ["retirement"])
    assert "Not due for any of these models" not in texts(open_page("sign_offs", "alarming"))


def test_the_answer_says_what_waits_for_whom_and_why(open_page: Open) -> None:
    app = open_page("sign_offs", "alarming")
    answer = "\n".join(entry.value for entry in app.container(key="answer").markdown).replace("\\", "")
    assert "2 steps wait for signatures, 1 of them because something changed" in answer
    assert "Key metrics (since 31 Oct 2013)" in answer
    assert "wait for an answer: 3" in answer
    assert "Every step that is due is signed" in texts(open_page("sign_offs", "healthy"))


@pytest.mark.parametrize(
    ("word", "value", "models"), [("step_state", "stale", 1), ("signer", "anna.keller", 1), ("step_state", "signed", 2)]
)
def test_filters_choose_models(open_page: Open, word: str, value: str, models: int) -> None:
    assert len(matrix(open_page("sign_offs", "alarming", **{word: value}))) == models


def test_a_stale_step_shows_then_and_now(open_page: Open) -> None:
    app = open_page("model_sign_offs", "alarming", model="flight-delay")
    assert "| Key metrics\\: ROC AUC | 0\\.72 | 0\\.62 | 31 Oct 2013 |" in texts(app)
    assert "builds this model; this signature does not count" in texts(app)


def test_who_is_not_asked_gets_no_form(open_page: Open, as_person: Callable[[str | None], Deeds]) -> None:
    for person in (None, "ben"):
        as_person(person)
        app = open_page("model_sign_offs", "alarming", model="flight-delay")
        assert not keys(app) & {"submit_evaluation", "use_submit_0", "for_you_0"}
        assert "to sign again" in texts(app)
        assert ("without a name" in texts(app)) == (person is None)


def test_a_signature_needs_decision_reason_and_confirmation(
    open_page: Open, as_person: Callable[[str | None], Deeds]
) -> None:
    done = as_person("anna.keller")
    app = open_page("model_sign_offs", "alarming", model="flight-delay")
    assert "submit_design" not in keys(app)
    assert app.button(key="submit_evaluation").disabled
    app.radio(key="decision_flight-delay_evaluation").set_value("conditions").run()
    app.text_area(key="reason_flight-delay_evaluation").set_value("Good enough.").run()
    app.text_area(key="conditions_flight-delay_evaluation").set_value("Look again in May.").run()
    app.button(key="submit_evaluation").click().run()
    assert done == []
    assert "decide in my own name" in texts(app)
    confirm(app)
    given = {"model": "flight-delay", "step": "evaluation", "decision": "conditions", "reason": "Good enough."}
    assert done == [("sign_off", given | {"conditions": "Look again in May."})]
    assert not app.exception


def test_a_use_is_answered_and_a_finding_closed(open_page: Open, as_person: Callable[[str | None], Deeds]) -> None:
    done = as_person("anna.keller")
    app = open_page("model_sign_offs", "alarming", model="flight-delay")
    app.radio(key="use_answer_flight-delay_0").set_value("stop").run()
    app.text_input(key="use_reason_flight-delay_0").set_value("Never meant.").run()
    confirm(app.button(key="use_submit_0").click().run())
    app.text_input(key="done_f1").set_value("Written.").run()
    confirm(app.button(key="close_f1").click().run())
    about = {"model": "flight-delay", "consumer": "shop", "purpose": "pricing"}
    assert done == [
        ("answer_use", about | {"answer": "stop", "reason": "Never meant.", "until": None}),
        ("resolve_finding", {"model": "flight-delay", "finding": "f1", "reason": "Written."}),
    ]


def test_cases_outside_the_population_are_asked_about_and_answered(
    open_page: Open, as_person: Callable[[str | None], Deeds]
) -> None:
    done = as_person("anna.keller")
    app = open_page("model_sign_offs", "alarming", model="flight-delay")
    shown = texts(app).replace("\\", "")
    assert "Outside the approved population: carrier = *XX*; 900 predictions" in shown
    assert "The card does not say for which cases the model is approved; the population is unknown." in shown
    app.radio(key="use_answer_flight-delay_2").set_value("extend").run()
    app.text_input(key="use_reason_flight-delay_2").set_value("Flies for us now.").run()
    confirm(app.button(key="use_submit_2").click().run())
    about = {"model": "flight-delay", "consumer": "population", "purpose": "carrier = *XX*"}
    assert done == [("answer_use", about | {"answer": "extend", "reason": "Flies for us now.", "until": None})]


@pytest.mark.parametrize("page", ["model", "model_sign_offs"])
def test_the_steps_of_a_model_stand_side_by_side_with_their_names(open_page: Open, page: str) -> None:
    told = [
        block.value for block in open_page(page, "alarming", model="flight-delay").container(key="stepper").markdown
    ]
    assert told[1] == "2  \n:small[**Evaluation**]  \n:orange-badge[:material/warning: out of date]"


def test_a_click_on_a_wanted_signature_opens_the_tab_of_that_model(
    open_page: Open, as_person: Callable[[str | None], Deeds], switches: Switches
) -> None:
    as_person("anna.keller")
    app, gone = open_page("sign_offs", "alarming"), switches()
    app.button(key="for_you_0").click().run()
    assert gone == [("model_sign_offs", "flight-delay")]
