"""Performance: is the model as good as wanted, when was it not, and for whom is it not?"""

from dashboard.charts.performance import Around, metric_over_time
from dashboard.ui.layout import layout, provenance
from dashboard.ui.panels.model import panels, place, record, rows
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked
from dashboard.ui.widgets import answers, filters, trust

PAGE = Page(
    title="Performance",
    url_path="performance",
    icon=":material/monitoring:",
    section="One model",
    order=11,
    question="Does the model meet its targets, when did it not, and for which cases does it not?",
    area="performance",
)

card = place.opened(PAGE)
everything = Picked(card.id).query()
record.area(data.read("status", everything), PAGE.area)
with layout.filter_bar(5) as bar:
    volumes = layout.logged(data.read("volumes", everything), bar)
    span = rows.span(volumes)
    groups = rows.groups(data.read("groups", everything))
    picked = filters.pick_slice(card, span, groups, bar.cell())
    query = picked.query()
    performance = layout.measured(data.read("performance", query), bar)
    targets = data.read("targets", everything)
    metric = filters.pick_metric(rows.metric_order(performance, targets, card), layout.metric_word)
subject = rows.subject(card, language())
estimate = data.read("estimate", query)
others = rows.key_metrics(targets, card)

shown = answers.performance(performance, metric, targets, subject, answers.not_as_wanted(others, metric, subject))
record.window(shown, picked.window or span, own=not picked.is_usual())

missed = trust.missed_declines(performance, estimate, metric)
panels.warning(trust.warning_of_estimate(missed, rows.compared(performance, estimate, metric), metric, subject))
timeline = rows.history(data.read("timeline", everything), language())
around = Around(targets, timeline, estimate, subject.unit, is_estimate_relied_on=missed.empty)
figure = metric_over_time(performance, metric, around, layout.look())
shown = rows.of_metric(performance, estimate, metric)
known = provenance.performance(metric, performance, card)
layout.chart(panels.over_time_title(metric), figure, shown, "performance", known, "over_time")
panels.remark(trust.track_record(shown, metric, subject))

curve = data.read("calibration", picked.query(by=None))
comes_true = trust.calibration(curve, performance, card.task != "regression", subject)
panels.calibration_and_threshold(curve, data.read("confusion", query), card, comes_true)

panels.classes(data.read("classes", picked.query(by=None)), subject)

layout.section(say("Where does the model perform worse?"))
segments = rows.of_segments(data.read("segments", picked.query(segment=None, metric=metric)), metric, card, language())
panels.segments(segments, metric, card, subject)
