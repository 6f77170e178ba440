"""Sign-offs: who signed which step of which model, on which facts, and what is not as it was then."""

from dashboard.ui.labels.sign_offs import STEP_STATES
from dashboard.ui.layout import layout
from dashboard.ui.panels.sign_offs import follow_ups, panels as sign_offs
from dashboard.ui.panels.sign_offs.rows import answer, matching, signers
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked
from dashboard.ui.widgets import filters, model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Sign-offs",
    url_path="sign-offs",
    icon=":material/signature:",
    section="Accountability",
    order=22,
    question="Who signed which step of which model, who still has to, and what has changed since?",
)

layout.heading(PAGE)
query = Query(language=language())
names = model_lists.shown_names(layout.known_models(), language())
organisation = data.organisation()
signed = data.read("sign-offs", query)
uses = data.read("uses", query)

layout.answer(answer(signed, uses, names, organisation, language()))
sign_offs.for_you(signed, names)

with layout.filter_bar(3):
    chosen = {
        "step_state": filters.pick_some(
            "step_state", say("State of a step"), list(STEP_STATES), filters.word_of(STEP_STATES)
        ),
        "signer": filters.pick_some("signer", say("Waits for"), signers(signed), organisation.person_name),
    }
sign_offs.matrix_of_models(matching(signed, chosen), names)

layout.section(say("One model, step by step"))
card = layout.chosen_card()
one = Picked(card.id).query()
mine = data.read("sign-offs", one)
differences, facts = data.read("sign-off-differences", one), data.read("sign-off-facts", one)
sign_offs.steps(sign_offs.OneModel(card.id, mine, differences, facts, organisation))

layout.section(say("Conditions and rejections"))
follow_ups.findings(data.read("findings", one), organisation)

layout.section(say("What the model is used for"))
used = data.read("uses", one)
follow_ups.population(used, card)
follow_ups.uses(used, card, organisation)
