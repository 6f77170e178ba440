"""Model: what one model does, for whom, who answers for it, and how it stands."""

from dashboard.ui import answers, data, discussion, frame, jobs, looks, model_parts, ownership, panels, portfolio, rows
from dashboard.ui.language import language, say
from dashboard.ui.pages import Page
from dashboard.ui.picked import Picked, usual_period

PAGE = Page(
    title="Model",
    url_path="model",
    icon=":material/deployed_code:",
    section="One model",
    order=10,
    question="What does this model do, for whom, who answers for it, and how does it stand?",
)

frame.heading(PAGE)
with frame.filter_bar():
    card = frame.chosen_card()
frame.simulated_note(card)
query = Picked(card.id).query()
people = data.read("people", Picked(card.id).query(on=rows.today()))
status = data.read("status", query)
subject = rows.subject(card, language())

frame.answer(answers.model(rows.overall(data.read("models", query), card), status, subject, rows.holders(people)))
looks.note(card.id)
panels.onward()
answering = ownership.holders_since(people, card, data.organisation(), language())
panels.purpose_and_people(card, answering, rows.process_name(card, data.organisation(), language()))

frame.section(say("Key metrics against their targets"))
panels.targets(rows.key_metrics(data.read("targets", query), card), subject)

frame.section(say("Health by area"))
panels.areas(discussion.with_reasons(discussion.accepted(status, data.read("acceptances", query))))
jobs.offer_monitor(card.id)

model_parts.accountability(query, status)

frame.section(say("Versions"))
panels.versions(data.read("versions", query))

frame.section(say("Use and history"))
timeline = rows.history(data.read("timeline", query), language())
volumes = data.read("volumes", Picked(card.id, by=usual_period(card.period)).query())
panels.volume(portfolio.volume_lines(volumes, {card.id: subject.name}, language()), timeline)
panels.timeline(timeline)
panels.whole_card(data.read("card", query))
