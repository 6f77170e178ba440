"""The page about features: what is asked about, what is shared, what may be made twice."""

from __future__ import annotations

from dashboard.ui.widgets.badges import escaped
from tests.pages.conftest import Open, texts


def test_the_answer_says_what_is_shared_doubled_asked_and_not_known(open_page: Open) -> None:
    app = open_page("features")
    said = "\n".join(one.value for one in app.container(key="answer").markdown)
    for part in ("12 models use 40 features", "Probably made twice\\: 1; perhaps made twice\\: 1",
                 "Cost money and are hardly used\\: 1", "not on the card for 1 of 3"):  # fmt: skip
        assert part in said
    # Behind the chart stand the features of which cost and importance are known, below it all of them.
    assert list(app.dataframe[0].value["feature"]) == ["Departure hour (h)", "Temperature (°F)"]
    frame = app.dataframe[1].value
    assert list(frame["feature"]) == ["Temperature (°F)", "Departure hour (h)", "temp"]
    assert list(frame["shared_with"]) == ["Calm model", "Calm model", "Late departure warning"]
    assert list(frame["shared_by"]) == ["same column", "name and kind alone", "same column"]


def test_features_are_narrowed_to_those_that_are_asked_about(open_page: Open) -> None:
    frame = open_page("features", features_shown="questionable").dataframe[1].value
    assert list(frame["feature"]) == ["Temperature (°F)"]
    assert "ask whether the model needs it" in frame["reason"].iloc[0]


def test_doubles_are_sentences_with_how_sure_they_are(open_page: Open) -> None:
    said = texts(open_page("features"))
    assert f"**hour** (Calm model) · **{escaped('Departure hour (h)')}** (Late departure warning) · *likely*" in said
    assert "Two jobs make tables from the same columns" in said


def test_nothing_is_claimed_where_nothing_is_known(open_page: Open) -> None:
    app = open_page("features", "unknown")
    said = "\n".join(one.value for one in app.container(key="answer").markdown)
    assert "hardly used" not in said
    assert "not on the card for 1 of 1" in said


def test_without_doubles_the_page_says_what_was_compared(open_page: Open) -> None:
    app = open_page("features", "healthy")
    assert "Nothing seems to be made twice" in texts(app)
    assert "Compared are features of different models" in texts(app)


def test_cost_against_importance_is_said_in_words_before_it_is_drawn(open_page: Open) -> None:
    said = texts(open_page("features"))
    words = escaped("2 of 3 features have a known cost and importance; together 220 EUR per month.")
    assert words in said
    assert escaped("Dearest for its worth: Temperature (°F) (Late departure warning) with 200 EUR for 0.4%") in said
    assert "have a known cost and importance" not in texts(open_page("features", "unknown"))
