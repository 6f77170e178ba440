"""What each chart says about its frame."""

from __future__ import annotations

from datetime import date

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.charts.calibration import calibration_curve, confusion_matrix
from dashboard.charts.causes import LANE_WORDS, causes_over_time
from dashboard.charts.drift import distribution_then_now, drift_heatmap, drift_over_time, drift_ranking
from dashboard.charts.look import STATUS_COLOURS, STATUS_SYMBOLS, STATUSES, Look
from dashboard.charts.performance import Around, metric_by_segment, metric_over_time
from dashboard.charts.status import status_counts
from dashboard.charts.value import moved
from dashboard.charts.volume import time_line, volume_over_time
from dashboard.ui.panels.model import rows
from dashboard.ui.widgets.model_lists import volume_lines
from dashboard.views.query import Query
from tests.gallery import MONTHS, gallery

ENGLISH, GERMAN = Look("en"), Look("de")


def frame(name: str, state: str = "alarming", **more: object) -> pd.DataFrame:
    return gallery(state).read(name, Query(model="flight-delay", **more))


def timeline() -> pd.DataFrame:
    return rows.history(frame("timeline"), "en")


def named(figure: go.Figure, name: str) -> object:
    return next(trace for trace in figure.data if trace.name == name)


def words(figure: go.Figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


def over_time(state: str, look: Look = ENGLISH) -> go.Figure:
    around = Around(frame("targets", state), timeline(), frame("estimate", state))
    return metric_over_time(frame("performance", state), "roc_auc", around, look)


def test_metric_marks_each_status_by_colour_and_shape() -> None:
    figure = over_time("alarming")
    for status, name in (("alert", "Alert"), ("ok", "OK")):
        marker = named(figure, name).marker
        assert (marker.color, marker.symbol) == (STATUS_COLOURS[status], STATUS_SYMBOLS[status])
    assert len(named(figure, "Alert").x) == 2
    assert len(named(figure, "OK").x) == len(MONTHS) - 2


def test_metric_shows_target_limit_estimate_and_history() -> None:
    figure = over_time("alarming")
    assert words(figure) == ["Target 0.700", "Limit 0.650"]
    assert named(figure, "estimated before outcomes are known").line.dash == "dash"
    assert {"deployment", "incident"} <= {trace.name for trace in figure.data}


def test_limit_stands_outside_the_target_whichever_is_higher() -> None:
    targets = frame("targets").assign(metric="roc_auc", target=0.1, limit=0.2, better="lower")
    figure = metric_over_time(frame("performance"), "roc_auc", Around(targets), ENGLISH)
    above = {text.split()[0]: note.yanchor for text, note in zip(words(figure), figure.layout.annotations, strict=True)}
    assert above == {"Target": "top", "Limit": "bottom"}


def test_a_metric_wanted_near_zero_has_lines_on_both_sides() -> None:
    targets = frame("targets").assign(metric="roc_auc", target=0.1, limit=0.2, better="zero")
    figure = metric_over_time(frame("performance"), "roc_auc", Around(targets), ENGLISH)
    assert sorted(words(figure)) == ["Limit -0.200", "Limit 0.200", "Target -0.100", "Target 0.100"]


def test_periods_without_a_value_are_seen_as_gaps() -> None:
    figure = over_time("unknown")
    gaps = named(figure, "Unknown")
    assert len(gaps.x) == len(MONTHS)
    assert gaps.marker.color == STATUS_COLOURS["unknown"]


def test_the_band_ends_where_the_interval_is_unknown() -> None:
    performance = frame("performance")
    middle = performance["period"].eq(MONTHS[4]) & performance["metric"].eq("roc_auc")
    performance.loc[middle, ["low", "high"]] = None
    figure = metric_over_time(performance, "roc_auc", Around(), ENGLISH)
    bands = [trace for trace in figure.data if trace.fill == "toself"]
    assert [len(band.x) for band in bands] == [8, 8]


def test_segments_leave_out_groups_that_are_too_small_and_say_so() -> None:
    figure = metric_by_segment(frame("segments"), "roc_auc", None, ENGLISH)
    assert list(figure.data[0].y) == ["origin: JFK", "carrier: EV"]
    assert "groups with too few outcomes to assess: 1" in figure.layout.xaxis.title.text


def test_calibration_of_amounts_has_no_percentages() -> None:
    assert calibration_curve(frame("calibration"), True, ENGLISH).layout.yaxis.tickformat == ".0%"
    assert calibration_curve(frame("calibration"), False, ENGLISH).layout.yaxis.tickformat is None


def test_confusion_matrix_holds_the_four_counts_of_its_threshold() -> None:
    figure = confusion_matrix(frame("confusion"), 0.35, GERMAN)
    row = rows.at_threshold(frame("confusion"), 0.35)
    shown = " ".join(words(figure))
    assert f"<b>{row['true_positive']:.0f}</b><br>gefunden" in shown
    assert "1’267</b><br>Fehlalarm" in shown


def test_ranking_has_the_most_relevant_feature_on_top() -> None:
    shown = gallery("alarming")
    ranking = rows.labelled_features(frame("ranking"), shown.cards["flight-delay"], "en")
    bar = drift_ranking(ranking, "psi", ENGLISH).data[0]
    assert bar.y[-1] == "Departure hour"
    assert bar.x[-1] == pytest.approx(0.4 * 0.4)
    assert bar.text[-1] == "Alert · drift 0.400 · importance 40%"


def test_ranking_without_importance_shows_drift_and_no_invented_weight() -> None:
    ranking = frame("ranking").assign(label="x", importance=float("nan"), relevance=float("nan"))
    figure = drift_ranking(ranking, "psi", ENGLISH)
    assert sorted(figure.data[0].x)[-1] == 3.0
    assert figure.layout.xaxis.title.text == "Population stability index (PSI)"
    assert "importance" not in " ".join(figure.data[0].text)


def test_unjudged_drift_is_grey_not_calm() -> None:
    features = frame("drift", "unknown").assign(label="x")
    grey, heat = drift_heatmap(features.assign(value=0.9), "psi", ENGLISH).data
    assert pd.isna(heat.z).all()
    assert (grey.z == 1).all()
    line = drift_over_time(features, "psi", timeline(), ENGLISH).data[0]
    assert set(line.marker.symbol) == {STATUS_SYMBOLS["unknown"]}


def test_a_lone_period_is_named_and_its_chance_marked() -> None:
    features = frame("drift").assign(label="x")
    lone = features[features["period"] == "2013-12"].head(1)
    (tick,) = drift_heatmap(lone, "psi", GERMAN).layout.xaxis.ticktext
    assert tick == "Dezember 2013"
    assert drift_heatmap(features, "psi", GERMAN).layout.xaxis.ticktext is None
    assert [drift_over_time(part, "psi", timeline(), ENGLISH).data[1].mode for part in (lone, features)] == [
        "markers",
        "lines",
    ]


def test_ranges_are_written_in_the_language() -> None:
    bins = frame("distribution", feature="temp").head(3)
    bins["lower"], bins["upper"] = [None, 1000.0, 2500.5], [1000.0, 2500.5, None]
    assert list(distribution_then_now(bins, "T", GERMAN).data[0].x) == ["≤ 1’000", "1’000 – 2’500", "> 2’500"]
    years = bins.assign(lower=[None, 1972.0, 1974.0], upper=[1972.0, 1974.0, None])
    assert list(distribution_then_now(years, "T", GERMAN).data[0].x) == ["≤ 1972", "1972 – 1974", "> 1974"]
    missing = bins.head(1).assign(lower=None, upper=None, label="(missing)")
    assert list(distribution_then_now(missing, "T", GERMAN).data[1].x) == ["(fehlt)"]


def test_volumes_beyond_the_busiest_models_are_added_up() -> None:
    volumes = pd.concat([frame("volumes").assign(model=f"m{number}", predictions=number) for number in range(10)])
    lines = volume_lines(volumes, {}, "en", shown=3)
    assert [trace.name for trace in volume_over_time(lines, ENGLISH).data] == ["m9", "m8", "m7", "all others"]
    assert lines.loc[lines["label"] == "all others", "predictions"].iloc[0] == sum(range(7))


def test_time_line_can_be_dragged_and_shows_both_windows() -> None:
    reference, window = rows.span(frame("volumes").head(3)), rows.span(frame("volumes").tail(2))
    figure = time_line(frame("volumes"), (reference, window), timeline(), ENGLISH)
    assert (figure.layout.dragmode, figure.layout.selectdirection) == ("select", "h")
    assert words(figure) == ["reference", "current window"]


def test_status_counts_hold_every_status() -> None:
    counts = pd.DataFrame({"area": ["Drift"] * 4, "status": STATUSES, "models": [1, 0, 2, 3]})
    figure = status_counts(counts, GERMAN)
    assert [trace.name for trace in figure.data] == ["Alarm", "Warnung", "Unbekannt", "OK"]
    assert [trace.x[0] for trace in figure.data] == [1, 0, 2, 3]


def test_lanes_of_causes_hold_bars_and_marks_without_overlap() -> None:
    shown = frame("causes")
    figure = causes_over_time(shown, date(2013, 12, 31), ENGLISH)
    assert list(figure.layout.yaxis.ticktext) == [ENGLISH.say(word) for word in LANE_WORDS.values()]
    bars = [trace for trace in figure.data if trace.type == "bar"]
    marks = [trace for trace in figure.data if trace.type == "scatter"]
    assert (len(bars), len(marks)) == (3, 1)
    twice = pd.concat([shown, shown], ignore_index=True)
    drawn = causes_over_time(twice, date(2013, 12, 31), ENGLISH).data
    places = {(trace.base[0], trace.y[0]) for trace in drawn if trace.type == "bar"}
    assert len(places) == 6


def test_steps_between_years_are_named_not_counted() -> None:
    figure = moved(100.0, {"number of cases": 20.0, "quality": -5.0}, ("2024", "2025"), "EUR", ENGLISH)
    assert figure.layout.xaxis.type == "category"
    assert list(figure.data[0].x) == ["2024", "number of cases", "quality", "2025"]
