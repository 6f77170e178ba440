"""Access: who may do what, since when, given by whom, and the forms that change it."""

from dashboard.ui.layout import layout
from dashboard.ui.panels import access
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.views.query import Query

PAGE = Page(
    title="Access",
    url_path="access",
    icon=":material/key:",
    section="Who may, who did?",
    order=40,
    question="Who may do what, which models can they see, since when, and who granted it?",
    roles=("manager", "admin"),
)

layout.heading(PAGE)
grants = data.read("access", Query(language=language()))
organisation = data.organisation()
layout.sentences(access.sentence(grants))
access.rights(grants, organisation)
change, end = layout.halves()
with change, layout.card(say("Change somebody's access"), "grant"):
    access.grant_form(grants, organisation)
with end, layout.card(say("End somebody's logins"), "end_logins"):
    access.end_form(organisation)
