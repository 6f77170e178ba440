"""Risk matrix: which risks the models carry, whether the evidence agrees, and who must act."""

from dashboard.ui.labels.risks import RISK_CLASSES, RISKS
from dashboard.ui.layout import layout
from dashboard.ui.panels.risk import answers, panels, rows
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import filters, model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Risk matrix",
    url_path="risk",
    icon=":material/grid_on:",
    section="Who answers for it?",
    order=21,
    question="Which risks do our models carry, does the evidence agree with the ratings, and who must act?",
)

layout.heading(PAGE)
models = layout.known_models()
query = Query(language=language())
names = model_lists.shown_names(models, language())
classes = data.read("risk-class", query)
known = data.organisation()
risks = rows.named(rows.portfolio(data.read("risk", query), classes, models, known), names)
present, word_of = model_lists.present, filters.word_of

with layout.filter_bar(4):
    chosen = {
        "process": filters.pick_some(
            "process", say("Business process"), present(risks, "process"), layout.process_word
        ),
        "risk": filters.pick_some("risk", say("Risk"), present(risks, "risk"), word_of(RISKS)),
        "owner": filters.pick_some("owner", say("Owner of the risk"), present(risks, "owner"), known.person_name),
        "risk_class": filters.pick_some(
            "class", say("Risk class"), present(risks, "risk_class"), word_of(RISK_CLASSES)
        ),
    }
found = model_lists.narrowed(risks, chosen)

layout.answer(answers.portfolio(found, language()))
panels.matrix(found)
panels.listing(found)

layout.section(say("Were our ratings right?"))
panels.record(data.read("risk-record", query), names)
