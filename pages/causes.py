"""What came first: what changed, failed or moved around a model before its performance or value fell."""

from dashboard.ui.layout import layout
from dashboard.ui.panels.model import causes, outside, place
from dashboard.ui.session import data
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked
from dashboard.views.causes import what_came_first

PAGE = Page(
    title="What came first",
    url_path="causes",
    icon=":material/timeline:",
    section="One model",
    order=19,
    question="What changed, failed or moved before the model got worse?",
)

card = place.opened(PAGE)
found = data.read("causes", Picked(card.id).query())
layout.sentences(*what_came_first(found, language()))
causes.lanes(found)
outside.calendar(data.read("outside", Picked(card.id).query()), card)
