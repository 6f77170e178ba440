"""Lineage: the way from raw data over models to processes and people, and what a fault on the way touches."""

from dashboard.ui.layout import layout
from dashboard.ui.panels.lineage import page, sight
from dashboard.ui.panels.lineage.names import Names
from dashboard.ui.panels.model import rows
from dashboard.ui.session import data, lineage
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.url_state import get_param
from dashboard.ui.widgets import model_lists

PAGE = Page(
    title="Lineage",
    url_path="lineage",
    icon=":material/account_tree:",
    section="Are models healthy?",
    order=7,
    question="Where do the data of our models come from, what has failed on the way, and whom does it touch?",
)

layout.heading(PAGE)
models = layout.known_models()
names = Names(model_lists.shown_names(models, language()), data.organisation())
with layout.filter_bar(5):
    seen = sight.pick(rows.today())
graph = lineage.opened(seen.day)
sight.search(graph, names)
node = graph.find(get_param(sight.FOCUS))
sight.tell_focus(node, get_param(sight.FOCUS), names)
page.show(graph, node.id if node else None, seen, page.place_of(names, rows.today(), seen.day))
