"""Risk matrix: which risks the models carry, whether the evidence agrees, and who must act."""

from dashboard.ui import data, filters, frame, portfolio, risk_answers, risk_form, risk_panels, risk_rows
from dashboard.ui.language import language, say
from dashboard.ui.pages import Page
from dashboard.ui.terms.risks import RISK_CLASSES, RISKS
from dashboard.views.query import Query

PAGE = Page(
    title="Risk matrix",
    url_path="risk",
    icon=":material/grid_on:",
    section="Accountability",
    order=21,
    question="Which risks do our models carry, does the evidence agree with the ratings, and who must act?",
)

frame.heading(PAGE)
cards = frame.known_cards()
query = Query(language=language())
names = portfolio.shown_names(cards, language())
classes = data.read("risk-class", query)
risks = risk_rows.portfolio(data.read("risk", query), classes, cards, data.organisation())
risks = risk_rows.named(risks, names)
present, word_of = portfolio.present, filters.word_of

with frame.filter_bar(4):
    chosen = {
        "process": filters.pick_some("process", say("Business process"), present(risks, "process"), frame.process_word),
        "risk": filters.pick_some("risk", say("Risk"), present(risks, "risk"), word_of(RISKS)),
        "owner": filters.pick_some(
            "owner", say("Owner of the risk"), present(risks, "owner"), data.organisation().person_name
        ),
        "risk_class": filters.pick_some(
            "class", say("Risk class"), present(risks, "risk_class"), word_of(RISK_CLASSES)
        ),
    }
found = portfolio.narrowed(risks, chosen)

frame.answer(risk_answers.portfolio(found, language()))
risk_panels.matrix(found)
risk_panels.listing(found)

frame.section(say("The four risks of one model"))
card = frame.chosen_card()
frame.simulated_note(card)
asked = Query(model=card.id, language=language())
own, steps = data.read("risk", asked), data.read("risk-steps", query)
risk_panels.classification(data.read("risk-class", asked))
risk_panels.four(own, steps, data.read("risk-evidence", asked), data.read("risk-history", asked))

frame.section(say("Rate a risk"))
risk_form.assess(card, own, steps)

frame.section(say("Were we right?"))
risk_panels.record(data.read("risk-record", query), names)
