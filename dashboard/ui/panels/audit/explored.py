"""The audit trail of everything: filters, the entries that they leave, and what verification covers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.ui.labels.actions import ACTIONS
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.audit import coverage, panels as trail
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import choices, filters, model_lists
from dashboard.views.query import Query

if TYPE_CHECKING:
    from dashboard.store.listed_models import ListedModel
    from dashboard.store.organisation import Organisation


@part
def show(everything: pd.DataFrame, models: Mapping[str, ListedModel], organisation: Organisation) -> None:
    """The filters, and the entries that they leave; `everything` as `panels.read` gives it."""
    present = model_lists.present(everything, "subject")
    subjects = {subject: trail.subject_name(subject, models, organisation) for subject in present}
    with layout.filter_bar(5):
        start, end = filters.pick_window(trail.span(everything), "when") or (None, None)
        entries = trail.read(Query(language=language(), start=start, end=end))
        entries = trail.with_doers(entries, organisation)
        chosen = {
            "subject": filters.pick_some("subject", say("Model or subject"), list(subjects), subjects.__getitem__),
            "who": filters.pick_some("actor", say("Person or program"), *trail.doers(entries)),
            "action": filters.pick_some(
                "action", say("Action"), model_lists.present(entries, "action"), filters.word_of(ACTIONS)
            ),
        }
        kind = choices.pick_one("refused", say("Done or refused"), trail.kinds())
    found = trail.of_kind(model_lists.narrowed(entries, chosen), kind)
    layout.sentences(*trail.answer(found, subjects))
    trail.show(found, models, organisation)
    coverage.show()
