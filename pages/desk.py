"""Desk: what waits for this person, why, by when, and what is at stake."""

from dashboard.ui.layout import layout
from dashboard.ui.panels import desk
from dashboard.ui.session import data
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Desk",
    url_path="desk",
    icon=":material/inbox:",
    section="What needs me?",
    order=0,
    question="What is waiting for me, why, by when, what value is at risk, and how long will it take?",
)

layout.heading(PAGE)
names = model_lists.shown_names(layout.known_models(), language())
loads = desk.readable_loads(data.read("desk-loads", Query(language=language())), data.organisation())
desk.explored(loads, names)
