"""Inventory: every model that was registered, where it is used, how it stands and who answers for it."""

from dashboard.ui.labels.models import STAGES
from dashboard.ui.layout import layout
from dashboard.ui.panels.model import panels
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import answers, filters, model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Inventory",
    url_path="inventory",
    icon=":material/inventory_2:",
    section="Are models healthy?",
    order=2,
    question="Which models do we have, where are they used, what is their status and who is accountable for them?",
)

layout.heading(PAGE)
query = Query(language=language())
names = model_lists.shown_names(layout.known_models(), language())
models = model_lists.with_people(data.read("models", query), data.organisation(), language())
present, naming = model_lists.present, model_lists.naming

with layout.filter_bar(5):
    text = filters.pick_search()
    owner = "accountable_executive"
    chosen = {
        "status": filters.pick_some("status", say("Status"), present(models, "status"), layout.status_word),
        "process": filters.pick_some(
            "process", say("Business process"), present(models, "process"), naming(models, "process")
        ),
        "stage": filters.pick_some("stage", say("Stage"), present(models, "stage"), filters.word_of(STAGES)),
        owner: filters.pick_some("owner", say("Accountable"), present(models, owner), naming(models, owner)),
    }
found = model_lists.matching(models, names, text, chosen)

layout.answer(answers.inventory(models, len(found), language()))
panels.inventory(found, names)
