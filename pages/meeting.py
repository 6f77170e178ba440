"""Meeting about a model: what became of earlier decisions, where it stands, what is decided now, and the next model."""

from dashboard.ui.panels.discussion import meeting
from dashboard.ui.panels.model import place
from dashboard.ui.session import data
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked

PAGE = Page(
    title="Meeting",
    url_path="meeting",
    icon=":material/groups:",
    section="One model",
    order=22,
    question="What became of what was decided, where does the model stand, and what is decided now?",
)

card = place.opened(PAGE)
everything = Picked(card.id).query()
taken = data.read("decisions", everything)
meeting.became(taken, card)
meeting.stands(data.read("status", everything))
meeting.decide(card, len(taken))
meeting.next_model(card, PAGE)
