"""Inventory: every model that was registered, where it is used, how it stands and who answers for it."""

from dashboard.ui.layout import layout
from dashboard.ui.panels import inventory
from dashboard.ui.session import data
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Inventory",
    url_path="inventory",
    icon=":material/inventory_2:",
    section="Are models healthy?",
    order=2,
    question="Which models do we have, where are they used, what is their status and who is accountable for them?",
)

layout.heading(PAGE)
query = Query(language=language())
names = model_lists.shown_names(layout.known_models(), language())
models = model_lists.with_people(data.read("models", query), data.organisation(), language())
inventory.explored(models, names)
