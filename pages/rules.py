"""Minimum rules: are they kept, by which team, and who breaks them?"""

from dashboard.ui.layout import layout
from dashboard.ui.panels import rules
from dashboard.ui.session import data
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Minimum rules",
    url_path="rules",
    icon=":material/rule:",
    section="Who is accountable?",
    order=28,
    question="Are the minimum rules met, by which team, and who breaks them?",
)

layout.heading(PAGE)
names = model_lists.shown_names(layout.known_models(), language())
query = Query(language=language())
found = rules.named(data.read("rule-counts", query), data.organisation())
rules.explored(found, names)
