"""Inventory: every model that was registered, where it is used, how it stands and who answers for it."""

from dashboard.ui import answers, data, filters, frame, panels, rows
from dashboard.ui.filters import language
from dashboard.ui.pages import Page
from dashboard.ui.terms import STAGES
from dashboard.views.query import Query

PAGE = Page(
    title="Inventory",
    url_path="inventory",
    icon=":material/inventory_2:",
    section="Portfolio",
    order=1,
    question="Which models do we have, where are they used, how do they stand and who answers for them?",
)

frame.heading(PAGE)
cards = frame.known_cards()
query = Query(language=language())
names = rows.shown_names(cards, language())
models = data.read("models", query)

with frame.filter_bar():
    text = filters.pick_search()
    chosen = {
        "status": filters.pick_some("status", "Status", rows.present(models, "status"), frame.status_word),
        "process": filters.pick_some("process", "Business process", rows.present(models, "process")),
        "stage": filters.pick_some("stage", "Stage", rows.present(models, "stage"), filters.word_of(STAGES)),
        "accountable_executive": filters.pick_some("owner", "Accountable", rows.present(models, "accountable_executive")),
    }
found = rows.matching(models, names, text, chosen)

frame.answer(answers.inventory(models, len(found), language()))
volumes = data.read("volumes", Query(by="month", language=language()))
panels.inventory(rows.inventory(found, data.read("status", query), volumes, names, language()), found)
