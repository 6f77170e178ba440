"""Sign-offs: who signed which step of which model, on which facts, and what is not as it was then."""

from dashboard.ui import data, filters, follow_ups, frame, portfolio, sign_offs
from dashboard.ui.language import language, say
from dashboard.ui.pages import Page
from dashboard.ui.picked import Picked
from dashboard.ui.sign_off_rows import answer, matching, signers
from dashboard.ui.terms.sign_offs import STEP_STATES
from dashboard.views.query import Query

PAGE = Page(
    title="Sign-offs",
    url_path="sign-offs",
    icon=":material/signature:",
    section="Accountability",
    order=22,
    question="Who signed which step of which model, who still has to, and what is no longer as it was then?",
)

frame.heading(PAGE)
cards = frame.known_cards()
query = Query(language=language())
names = portfolio.shown_names(cards, language())
organisation = data.organisation()
signed = data.read("sign-offs", query)
uses = data.read("uses", query)

frame.answer(answer(signed, uses, names, organisation, language()))
sign_offs.for_you(signed, names)

with frame.filter_bar(3):
    chosen = {
        "step_state": filters.pick_some(
            "step_state", say("State of a step"), list(STEP_STATES), filters.word_of(STEP_STATES)
        ),
        "signer": filters.pick_some("signer", say("Waits for"), signers(signed), organisation.person_name),
    }
sign_offs.matrix_of_models(matching(signed, chosen), names)

frame.section(say("One model, step by step"))
card = frame.chosen_card()
one = Picked(card.id).query()
mine = data.read("sign-offs", one)
differences, facts = data.read("sign-off-differences", one), data.read("sign-off-facts", one)
sign_offs.steps(sign_offs.OneModel(card.id, mine, differences, facts, organisation))

frame.section(say("Conditions and rejections"))
follow_ups.findings(data.read("findings", one), organisation)

frame.section(say("What the model is used for"))
used = data.read("uses", one)
follow_ups.population(used, card)
follow_ups.uses(used, card, organisation)
