"""Audit trail: who did what, when, and what it changed."""

from dashboard.ui.layout import layout
from dashboard.ui.panels.audit import explored, panels as trail
from dashboard.ui.session import data
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.views.query import Query

PAGE = Page(
    title="Audit trail",
    url_path="audit",
    icon=":material/history_edu:",
    section="Who may, who did?",
    order=29,
    question="Who did what, when, and what was the state before and after?",
    roles=("manager", "admin"),
)

layout.heading(PAGE)
models, organisation = layout.known_models(), data.organisation()
everything = trail.read(Query(language=language()))
explored.show(everything, models, organisation)
