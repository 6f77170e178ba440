"""Tokens: which programs may talk to the API, and what each of them may do."""

from dashboard.ui import data, frame, keys
from dashboard.ui.language import language, say
from dashboard.ui.pages import Page
from dashboard.views.query import Query

PAGE = Page(
    title="Tokens",
    url_path="tokens",
    icon=":material/vpn_key:",
    section="Administration",
    order=41,
    question="Which programs may talk to the API, what may each of them do, and in whose name?",
    roles=("admin",),
)

frame.heading(PAGE)
tokens = data.read("tokens", Query(language=language()))
frame.sentences(keys.sentence(tokens))
keys.listed(tokens, data.organisation())
create, revoke = frame.halves()
with create, frame.card(say("New token"), "new_token"):
    keys.create_form(data.organisation())
with revoke, frame.card(say("Take back a token"), "revoke_token"):
    keys.revoke_form(tokens)
