"""Model: what one model does, for whom, who answers for it, and how it stands."""

from dashboard.charts.volume import volume_over_time
from dashboard.ui import answers, data, frame, origins, panels, rows
from dashboard.ui.filters import Picked, language, say
from dashboard.ui.pages import Page

PAGE = Page(
    title="Model",
    url_path="model",
    icon=":material/deployed_code:",
    section="One model",
    order=2,
    question="What does this model do, for whom, who answers for it, and how does it stand?",
)

frame.heading(PAGE)
with frame.filter_bar():
    card = frame.chosen_card()
frame.simulated_note(card)
query = Picked(card.id).query()
people = rows.holders(data.read("people", query))
status = data.read("status", query)
subject = rows.subject(card, language())

frame.answer(answers.model(status, subject, people))
panels.onward()
panels.purpose_and_people(card, people)

frame.section("Key metrics against their targets")
panels.targets(data.read("targets", query), subject)

frame.section("Health by area")
panels.areas(status)

frame.section("Versions")
panels.versions(data.read("versions", query))

frame.section("Use and history")
volumes = rows.volume_lines(data.read("volumes", query), {card.id: subject.name}, language())
timeline = data.read("timeline", query)
figure = volume_over_time(volumes, frame.look(), timeline)
frame.chart(say("Predictions over time"), figure, volumes, origins.volumes(), "model_volumes")
panels.timeline(timeline)
panels.whole_card(data.read("card", query))
