"""Data quality of all models: which faults go on, what they cost, and who takes care of them?"""

from dashboard.ui.labels.quality import DIMENSIONS, FAULT_STATES
from dashboard.ui.layout import layout
from dashboard.ui.panels.data_quality import answers, panels, rows
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import filters, model_lists
from dashboard.ui.widgets.answers import Subject
from dashboard.views.query import Query

PAGE = Page(
    title="Data quality",
    url_path="data_quality",
    icon=":material/fact_check:",
    section="Are models healthy?",
    order=4,
    question="Which models have faults in their data, what do these do to predictions and cost, and who takes care?",
)

layout.heading(PAGE)
names = model_lists.shown_names(layout.known_models(), language())
query = Query(language=language())
status = data.read("status", query)
known = rows.faults(data.read("quality-faults", query), names)
present, word_of = model_lists.present, filters.word_of

with layout.filter_bar(4):
    chosen = {
        "model": filters.pick_some(
            "fault_model", say("Model"), present(known, "model"), lambda model: names.get(model, model)
        ),
        "dimension": filters.pick_some("dimension", say("Dimension"), list(DIMENSIONS), word_of(DIMENSIONS)),
        "state": filters.pick_some("fault_state", say("State"), list(FAULT_STATES), word_of(FAULT_STATES)),
    }
found = model_lists.narrowed(known, chosen)

layout.answer(answers.portfolio(found, status[status["area"] == "quality"], language()))
panels.faults(found, Subject("", language()))
