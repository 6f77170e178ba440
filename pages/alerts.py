"""Alerts: what needs somebody now, since when, whom it concerns, and what was done about it."""

from dashboard.ui import alerts, data, filters, frame, portfolio
from dashboard.ui.language import language, say
from dashboard.ui.pages import Page
from dashboard.ui.terms.alerts import ALERT_STATES, SEVERITIES
from dashboard.ui.terms.models import AREAS
from dashboard.views.query import Query

PAGE = Page(
    title="Alerts",
    url_path="alerts",
    icon=":material/notifications:",
    section="Portfolio",
    order=6,
    question="What stands on alert, since when, whom does it concern, and what was done about it?",
)

frame.heading(PAGE)
names = portfolio.shown_names(frame.known_cards(), language())
query = Query(language=language())
models = portfolio.with_people(data.read("models", query), data.organisation(), language())
known = alerts.named(data.read("alerts", query), models, names)

with frame.filter_bar(4):
    chosen = {
        "model": filters.pick_some(
            "alert_model", say("Model"), portfolio.present(known, "model"), lambda model: names.get(model, model)
        ),
        "severity": filters.pick_some("alert_severity", say("Severity"), list(SEVERITIES), filters.word_of(SEVERITIES)),
        "area": filters.pick_some("alert_area", say("Area"), portfolio.present(known, "area"), filters.word_of(AREAS)),
        "state": filters.pick_some("alert_state", say("State"), list(ALERT_STATES), filters.word_of(ALERT_STATES)),
    }
found = portfolio.kept_of(known, chosen)
frame.answer(alerts.answer(found, models))
alerts.board(found, len(known))
