"""Retraining calendar: which model is trained when, what do the weeks need, and where do trainings clash?"""

from dashboard.ui.layout import layout
from dashboard.ui.panels.retraining_calendar import forms, panels
from dashboard.ui.session import data
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Retraining calendar",
    url_path="retraining-calendar",
    icon=":material/event_repeat:",
    section="Are models healthy?",
    order=33,
    question="Which model is trained when, what do the weeks need of machines and people, and what clashes?",
)

layout.heading(PAGE)
names = model_lists.shown_names(layout.known_models(), language())
query = Query(language=language())
entries = data.read("retraining-calendar", query)
panels.overview(entries, data.read("retraining-load", query), names)
forms.act(entries, data.read("retraining-plans", query), names)
panels.started(data.read("retraining-runs", query), names)
