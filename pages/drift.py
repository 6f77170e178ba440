"""Drift: does the data still look like the data that the model was built for?"""

from dashboard.charts.drift import drift_heatmap, drift_over_time, drift_ranking
from dashboard.charts.metrics import METHODS
from dashboard.ui import answers, comparison, data, filters, frame, origins, rows
from dashboard.ui.language import language, say
from dashboard.ui.pages import Page
from dashboard.ui.picked import Picked

PAGE = Page(
    title="Drift",
    url_path="drift",
    icon=":material/swap_horiz:",
    section="One model",
    order=12,
    question="Does the data still look like the data that the model was built for, and does it matter?",
)

frame.heading(PAGE)
with frame.filter_bar() as bar:
    card = frame.chosen_card()
    everything = Picked(card.id).query()
    volumes = frame.logged(data.read("volumes", everything), bar)
    span = rows.span(volumes)
    groups = rows.groups(data.read("segments", everything))
    picked = filters.pick_slice(card, span, groups, bar.cell(column_span=2))
    reference = filters.pick_reference(span)
    method = filters.pick_method(list(METHODS), frame.metric_word)
frame.simulated_note(card)
query = picked.query(reference=reference, method=method)
ranking = rows.labelled_features(data.read("ranking", query), card, language())

frame.answer(answers.drift(ranking, rows.subject(card, language())))

timeline = rows.history(data.read("timeline", everything), language())
comparison.windows(card, picked, reference, timeline)

left, right = frame.halves()
with left:
    figure = drift_ranking(ranking, method, frame.look())
    frame.chart(say("Features by relevance"), figure, ranking, "ranking", origins.ranking(method, card), "ranking")
with right:
    comparison.then_and_now(card, picked, reference, rows.drift_choices(ranking, card))

frame.section(say("Score and outcome"))
parts = [data.read("drift", picked.query(reference=reference, method=method, feature=name)) for name in rows.OUTPUTS]
outputs = rows.stacked(parts, card, language())
figure = drift_over_time(outputs, method, timeline, frame.look())
drift = origins.drift(method, card)
frame.chart(say("Drift of the score and of the outcome"), figure, outputs, "drift", drift, "outputs")
frame.section(say("Every feature over time"))
features = rows.ordered_by(ranking, data.read("drift", query), card, language())
figure = drift_heatmap(features, method, frame.look())
frame.chart(say("Drift by period"), figure, features, "drift", drift, "heatmap")
comparison.evidently_report(card, picked, reference)
