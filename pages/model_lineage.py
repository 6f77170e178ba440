"""Lineage of a model: what its scores rest on, and what relies on them."""

from dashboard.ui.layout import layout
from dashboard.ui.panels.lineage import page, sight
from dashboard.ui.panels.lineage.names import Names
from dashboard.ui.panels.model import place, rows
from dashboard.ui.session import data, lineage
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import model_lists

PAGE = Page(
    title="Lineage",
    url_path="model-lineage",
    icon=":material/account_tree:",
    section="One model",
    order=18,
    question="What do the scores of this model rest on, what of it has failed, and what relies on them?",
)

card = place.opened(PAGE)
names = Names(model_lists.shown_names(data.models(), language()), data.organisation())
with layout.filter_bar(5):
    seen = sight.pick(rows.today())
where = page.place_of(names, rows.today(), seen.day, sight.look_from)
page.show(lineage.opened(seen.day), f"model:{card.id}", seen, where)
