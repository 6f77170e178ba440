"""History of a model: what happened to it, what was said and decided about it, its versions, how much it is used."""

from dashboard.ui.layout import layout
from dashboard.ui.panels.audit import panels as trail
from dashboard.ui.panels.discussion import panels as discussion
from dashboard.ui.panels.model import delivery, past, place, rows, two_clocks
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked, usual_period
from dashboard.ui.widgets import model_lists

PAGE = Page(
    title="History",
    url_path="history",
    icon=":material/history:",
    section="One model",
    order=23,
    question="What happened to this model, what was said and decided about it, and what was recorded?",
)

card = place.opened(PAGE)
query = Picked(card.id).query()

layout.section(say("Decisions and discussion"))
discussion.part(query, data.read("status", query))

layout.section(say("Use and events"))
timeline = rows.history(data.read("timeline", query), language())
volumes = data.read("volumes", Picked(card.id, by=usual_period(card.period)).query())
names = model_lists.shown_names({card.id: card}, language())
past.volume(model_lists.volume_lines(volumes, names, language()), timeline)
past.timeline(timeline)

delivery.part(data.read("availability", query), rows.subject(card, language()))

two_clocks.believed(card)

layout.section(say("Versions"))
past.versions(data.read("versions", query))

trail.of_model(query, data.models(), data.organisation())
