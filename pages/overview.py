"""Overview: which models need attention, why, and what changed lately."""

from dashboard.charts.status import status_counts
from dashboard.charts.volume import volume_over_time
from dashboard.ui import answers, data, frame, origins, panels, rows
from dashboard.ui.filters import language, say
from dashboard.ui.pages import Page
from dashboard.views.query import Query

PAGE = Page(
    title="Overview",
    url_path="overview",
    icon=":material/dashboard:",
    section="Portfolio",
    order=0,
    question="Which models need attention, why, and what changed lately?",
)

frame.heading(PAGE)
cards = frame.known_cards()
query = Query(language=language())
names = rows.shown_names(cards, language())
models = rows.with_names(data.read("models", query), names)
status = data.read("status", query)

frame.answer(answers.portfolio(models, language()))
frame.tiles(answers.counts_by_status(models))

frame.section("Needs attention")
panels.attention(rows.attention(status, names, language()))

frame.section("Changed lately")
panels.changes(rows.changed(data.read("changes", query), names, language()))

frame.section("The whole portfolio")
by_area = rows.area_counts(status, language())
frame.chart(say("Models by area and status"), status_counts(by_area, frame.look()), by_area, origins.status(), "status_counts")
volumes = rows.volume_lines(data.read("volumes", Query(by="month", language=language())), names, language())
frame.chart(say("Predictions over time"), volume_over_time(volumes, frame.look()), volumes, origins.volumes(), "volumes")
