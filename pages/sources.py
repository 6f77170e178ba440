"""Sources: where rows and events come from by themselves, whether each source works, and what was refused."""

from dashboard.ui.layout import layout
from dashboard.ui.panels import sources
from dashboard.ui.session import data
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.views.query import Query

PAGE = Page(
    title="Sources",
    url_path="sources",
    icon=":material/input:",
    section="Who may, who did?",
    order=42,
    question="Where do rows and events come from by themselves, does each source work, and what was refused?",
)

layout.heading(PAGE)
found = data.read("sources", Query(language=language()))
layout.sentences(sources.sentence(found))
if found.empty:
    sources.none_yet()
else:
    sources.needing_a_hand(found)
    sources.buttons(found)
    sources.listed(found)
    sources.readings(list(found["source"]))
