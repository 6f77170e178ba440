"""What came first: what changed, failed or moved around a model before its performance or value fell."""

from dashboard.ui.layout import layout
from dashboard.ui.panels.model import causes, place
from dashboard.ui.session import data
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked

PAGE = Page(
    title="What came first",
    url_path="causes",
    icon=":material/timeline:",
    section="One model",
    order=15,
    question="What changed, failed or moved before the model got worse?",
)

card = place.opened(PAGE)
query = Picked(card.id).query()
layout.sentences(*data.read("order-in-time", query)["sentence"])
causes.lanes(data.read("causes", query))
