"""Overview: which models need attention, why, and what changed lately."""

from dashboard.charts.status import status_counts
from dashboard.ui import answers, data, discussion, frame, jobs, origins, overview, portfolio
from dashboard.ui.language import language, say
from dashboard.ui.pages import Page
from dashboard.views.query import Query

PAGE = Page(
    title="Overview",
    url_path="overview",
    icon=":material/dashboard:",
    section="Portfolio",
    order=1,
    question="Which models need attention, why, and what changed lately?",
)

frame.heading(PAGE)
cards = frame.known_cards()
query = Query(language=language())
names = portfolio.shown_names(cards, language())
models = portfolio.with_names(data.read("models", query), names)
status = data.read("status", query)

frame.answer(answers.portfolio(models, status, language()))
frame.tiles(answers.counts_by_status(models))
jobs.offer_monitor()

frame.section(say("Needs attention"))
known = discussion.accepted(status, data.read("acceptances", query))
overview.attention(portfolio.attention(known, names, language()))
frame.link("alerts", say("All alerts, and what was done about them"), ":material/notifications:")

frame.section(say("What changed lately"))
recent, ever = (
    portfolio.changed(data.read("changes", Query(language=language(), start=start)), names, language())
    for start in (None, portfolio.FIRST_DAY)
)
overview.changes(recent, ever)

frame.section(say("The whole portfolio"))
by_area = portfolio.area_counts(status, language())
figure = status_counts(by_area, frame.look())
frame.chart(say("Models by area and status"), figure, by_area, "status", origins.status(), "status_counts")
volumes = portfolio.volume_lines(data.read("volumes", query), names, language())
overview.all_volumes(volumes)
