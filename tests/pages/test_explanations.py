"""The page about explanations: what drives the model, one case in words and a picture, what if, expectations."""

from __future__ import annotations

import json

import pytest

from dashboard.errors import NotFoundError
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.ui.session import data, reader
from tests.gallery import gallery
from tests.pages.conftest import Open, texts

PAGE = "explanations"


def in_words(app) -> str:
    return "\n".join(one.value for one in app.container(key="case_in_words").markdown)


def test_it_says_what_drives_the_model_and_explains_a_typical_case(open_page: Open) -> None:
    app = open_page(PAGE)
    said = "\n".join(one.value for one in app.container(key="answer").markdown)
    assert "rests mainly on Departure hour" in said
    assert "Case p-typical" in texts(app)
    assert "of 100 such flights about 62 are late" in in_words(app)
    assert "it happened" in "\n".join(one.value for one in app.caption)


def test_the_waterfall_leads_from_the_average_to_the_case(open_page: Open) -> None:
    specs = [json.loads(chart.proto.spec) for chart in open_page(PAGE).get("plotly_chart")]
    (found,) = [spec for spec in specs if len(spec["data"]) == 3]
    bars = [
        (label, base, amount)
        for trace in found["data"][:2]
        for label, base, amount in zip(trace["y"], trace["base"], trace["x"], strict=True)
    ]
    assert sum(amount for *_, amount in bars) == pytest.approx(0.95)
    assert ("Departure hour<br>18 h", -0.5, 0.8) in bars
    assert all(amount > 0 for amount in found["data"][0]["x"])
    assert all(amount < 0 for amount in found["data"][1]["x"])
    assert found["data"][2]["x"] == pytest.approx([-0.5, 0.45])


def test_a_link_to_a_case_shows_that_case(open_page: Open) -> None:
    app = open_page(PAGE, model="flight-delay", prediction="p-2")
    assert "Case p-2" in texts(app)


def test_a_button_shows_another_case(open_page: Open) -> None:
    app = open_page(PAGE)
    app.button(key="pick_wrong").click().run()
    assert "Case p-wrong" in texts(app)
    assert app.query_params["prediction"] in ("p-wrong", ["p-wrong"])


def test_each_reader_has_a_telling(open_page: Open) -> None:
    assert "310 cases" in in_words(open_page(PAGE, telling="expert"))
    assert "base -0.5" in in_words(open_page(PAGE, telling="data_scientist")).replace("\\", "")


def test_other_values_move_score_decision_and_reasons(open_page: Open) -> None:
    app = open_page(PAGE)
    outcome = "\n".join(one.value for one in app.container(key="what_if_outcome").markdown)
    assert "The warning is raised" in outcome
    app.number_input(key="what_if_flight-delay_p-typical_dep_hour").set_value(9).run()
    outcome = "\n".join(one.value for one in app.container(key="what_if_outcome").markdown)
    assert "No warning is raised" in outcome
    assert "62.0%" in outcome
    assert "31.0%" in outcome
    assert any("Outside of the training data" in one.value for one in app.warning)


def test_flips_and_violations_are_listed(open_page: Open) -> None:
    app = open_page(PAGE)
    assert "Another decision follows from Departure hour" in texts(app)
    assert "Of 1 expectations 0 are kept, 1 are violated" in texts(app)
    assert any("p-9" in set(frame.value.get("prediction", [])) for frame in app.dataframe)


def test_what_is_not_known_is_not_claimed(open_page: Open) -> None:
    app = open_page(PAGE, "unknown")
    said = texts(app)
    assert "It is not known what drives" in "\n".join(one.value for one in app.container(key="answer").markdown)
    assert "ingest attributions" in "\n".join(code.value for code in app.code)
    assert "no feature changeable" in said
    assert "No outcome of similar cases is known yet" in said


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (ModelRefusedError("it has no model file"), "it has no model file"),
        (NotFoundError("no such prediction"), "There is no such prediction"),
    ],
)
def test_a_case_that_cannot_be_explained_says_why_and_what_to_do(open_page: Open, monkeypatch, fault, said) -> None:
    shown = gallery("alarming")

    def refusing(name, query):
        if name in ("words", "explain", "flips", "what-if"):
            raise fault
        return shown.read(name, query)

    open_page(PAGE)
    app = open_page("model")
    monkeypatch.setattr(data, "read", refusing)
    app = app.switch_page(f"../pages/{PAGE}.py").run()
    assert said in texts(app)
    assert not app.exception


def test_who_may_not_see_single_cases_sees_none(open_page: Open, monkeypatch) -> None:
    monkeypatch.setattr(reader, "may_read", lambda view: False)
    app = open_page(PAGE)
    assert "not open to your role" in texts(app)
    assert "p-9" not in texts(app)
    assert not [one for one in app.button if str(one.key).startswith("pick_")]


def test_reasons_that_move_are_told_when_somebody_asks(open_page: Open) -> None:
    app = open_page(PAGE)
    assert "Of 300 cases" not in texts(app)
    app.toggle(key="reasons_moved").set_value(True).run()
    said = texts(app)
    assert "carrier" in said.lower()
    assert "at least 60% of the cases have another main reason" in said
    assert "Of 300 cases 250 keep their score" in said
