"""Inventory: every model that was registered, where it is used, how it stands and who answers for it."""

from dashboard.ui import answers, data, filters, frame, panels, portfolio
from dashboard.ui.language import language, say
from dashboard.ui.pages import Page
from dashboard.ui.terms.models import STAGES
from dashboard.views.query import Query

PAGE = Page(
    title="Inventory",
    url_path="inventory",
    icon=":material/inventory_2:",
    section="Portfolio",
    order=2,
    question="Which models do we have, where are they used, how do they stand and who answers for them?",
)

frame.heading(PAGE)
cards = frame.known_cards()
query = Query(language=language())
names = portfolio.shown_names(cards, language())
models = portfolio.with_people(data.read("models", query), data.organisation(), language())
present, naming = portfolio.present, portfolio.naming

with frame.filter_bar(5):
    text = filters.pick_search()
    owner = "accountable_executive"
    chosen = {
        "status": filters.pick_some("status", say("Status"), present(models, "status"), frame.status_word),
        "process": filters.pick_some(
            "process", say("Business process"), present(models, "process"), naming(models, "process")
        ),
        "stage": filters.pick_some("stage", say("Stage"), present(models, "stage"), filters.word_of(STAGES)),
        owner: filters.pick_some("owner", say("Accountable"), present(models, owner), naming(models, owner)),
    }
found = portfolio.matching(models, names, text, chosen)

frame.answer(answers.inventory(models, len(found), language()))
volumes = data.read("volumes", query)
panels.inventory(portfolio.inventory(found, data.read("status", query), volumes, names, language()), found)
