"""Value of a model: what it was to be worth, by whose word, and how that changed."""

from dashboard.ui.panels.model import place
from dashboard.ui.panels.value import promise
from dashboard.ui.session import data
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked

PAGE = Page(
    title="Value",
    url_path="value",
    icon=":material/payments:",
    section="One model",
    order=16,
    question="What is this model to be worth, who promised it, and how did that change?",
)

card = place.opened(PAGE)
everything = Picked(card.id).query()
promise.history(data.read("promises", everything), card)
promise.form(data.read("promises", everything), card)
