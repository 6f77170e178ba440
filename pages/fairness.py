"""Fairness of a model: whom does it treat differently, how sure is that, and what did the reference already say?"""

from dashboard.ui.panels.fairness import panels
from dashboard.ui.panels.fairness.mitigations import mitigations
from dashboard.ui.panels.fairness.one_group import one_group
from dashboard.ui.panels.model import place, record
from dashboard.ui.session import data
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked

PAGE = Page(
    title="Fairness",
    url_path="fairness",
    icon=":material/diversity_3:",
    section="One model",
    order=13,
    question="Does the model treat groups of people alike, for whom does it not, and how sure is that?",
    area="fairness",
)

card = place.opened(PAGE)
everything = Picked(card.id).query()
record.area(data.read("status", everything), PAGE.area)
found = data.read("group-gaps", everything)
if not card.data.protected:
    panels.no_columns()
elif not found.empty:
    panels.treated_differently(found, card)
    panels.compared(found, card)
    one_group(found, card)
    mitigations(found, card)
if card.data.protected:
    panels.reference(data.read("representation", everything), data.read("proxies", everything), card)
