"""Performance: is the model as good as wanted, when was it not, and for whom is it not?"""

from dashboard.charts.calibration import calibration_curve
from dashboard.charts.performance import Around, metric_by_segment, metric_over_time
from dashboard.ui import answers, data, filters, frame, origins, panels, rows
from dashboard.ui.filters import Picked, language, say
from dashboard.ui.pages import Page

PAGE = Page(
    title="Performance",
    url_path="performance",
    icon=":material/monitoring:",
    section="One model",
    order=3,
    question="Is the model as good as wanted, when was it not, and for which cases is it not?",
)

frame.heading(PAGE)
with frame.filter_bar():
    card = frame.chosen_card()
    everything = Picked(card.id).query()
    volumes = frame.logged(data.read("volumes", everything))
    picked = filters.pick_slice(card, rows.span(volumes), rows.groups(data.read("segments", everything)))
    query = picked.query()
    performance = frame.measured(data.read("performance", query))
    metric = filters.pick_metric(rows.metric_order(performance, card), frame.metric_word)
frame.simulated_note(card)
subject = rows.subject(card, language())
targets = data.read("targets", everything)

frame.answer(answers.performance(performance, metric, targets, subject))

estimate = data.read("estimate", query)
around = Around(targets, data.read("timeline", everything), estimate, subject.unit)
figure = metric_over_time(performance, metric, around, frame.look())
shown = rows.of_metric(performance, estimate, metric)
frame.chart(panels.over_time_title(metric), figure, shown, origins.performance(metric, performance, card), "over_time")

left, right = frame.halves()
with left:
    calibration = data.read("calibration", query)
    figure = calibration_curve(calibration, card.task != "regression", frame.look())
    frame.chart(say("Does it mean what it says?"), figure, calibration, origins.calibration(card), "calibration")
with right:
    panels.threshold(data.read("confusion", query), card)

frame.section("For which cases is it worse?")
segments = rows.of_segments(data.read("segments", picked.query(segment=None)), metric, card, language())
panels.worst_segments(segments, metric, subject)
if len(segments):
    figure = metric_by_segment(segments, metric, subject.unit, frame.look())
    frame.chart(say("By segment"), figure, segments, origins.segments(metric, card), "segments")
