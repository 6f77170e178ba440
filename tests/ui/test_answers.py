"""The sentences that stand first on each page."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard.ui.panels.drift import answers as drift_answers
from dashboard.ui.panels.model import rows
from dashboard.ui.widgets import answers, model_lists, trust
from dashboard.ui.widgets.answers import Subject
from dashboard.ui.widgets.listing import listed
from dashboard.views.query import Query
from tests.gallery import MONTHS, card, gallery

SUBJECT = Subject("Late departure warning", "en")


def frame(name: str, state: str, **more: object) -> pd.DataFrame:
    about = Query(model=None if name == "models" else "flight-delay", **more)
    return gallery(state).read(name, about)


def with_areas(areas: pd.DataFrame, model: str, **statuses: str) -> pd.DataFrame:
    """The `status` view with these statuses of a model's areas instead of its own."""
    rows = [{"model": model, "area": area, "status": status, "reason": ""} for area, status in statuses.items()]
    others = areas[(areas["model"] != model) | ~areas["area"].isin(list(statuses))]
    return pd.concat([others, pd.DataFrame(rows)], ignore_index=True)


def performance(state: str) -> answers.Answer:
    return answers.performance(frame("performance", state), "roc_auc", frame("targets", state), SUBJECT)


def test_performance_below_the_limit() -> None:
    told = performance("alarming")
    assert told.status == "alert"
    assert told.sentence == (
        "Late departure warning is worse than acceptable in December 2013: ROC AUC is 0.620, beyond the limit."
    )
    assert told.further == (
        "The target is 0.700, the worst acceptable value 0.650.",
        "2 of 9 periods were on alert: April 2013 and December 2013.",
    )


def test_performance_without_outcomes_says_what_to_do() -> None:
    told = performance("unknown")
    assert told.status == "unknown"
    assert "no outcomes are known" in told.sentence
    assert "ingest actuals" in told.further[0]


def test_other_key_metrics_are_not_hidden() -> None:
    targets = pd.concat([frame("targets", "alarming"), frame("targets", "alarming").assign(metric="bias")])
    assert answers.not_as_wanted(targets, "roc_auc", SUBJECT) == ("Also off target: Bias.",)
    assert answers.not_as_wanted(frame("targets", "healthy"), "bias", SUBJECT) == ()


def test_the_estimate_has_a_track_record_only_where_outcomes_came() -> None:
    shown = rows.of_metric(frame("performance", "alarming"), frame("estimate", "alarming"), "roc_auc")
    assert f"over {len(MONTHS)} periods" in trust.track_record(shown, "roc_auc", SUBJECT)
    shown = rows.of_metric(frame("performance", "unknown"), frame("estimate", "unknown"), "roc_auc")
    assert "no track record yet" in trust.track_record(shown, "roc_auc", SUBJECT)


@pytest.mark.parametrize(
    ("state", "status", "part"),
    [
        ("alarming", "alert", "2 of 4 features"),
        ("healthy", "ok", "still look like"),
        ("unknown", "unknown", "not known yet"),
    ],
)
def test_drift(state: str, status: str, part: str) -> None:
    ranking = rows.labelled_features(frame("ranking", state), card("m", "M"), "en")
    told = drift_answers.drift(ranking, SUBJECT)
    assert told.status == status
    assert part in told.sentence


@pytest.mark.parametrize(
    ("statuses", "importance", "status", "part"),
    [
        (["ok", "ok", "ok", "unknown"], [0.4, 0.3, 0.2, 0.1], "ok", "What can be judged"),
        (["unknown", "ok", "ok", "ok"], [0.6, 0.2, 0.1, 0.1], "unknown", "It is not known"),
        (["unknown", "unknown", "unknown", "ok"], [None] * 4, "unknown", "3 of 4 cannot be judged"),
    ],
)
def test_features_that_nothing_judges_are_not_called_calm(statuses, importance, status, part) -> None:
    ranking = rows.labelled_features(frame("ranking", "healthy"), card("m", "M"), "en").head(4)
    told = drift_answers.drift(ranking.assign(status=statuses, importance=pd.Series(importance, dtype=float)), SUBJECT)
    assert (told.status, part in told.sentence) == (status, True), told.sentence


def test_drift_that_matters_little_is_no_alert_and_says_why() -> None:
    ranking = rows.labelled_features(frame("ranking", "alarming"), card("m", "M"), "en")
    told = drift_answers.drift(ranking[ranking["status"] != "alert"], SUBJECT)
    assert told.status == "warn"
    compared = "Compared are 900 rows of the window with 4,000 of the reference."
    assert told.further == ("None of them matters enough to the model to raise an alert.", compared)


