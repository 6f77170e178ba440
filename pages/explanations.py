"""Explanations of a model: what drives it, why it decided so in a case, what if, and whether experts agree."""

from dashboard.ui.panels.explanations import explored, panels
from dashboard.ui.panels.model import place
from dashboard.ui.session.page_registry import Page

PAGE = Page(
    title="Explanations",
    url_path="explanations",
    icon=":material/lightbulb:",
    section="One model",
    order=14,
    question="What drives the model, why did it decide so in a case, and what would have changed the decision?",
)

card = place.opened(PAGE)
panels.drivers(card)
explored.show(card)
panels.expectations(card)
panels.reasons_moved(card)
