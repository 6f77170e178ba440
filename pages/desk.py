"""Desk: what waits for this person, why, by when, and what is at stake."""

from dashboard.ui.layout import layout
from dashboard.ui.panels import desk
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Desk",
    url_path="desk",
    icon=":material/inbox:",
    section="Portfolio",
    order=0,
    question="What needs me, why, by when, what is at stake, and how long does it take?",
)

layout.heading(PAGE)
names = model_lists.shown_names(layout.known_models(), language())
tasks = desk.readable(data.read("desk", Query(language=language())), names, data.organisation())
with layout.filter_bar(3):
    person = desk.pick_person(tasks, data.organisation())
mine = desk.of_person(tasks, person)

layout.answer(desk.answer(mine, person, data.organisation()))
desk.show(mine)
if person == desk.EVERYBODY and len(tasks):
    layout.section(say("Who has how much waiting"))
    desk.load(tasks)
