"""Overview: which models need attention, why, and what changed lately."""

from dashboard.charts.status import status_counts
from dashboard.charts.volume import volume_over_time
from dashboard.ui import answers, data, frame, jobs, origins, panels, portfolio
from dashboard.ui.language import language, say
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
names = portfolio.shown_names(cards, language())
models = portfolio.with_names(data.read("models", query), names)
status = data.read("status", query)

frame.answer(answers.portfolio(models, language()))
frame.tiles(answers.counts_by_status(models))
jobs.offer_monitor()

frame.section(say("Needs attention"))
panels.attention(portfolio.attention(status, names, language()))

frame.section(say("Changed in the last seven days"))
panels.changes(portfolio.changed(data.read("changes", query), names, language()))

frame.section(say("The whole portfolio"))
by_area = portfolio.area_counts(status, language())
frame.chart(
    say("Models by area and status"), status_counts(by_area, frame.look()), by_area, origins.status(), "status_counts"
)
volumes = portfolio.volume_lines(data.read("volumes", query), names, language())
frame.chart(
    say("Predictions over time"), volume_over_time(volumes, frame.look()), volumes, origins.volumes(), "volumes"
)
