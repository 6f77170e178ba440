"""Risks of a model: its class, its four risks with evidence and history, and the form to rate them."""

from dashboard.ui.layout import layout
from dashboard.ui.panels.model import place, record
from dashboard.ui.panels.risk import answers, forms, panels
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked
from dashboard.views.query import Query

PAGE = Page(
    title="Risks",
    url_path="risks",
    icon=":material/grid_on:",
    section="One model",
    order=20,
    question="Which risks does this model carry, does the evidence agree with the ratings, and what is done?",
    area="risk",
)

card = place.opened(PAGE)
query = Picked(card.id).query()
risks, steps = data.read("risk", query), data.read("risk-steps", Query(language=language()))

record.area(data.read("status", query), PAGE.area, answers.model(risks, language()))
panels.classification(data.read("risk-class", query))
panels.four(risks, steps, data.read("risk-evidence", query), data.read("risk-history", query))

layout.section(say("Rate a risk"))
forms.assess(card, risks, steps)
