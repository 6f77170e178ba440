"""Process map: which business process relies on which model, and what happens when a model is down."""

from dashboard.ui.layout import layout
from dashboard.ui.panels.lineage.names import Names
from dashboard.ui.panels.processes import panels
from dashboard.ui.panels.processes.reliance import reliance_of
from dashboard.ui.session import data, lineage
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Process map",
    url_path="processes",
    icon=":material/schema:",
    section="Are models healthy?",
    order=8,
    question="Which business process relies on which model, and what stops when a model is down?",
)

layout.heading(PAGE)
models = layout.known_models()
names = Names(model_lists.shown_names(models, language()), data.organisation())
edges = lineage.opened(None).edges(None, "both")
reliance = reliance_of(edges, models)
statuses = data.read("models", Query(language=language()))
layout.answer(panels.answer(reliance, names))
panels.picture(edges, names, dict(zip(statuses["model"], statuses["status"], strict=True)))

layout.section(say("What if a model is down?"))
asked = panels.pick_rehearsal(reliance, names)
panels.rehearse(asked, reliance, names, panels.people_of(asked.model))

layout.section(say("Processes"))
panels.listing(reliance, names)
