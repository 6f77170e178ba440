"""Alerts: what needs somebody now, since when, whom it concerns, and what was done about it."""

from dashboard.ui.layout import layout
from dashboard.ui.panels import alerts
from dashboard.ui.session import data
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Alerts",
    url_path="alerts",
    icon=":material/notifications:",
    section="What needs me?",
    order=6,
    question="What is on alert, since when, whom does it concern, and what was done about it?",
)

layout.heading(PAGE)
names = model_lists.shown_names(layout.known_models(), language())
query = Query(language=language())
models = model_lists.with_people(data.read("models", query), data.organisation(), language())
known = alerts.named(data.read("alerts", query), models, names)
alerts.explored(known, models, names)
