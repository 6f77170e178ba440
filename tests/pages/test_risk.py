"""The risk matrix: its answer, its cells, the loud contradiction, the form."""

from __future__ import annotations

import pytest

from dashboard.access.principal import Principal
from dashboard.ui.session import data, reader
from tests.pages.conftest import Open, confirm, texts

PERSON = Principal("page:anna", "anna.keller", frozenset({"business_stakeholder"}))


def test_the_answer_names_what_is_worst_contradicted_and_overdue(open_page: Open) -> None:
    told = "\n".join(one.value for one in open_page("risk").container(key="answer").markdown)
    assert "The highest risk is Degradation of" in told
    assert "20 of 25" in told
    assert "The evidence is higher than the rating for 2 of 8 risks" in told
    assert "4 of 8 risks are overdue for review" in told


def test_unknown_is_not_told_as_good(open_page: Open) -> None:
    app = open_page("risk", "unknown", model="calm")
    assert "No risk is rated yet" in app.container(key="answer").markdown[0].value
    assert ":green-badge[" not in texts(app)


def test_a_contradiction_is_told_with_its_reason_and_without_markup(open_page: Open) -> None:
    app = open_page("risks", model="flight-delay")
    told = app.container(key="against_wrong_predictions").markdown[0].value
    assert "Rated 2, the evidence says 4" in told
    assert "\\<b\\>read twice\\</b\\>" in told


def test_filters_narrow_the_matrix_and_a_cell_lists_its_risks(open_page: Open) -> None:
    app = open_page("risk", risk="degradation", cell="4x5", model="flight-delay")
    listed = app.container(key="card_cell").markdown
    assert [entry.value.splitlines()[0].split(" · ")[1].strip() for entry in listed[1:]] == [
        "Degradation",
        "Degradation",
    ]


def test_who_may_not_rate_is_told_so(open_page: Open) -> None:
    app = open_page("risks", model="calm")
    assert "Your role may read this, not change it." in texts(app)
    assert not [button for button in app.button if button.key == "assess_record"]


def test_rating_below_the_evidence_asks_for_a_reason(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[str, dict]] = []
    monkeypatch.setattr(reader, "reader", lambda: PERSON)
    monkeypatch.setattr(data, "act", lambda action, values: done.append((action, dict(values))) or "done")
    app = open_page("risks", model="flight-delay")
    app.segmented_control(key="assess_which").set_value("wrong_predictions").run()
    app.radio(key="assess_likelihood_flight-delay_wrong_predictions").set_value(1).run()
    reason = app.text_area(key="assess_reason_flight-delay_wrong_predictions")
    assert reason.label == "Why is the risk lower than the evidence says? (required)"
    reason.set_value("A person reads every case").run()
    app.button(key="assess_record").click().run()
    assert done == []
    assert "likelihood 1 x impact 4 = 4" in texts(app)
    confirm(app)
    ((action, values),) = done
    assert action == "assess_risk"
    assert (values["risk"], values["likelihood"], values["impact"]) == ("wrong_predictions", 1, 4)
    assert values["reason"] == "A person reads every case"


def test_the_model_page_says_how_its_risks_stand(open_page: Open) -> None:
    app = open_page("model", model="flight-delay")
    told = app.container(key="risk_short").markdown[0].value
    assert (
        told == "4 of 4 risks are rated; the highest is Degradation with 20 of 25; contradicted by the evidence\\: 1."
    )
