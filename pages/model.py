"""Model: what one model does, for whom, who answers for it, and how it stands."""

from dashboard.ui.layout import jobs, layout
from dashboard.ui.panels.discussion import panels as discussion
from dashboard.ui.panels.model import decisions, panels, rows, visits
from dashboard.ui.panels.ownership import rows as ownership_rows
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked, usual_period
from dashboard.ui.widgets import answers, model_lists

PAGE = Page(
    title="Model",
    url_path="model",
    icon=":material/deployed_code:",
    section="One model",
    order=10,
    question="What does this model do, for whom, who is accountable for it, and what is its status?",
)

layout.heading(PAGE)
with layout.filter_bar():
    card = layout.chosen_card()
layout.simulated_note(card)
query = Picked(card.id).query()
people = data.read("people", Picked(card.id).query(on=rows.today()))
status = data.read("status", query)
subject = rows.subject(card, language())

layout.answer(answers.model(rows.overall(data.read("models", query), card), status, subject, rows.holders(people)))
visits.note(card.id)
panels.onward()
answering = ownership_rows.holders_since(people, data.organisation(), language())
panels.purpose_and_people(card, answering, rows.process_name(card, data.organisation(), language()))

layout.section(say("Key metrics against their targets"))
panels.targets(rows.key_metrics(data.read("targets", query), card), subject)

layout.section(say("Health by area"))
panels.areas(discussion.with_reasons(discussion.accepted(status, data.read("acceptances", query))))
jobs.offer_monitor(card.id)

decisions.accountability(query, status)

layout.section(say("Versions"))
panels.versions(data.read("versions", query))

layout.section(say("Use and history"))
timeline = rows.history(data.read("timeline", query), language())
volumes = data.read("volumes", Picked(card.id, by=usual_period(card.period)).query())
panels.volume(model_lists.volume_lines(volumes, {card.id: subject.name}, language()), timeline)
panels.timeline(timeline)
panels.whole_card(data.read("card", query))
