"""Drift: does the data still look like the data that the model was built for?"""

from dashboard.charts.drift import drift_heatmap, drift_over_time, drift_ranking
from dashboard.charts.metrics import METHODS
from dashboard.ui.layout import layout, provenance
from dashboard.ui.panels.drift import panels as drift_panels
from dashboard.ui.panels.model import rows
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked
from dashboard.ui.widgets import answers, filters

PAGE = Page(
    title="Drift",
    url_path="drift",
    icon=":material/swap_horiz:",
    section="One model",
    order=12,
    question="Does the data still look like the data that the model was built on, and does it matter?",
)

layout.heading(PAGE)
with layout.filter_bar() as bar:
    card = layout.chosen_card()
    everything = Picked(card.id).query()
    volumes = layout.logged(data.read("volumes", everything), bar)
    span = rows.span(volumes)
    groups = rows.groups(data.read("segments", everything))
    picked = filters.pick_slice(card, span, groups, bar.cell(column_span=2))
    reference = filters.pick_reference(span)
    method = filters.pick_method(list(METHODS), layout.metric_word)
layout.simulated_note(card)
query = picked.query(reference=reference, method=method)
ranking = rows.labelled_features(data.read("ranking", query), card, language())

layout.answer(answers.drift(ranking, rows.subject(card, language())))

timeline = rows.history(data.read("timeline", everything), language())
drift_panels.windows(card, picked, reference, timeline)

left, right = layout.halves()
with left:
    figure = drift_ranking(ranking, method, layout.look())
    layout.chart(say("Features by relevance"), figure, ranking, "ranking", provenance.ranking(method, card), "ranking")
with right:
    drift_panels.then_and_now(card, picked, reference, rows.drift_choices(ranking, card))

layout.section(say("Score and outcome"))
parts = [data.read("drift", picked.query(reference=reference, method=method, feature=name)) for name in rows.OUTPUTS]
outputs = rows.stacked(parts, card, language())
figure = drift_over_time(outputs, method, timeline, layout.look())
drift = provenance.drift(method, card)
layout.chart(say("Drift of the score and of the outcome"), figure, outputs, "drift", drift, "outputs")
layout.section(say("Every feature over time"))
features = rows.ordered_by(ranking, data.read("drift", query), card, language())
figure = drift_heatmap(features, method, layout.look())
layout.chart(say("Drift by period"), figure, features, "drift", drift, "heatmap")
drift_panels.evidently_report(card, picked, reference)
