"""Sign-offs of a model: its six steps, what differs since they were signed, and what the model is used for."""

from dashboard.ui.layout import layout
from dashboard.ui.panels.model import place, record
from dashboard.ui.panels.sign_offs import follow_ups, panels as sign_offs, stepper
from dashboard.ui.session import data
from dashboard.ui.session.language import say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked

PAGE = Page(
    title="Sign-offs",
    url_path="model-sign-offs",
    icon=":material/signature:",
    section="One model",
    order=21,
    question="Who signed which step of this model, on which facts, and what is no longer as it was then?",
    area="sign_off",
)

card = place.opened(PAGE)
query = Picked(card.id).query()
organisation = data.organisation()
signed = data.read("sign-offs", query)

record.area(data.read("status", query), PAGE.area)
stepper.draw(signed)

layout.section(say("Step by step"))
differences, facts = data.read("sign-off-differences", query), data.read("sign-off-facts", query)
sign_offs.steps(sign_offs.OneModel(card.id, signed, differences, facts, organisation))

layout.section(say("Conditions and rejections"))
follow_ups.findings(data.read("findings", query), organisation)

layout.section(say("What the model is used for"))
used = data.read("uses", query)
follow_ups.population(used, card)
follow_ups.uses(used, card, organisation)
