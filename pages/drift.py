"""Drift: does the data still look like the data that the model was built for?"""

from dataclasses import replace

from dashboard.charts.drift import drift_heatmap, drift_over_time, drift_ranking
from dashboard.charts.metrics import METHODS
from dashboard.ui.layout import layout, provenance
from dashboard.ui.panels.drift import panels as drift_panels, window
from dashboard.ui.panels.model import place, record, rows
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
    area="drift",
)

card = place.opened(PAGE)
everything = Picked(card.id).query()
record.area(status := data.read("status", everything), PAGE.area)
with layout.filter_bar(3) as bar:
    span = rows.span(layout.logged(data.read("volumes", everything), bar))
    judged = window.judged(status)
    groups = rows.groups(data.read("groups", everything))
    explored = filters.pick_slice(card, span, groups, bar.cell(), judged)
    reference = filters.pick_reference(span)
    method = filters.pick_method(list(METHODS), layout.metric_word)
picked = replace(explored, window=explored.window or judged)
more = {"reference": reference, "method": method}
ranking = rows.labelled_features(data.read("ranking", picked.query(**more)), card, language())
window.tell(answers.drift(ranking, rows.subject(card, language())), card, explored, picked, reference)

timeline = rows.history(data.read("timeline", everything), language())
drift_panels.windows(card, picked, reference, timeline)

left, right = layout.halves()
with left:
    figure = drift_ranking(ranking, method, layout.look())
    layout.chart(say("Features by relevance"), figure, ranking, "ranking", provenance.ranking(method, card), "ranking")
with right:
    drift_panels.then_and_now(card, picked, reference, rows.drift_choices(ranking, card))

parts = [data.read("drift", explored.query(**more, feature=name)) for name in rows.OUTPUTS]
outputs = rows.stacked(parts, card, language())
figure = drift_over_time(outputs, method, timeline, layout.look())
known = provenance.drift(method, card)
layout.chart(say("Drift of the score and of the outcome"), figure, outputs, "drift", known, "outputs")
features = rows.ordered_by(ranking, data.read("drift", explored.query(**more)), card, language())
layout.chart(
    say("Drift by period"), drift_heatmap(features, method, layout.look()), features, "drift", known, "heatmap"
)
drift_panels.evidently_report(card, picked, reference)
