"""Sign-offs: who signed which step of which model, on which facts, and what is not as it was then."""

from dashboard.ui.layout import layout
from dashboard.ui.panels.sign_offs import panels as sign_offs
from dashboard.ui.panels.sign_offs.rows import answer
from dashboard.ui.session import data
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Sign-offs",
    url_path="sign-offs",
    icon=":material/signature:",
    section="Who is accountable?",
    order=27,
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
sign_offs.explored(signed, names, organisation)
