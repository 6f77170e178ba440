"""Access: who may do what, since when, given by whom, and the forms that change it."""

from dashboard.ui import data, frame, granting
from dashboard.ui.language import language, say
from dashboard.ui.pages import Page
from dashboard.views.query import Query

PAGE = Page(
    title="Access",
    url_path="access",
    icon=":material/key:",
    section="Administration",
    order=40,
    question="Who may do what here, whose models do they see, since when, and who gave it to them?",
    roles=("manager", "admin"),
)

frame.heading(PAGE)
grants = data.read("access", Query(language=language()))
organisation = data.organisation()
frame.sentences(granting.sentence(grants))
granting.rights(grants, organisation)
change, end = frame.halves()
with change, frame.card(say("Change somebody's access"), "grant"):
    granting.grant_form(grants, organisation)
with end, frame.card(say("End somebody's logins"), "end_logins"):
    granting.end_form(organisation)
