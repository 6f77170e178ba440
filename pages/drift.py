"""Drift: does the data still look like the data that the model was built for?"""

from dashboard.ui.panels.drift import explored
from dashboard.ui.panels.model import place, record
from dashboard.ui.session import data
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked

PAGE = Page(
    title="Drift",
    url_path="drift",
    icon=":material/swap_horiz:",
    section="One model",
    order=12,
    question="Does the data still look like the data that the model was built on, and does it matter?",
    area="drift",
)

card = place.opened(PAGE)
status = data.read("status", Picked(card.id).query())
record.area(status, PAGE.area)
explored.show(card, status)
