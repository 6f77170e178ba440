"""Review predictions: the reader's cases of a model, one at a time, and what all judgements prove so far."""

from dashboard.ui.panels.model import place
from dashboard.ui.panels.review import judging, proof
from dashboard.ui.session.page_registry import Page

PAGE = Page(
    title="Review predictions",
    url_path="review",
    icon=":material/rate_review:",
    section="One model",
    order=24,
    question="Are single predictions of this model right, and how often do experts agree with it and with each other?",
)

card = place.opened(PAGE)
judging.judging(card)
proof.part(card)
