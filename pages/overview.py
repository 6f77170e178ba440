"""Overview: which models need attention, why, and what changed lately."""

from dashboard.charts.status import status_counts
from dashboard.ui.layout import jobs, layout, provenance
from dashboard.ui.panels import overview
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import answers, model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Overview",
    url_path="overview",
    icon=":material/dashboard:",
    section="Are models healthy?",
    order=1,
    question="Which models need attention, why, and what changed lately?",
)

layout.heading(PAGE)
query = Query(language=language())
names = model_lists.shown_names(layout.known_models(), language())
models = model_lists.with_names(data.read("models", query), names)
pressing = data.read("attention", query)

layout.answer(answers.portfolio(models, pressing, language()))
layout.tiles(answers.counts_by_status(models))
jobs.offer_monitor()

layout.section(say("Needs attention"))
overview.attention(pressing, names)
layout.link("alerts", say("All alerts, and what was done about them"), ":material/notifications:")

layout.section(say("What changed lately"))
newest = Query(language=language(), start=model_lists.FIRST_DAY, limit=overview.NEWEST)
recent, ever = (model_lists.changed(data.read("changes", asked), names, language()) for asked in (query, newest))
overview.changes(recent, ever)

layout.section(say("The whole portfolio"))
by_area = model_lists.area_counts(data.read("area-counts", query), language())
figure = status_counts(by_area, layout.look())
layout.chart(say("Models by area and status"), figure, by_area, "status", provenance.status(), "status_counts")
