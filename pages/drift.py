"""Drift: does the data still look like the data that the model was built for?"""

from dashboard.charts.drift import distribution_then_now, drift_heatmap, drift_over_time, drift_ranking
from dashboard.charts.metrics import METHODS
from dashboard.charts.volume import time_line
from dashboard.ui import answers, data, filters, frame, origins, panels, rows
from dashboard.ui.filters import Picked, language, say
from dashboard.ui.pages import Page

PAGE = Page(
    title="Drift",
    url_path="drift",
    icon=":material/swap_horiz:",
    section="One model",
    order=4,
    question="Does the data still look like the data that the model was built for, and does it matter?",
)

frame.heading(PAGE)
with frame.filter_bar():
    card = frame.chosen_card()
    everything = Picked(card.id).query()
    volumes = frame.logged(data.read("volumes", everything))
    span = rows.span(volumes)
    reference = filters.pick_reference(span)
    picked = filters.pick_slice(card, span, rows.groups(data.read("segments", everything)))
    method = filters.pick_method(list(METHODS), frame.metric_word)
frame.simulated_note(card)
subject = rows.subject(card, language())
query = picked.query(reference=reference, method=method)
ranking = rows.ranked(data.read("ranking", query), card, language())

frame.answer(answers.drift(ranking, subject))

timeline = data.read("timeline", everything)
dragged = filters.pick_dragged()
windows = (rows.reference_days(card, reference), picked.window)
frame.draw_selectable(time_line(volumes, windows, timeline, frame.look()), say("Predictions over time"), "time_line", dragged)

left, right = frame.halves()
with left:
    figure = drift_ranking(ranking, method, frame.look())
    frame.chart(say("Features by relevance"), figure, ranking, origins.ranking(method, card), "ranking")
with right:
    feature = filters.pick_feature(rows.drift_choices(ranking, card), lambda name: rows.feature_label(card, name, language()))
    label = rows.feature_label(card, feature, language())
    bins = data.read("distribution", picked.query(reference=reference, feature=feature))
    frame.chart(say("Then and now"), distribution_then_now(bins, label, frame.look()), bins, origins.distribution(label), "bins")

drift = data.read("drift", query)
frame.section("Score and outcome")
outputs = rows.score_and_outcome(drift, card, language())
figure = drift_over_time(outputs, method, timeline, frame.look())
frame.chart(say("Drift of the score and of the outcome"), figure, outputs, origins.drift(method, card), "outputs")
frame.section("Every feature over time")
features = rows.only_features(drift, ranking, card, language())
frame.chart(say("Drift by period"), drift_heatmap(features, method, frame.look()), features, origins.drift(method, card), "heatmap")
panels.evidently_report(card, picked, reference)
