"""Performance: is the model as good as wanted, when was it not, and for whom is it not?"""

from dashboard.charts.performance import Around, metric_over_time
from dashboard.ui import answers, data, filters, frame, origins, panels, rows
from dashboard.ui.language import language, say
from dashboard.ui.pages import Page
from dashboard.ui.picked import Picked

PAGE = Page(
    title="Performance",
    url_path="performance",
    icon=":material/monitoring:",
    section="One model",
    order=11,
    question="Is the model as good as wanted, when was it not, and for which cases is it not?",
)

frame.heading(PAGE)
with frame.filter_bar() as bar:
    card = frame.chosen_card()
    everything = Picked(card.id).query()
    volumes = frame.logged(data.read("volumes", everything), bar)
    groups = rows.groups(data.read("segments", everything))
    picked = filters.pick_slice(card, rows.span(volumes), groups, bar.cell(column_span=2))
    query = picked.query()
    performance = frame.measured(data.read("performance", query), bar)
    targets = data.read("targets", everything)
    metric = filters.pick_metric(rows.metric_order(performance, targets, card), frame.metric_word)
frame.simulated_note(card)
subject = rows.subject(card, language())
estimate = data.read("estimate", query)
others = rows.key_metrics(targets, card)

frame.answer(answers.performance(performance, metric, targets, subject, answers.not_as_wanted(others, metric, subject)))

timeline = rows.history(data.read("timeline", everything), language())
figure = metric_over_time(performance, metric, Around(targets, timeline, estimate, subject.unit), frame.look())
shown = rows.of_metric(performance, estimate, metric)
known = origins.performance(metric, performance, card)
frame.chart(panels.over_time_title(metric), figure, shown, "performance", known, "over_time")
panels.remark(answers.track_record(shown, metric, subject))

panels.calibration_and_threshold(data.read("calibration", query), data.read("confusion", query), card)

frame.section(say("For which cases is it worse?"))
segments = rows.of_segments(data.read("segments", picked.query(segment=None, metric=metric)), metric, card, language())
panels.segments(segments, metric, card, subject)
