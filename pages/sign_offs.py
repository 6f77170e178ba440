"""Sign-offs: who signed which step of which model, on which facts, and what is not as it was then."""

from dashboard.ui.labels.sign_offs import STEP_STATES
from dashboard.ui.layout import layout
from dashboard.ui.panels.sign_offs import panels as sign_offs
from dashboard.ui.panels.sign_offs.rows import answer, matching, signers
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import filters, model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Sign-offs",
    url_path="sign-offs",
    icon=":material/signature:",
    section="Who answers for it?",
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
