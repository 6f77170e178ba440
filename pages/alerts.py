"""Alerts: what needs somebody now, since when, whom it concerns, and what was done about it."""

from dashboard.ui.labels.alerts import ALERT_STATES, SEVERITIES
from dashboard.ui.labels.models import AREAS
from dashboard.ui.layout import layout
from dashboard.ui.panels import alerts
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import filters, model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Alerts",
    url_path="alerts",
    icon=":material/notifications:",
    section="What needs me?",
    order=6,
    question="What is on alert, since when, whom does it concern, and what was done about it?",
)

layout.heading(PAGE)
names = model_lists.shown_names(layout.known_models(), language())
query = Query(language=language())
models = model_lists.with_people(data.read("models", query), data.organisation(), language())
known = alerts.named(data.read("alerts", query), models, names)

with layout.filter_bar(4):
    chosen = {
        "model": filters.pick_some(
            "alert_model", say("Model"), model_lists.present(known, "model"), lambda model: names.get(model, model)
        ),
        "severity": filters.pick_some("alert_severity", say("Severity"), list(SEVERITIES), filters.word_of(SEVERITIES)),
        "area": filters.pick_some(
            "alert_area", say("Area"), model_lists.present(known, "area"), filters.word_of(AREAS)
        ),
        "state": filters.pick_some("alert_state", say("State"), list(ALERT_STATES), filters.word_of(ALERT_STATES)),
    }
found = model_lists.narrowed(known, chosen)
layout.answer(alerts.answer(found, models))
alerts.board(found, len(known))
