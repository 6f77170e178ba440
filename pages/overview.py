"""Overview: which models need attention, why, and what changed lately."""

from dashboard.charts.status import status_counts
from dashboard.ui.layout import jobs, layout, provenance
from dashboard.ui.panels import overview
from dashboard.ui.panels.discussion import panels as discussion
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import answers, model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Overview",
    url_path="overview",
    icon=":material/dashboard:",
    section="Portfolio",
    order=1,
    question="Which models need attention, why, and what changed lately?",
)

layout.heading(PAGE)
query = Query(language=language())
names = model_lists.shown_names(layout.known_models(), language())
models = model_lists.with_names(data.read("models", query), names)
status = data.read("status", query)

layout.answer(answers.portfolio(models, status, language()))
layout.tiles(answers.counts_by_status(models))
jobs.offer_monitor()

layout.section(say("Needs attention"))
known = discussion.accepted(status, data.read("acceptances", query))
overview.attention(model_lists.attention(known, names, language()))
layout.link("alerts", say("All alerts, and what was done about them"), ":material/notifications:")

layout.section(say("What changed lately"))
recent, ever = (
    model_lists.changed(data.read("changes", Query(language=language(), start=start)), names, language())
    for start in (None, model_lists.FIRST_DAY)
)
overview.changes(recent, ever)

layout.section(say("The whole portfolio"))
by_area = model_lists.area_counts(status, language())
figure = status_counts(by_area, layout.look())
layout.chart(say("Models by area and status"), figure, by_area, "status", provenance.status(), "status_counts")
volumes = model_lists.volume_lines(data.read("volumes", query), names, language())
overview.all_volumes(volumes)
