"""Process map: which business process relies on which model, and what happens when a model is down."""

from dashboard.ui.layout import layout
from dashboard.ui.panels.lineage.names import Names
from dashboard.ui.panels.processes import panels
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
query = Query(language=language())
statuses, relying = data.read("models", query), data.read("process-map", query)
by_model = dict(zip(statuses["model"], statuses["status"], strict=True))
layout.answer(panels.answer(relying, names, by_model))
panels.picture(lineage.opened(None), names, by_model)

layout.section(say("What if a model is down?"))
panels.rehearsal(names)

layout.section(say("Processes"))
panels.listing(relying, names)
