"""Tokens: which programs may talk to the API, and what each of them may do."""

from dashboard.ui.layout import layout
from dashboard.ui.panels import tokens as keys
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.views.query import Query

PAGE = Page(
    title="Tokens",
    url_path="tokens",
    icon=":material/api:",
    section="Who may, who did?",
    order=41,
    question="Which programs may talk to the API, what may each of them do, in whose name, and until when?",
)

layout.heading(PAGE)
tokens = data.read("tokens", Query(language=language()))
layout.sentences(keys.sentence(tokens))
keys.listed(tokens, data.organisation())
create, revoke = layout.halves()
with create, layout.card(say("New token"), "new_token"):
    keys.create_form(data.organisation())
with revoke, layout.card(say("Revoke a token"), "revoke_token"):
    keys.revoke_form(tokens)
