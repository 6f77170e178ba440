"""The calendar of a model's trainings: planned, asked for by its policy, overdue, under way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from dashboard.governance.judgements.registry import Row, subject
from dashboard.governance.retraining.calendar import entries_of
from dashboard.governance.situation.situation import Situation
from dashboard.periods import week_of
from dashboard.schema.config.dashboard import settings_of


@subject("training")
def trainings(situation: Situation, model_id: str) -> Iterator[Row]:
    """A row for each training, as far ahead as the settings say; cells as the columns of `retraining-calendar`."""
    until = situation.day(model_id) + timedelta(weeks=settings_of(situation.store.home).retraining.weeks)
    for entry in sorted(entries_of(situation, model_id, until), key=lambda entry: entry.day):
        content = {
            "model": model_id,
            "day": entry.day,
            "week": week_of(entry.day),
            "state": entry.state,
            "source": entry.source,
            "who": entry.who,
            "machine": entry.machine,
            "hours": entry.hours,
            "people_hours": entry.people_hours,
            "planned_by": entry.planned_by,
            "reason": entry.reason,
        }
        yield Row(content, person=entry.who, due=entry.day)
