"""Audit trail: who did what, when, and what it changed."""

from dashboard.ui import data, filters, frame, portfolio, trail
from dashboard.ui.language import language, say
from dashboard.ui.pages import Page
from dashboard.views.query import Query

PAGE = Page(
    title="Audit trail",
    url_path="audit",
    icon=":material/history_edu:",
    section="Accountability",
    order=29,
    question="Who did what, when, and what was there before and after?",
)

frame.heading(PAGE)
names = portfolio.shown_names(frame.known_cards(), language())
entries = data.read("audit", Query(language=language()))

with frame.filter_bar(3):
    chosen = {
        "subject": filters.pick_some(
            "subject",
            say("Model or subject"),
            portfolio.present(entries, "subject"),
            lambda subject: names.get(subject, subject),
        ),
        "actor": filters.pick_some("actor", say("Person or program"), portfolio.present(entries, "actor")),
        "action": filters.pick_some(
            "action", say("Action"), portfolio.present(entries, "action"), filters.word_of(trail.ACTIONS)
        ),
    }
trail.show(portfolio.kept_of(entries, chosen), names)
