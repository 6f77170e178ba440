"""Summary of a model: what it does, for whom, who answers for it, and how it stands."""

from dashboard.ui.layout import jobs, layout
from dashboard.ui.panels.discussion import panels as discussion
from dashboard.ui.panels.model import panels, place, rows, visits
from dashboard.ui.panels.ownership import rows as ownership_rows
from dashboard.ui.panels.risk import panels as risk_panels
from dashboard.ui.panels.sign_offs import stepper
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked
from dashboard.ui.widgets import answers

PAGE = Page(
    title="Summary",
    url_path="model",
    icon=":material/deployed_code:",
    section="One model",
    order=10,
    question="What does this model do, for whom, who is accountable for it, and what is its status?",
)

card = place.opened(PAGE)
query = Picked(card.id).query()
people = data.read("people", Picked(card.id).query(on=rows.today()))
status = data.read("status", query)
subject = rows.subject(card, language())

layout.answer(answers.model(rows.overall(data.read("models", query), card), status, subject, rows.holders(people)))
visits.note(card.id)

layout.section(say("Health by area"))
panels.areas(discussion.with_reasons(discussion.accepted(status, data.read("acceptances", query))))
jobs.offer_monitor(card.id)

layout.section(say("Key metrics against their targets"))
panels.targets(rows.key_metrics(data.read("targets", query), card), subject)

panels.pending_outcomes(data.read("pending", query))

left, right = layout.halves()
with left, layout.card(say("Risks"), "risks"):
    risk_panels.of_model(data.read("risk", query))
with right, layout.card(say("Sign-offs"), "steps"):
    stepper.draw(data.read("sign-offs", query))

answering = ownership_rows.holders_since(people, data.organisation(), language())
panels.purpose_and_people(card, answering, rows.process_name(card, data.organisation(), language()))
panels.whole_card(data.read("card", query))
