"""Desk: what waits for this person, why, by when, and what is at stake."""

from dashboard.ui import data, desk, frame, portfolio
from dashboard.ui.language import language, say
from dashboard.ui.pages import Page
from dashboard.views.query import Query

PAGE = Page(
    title="Desk",
    url_path="desk",
    icon=":material/inbox:",
    section="Portfolio",
    order=0,
    question="What needs me, why, by when, what is at stake, and how long does it take?",
)

frame.heading(PAGE)
names = portfolio.shown_names(frame.known_cards(), language())
tasks = desk.readable(data.read("desk", Query(language=language())), names, data.organisation())
with frame.filter_bar(3):
    person = desk.pick_person(tasks, data.organisation())
mine = desk.of_person(tasks, person)

frame.answer(desk.answer(mine, person, data.organisation()))
desk.show(mine)
if person == desk.EVERYBODY and len(tasks):
    frame.section(say("Who has how much waiting"))
    desk.load(tasks)
