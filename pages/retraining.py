"""Retraining of a model: should it be trained again, what would that bring, and what is the suspected cause?"""

from dashboard.ui.panels.model import place
from dashboard.ui.panels.retraining import arithmetic, evidence, history
from dashboard.ui.panels.retraining_calendar import forms
from dashboard.ui.session import data
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked

PAGE = Page(
    title="Retraining",
    url_path="retraining",
    icon=":material/model_training:",
    section="One model",
    order=31,
    question="Should the model be trained again, what would that bring, and what is the suspected cause?",
    area="retraining",
)

card = place.opened(PAGE)
query = Picked(card.id).query()
found = data.read("retraining", query)
arithmetic.recommendation(data.read("status", query), found)
forms.on_tab(card.id, data.read("retraining-calendar", query), data.read("retraining-plans", query))
evidence.causes(data.read("retraining-evidence", query), found)
history.versions(data.read("retraining-history", query), found)
arithmetic.what_would_change_it(found)