def test_the_portfolio_counts_what_is_not_measured() -> None:
    models = frame("models", "alarming")
    models.loc[1, "status"] = "unknown"
    told = answers.portfolio(models, frame("status", "unknown"), "en")
    assert told.sentence == "One of 2 models needs attention: Late departure warning."
    assert told.further == ("Not measured, so neither good nor bad: 1 of 2.",)
    assert answers.counts_by_status(models) == {"alert": 1, "warn": 0, "unknown": 1, "ok": 0}


def test_nothing_measured_is_not_good_news() -> None:
    told = answers.portfolio(frame("models", "unknown"), frame("status", "unknown"), "en")
    assert (told.status, told.sentence) == ("unknown", "No model is measured yet.")


def test_what_is_not_in_order_around_a_model_is_told_apart_from_its_own_status() -> None:
    models, areas = frame("models", "healthy"), frame("status", "healthy")
    first = models["model"].iloc[0]
    areas = with_areas(areas, first, sign_off="warn")
    told = answers.portfolio(models, areas, "en")
    assert (told.status, told.sentence) == ("warn", "No measured model needs attention.")
    assert told.further == (f"One other model has areas that are not in order: {models['name'].iloc[0]}.",)


def test_inventory_tells_how_the_models_stand_and_what_is_missing() -> None:
    told = answers.inventory(frame("models", "alarming"), 2, "en")
    assert told.status == "alert"
    assert told.further == (
        "Alert 1 · Warning 0 · Unknown 0 · OK 1", "Every model has an accountable person.",
    )  # fmt: skip
    told = answers.inventory(frame("models", "unknown"), 1, "en")
    assert told.status == "unknown"
    assert told.further[1:] == ("Models without an accountable person: 2.", "The list shows 1 of them.")


def test_one_model_is_not_told_in_the_plural() -> None:
    one = frame("models", "alarming").head(1)
    assert answers.inventory(one, 1, "en").sentence == "One model is registered; in production: 1."
    told = answers.inventory(one.assign(stage="design"), 1, "en")
    assert told.sentence == "One model is registered; in production: 0."


def test_model_without_executive() -> None:
    told = answers.model("ok", frame("status", "healthy"), SUBJECT, {})
    assert told.status == "ok"
    assert told.further == ("Nobody is named as accountable for how its predictions are used.",)


def test_a_model_whose_surroundings_are_not_in_order_is_not_called_good() -> None:
    areas = with_areas(frame("status", "healthy"), "flight-delay", risk="warn", sign_off="alert")
    told = answers.model("ok", areas, SUBJECT, {})
    assert "not everything around it is in order" in told.sentence
    assert told.further[0] == "Areas to check: Risk and Sign-offs."


@pytest.mark.parametrize("overall", ["ok", "warn", "alert", "unknown"])
def test_a_model_is_told_in_its_overall_status_whatever_its_areas_are(overall: str) -> None:
    areas = with_areas(frame("status", "healthy"), "flight-delay", risk="warn", sign_off="alert")
    assert answers.model(overall, areas, SUBJECT, {}).status == overall


def test_an_area_is_told_as_it_is_kept() -> None:
    areas = with_areas(frame("status", "healthy"), "flight-delay", risk="warn").assign(reason="Rated 2.")
    told = answers.of_area(areas, "risk", "en", ("More.",))
    assert (told.status, told.sentence, told.further) == ("warn", "Rated 2.", ("More.",))
    assert answers.of_area(areas, "parity", "en").status == "unknown"


def test_a_model_measured_in_part_is_not_called_good() -> None:
    told = answers.model("unknown", frame("status", "healthy"), SUBJECT, {})
    assert told.status == "unknown"
    assert "not everything that matters is measured" in told.sentence
    assert "not measured yet" in answers.model("unknown", frame("status", "unknown"), SUBJECT, {}).sentence


def test_no_estimate_is_not_talked_about() -> None:
    shown = rows.of_metric(frame("performance", "alarming"), frame("estimate", "alarming").head(0), "roc_auc")
    assert trust.track_record(shown, "roc_auc", SUBJECT) == ""


def test_long_lists_are_cut_short_in_the_language() -> None:
    assert listed(list("abcdefg"), "de", shown=3) == "a, b, c und 4 weitere"


def test_inventory_rows_mark_simulated_models_and_unmeasured_areas() -> None:
    shown = gallery("simulated")
    names = model_lists.shown_names(shown.cards, "de")
    models = model_lists.with_people(shown.read("models", Query()), shown.organisation, "de")
    status = shown.read("status", Query()).query("area != 'drift'")
    table = model_lists.inventory(models, status, shown.read("volumes", Query()), names, "de")
    first = table.iloc[0]
    assert first["name"] == "Late departure warning (de) (simuliert)"
    assert first["drift"] == ["○ Unbekannt"]
    assert (first["process"], first["accountable_executive"], first["stage"]) == (
        "Crewplanung",
        "Anna Keller",
        "Produktion",
    )
    assert first["volume"] == [4_000 + 100 * number for number in range(len(MONTHS))]
