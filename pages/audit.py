"""Audit trail: who did what, when, and what it changed."""

from dashboard.ui.layout import layout
from dashboard.ui.panels.audit import coverage, panels as trail
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import choices, filters, model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Audit trail",
    url_path="audit",
    icon=":material/history_edu:",
    section="Who may, who did?",
    order=29,
    question="Who did what, when, and what was the state before and after?",
    roles=("manager", "admin"),
)

layout.heading(PAGE)
models, organisation = layout.known_models(), data.organisation()
everything = trail.read(Query(language=language()))
subjects = {
    subject: trail.subject_name(subject, models, organisation) for subject in model_lists.present(everything, "subject")
}

with layout.filter_bar(5):
    start, end = filters.pick_window(trail.span(everything), "when") or (None, None)
    entries = trail.read(Query(language=language(), start=start, end=end))
    entries = trail.with_doers(entries, organisation)
    chosen = {
        "subject": filters.pick_some("subject", say("Model or subject"), list(subjects), subjects.get),
        "who": filters.pick_some("actor", say("Person or program"), *trail.doers(entries)),
        "action": filters.pick_some(
            "action", say("Action"), model_lists.present(entries, "action"), filters.word_of(trail.ACTIONS)
        ),
    }
    kind = choices.pick_one("refused", say("Done or refused"), trail.kinds())
found = trail.of_kind(model_lists.narrowed(entries, chosen), kind)
layout.sentences(*trail.answer(found, subjects))
trail.show(found, models, organisation)
coverage.show()
