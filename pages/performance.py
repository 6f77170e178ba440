"""Performance: is the model as good as wanted, when was it not, and for whom is it not?"""

from dashboard.ui.panels.model import performance, place, record
from dashboard.ui.session import data
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked

PAGE = Page(
    title="Performance",
    url_path="performance",
    icon=":material/monitoring:",
    section="One model",
    order=11,
    question="Does the model meet its targets, when did it not, and for which cases does it not?",
    area="performance",
)

card = place.opened(PAGE)
record.area(data.read("status", Picked(card.id).query()), PAGE.area)
performance.explored(card)
